//! The records of handoffs: what the card shows.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::handoff::event::{HandoffDraft, Sentiment, Summary};
use crate::handoff::message::Source;
use crate::handoff::policy::Reason;
use crate::handoff::{AgentId, ConversationId, Epoch, HandoffId};

use super::entity::handoff;
use super::{StoreError, codec};

/// A stored handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// Identity.
    pub id: HandoffId,
    /// Which conversation.
    pub conversation: ConversationId,
    /// The epoch it began.
    pub epoch: Epoch,
    /// Why, as a code.
    pub reason: Reason,
    /// Why, in words.
    pub explanation: String,
    /// What the customer wants and what was tried.
    pub summary: Summary,
    /// Whether a language model wrote the summary; otherwise it is cut from the conversation.
    pub summary_by_model: bool,
    /// The customer's mood.
    pub sentiment: Sentiment,
    /// BCP-47 language of the customer, if known.
    pub language: Option<String>,
    /// The matched forbidden topic.
    pub topic: Option<String>,
    /// What the AI offered.
    pub tried: Vec<String>,
    /// Articles used.
    pub sources: Vec<Source>,
    /// When.
    pub at: DateTime<Utc>,
    /// When a person noticed it, and who.
    pub acknowledged: Option<(DateTime<Utc>, Option<AgentId>)>,
    /// How often people were told.
    pub notified: i32,
}

/// Stores a handoff.
pub async fn insert(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    epoch: Epoch,
    draft: &HandoffDraft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = handoff::ActiveModel {
        id: ActiveValue::Set(draft.id.0),
        conversation_id: ActiveValue::Set(conversation.0),
        epoch: ActiveValue::Set(epoch.0),
        reason: ActiveValue::Set(codec::word(&draft.reason)),
        explanation: ActiveValue::Set(draft.explanation.clone()),
        summary: ActiveValue::Set(draft.summary.text.clone()),
        sentiment: ActiveValue::Set(codec::word(&draft.sentiment)),
        language: ActiveValue::Set(draft.language.clone()),
        topic: ActiveValue::Set(draft.topic.clone()),
        tried: ActiveValue::Set(codec::json("tried", &draft.tried)?),
        sources: ActiveValue::Set(codec::json("sources", &draft.sources)?),
        created_at: ActiveValue::Set(now),
        acknowledged_at: ActiveValue::Set(None),
        acknowledged_by: ActiveValue::Set(None),
        notified: ActiveValue::Set(0),
        answered_at: ActiveValue::Set(None),
        summary_seqs: ActiveValue::Set(Some(codec::json("summary_seqs", &draft.summary.seqs)?)),
        summary_by_model: ActiveValue::Set(false),
        pushed: ActiveValue::Set(None),
        ai_again: ActiveValue::Set(None),
        supervisors_told_at: ActiveValue::Set(None),
    };
    handoff::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The handoff with this id.
pub async fn find(db: &impl ConnectionTrait, id: HandoffId) -> Result<Option<Handoff>, StoreError> {
    handoff::Entity::find_by_id(id.0).one(db).await?.map(read).transpose()
}

/// The last handoff of a conversation.
pub async fn last(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<Option<Handoff>, StoreError> {
    handoff::Entity::find()
        .filter(handoff::Column::ConversationId.eq(conversation.0))
        .order_by_desc(handoff::Column::Epoch)
        .one(db)
        .await?
        .map(read)
        .transpose()
}

/// Puts what a language model wrote in the place of what was cut from the conversation.
pub async fn set_summary(db: &impl ConnectionTrait, id: HandoffId, summary: &Summary) -> Result<(), StoreError> {
    handoff::Entity::update_many()
        .col_expr(handoff::Column::Summary, Expr::value(summary.text.clone()))
        .col_expr(handoff::Column::SummarySeqs, Expr::value(codec::json("summary_seqs", &summary.seqs)?))
        .col_expr(handoff::Column::SummaryByModel, Expr::value(true))
        .filter(handoff::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks a handoff as noticed.
pub async fn acknowledge(
    db: &impl ConnectionTrait,
    id: HandoffId,
    by: Option<AgentId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    handoff::Entity::update_many()
        .col_expr(handoff::Column::AcknowledgedAt, Expr::value(Some(now)))
        .col_expr(handoff::Column::AcknowledgedBy, Expr::value(by.map(|by| by.0)))
        .filter(handoff::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// What becomes of the AI after a handoff it failed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AiAgain {
    /// It got the conversation back by itself.
    Returned,
    /// It must not: the conversation broke it more than once.
    Never,
}

/// Writes down what becomes of the AI after a handoff it failed into.
pub async fn set_ai_again(db: &impl ConnectionTrait, id: HandoffId, again: AiAgain) -> Result<(), StoreError> {
    let word = match again {
        AiAgain::Returned => "returned",
        AiAgain::Never => "never",
    };
    handoff::Entity::update_many()
        .col_expr(handoff::Column::AiAgain, Expr::value(Some(word)))
        .filter(handoff::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes down that supervisors were told.
pub async fn supervisors_told(db: &impl ConnectionTrait, id: HandoffId, now: DateTime<Utc>) -> Result<(), StoreError> {
    handoff::Entity::update_many()
        .col_expr(handoff::Column::SupervisorsToldAt, Expr::value(Some(now)))
        .filter(handoff::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Counts one more telling of the people on duty.
pub async fn count_notification(db: &impl ConnectionTrait, id: HandoffId) -> Result<(), StoreError> {
    handoff::Entity::update_many()
        .col_expr(handoff::Column::Notified, Expr::col(handoff::Column::Notified).add(1))
        .filter(handoff::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

fn read(row: handoff::Model) -> Result<Handoff, StoreError> {
    Ok(Handoff {
        id: HandoffId(row.id),
        conversation: ConversationId(row.conversation_id),
        epoch: Epoch(row.epoch),
        reason: codec::read_word("reason", &row.reason)?,
        explanation: row.explanation,
        summary: Summary {
            text: row.summary,
            seqs: row.summary_seqs.map(|seqs| codec::read_json("summary_seqs", seqs)).transpose()?.unwrap_or_default(),
        },
        summary_by_model: row.summary_by_model,
        sentiment: codec::read_word("sentiment", &row.sentiment)?,
        language: row.language,
        topic: row.topic,
        tried: codec::read_json("tried", row.tried)?,
        sources: codec::read_json("sources", row.sources)?,
        at: row.created_at,
        acknowledged: row.acknowledged_at.map(|at| (at, row.acknowledged_by.map(AgentId))),
        notified: row.notified,
    })
}
