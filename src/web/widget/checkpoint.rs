//! A widget saves its state with the conversation, to go on from there on the next page.

use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::handoff::ConversationId;
use crate::realtime::Hint;
use crate::store::conversations::{self, Record};

use super::body::SentJson;
use super::refusal::Problem;
use super::visitor::Visitor;
use super::wire::Done;

/// Longest state, in bytes of JSON.
const STATE_BYTES_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
struct Checkpoint {
    session_id: ConversationId,
    payload: Map<String, Value>,
}

/// `POST /backend/widget/v2/checkpoint`.
pub(super) async fn create(visitor: Visitor, body: SentJson) -> Result<HttpResponse, Problem> {
    let Checkpoint { session_id, payload } = body.read()?;
    let state = Value::Object(payload);
    if state.to_string().len() > STATE_BYTES_MAX {
        return Err(Problem::TooLarge(format!("payload is too long. Send at most {STATE_BYTES_MAX} bytes.")));
    }
    visitor.count_message()?;
    visitor.session(session_id).await?;
    let desk = &visitor.site.desk;
    let tx = desk.store.begin().await?;
    let before = conversations::lock(&*tx, session_id).await?.ok_or(Problem::NotFound("session"))?;
    let after = Record { checkpoint: Some(state), updated_at: desk.clock.now(), ..before.clone() };
    conversations::save(&*tx, &before, &after).await?;
    tx.commit().await?;
    desk.bus.publish(Hint::Changed { conversation: session_id, last: after.core.last_seq, notify: false });
    Ok(HttpResponse::Ok().json(Done::YES))
}
