//! The one AI turn a conversation may have waiting or running.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::handoff::{ConversationId, Epoch, Fence, MessageId, Seq, TurnId};

use super::StoreError;
use super::entity::turn;

/// A turn that a worker has claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimedTurn {
    /// Identity of this request for a turn.
    pub id: TurnId,
    /// Which conversation.
    pub conversation: ConversationId,
    /// What it is allowed under.
    pub fence: Fence,
    /// How often it was begun, this time included.
    pub attempts: i32,
    /// Who claimed it.
    pub worker: Uuid,
}

/// Asks for a turn, or moves the one that waits to the new watermark and due time. A turn that runs goes on; it finds
/// at its end that there is more to answer.
pub async fn schedule(
    db: &impl ConnectionTrait,
    id: TurnId,
    conversation: ConversationId,
    fence: Fence,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    upsert(vec![row(id, conversation, fence, due_at, now)]).exec_without_returning(db).await?;
    Ok(())
}

/// A turn that waits, as a row.
pub(super) fn row(
    id: TurnId,
    conversation: ConversationId,
    fence: Fence,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> turn::ActiveModel {
    turn::ActiveModel {
        conversation_id: ActiveValue::Set(conversation.0),
        id: ActiveValue::Set(id.0),
        epoch: ActiveValue::Set(fence.epoch.0),
        watermark: ActiveValue::Set(fence.watermark.0),
        due_at: ActiveValue::Set(due_at),
        attempts: ActiveValue::Set(0),
        lease_until: ActiveValue::Set(None),
        lease_by: ActiveValue::Set(None),
        created_at: ActiveValue::Set(now),
        shown_message: ActiveValue::Set(None),
        shown_text: ActiveValue::Set(None),
    }
}

/// Writes turns, each in the place of the one its conversation has.
pub(super) fn upsert(rows: Vec<turn::ActiveModel>) -> sea_orm::InsertMany<turn::ActiveModel> {
    let replace = OnConflict::column(turn::Column::ConversationId)
        .update_columns([
            turn::Column::Id,
            turn::Column::Epoch,
            turn::Column::Watermark,
            turn::Column::DueAt,
            turn::Column::Attempts,
        ])
        .to_owned();
    turn::Entity::insert_many(rows).on_conflict(replace)
}

/// Claims the turn that has been due longest, for `lease`.
pub async fn claim(
    db: &impl ConnectionTrait,
    worker: Uuid,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<ClaimedTurn>, StoreError> {
    let mut query = turn::Entity::find()
        .filter(turn::Column::DueAt.lte(now))
        .filter(Condition::any().add(turn::Column::LeaseUntil.is_null()).add(turn::Column::LeaseUntil.lt(now)))
        .order_by_asc(turn::Column::DueAt)
        .limit(1);
    if db.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(row) = query.one(db).await? else { return Ok(None) };
    turn::Entity::update_many()
        .col_expr(turn::Column::LeaseUntil, Expr::value(Some(now + lease)))
        .col_expr(turn::Column::LeaseBy, Expr::value(Some(worker)))
        .col_expr(turn::Column::Attempts, Expr::value(row.attempts + 1))
        .col_expr(turn::Column::ShownMessage, Expr::value(None::<Uuid>))
        .col_expr(turn::Column::ShownText, Expr::value(None::<String>))
        .filter(turn::Column::ConversationId.eq(row.conversation_id))
        .exec(db)
        .await?;
    Ok(Some(ClaimedTurn {
        id: TurnId(row.id),
        conversation: ConversationId(row.conversation_id),
        fence: Fence { epoch: Epoch(row.epoch), watermark: Seq(row.watermark) },
        attempts: row.attempts + 1,
        worker,
    }))
}

/// Forgets a turn that has done its work, unless a newer one has been asked for meanwhile.
pub async fn finish(db: &impl ConnectionTrait, turn: &ClaimedTurn) -> Result<(), StoreError> {
    turn::Entity::delete_many()
        .filter(turn::Column::ConversationId.eq(turn.conversation.0))
        .filter(turn::Column::Id.eq(turn.id.0))
        .exec(db)
        .await?;
    release(db, turn, None).await
}

/// Gives a turn back, to be begun again at `due_at` or, without one, when it is due anyway.
pub async fn release(
    db: &impl ConnectionTrait,
    turn: &ClaimedTurn,
    due_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let mut update = turn::Entity::update_many()
        .col_expr(turn::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(turn::Column::LeaseBy, Expr::value(None::<Uuid>))
        .col_expr(turn::Column::ShownMessage, Expr::value(None::<Uuid>))
        .col_expr(turn::Column::ShownText, Expr::value(None::<String>));
    if let Some(due_at) = due_at {
        update = update.col_expr(turn::Column::DueAt, Expr::value(due_at));
    }
    update
        .filter(turn::Column::ConversationId.eq(turn.conversation.0))
        .filter(turn::Column::LeaseBy.eq(turn.worker))
        .exec(db)
        .await?;
    Ok(())
}

/// Whether the worker still holds the turn: its lease was not taken by another one, and nobody cancelled it.
pub async fn is_held(db: &impl ConnectionTrait, turn: &ClaimedTurn) -> Result<bool, StoreError> {
    let row = turn::Entity::find_by_id(turn.conversation.0).one(db).await?;
    Ok(row.is_some_and(|row| row.lease_by == Some(turn.worker)))
}

/// Keeps what the customer is about to see of the turn's answer; empty takes it back. `false`: the worker does not hold the
/// turn any more, so nothing may be shown.
///
/// The row of the turn is the fence: whoever ends the AI's ownership reads it and deletes it in one transaction. So either
/// they store these words, or they were never shown.
pub async fn show(
    db: &impl ConnectionTrait,
    turn: &ClaimedTurn,
    message: MessageId,
    text: &str,
) -> Result<bool, StoreError> {
    let shown = (!text.is_empty()).then(|| (message.0, text.to_owned()));
    let (message, text) = shown.unzip();
    let done = turn::Entity::update_many()
        .col_expr(turn::Column::ShownMessage, Expr::value(message))
        .col_expr(turn::Column::ShownText, Expr::value(text))
        .filter(turn::Column::ConversationId.eq(turn.conversation.0))
        .filter(turn::Column::LeaseBy.eq(turn.worker))
        .filter(turn::Column::Epoch.eq(turn.fence.epoch.0))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// What the customer has seen of an answer that is being written. Nothing more is shown until the transaction ends.
pub async fn shown(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
) -> Result<Option<(MessageId, String)>, StoreError> {
    let mut query = turn::Entity::find_by_id(conversation.0);
    if db.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock(LockType::Update);
    }
    let row = query.one(db).await?;
    Ok(row.and_then(|row| row.shown_message.map(MessageId).zip(row.shown_text)))
}

/// Forgets the turn of a conversation, waiting or running.
pub async fn cancel(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<(), StoreError> {
    turn::Entity::delete_by_id(conversation.0).exec(db).await?;
    Ok(())
}

/// When the next turn is due that nobody has claimed, or the lease of one runs out.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let waiting = turn::Entity::find()
        .filter(turn::Column::LeaseUntil.is_null())
        .order_by_asc(turn::Column::DueAt)
        .limit(1)
        .one(db)
        .await?;
    let running = turn::Entity::find()
        .filter(turn::Column::LeaseUntil.is_not_null())
        .order_by_asc(turn::Column::LeaseUntil)
        .limit(1)
        .one(db)
        .await?;
    let running = running.and_then(|row| row.lease_until.map(|until| until.max(row.due_at)));
    Ok([waiting.map(|row| row.due_at), running].into_iter().flatten().min())
}

/// Whether a turn waits or runs for a conversation.
pub async fn pending(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<bool, StoreError> {
    Ok(turn::Entity::find_by_id(conversation.0).one(db).await?.is_some())
}
