//! A contact ends their conversation.

use actix_web::HttpResponse;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::handoff::conversation::Outcome;
use crate::handoff::people::Actor;
use crate::handoff::{ConversationId, Rejection};

use super::body::SentJson;
use super::refusal::Problem;
use super::render::Renderer;
use super::visitor::Visitor;

#[derive(Deserialize)]
struct Which {
    session_id: ConversationId,
}

/// `POST /backend/widget/v2/session/resolve`. Ending it twice is ending it once.
pub(super) async fn create(visitor: Visitor, body: SentJson) -> Result<HttpResponse, Problem> {
    let Which { session_id } = body.read()?;
    visitor.count_message()?;
    let session = visitor.session(session_id).await?;
    let record = match visitor.site.desk.resolve(session_id, Actor::Contact, Outcome::Resolved).await {
        Err(DeskError::Rejected(Rejection::IsResolved)) => session,
        other => other?,
    };
    Ok(HttpResponse::Ok().json(Renderer::new(&visitor).session(&record).await?))
}
