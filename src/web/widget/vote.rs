//! A contact says whether an AI answer helped.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::handoff::{ConversationId, MessageId};

use super::body::SentJson;
use super::refusal::Problem;
use super::visitor::Visitor;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vote {
    action: Action,
    session_id: ConversationId,
    message_public_id: MessageId,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Upvote,
    Downvote,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Voted {
    message_public_id: MessageId,
    success: bool,
}

/// `POST /backend/widget/v2/chat/vote`.
pub(super) async fn create(visitor: Visitor, body: SentJson) -> Result<HttpResponse, Problem> {
    let vote: Vote = body.read()?;
    visitor.count_message()?;
    let session = visitor.session(vote.session_id).await?;
    let helpful = vote.action == Action::Upvote;
    visitor.site.desk.vote(session.core.id, vote.message_public_id, helpful).await?;
    Ok(HttpResponse::Ok().json(Voted { message_public_id: vote.message_public_id, success: true }))
}
