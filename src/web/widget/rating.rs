//! A contact rates a conversation that is done.

use actix_web::HttpResponse;
use serde::Deserialize;
use uuid::Uuid;

use crate::handoff::{ConversationId, MessageId, Rejection};
use crate::store::conversations::Record;
use crate::store::receipts::{self, Receipt};

use super::body::SentJson;
use super::refusal::Problem;
use super::render::{rating_key, rating_receipt};
use super::visitor::Visitor;
use super::wire::Done;

#[derive(Deserialize)]
struct Rating {
    session_id: ConversationId,
    score: u8,
    feedback: Option<String>,
    system_message_uuid: Option<Uuid>,
}

/// `POST /backend/widget/v2/submit-csat`. A conversation is rated once; the same rating sent again is the same rating.
pub(super) async fn create(visitor: Visitor, body: SentJson) -> Result<HttpResponse, Problem> {
    let rating: Rating = body.read()?;
    visitor.count_message()?;
    let record = visitor.session(rating.session_id).await?;
    let chosen = rating.system_message_uuid.map(MessageId);
    if record.rating.is_some() {
        let same = chosen.is_some() && rating_receipt(&visitor.site, &record).await? == chosen;
        let done = if same { Done::YES } else { Done { success: false, reason: Some("already_submitted") } };
        return Ok(HttpResponse::Ok().json(done));
    }
    if !(1..=5).contains(&rating.score) {
        return Err(Problem::Invalid("score must be a whole number from 1 to 5.".into()));
    }
    if !record.core.is_resolved() {
        return Err(Problem::Desk(Rejection::NotResolved.into()));
    }
    // First, so that nobody can read the rating under another id than the widget's.
    keep_chosen_id(&visitor, &record, chosen).await?;
    visitor.site.desk.rate(rating.session_id, rating.score, rating.feedback).await?;
    Ok(HttpResponse::Ok().json(Done::YES))
}

async fn keep_chosen_id(visitor: &Visitor, record: &Record, chosen: Option<MessageId>) -> Result<(), Problem> {
    let Some(chosen) = chosen else { return Ok(()) };
    let (desk, key) = (&visitor.site.desk, rating_key(record.core.id));
    let points_to = Receipt { conversation: Some(record.core.id), message: Some(chosen) };
    let tx = desk.store.begin().await?;
    receipts::insert(&*tx, desk.clock.new_id(), record.core.channel, &key, points_to, desk.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
