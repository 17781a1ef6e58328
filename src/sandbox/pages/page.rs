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
    pub(super) fn of(fault: Fault, world: &World) -> Self {
        Self { name: fault.name(), label: fault.label(), on: world.faults().is_on(fault) }
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
