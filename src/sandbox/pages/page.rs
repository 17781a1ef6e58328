//! What the pages of the sandbox are made of.

use actix_web::HttpResponse;
use askama::Template;

use super::super::faults::Fault;
use super::super::world::World;

/// A switch for a fault.
pub(super) struct Switch {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) on: bool,
}

impl Switch {
    /// The faults that a page has words for.
    pub(super) fn all(world: &World, label: fn(Fault) -> Option<&'static str>) -> Vec<Self> {
        let switch = |fault: Fault| {
            let (name, label) = (fault.name(), label(fault)?);
            Some(Self { name, label, on: world.faults().is_on(fault) })
        };
        Fault::ALL.into_iter().filter_map(switch).collect()
    }
}

pub(super) fn html(page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header(("Cache-Control", "no-store"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page of the sandbox can not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}
