//! What must still be sent to the world, in the order of each conversation.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::handoff::{ChannelId, ConversationId, Epoch, MessageId, OutboxId, Seq};

use super::entity::{delivery_attempt, outbox};
use super::{StoreError, codec};

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// A worker has it.
    Sending,
    /// The provider has it.
    Sent,
    /// Refused; it waits for a person.
    Parked,
    /// Its epoch is over.
    Discarded,
    /// Sent, but the answer was lost.
    Unknown,
}

/// A row of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Identity; also the idempotency key given to providers that take one.
    pub id: OutboxId,
    /// Which conversation.
    pub conversation: ConversationId,
    /// Its place in the conversation.
    pub seq: Seq,
    /// Which message.
    pub message: MessageId,
    /// Through which channel.
    pub channel: ChannelId,
    /// The epoch it may be sent under.
    pub fence: Option<Epoch>,
    /// Where it stands.
    pub state: State,
    /// Tries so far.
    pub attempts: i32,
}

/// Adds a message to the queue of its conversation.
pub async fn insert(db: &impl ConnectionTrait, row: &Row, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = outbox::ActiveModel {
        id: ActiveValue::Set(row.id.0),
        conversation_id: ActiveValue::Set(row.conversation.0),
        seq: ActiveValue::Set(row.seq.0),
        message_id: ActiveValue::Set(row.message.0),
        channel_id: ActiveValue::Set(row.channel.0),
        fence_epoch: ActiveValue::Set(row.fence.map(|epoch| epoch.0)),
        state: ActiveValue::Set(codec::word(&row.state)),
        attempts: ActiveValue::Set(row.attempts),
        due_at: ActiveValue::Set(now),
        lease_until: ActiveValue::Set(None),
        lease_by: ActiveValue::Set(None),
        detail: ActiveValue::Set(None),
        created_at: ActiveValue::Set(now),
        updated_at: ActiveValue::Set(now),
    };
    outbox::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The next row a worker may take: due or abandoned, and first of its conversation's unsent ones. Locked on PostgreSQL.
pub async fn next(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<Row>, StoreError> {
    let unsent = [codec::word(&State::Queued), codec::word(&State::Sending)];
    let earlier = sea_orm::sea_query::Alias::new("earlier");
    let blocked = Query::select()
        .expr(Expr::val(1))
        .from_as(outbox::Entity, earlier.clone())
        .and_where(
            Expr::col((earlier.clone(), outbox::Column::ConversationId))
                .equals((outbox::Entity, outbox::Column::ConversationId)),
        )
        .and_where(Expr::col((earlier.clone(), outbox::Column::State)).is_in(unsent))
        .and_where(Expr::col((earlier, outbox::Column::Seq)).lt(Expr::col((outbox::Entity, outbox::Column::Seq))))
        .to_owned();
    let ready = Condition::any()
        .add(
            Condition::all()
                .add(outbox::Column::State.eq(codec::word(&State::Queued)))
                .add(outbox::Column::DueAt.lte(now)),
        )
        .add(
            Condition::all()
                .add(outbox::Column::State.eq(codec::word(&State::Sending)))
                .add(outbox::Column::LeaseUntil.lt(now)),
        );
    let mut query = outbox::Entity::find()
        .filter(ready)
        .filter(Expr::exists(blocked).not())
        .order_by_asc(outbox::Column::DueAt)
        .order_by_asc(outbox::Column::Seq)
        .limit(1);
    if db.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    query.one(db).await?.map(read).transpose()
}

/// Opens an attempt: from here on the message may have reached the provider.
pub async fn begin_attempt(
    db: &impl ConnectionTrait,
    row: &Row,
    attempt_id: Uuid,
    worker: Uuid,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> Result<i32, StoreError> {
    let attempt = row.attempts + 1;
    update(row.id, State::Sending, None, Some((worker, now + lease)), now)
        .col_expr(outbox::Column::Attempts, Expr::value(attempt))
        .exec(db)
        .await?;
    let opened = delivery_attempt::ActiveModel {
        id: ActiveValue::Set(attempt_id),
        outbox_id: ActiveValue::Set(row.id.0),
        attempt: ActiveValue::Set(attempt),
        started_at: ActiveValue::Set(now),
        finished_at: ActiveValue::Set(None),
        outcome: ActiveValue::Set(None),
        detail: ActiveValue::Set(None),
        provider_id: ActiveValue::Set(None),
    };
    opened.insert(db).await?;
    Ok(attempt)
}

/// Closes an attempt and says where the row stands now. `due_at` is when to try again.
#[expect(clippy::too_many_arguments, reason = "one outcome, its facts")]
pub async fn finish_attempt(
    db: &impl ConnectionTrait,
    row: &Row,
    attempt: i32,
    state: State,
    detail: Option<&str>,
    provider_id: Option<&str>,
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut change = update(row.id, state, detail, None, now);
    if let Some(due_at) = due_at {
        change = change.col_expr(outbox::Column::DueAt, Expr::value(due_at));
    }
    change.exec(db).await?;
    delivery_attempt::Entity::update_many()
        .col_expr(delivery_attempt::Column::FinishedAt, Expr::value(Some(now)))
        .col_expr(delivery_attempt::Column::Outcome, Expr::value(Some(codec::word(&state))))
        .col_expr(delivery_attempt::Column::Detail, Expr::value(detail.map(str::to_owned)))
        .col_expr(delivery_attempt::Column::ProviderId, Expr::value(provider_id.map(str::to_owned)))
        .filter(delivery_attempt::Column::OutboxId.eq(row.id.0))
        .filter(delivery_attempt::Column::Attempt.eq(attempt))
        .exec(db)
        .await?;
    Ok(())
}

/// Moves a row without an attempt: discarded, unknown, or queued again by a person.
pub async fn set_state(
    db: &impl ConnectionTrait,
    id: OutboxId,
    state: State,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    update(id, state, detail, None, now).col_expr(outbox::Column::DueAt, Expr::value(now)).exec(db).await?;
    Ok(())
}

/// Messages of the AI's epochs up to `through` that have not begun to leave.
pub async fn unsent_through(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    through: Epoch,
) -> Result<Vec<Row>, StoreError> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::ConversationId.eq(conversation.0))
        .filter(outbox::Column::State.is_in([codec::word(&State::Queued), codec::word(&State::Parked)]))
        .filter(outbox::Column::FenceEpoch.lte(through.0))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The row of a message, if it has one.
pub async fn of_message(db: &impl ConnectionTrait, message: MessageId) -> Result<Option<Row>, StoreError> {
    outbox::Entity::find().filter(outbox::Column::MessageId.eq(message.0)).one(db).await?.map(read).transpose()
}

/// When the next row is due, or its lease runs out.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let queued = outbox::Entity::find()
        .filter(outbox::Column::State.eq(codec::word(&State::Queued)))
        .order_by_asc(outbox::Column::DueAt)
        .limit(1)
        .one(db)
        .await?;
    let leased = outbox::Entity::find()
        .filter(outbox::Column::State.eq(codec::word(&State::Sending)))
        .order_by_asc(outbox::Column::LeaseUntil)
        .limit(1)
        .one(db)
        .await?;
    let queued = queued.map(|row| row.due_at);
    let leased = leased.and_then(|row| row.lease_until);
    Ok([queued, leased].into_iter().flatten().min())
}

fn update(
    id: OutboxId,
    state: State,
    detail: Option<&str>,
    lease: Option<(Uuid, DateTime<Utc>)>,
    now: DateTime<Utc>,
) -> sea_orm::UpdateMany<outbox::Entity> {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value(codec::word(&state)))
        .col_expr(outbox::Column::Detail, Expr::value(detail.map(str::to_owned)))
        .col_expr(outbox::Column::LeaseUntil, Expr::value(lease.map(|(_, until)| until)))
        .col_expr(outbox::Column::LeaseBy, Expr::value(lease.map(|(worker, _)| worker)))
        .col_expr(outbox::Column::UpdatedAt, Expr::value(now))
        .filter(outbox::Column::Id.eq(id.0))
}

fn read(row: outbox::Model) -> Result<Row, StoreError> {
    Ok(Row {
        id: OutboxId(row.id),
        conversation: ConversationId(row.conversation_id),
        seq: Seq(row.seq),
        message: MessageId(row.message_id),
        channel: ChannelId(row.channel_id),
        fence: row.fence_epoch.map(Epoch),
        state: codec::read_word("state", &row.state)?,
        attempts: row.attempts,
    })
}
