//! Summaries that a language model is still to write. Each is tried once: what is cut from the conversation stands until then,
//! and stays where nothing better comes.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ActiveValue, ConnectionTrait, DatabaseBackend, EntityTrait, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::handoff::{ConversationId, HandoffId};

use super::entity::summary_due::{ActiveModel, Column, Entity, Model};
use super::{StoreError, codec};

/// What is to be summarised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which conversation.
    pub conversation: ConversationId,
    /// What of it.
    pub what: What,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// What of a conversation is to be summarised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// What led to a handoff.
    Handoff(HandoffId),
    /// What people did before this line, with which they gave the conversation back.
    HandBack(Uuid),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Handoff,
    HandBack,
}

/// Asks for a summary.
pub async fn insert(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    what: What,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (id, kind) = match what {
        What::Handoff(id) => (id.0, Kind::Handoff),
        What::HandBack(id) => (id, Kind::HandBack),
    };
    let row = ActiveModel {
        id: ActiveValue::Set(id),
        conversation_id: ActiveValue::Set(conversation.0),
        kind: ActiveValue::Set(codec::word(&kind)),
        created_at: ActiveValue::Set(now),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Whether a summary is to be written.
pub async fn is_any(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    Ok(Entity::find().limit(1).one(db).await?.is_some())
}

/// Takes out the summary that has waited longest.
pub async fn take(db: &impl ConnectionTrait) -> Result<Option<Due>, StoreError> {
    let mut query = Entity::find().order_by_asc(Column::CreatedAt).limit(1);
    if db.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(row) = query.one(db).await? else { return Ok(None) };
    Entity::delete_by_id(row.id).exec(db).await?;
    read(row).map(Some)
}

fn read(row: Model) -> Result<Due, StoreError> {
    let what = match codec::read_word("kind", &row.kind)? {
        Kind::Handoff => What::Handoff(HandoffId(row.id)),
        Kind::HandBack => What::HandBack(row.id),
    };
    Ok(Due { conversation: ConversationId(row.conversation_id), what, since: row.created_at })
}
