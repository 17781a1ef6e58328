//! The contact is typing, for whoever has the conversation open.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::realtime::{Hint, Who};

use super::body::SentJson;
use super::refusal::Problem;
use super::visitor::Visitor;

/// How long it is shown without another sign; widgets send one every three seconds.
const TYPING_TTL: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Typing {
    typing: bool,
}

/// `POST /widget/v1/sessions/{session}/typing`.
pub(super) async fn create(visitor: Visitor, path: web::Path<String>, body: SentJson) -> Result<HttpResponse, Problem> {
    let Typing { typing } = body.read()?;
    visitor.count_message()?;
    let conversation = visitor.session_at(&path).await?.core.id;
    let ttl = if typing { TYPING_TTL } else { Duration::ZERO };
    visitor.site.desk.bus.publish(Hint::Typing { conversation, who: Who::Contact, ttl });
    Ok(HttpResponse::NoContent().finish())
}
