//! Conversations: the core's facts and what the list shows beside them.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use crate::handoff::event::Sentiment;
use crate::handoff::policy::Reason;
use crate::handoff::waiting::{Care, Missed};
use crate::handoff::{ChannelId, ContactId, Conversation, ConversationId, Epoch, Seq, TeamId, TicketNumber};

use super::entity::conversation;
use super::{StoreError, batch, codec};

/// A stored conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What the core decides on.
    pub core: Conversation,
    /// The number people say to each other.
    pub number: TicketNumber,
    /// Kind of the channel, as a word.
    pub channel_kind: String,
    /// The widget's own name for its visitor; an unverified visitor sees only conversations under it.
    pub external_id: Option<String>,
    /// Why it was handed off last.
    pub handoff_reason: Option<Reason>,
    /// First words of the customer, or the subject.
    pub title: Option<String>,
    /// BCP-47.
    pub language: Option<String>,
    /// The customer's mood when the AI last looked.
    pub sentiment: Sentiment,
    /// Whether the contact proved who they are.
    pub verified: bool,
    /// Free facts the embedding page gave.
    pub attributes: Value,
    /// The widget's saved state.
    pub checkpoint: Option<Value>,
    /// The last public words.
    pub last_text: Option<String>,
    /// Whose they were: `contact`, `ai`, `agent`, `system`.
    pub last_author: Option<String>,
    /// How far a person has read.
    pub seen: Seq,
    /// The customer's rating, 1 to 5.
    pub rating: Option<i32>,
    /// What is promised to the customer while people have it.
    pub care: Care,
    /// When the customer was asked for a rating.
    pub rating_asked_at: Option<DateTime<Utc>>,
    /// When something was last said.
    pub last_at: DateTime<Utc>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When anything about it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a new conversation starts with, beside the core's facts.
#[derive(Clone, Debug)]
pub struct NewConversation {
    /// The core's facts.
    pub core: Conversation,
    /// Kind of the channel, as a word.
    pub channel_kind: String,
    /// The widget's own name for its visitor.
    pub external_id: Option<String>,
    /// Whether the contact proved who they are.
    pub verified: bool,
    /// Free facts the embedding page gave.
    pub attributes: Value,
}

/// Stores a new conversation and gives it its number.
pub async fn insert(db: &impl ConnectionTrait, new: NewConversation, now: DateTime<Utc>) -> Result<Record, StoreError> {
    let core = &new.core;
    let (owner_kind, owner_agent_id) = codec::owner_columns(core.owner);
    let (status, snoozed_until, outcome) = codec::status_columns(core.status);
    let row = conversation::ActiveModel {
        number: ActiveValue::NotSet,
        id: ActiveValue::Set(core.id.0),
        channel_id: ActiveValue::Set(core.channel.0),
        channel_kind: ActiveValue::Set(new.channel_kind),
        contact_id: ActiveValue::Set(core.contact.0),
        external_id: ActiveValue::Set(new.external_id),
        owner_kind: ActiveValue::Set(owner_kind),
        owner_agent_id: ActiveValue::Set(owner_agent_id),
        epoch: ActiveValue::Set(core.epoch.0),
        team_id: ActiveValue::Set(core.team.map(|team| team.0)),
        status: ActiveValue::Set(status),
        snoozed_until: ActiveValue::Set(snoozed_until),
        outcome: ActiveValue::Set(outcome),
        last_seq: ActiveValue::Set(core.last_seq.0),
        watermark: ActiveValue::Set(core.watermark.0),
        waiting_since: ActiveValue::Set(core.waiting_since),
        handoff_id: ActiveValue::Set(core.handoff.map(|handoff| handoff.id.0)),
        handoff_acknowledged: ActiveValue::Set(core.handoff.is_some_and(|handoff| handoff.acknowledged)),
        ai_answers: ActiveValue::Set(core.ai_answers),
        handoff_reason: ActiveValue::Set(None),
        title: ActiveValue::Set(None),
        language: ActiveValue::Set(None),
        sentiment: ActiveValue::Set(codec::word(&Sentiment::Neutral)),
        verified: ActiveValue::Set(new.verified),
        attributes: ActiveValue::Set(new.attributes),
        checkpoint: ActiveValue::Set(None),
        last_text: ActiveValue::Set(None),
        last_author: ActiveValue::Set(None),
        seen_seq: ActiveValue::Set(0),
        rating: ActiveValue::Set(None),
        care_since: ActiveValue::Set(None),
        owned_since: ActiveValue::Set(None),
        person_answered: ActiveValue::Set(false),
        goal: ActiveValue::Set(None),
        goal_warn_at: ActiveValue::Set(None),
        goal_due_at: ActiveValue::Set(None),
        goal_warned: ActiveValue::Set(false),
        goals_missed: ActiveValue::Set(0),
        waiting_news: ActiveValue::Set(0),
        rating_asked_at: ActiveValue::Set(None),
        last_at: ActiveValue::Set(now),
        created_at: ActiveValue::Set(now),
        updated_at: ActiveValue::Set(now),
    };
    read(row.insert(db).await?)
}

/// Loads a conversation for a change: on PostgreSQL its row stays locked until the transaction ends.
pub async fn lock(db: &impl ConnectionTrait, id: ConversationId) -> Result<Option<Record>, StoreError> {
    let mut query = conversation::Entity::find().filter(conversation::Column::Id.eq(id.0));
    if db.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock(LockType::Update);
    }
    query.one(db).await?.map(read).transpose()
}

/// Loads conversations for a change, in no order. On PostgreSQL those that somebody else is changing are left out.
pub async fn lock_free(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<Vec<Record>, StoreError> {
    let ids = batch::padded(ids.iter().map(|id| id.0).collect());
    let mut query = conversation::Entity::find().filter(conversation::Column::Id.is_in(ids));
    if db.get_database_backend() == DatabaseBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    query.all(db).await?.into_iter().map(read).collect()
}

/// Loads a conversation to look at.
pub async fn find(db: &impl ConnectionTrait, id: ConversationId) -> Result<Option<Record>, StoreError> {
    conversation::Entity::find().filter(conversation::Column::Id.eq(id.0)).one(db).await?.map(read).transpose()
}

/// Loads a conversation by its number.
pub async fn by_number(db: &impl ConnectionTrait, number: TicketNumber) -> Result<Option<Record>, StoreError> {
    conversation::Entity::find_by_id(number.0).one(db).await?.map(read).transpose()
}

/// The contact's latest conversation on a channel that is not done.
pub async fn current(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    contact: ContactId,
) -> Result<Option<ConversationId>, StoreError> {
    let row = conversation::Entity::find()
        .filter(conversation::Column::ContactId.eq(contact.0))
        .filter(conversation::Column::ChannelId.eq(channel.0))
        .filter(conversation::Column::Status.ne("resolved"))
        .order_by_desc(conversation::Column::Number)
        .limit(1)
        .one(db)
        .await?;
    Ok(row.map(|row| ConversationId(row.id)))
}

/// The contact's latest conversation on a channel, whatever became of it.
pub async fn last_of(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    contact: ContactId,
) -> Result<Option<Record>, StoreError> {
    let found = conversation::Entity::find()
        .filter(conversation::Column::ContactId.eq(contact.0))
        .filter(conversation::Column::ChannelId.eq(channel.0))
        .order_by_desc(conversation::Column::Number)
        .limit(1);
    found.one(db).await?.map(read).transpose()
}

/// Which of a contact's conversations are wanted.
#[derive(Clone, Debug)]
pub struct OfContact {
    /// Whose.
    pub contact: ContactId,
    /// On which channel.
    pub channel: ChannelId,
    /// Only those in which the contact had proved who they are, or only the others.
    pub verified: bool,
    /// Only those begun under this name for the visitor.
    pub external_id: Option<String>,
}

/// Up to `limit` of a contact's conversations, newest first, those before a number.
pub async fn of_contact(
    db: &impl ConnectionTrait,
    wanted: &OfContact,
    before: Option<TicketNumber>,
    limit: u64,
) -> Result<Vec<Record>, StoreError> {
    let mut query = conversation::Entity::find()
        .filter(conversation::Column::ContactId.eq(wanted.contact.0))
        .filter(conversation::Column::ChannelId.eq(wanted.channel.0))
        .filter(conversation::Column::Verified.eq(wanted.verified));
    if let Some(external_id) = &wanted.external_id {
        query = query.filter(conversation::Column::ExternalId.eq(external_id.as_str()));
    }
    if let Some(before) = before {
        query = query.filter(conversation::Column::Number.lt(before.0));
    }
    query.order_by_desc(conversation::Column::Number).limit(limit).all(db).await?.into_iter().map(read).collect()
}

/// Writes back what changed between `before` and `after`. The key and the beginning never change.
pub async fn save(db: &impl ConnectionTrait, before: &Record, after: &Record) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    let mut row = write(before).into_active_model();
    row.set_from(write(after));
    conversation::Entity::update_many()
        .set(row)
        .filter(conversation::Column::Number.eq(before.number.0))
        .exec(db)
        .await?;
    Ok(())
}

/// That a conversation is open. Written out and not bound: SQLite takes an index of open conversations only for a condition it can
/// read.
pub(super) fn is_open() -> Expr {
    Expr::col((conversation::Entity, conversation::Column::Status)).eq(Expr::cust("'open'"))
}

/// Notes how far people have read. Not a change of the conversation: its `updated_at` stays.
pub async fn mark_seen(db: &impl ConnectionTrait, id: ConversationId, seen: Seq) -> Result<(), StoreError> {
    conversation::Entity::update_many()
        .col_expr(conversation::Column::SeenSeq, Expr::value(seen.0))
        .filter(conversation::Column::Id.eq(id.0))
        .filter(conversation::Column::SeenSeq.lt(seen.0))
        .exec(db)
        .await?;
    Ok(())
}

trait SetFrom {
    fn set_from(&mut self, next: conversation::Model);
}

impl SetFrom for conversation::ActiveModel {
    fn set_from(&mut self, next: conversation::Model) {
        macro_rules! set {
            ($($field:ident)*) => {$(
                if self.$field.as_ref() != &next.$field {
                    self.$field = ActiveValue::Set(next.$field);
                }
            )*};
        }
        set! {
            contact_id owner_kind owner_agent_id epoch team_id status snoozed_until outcome last_seq watermark
            waiting_since handoff_id handoff_acknowledged ai_answers handoff_reason title language sentiment verified
            attributes checkpoint last_text last_author rating care_since owned_since person_answered goal goal_warn_at
            goal_due_at goal_warned goals_missed waiting_news rating_asked_at last_at updated_at
        }
    }
}

pub(super) fn write(record: &Record) -> conversation::Model {
    let core = &record.core;
    let (owner_kind, owner_agent_id) = codec::owner_columns(core.owner);
    let (status, snoozed_until, outcome) = codec::status_columns(core.status);
    conversation::Model {
        number: record.number.0,
        id: core.id.0,
        channel_id: core.channel.0,
        channel_kind: record.channel_kind.clone(),
        contact_id: core.contact.0,
        external_id: record.external_id.clone(),
        owner_kind,
        owner_agent_id,
        epoch: core.epoch.0,
        team_id: core.team.map(|team| team.0),
        status,
        snoozed_until,
        outcome,
        last_seq: core.last_seq.0,
        watermark: core.watermark.0,
        waiting_since: core.waiting_since,
        handoff_id: core.handoff.map(|handoff| handoff.id.0),
        handoff_acknowledged: core.handoff.is_some_and(|handoff| handoff.acknowledged),
        ai_answers: core.ai_answers,
        handoff_reason: record.handoff_reason.map(|reason| codec::word(&reason)),
        title: record.title.clone(),
        language: record.language.clone(),
        sentiment: codec::word(&record.sentiment),
        verified: record.verified,
        attributes: record.attributes.clone(),
        checkpoint: record.checkpoint.clone(),
        last_text: record.last_text.clone(),
        last_author: record.last_author.clone(),
        seen_seq: record.seen.0,
        rating: record.rating,
        care_since: record.care.since,
        owned_since: record.care.owned_since,
        person_answered: record.care.answered,
        goal: record.care.goal.map(|goal| codec::word(&goal)),
        goal_warn_at: record.care.warn_at,
        goal_due_at: record.care.due_at,
        goal_warned: record.care.warned,
        goals_missed: record.care.missed.bits(),
        waiting_news: record.care.news,
        rating_asked_at: record.rating_asked_at,
        last_at: record.last_at,
        created_at: record.created_at,
        updated_at: record.updated_at,
    }
}

fn care(row: &conversation::Model) -> Result<Care, StoreError> {
    Ok(Care {
        since: row.care_since,
        owned_since: row.owned_since,
        answered: row.person_answered,
        goal: row.goal.as_deref().map(|goal| codec::read_word("goal", goal)).transpose()?,
        warn_at: row.goal_warn_at,
        due_at: row.goal_due_at,
        warned: row.goal_warned,
        missed: Missed::from_bits(row.goals_missed),
        news: row.waiting_news,
    })
}

pub(super) fn read(row: conversation::Model) -> Result<Record, StoreError> {
    let care = care(&row)?;
    let core = Conversation {
        id: ConversationId(row.id),
        channel: ChannelId(row.channel_id),
        contact: ContactId(row.contact_id),
        owner: codec::read_owner(&row.owner_kind, row.owner_agent_id)?,
        epoch: Epoch(row.epoch),
        team: row.team_id.map(TeamId),
        status: codec::read_status(&row.status, row.snoozed_until, row.outcome.as_deref())?,
        last_seq: Seq(row.last_seq),
        watermark: Seq(row.watermark),
        waiting_since: row.waiting_since,
        handoff: codec::read_handoff(row.handoff_id, row.handoff_acknowledged),
        ai_answers: row.ai_answers,
    };
    Ok(Record {
        core,
        number: TicketNumber(row.number),
        channel_kind: row.channel_kind,
        external_id: row.external_id,
        handoff_reason: row.handoff_reason.map(|reason| codec::read_word("handoff_reason", &reason)).transpose()?,
        title: row.title,
        language: row.language,
        sentiment: codec::read_word("sentiment", &row.sentiment)?,
        verified: row.verified,
        attributes: row.attributes,
        checkpoint: row.checkpoint,
        last_text: row.last_text,
        last_author: row.last_author,
        seen: Seq(row.seen_seq),
        rating: row.rating,
        care,
        rating_asked_at: row.rating_asked_at,
        last_at: row.last_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
