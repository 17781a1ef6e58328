//! Threads in the team's own place to answer: one for each conversation people were told of.
//!
//! What must still be posted is the conversation's timeline behind a thread's place in it, so that what is decided and what is
//! posted can not differ. Whoever posts holds the thread by lease.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::handoff::{ChannelId, ConversationId, MessageId, Seq};

use super::StoreError;
use super::entity::{conversation, team_post, team_thread};

/// A thread that a worker has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Through which account.
    pub channel: ChannelId,
    /// In which room.
    pub place: String,
    /// The provider's name for the card at its head, once there is one.
    pub root: Option<String>,
    /// Where the conversation stood when the thread began; what was said before is on the card.
    pub began: Seq,
    /// Up to where the timeline was posted.
    pub posted: Seq,
    /// What the card shows.
    pub card: Option<String>,
    /// The post whose outcome nobody heard.
    pub attempt: Option<String>,
    /// Failures in a row.
    pub attempts: i32,
}

/// Begins a thread, or wakes the one there is. Nobody has been told of what follows.
pub async fn open(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    channel: ChannelId,
    place: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = team_thread::ActiveModel {
        conversation_id: ActiveValue::Set(conversation.0),
        channel_id: ActiveValue::Set(channel.0),
        place: ActiveValue::Set(place.to_owned()),
        root: ActiveValue::Set(None),
        began_seq: ActiveValue::Set(0),
        posted_seq: ActiveValue::Set(0),
        card: ActiveValue::Set(None),
        attempt: ActiveValue::Set(None),
        attempts: ActiveValue::Set(0),
        open: ActiveValue::Set(true),
        dirty: ActiveValue::Set(true),
        due_at: ActiveValue::Set(now),
        lease_until: ActiveValue::Set(None),
        lease_by: ActiveValue::Set(None),
        detail: ActiveValue::Set(None),
        created_at: ActiveValue::Set(now),
        updated_at: ActiveValue::Set(now),
    };
    let wake = OnConflict::column(team_thread::Column::ConversationId)
        .update_columns([team_thread::Column::Open, team_thread::Column::Dirty, team_thread::Column::UpdatedAt])
        .to_owned();
    team_thread::Entity::insert(row).on_conflict(wake).exec_without_returning(db).await?;
    Ok(())
}

/// Has the thread of a conversation looked at again, if it has one that is open.
pub async fn touch(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<(), StoreError> {
    team_thread::Entity::update_many()
        .col_expr(team_thread::Column::Dirty, Expr::value(true))
        .filter(team_thread::Column::ConversationId.eq(conversation.0))
        .filter(team_thread::Column::Open.eq(true))
        .exec(db)
        .await?;
    Ok(())
}

/// Claims the thread that has waited longest for something to be posted.
pub async fn claim(
    db: &impl ConnectionTrait,
    worker: Uuid,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<Thread>, StoreError> {
    let free =
        Condition::any().add(team_thread::Column::LeaseUntil.is_null()).add(team_thread::Column::LeaseUntil.lt(now));
    let waiting = waiting().filter(team_thread::Column::DueAt.lte(now)).filter(free.clone());
    let Some(row) = waiting.one(db).await? else { return Ok(None) };
    // Two nodes may have read the same row; the second one's condition does not hold any more.
    let taken = team_thread::Entity::update_many()
        .col_expr(team_thread::Column::LeaseUntil, Expr::value(Some(now + lease)))
        .col_expr(team_thread::Column::LeaseBy, Expr::value(Some(worker)))
        .filter(team_thread::Column::ConversationId.eq(row.conversation_id))
        .filter(free)
        .exec(db)
        .await?;
    Ok((taken.rows_affected == 1).then(|| read(row)))
}

/// When a thread next has something to post and may.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row = waiting().one(db).await?;
    Ok(row.map(|row| row.lease_until.map_or(row.due_at, |until| Ord::max(until, row.due_at))))
}

/// Whether any thread follows its conversation.
pub async fn is_any_open(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let open = team_thread::Entity::find().filter(team_thread::Column::Open.eq(true)).limit(1);
    Ok(open.one(db).await?.is_some())
}

/// What became of a look at a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The card's name, if it was made.
    pub root: Option<String>,
    /// Where the conversation stood when the thread began, if it was begun.
    pub began: Option<Seq>,
    /// Up to where the timeline is posted.
    pub posted: Option<Seq>,
    /// What the card shows now.
    pub card: Option<String>,
    /// Whether nothing more is to be posted until somebody wakes the thread.
    pub closed: bool,
    /// Whether everything known was looked at.
    pub clean: bool,
}

/// Gives a thread back with what was achieved. Somebody else's is left alone.
pub async fn advance(
    db: &impl ConnectionTrait,
    thread: &Thread,
    worker: Uuid,
    progress: Progress,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut update = free(thread, worker, now)
        .col_expr(team_thread::Column::Attempts, Expr::value(0))
        .col_expr(team_thread::Column::Detail, Expr::value(None::<String>))
        .col_expr(team_thread::Column::Attempt, Expr::value(None::<String>));
    if let Some(root) = progress.root {
        update = update.col_expr(team_thread::Column::Root, Expr::value(Some(root)));
    }
    if let Some(began) = progress.began {
        update = update.col_expr(team_thread::Column::BeganSeq, Expr::value(began.0));
    }
    if let Some(posted) = progress.posted {
        update = update.col_expr(team_thread::Column::PostedSeq, Expr::value(posted.0));
    }
    if let Some(card) = progress.card {
        update = update.col_expr(team_thread::Column::Card, Expr::value(Some(card)));
    }
    if progress.closed {
        update = update.col_expr(team_thread::Column::Open, Expr::value(false));
    }
    if progress.clean {
        update = update.col_expr(team_thread::Column::Dirty, Expr::value(false));
    }
    update.exec(db).await?;
    Ok(())
}

/// Notes which post is about to be made, so that it is looked for if nobody hears of it again.
pub async fn attempt(db: &impl ConnectionTrait, thread: &Thread, key: &str) -> Result<(), StoreError> {
    team_thread::Entity::update_many()
        .col_expr(team_thread::Column::Attempt, Expr::value(Some(key.to_owned())))
        .filter(team_thread::Column::ConversationId.eq(thread.conversation.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives a thread back after a failure. `unheard`: the post may have been made. Without a time it is given up until somebody
/// wakes it.
pub async fn fail(
    db: &impl ConnectionTrait,
    thread: &Thread,
    worker: Uuid,
    unheard: bool,
    why: &str,
    again_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut update = free(thread, worker, now)
        .col_expr(team_thread::Column::Attempts, Expr::value(thread.attempts + 1))
        .col_expr(team_thread::Column::Detail, Expr::value(Some(why.to_owned())));
    if !unheard {
        update = update.col_expr(team_thread::Column::Attempt, Expr::value(None::<String>));
    }
    update = match again_at {
        Some(at) => update.col_expr(team_thread::Column::DueAt, Expr::value(at)),
        None => update.col_expr(team_thread::Column::Open, Expr::value(false)),
    };
    update.exec(db).await?;
    Ok(())
}

/// Lets a room rest until a time, whatever waits to be posted in it.
pub async fn rest(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    place: &str,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    team_thread::Entity::update_many()
        .col_expr(team_thread::Column::DueAt, Expr::value(until))
        .filter(team_thread::Column::ChannelId.eq(channel.0))
        .filter(team_thread::Column::Place.eq(place))
        .filter(team_thread::Column::Open.eq(true))
        .filter(team_thread::Column::DueAt.lt(until))
        .exec(db)
        .await?;
    Ok(())
}

/// The conversation of a thread.
pub async fn conversation_of(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    place: &str,
    root: &str,
) -> Result<Option<ConversationId>, StoreError> {
    let row = team_thread::Entity::find()
        .filter(team_thread::Column::ChannelId.eq(channel.0))
        .filter(team_thread::Column::Place.eq(place))
        .filter(team_thread::Column::Root.eq(root))
        .one(db)
        .await?;
    Ok(row.map(|row| ConversationId(row.conversation_id)))
}

/// What a post has to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostKind {
    /// A person wrote the message there.
    Written,
    /// It says there that the message could not be delivered.
    Failure,
}

impl PostKind {
    fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Failure => "failure",
        }
    }
}

/// Remembers which post belongs to a message. Twice is once.
pub async fn remember(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    message: MessageId,
    kind: PostKind,
    post: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = team_post::ActiveModel {
        message_id: ActiveValue::Set(message.0),
        kind: ActiveValue::Set(kind.word().to_owned()),
        conversation_id: ActiveValue::Set(conversation.0),
        post: ActiveValue::Set(post.to_owned()),
        created_at: ActiveValue::Set(now),
    };
    let known = OnConflict::columns([team_post::Column::MessageId, team_post::Column::Kind]).do_nothing().to_owned();
    team_post::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// The messages of a conversation that have a post of this kind.
pub async fn remembered(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    kind: PostKind,
) -> Result<Vec<MessageId>, StoreError> {
    let rows = team_post::Entity::find()
        .filter(team_post::Column::ConversationId.eq(conversation.0))
        .filter(team_post::Column::Kind.eq(kind.word()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| MessageId(row.message_id)).collect())
}

/// Open threads in which something is to be posted, those that may soonest first.
fn waiting() -> sea_orm::Select<team_thread::Entity> {
    let news = Condition::any()
        .add(team_thread::Column::Root.is_null())
        .add(team_thread::Column::Dirty.eq(true))
        .add(Expr::exists(news()));
    team_thread::Entity::find()
        .filter(team_thread::Column::Open.eq(true))
        .filter(news)
        .order_by_asc(team_thread::Column::DueAt)
        .limit(1)
}

fn news() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(conversation::Entity)
        .and_where(
            Expr::col((conversation::Entity, conversation::Column::Id))
                .equals((team_thread::Entity, team_thread::Column::ConversationId)),
        )
        .and_where(
            Expr::col((conversation::Entity, conversation::Column::LastSeq))
                .gt(Expr::col((team_thread::Entity, team_thread::Column::PostedSeq))),
        )
        .to_owned()
}

fn free(thread: &Thread, worker: Uuid, now: DateTime<Utc>) -> sea_orm::UpdateMany<team_thread::Entity> {
    team_thread::Entity::update_many()
        .col_expr(team_thread::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(team_thread::Column::LeaseBy, Expr::value(None::<Uuid>))
        .col_expr(team_thread::Column::UpdatedAt, Expr::value(now))
        .filter(team_thread::Column::ConversationId.eq(thread.conversation.0))
        .filter(team_thread::Column::LeaseBy.eq(worker))
}

fn read(row: team_thread::Model) -> Thread {
    Thread {
        conversation: ConversationId(row.conversation_id),
        channel: ChannelId(row.channel_id),
        place: row.place,
        root: row.root,
        began: Seq(row.began_seq),
        posted: Seq(row.posted_seq),
        card: row.card,
        attempt: row.attempt,
        attempts: row.attempts,
    }
}
