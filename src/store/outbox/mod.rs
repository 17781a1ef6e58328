//! What must still be sent to the world, in the order of each conversation.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Statement, Value,
};
use uuid::Uuid;

use crate::handoff::{ChannelId, ConversationId, Epoch, MessageId, OutboxId, Seq};

use super::entity::{delivery_attempt, outbox};
use super::timeline::{self, Delivery};
use super::{StoreError, batch, codec};

mod find;

pub use find::{by_provider_id, find, of_message, waiting};

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
    /// It may be sent once the customer has written again.
    Waiting,
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

/// Rows a worker may take: due or abandoned, and each the first of its conversation's unsent ones. Only of the
/// conversations `among` them, if given. Nothing is locked: whoever holds a conversation holds its rows.
///
/// Two questions put together, as each can walk the index and stop at its limit; one with `OR` would sort all that waits.
pub async fn heads(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    among: Option<&[ConversationId]>,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let first = |ready: Condition, order: outbox::Column| {
        let query = outbox::Entity::find().filter(ready).filter(Expr::exists(earlier()).not());
        let query = match among {
            Some(among) => query.filter(outbox::Column::ConversationId.is_in(among.iter().map(|id| id.0))),
            None => query,
        };
        query.order_by_asc(order).limit(limit).build(db.get_database_backend())
    };
    let abandoned = Condition::all()
        .add(outbox::Column::State.eq(codec::word(&State::Sending)))
        .add(outbox::Column::LeaseUntil.lt(now));
    let due =
        Condition::all().add(outbox::Column::State.eq(codec::word(&State::Queued))).add(outbox::Column::DueAt.lte(now));
    let both = batch::one_after_the_other(
        db.get_database_backend(),
        [first(abandoned, outbox::Column::LeaseUntil), first(due, outbox::Column::DueAt)],
    );
    let rows = outbox::Entity::find().from_raw_sql(both).all(db).await?;
    let room = usize::try_from(limit).unwrap_or(usize::MAX);
    rows.into_iter().take(room).map(read).collect()
}

fn unsent() -> [String; 2] {
    [codec::word(&State::Queued), codec::word(&State::Sending)]
}

/// Unsent rows of the same conversation that come before.
fn earlier() -> SelectStatement {
    let earlier = sea_orm::sea_query::Alias::new("earlier");
    Query::select()
        .expr(Expr::val(1))
        .from_as(outbox::Entity, earlier.clone())
        .and_where(
            Expr::col((earlier.clone(), outbox::Column::ConversationId))
                .equals((outbox::Entity, outbox::Column::ConversationId)),
        )
        .and_where(Expr::col((earlier.clone(), outbox::Column::State)).is_in(unsent()))
        .and_where(Expr::col((earlier, outbox::Column::Seq)).lt(Expr::col((outbox::Entity, outbox::Column::Seq))))
        .to_owned()
}

/// A row and the attempt to send it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The row as it was claimed.
    pub row: Row,
    /// Identity of the attempt.
    pub id: Uuid,
}

impl Attempt {
    /// Which try it is, the first is 1.
    pub fn number(&self) -> i32 {
        self.row.attempts + 1
    }
}

/// Opens attempts: from here on the messages may have reached the provider.
pub async fn begin_attempts(
    db: &impl ConnectionTrait,
    attempts: &[Attempt],
    worker: Uuid,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if attempts.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    let opened = attempts.iter().map(|attempt| delivery_attempt::ActiveModel {
        id: ActiveValue::Set(attempt.id),
        outbox_id: ActiveValue::Set(attempt.row.id.0),
        attempt: ActiveValue::Set(attempt.number()),
        started_at: ActiveValue::Set(now),
        finished_at: ActiveValue::Set(None),
        outcome: ActiveValue::Set(None),
        detail: ActiveValue::Set(None),
        provider_id: ActiveValue::Set(None),
    });
    let taken = change(rows_of(attempts), State::Sending, None, Some((worker, now + lease)), now)
        .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).add(1));
    let statements = vec![
        taken.build(backend),
        delivery_attempt::Entity::insert_many(opened).build(backend),
        timeline::deliveries(messages_of(attempts), Delivery::Sending).build(backend),
    ];
    Ok(batch::run_at_once(db, statements).await?)
}

/// Prolongs the leases of messages that are still being sent.
pub async fn hold_on(
    db: &impl ConnectionTrait,
    rows: &[Row],
    worker: Uuid,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if !rows.is_empty() {
        let ids = rows.iter().map(|row| row.id.0).collect();
        change(ids, State::Sending, None, Some((worker, until)), now).exec(db).await?;
    }
    Ok(())
}

/// Closes attempts that succeeded, each with the provider's name for the message.
pub async fn finish_sent(
    db: &impl ConnectionTrait,
    sent: &[(Attempt, Option<String>)],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if sent.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    let attempts: Vec<Attempt> = sent.iter().map(|(attempt, _)| attempt.clone()).collect();
    let statements = vec![
        // A report of the provider's may have come before its answer, and knows better.
        change(rows_of(&attempts), State::Sent, None, None, now)
            .filter(outbox::Column::State.ne(codec::word(&State::Parked)))
            .build(backend),
        close_sent(backend, sent, now),
        timeline::deliveries_if_not_reported(messages_of(&attempts), Delivery::Sent).build(backend),
    ];
    Ok(batch::run_at_once(db, statements).await?)
}

fn close_sent(backend: DatabaseBackend, sent: &[(Attempt, Option<String>)], now: DateTime<Utc>) -> Statement {
    let rows = batch::value_rows(backend, sent.len(), &["uuid", "text"]);
    let finished = if backend == DatabaseBackend::Postgres { format!("${}", sent.len() * 2 + 1) } else { "?".into() };
    let sql = format!(
        "WITH sent(id, provider_id) AS ({rows}) UPDATE delivery_attempts SET finished_at = {finished}, \
         outcome = '{}', provider_id = sent.provider_id FROM sent WHERE delivery_attempts.id = sent.id",
        codec::word(&State::Sent)
    );
    let mut values: Vec<Value> = Vec::with_capacity(sent.len() * 2 + 1);
    for (attempt, provider_id) in sent {
        values.extend([attempt.id.into(), provider_id.clone().into()]);
    }
    values.push(now.into());
    Statement::from_sql_and_values(backend, sql, values)
}

fn rows_of(attempts: &[Attempt]) -> Vec<Uuid> {
    attempts.iter().map(|attempt| attempt.row.id.0).collect()
}

fn messages_of(attempts: &[Attempt]) -> Vec<Uuid> {
    attempts.iter().map(|attempt| attempt.row.message.0).collect()
}

/// Closes an attempt that did not succeed and says where the row stands now. `due_at` is when to try again. `false`: the
/// row is in other hands, and stays there.
pub async fn finish_attempt(
    db: &impl ConnectionTrait,
    attempt: &Attempt,
    state: State,
    detail: Option<&str>,
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    // A worker that was too slow finds the row in other hands.
    let moved = change(vec![attempt.row.id.0], state, detail, None, now)
        .filter(outbox::Column::State.eq(codec::word(&State::Sending)))
        .filter(outbox::Column::Attempts.eq(attempt.number()))
        .exec(db)
        .await?;
    let held = moved.rows_affected > 0;
    if let Some(due_at) = due_at.filter(|_| held) {
        // Those behind it wait as long, so that nobody looks at them in vain. By whose clock is kept with it: if that one was
        // ahead, the time is not to be trusted (see `rewound`).
        outbox::Entity::update_many()
            .col_expr(outbox::Column::DueAt, Expr::value(due_at))
            .col_expr(outbox::Column::UpdatedAt, Expr::value(now))
            .filter(outbox::Column::ConversationId.eq(attempt.row.conversation.0))
            .filter(outbox::Column::State.eq(codec::word(&State::Queued)))
            .filter(outbox::Column::DueAt.lt(due_at))
            .exec(db)
            .await?;
    }
    delivery_attempt::Entity::update_many()
        .col_expr(delivery_attempt::Column::FinishedAt, Expr::value(Some(now)))
        .col_expr(delivery_attempt::Column::Outcome, Expr::value(Some(codec::word(&state))))
        .col_expr(delivery_attempt::Column::Detail, Expr::value(detail.map(str::to_owned)))
        .filter(delivery_attempt::Column::Id.eq(attempt.id))
        .exec(db)
        .await?;
    Ok(held)
}

/// Moves a row without an attempt: discarded, unknown, or queued again by a person.
pub async fn set_state(
    db: &impl ConnectionTrait,
    id: OutboxId,
    state: State,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    change(vec![id.0], state, detail, None, now).col_expr(outbox::Column::DueAt, Expr::value(now)).exec(db).await?;
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
        .filter(
            outbox::Column::State
                .is_in([State::Queued, State::Parked, State::Waiting].map(|state| codec::word(&state))),
        )
        .filter(outbox::Column::FenceEpoch.lte(through.0))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Whether an attempt was opened and nobody heard how it ended: the customer may have the message.
pub async fn is_in_doubt(db: &impl ConnectionTrait, row: &Row, but: Option<Uuid>) -> Result<bool, StoreError> {
    if row.attempts == 0 {
        return Ok(false);
    }
    let unheard = Condition::any()
        .add(delivery_attempt::Column::Outcome.is_null())
        .add(delivery_attempt::Column::Outcome.eq(codec::word(&State::Unknown)));
    let mut query =
        delivery_attempt::Entity::find().filter(delivery_attempt::Column::OutboxId.eq(row.id.0)).filter(unheard);
    if let Some(but) = but {
        query = query.filter(delivery_attempt::Column::Id.ne(but));
    }
    Ok(query.limit(1).one(db).await?.is_some())
}

/// When the next row that is first of its conversation is due, or the lease of one that is being sent runs out.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let backend = db.get_database_backend();
    let first = |state: State, at: outbox::Column| {
        outbox::Entity::find()
            .select_only()
            .column_as(at, "at")
            .filter(outbox::Column::State.eq(codec::word(&state)))
            .filter(Expr::exists(earlier()).not())
            .order_by_asc(at)
            .limit(1)
            .build(backend)
    };
    let both = batch::one_after_the_other(
        backend,
        [first(State::Queued, outbox::Column::DueAt), first(State::Sending, outbox::Column::LeaseUntil)],
    );
    let mut due: Option<DateTime<Utc>> = None;
    for row in db.query_all_raw(both).await? {
        let at: Option<DateTime<Utc>> = row.try_get("", "at")?;
        due = due.into_iter().chain(at).min();
    }
    Ok(due)
}

fn change(
    ids: Vec<Uuid>,
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
        .filter(outbox::Column::Id.is_in(batch::padded(ids)))
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
