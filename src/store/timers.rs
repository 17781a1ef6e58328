//! Calls back at a time. Firing one is a transaction that deletes it, so that it fires once.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::handoff::ConversationId;
use crate::handoff::effect::Timer;

use super::entity::timer;
use super::{StoreError, codec};

/// Sets a timer, replacing an earlier one of the same kind.
pub async fn set(
    db: &impl ConnectionTrait,
    id: Uuid,
    conversation: ConversationId,
    kind: Timer,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = timer::ActiveModel {
        id: ActiveValue::Set(id),
        conversation_id: ActiveValue::Set(conversation.0),
        kind: ActiveValue::Set(codec::word(&kind)),
        due_at: ActiveValue::Set(due_at),
        created_at: ActiveValue::Set(now),
    };
    let replace = OnConflict::columns([timer::Column::ConversationId, timer::Column::Kind])
        .update_columns([timer::Column::Id, timer::Column::DueAt, timer::Column::CreatedAt])
        .to_owned();
    timer::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Forgets a timer.
pub async fn cancel(db: &impl ConnectionTrait, conversation: ConversationId, kind: Timer) -> Result<(), StoreError> {
    timer::Entity::delete_many()
        .filter(timer::Column::ConversationId.eq(conversation.0))
        .filter(timer::Column::Kind.eq(codec::word(&kind)))
        .exec(db)
        .await?;
    Ok(())
}

/// A timer that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueTimer {
    /// Identity; a timer that is set again gets another.
    pub id: Uuid,
    /// Which conversation.
    pub conversation: ConversationId,
    /// What for.
    pub kind: Timer,
}

/// The timer that has been due longest. It stays: whoever holds its conversation may [`take`] it.
pub async fn due(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<DueTimer>, StoreError> {
    let row = timer::Entity::find()
        .filter(timer::Column::DueAt.lte(now))
        .order_by_asc(timer::Column::DueAt)
        .limit(1)
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = codec::read_word("kind", &row.kind)?;
    Ok(Some(DueTimer { id: row.id, conversation: ConversationId(row.conversation_id), kind }))
}

/// Takes a timer out of the table. `false`: somebody else has, or it was set again.
pub async fn take(db: &impl ConnectionTrait, timer: &DueTimer) -> Result<bool, StoreError> {
    Ok(timer::Entity::delete_by_id(timer.id).exec(db).await?.rows_affected == 1)
}

/// When the next timer is due.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row = timer::Entity::find().order_by_asc(timer::Column::DueAt).limit(1).one(db).await?;
    Ok(row.map(|row| row.due_at))
}
