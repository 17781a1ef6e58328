//! What the pages share: the stream that says that something changed, and the fault switches.

use std::convert::Infallible;

use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;

use super::super::faults::Fault;
use super::super::world::World;
use crate::web::site::Site;

/// A stream of `changed` events.
pub(super) async fn events(world: web::Data<World>, site: web::Data<Site>) -> HttpResponse {
    let (news, stopped) = (world.watch(), site.stopped.clone());
    let first = Some((news, stopped, true));
    let stream = stream::unfold(first, |state| async {
        let (mut news, mut stopped, is_first) = state?;
        if !is_first {
            tokio::select! {
                changed = news.changed() => changed.ok()?,
                _ = stopped.wait_for(|stopped| *stopped) => return None,
            }
        }
        let event = Bytes::from_static(b"event: changed\ndata:\n\n");
        Some((Ok::<_, Infallible>(event), Some((news, stopped, false))))
    });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream)
}

/// A fault and where to go afterwards.
#[derive(serde::Deserialize)]
pub(super) struct Switch {
    fault: String,
    back: String,
}

/// Switches a fault on or off.
pub(super) async fn switch(world: web::Data<World>, form: web::Form<Switch>) -> HttpResponse {
    if let Some(fault) = Fault::ALL.into_iter().find(|fault| fault.name() == form.fault) {
        world.faults().set(fault, !world.faults().is_on(fault));
        world.changed();
    }
    back_to(&form.back)
}

/// Back to a page of the sandbox.
pub(super) fn back_to(path: &str) -> HttpResponse {
    let path = if path.starts_with("/sandbox") { path } else { "/sandbox" };
    HttpResponse::SeeOther().insert_header(("Location", path)).finish()
}
