//! What was said and what happened, in one order.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::handoff::event::Entry;
use crate::handoff::message::{Source, Visibility};
use crate::handoff::people::Actor;
use crate::handoff::{Author, ConversationId, Epoch, MessageId, NewMessage, Seq};

use super::entity::{event, message};
use super::{StoreError, batch, codec};

/// Where a public message is on its way to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Nothing to deliver: it came from the customer, or is a note.
    None,
    /// Waits for its turn.
    Queued,
    /// Given to the provider right now.
    Sending,
    /// The provider has it, or the widget can fetch it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer has opened it.
    Read,
    /// Refused; it waits for a person to try again.
    Parked,
    /// It leaves once the customer has written again.
    Waiting,
    /// Given up because a person took over before it left.
    Discarded,
    /// Sent, but the answer was lost: it may or may not have arrived.
    Unknown,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Identity, the widget's `publicId`.
    pub id: MessageId,
    /// Which conversation.
    pub conversation: ConversationId,
    /// Place in the timeline.
    pub seq: Seq,
    /// Who said it.
    pub author: Author,
    /// Whether the customer sees it.
    pub visibility: Visibility,
    /// Markdown as written.
    pub text: String,
    /// Articles an AI answer rests on.
    pub sources: Vec<Source>,
    /// Whether files came along.
    pub has_attachments: bool,
    /// The epoch it was stored under.
    pub epoch: Epoch,
    /// Where it is on its way.
    pub delivery: Delivery,
    /// Why delivery failed, in words.
    pub delivery_detail: Option<String>,
    /// 1 (helpful) or -1, by the customer.
    pub vote: Option<i32>,
    /// Whether it is the shown part of an answer whose end never came.
    pub cut_off: bool,
    /// When it was stored.
    pub at: DateTime<Utc>,
}

/// A stored line that is not a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Identity.
    pub id: Uuid,
    /// Place in the timeline.
    pub seq: Seq,
    /// Who caused it.
    pub by: Actor,
    /// What happened.
    pub entry: Entry,
    /// When.
    pub at: DateTime<Utc>,
}

/// One place of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Something said.
    Message(Message),
    /// Something that happened.
    Line(Line),
}

impl Item {
    /// Its place.
    pub fn seq(&self) -> Seq {
        match self {
            Self::Message(message) => message.seq,
            Self::Line(line) => line.seq,
        }
    }
}

/// Stores a message at its place.
pub async fn insert_message(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    seq: Seq,
    epoch: Epoch,
    new: &NewMessage,
    delivery: Delivery,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    message::Entity::insert(message_row(conversation, seq, epoch, new, delivery, now)?)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// A message as a row.
pub(super) fn message_row(
    conversation: ConversationId,
    seq: Seq,
    epoch: Epoch,
    new: &NewMessage,
    delivery: Delivery,
    now: DateTime<Utc>,
) -> Result<message::ActiveModel, StoreError> {
    let (author_kind, author_agent_id) = codec::author_columns(new.author);
    Ok(message::ActiveModel {
        pk: ActiveValue::NotSet,
        id: ActiveValue::Set(new.id.0),
        conversation_id: ActiveValue::Set(conversation.0),
        seq: ActiveValue::Set(seq.0),
        author_kind: ActiveValue::Set(author_kind),
        author_agent_id: ActiveValue::Set(author_agent_id),
        visibility: ActiveValue::Set(codec::word(&new.visibility)),
        text: ActiveValue::Set(new.text.clone()),
        sources: ActiveValue::Set(codec::json("sources", &new.sources)?),
        has_attachments: ActiveValue::Set(!new.attachments.is_empty()),
        epoch: ActiveValue::Set(epoch.0),
        delivery: ActiveValue::Set(codec::word(&delivery)),
        delivery_detail: ActiveValue::Set(None),
        vote: ActiveValue::Set(None),
        created_at: ActiveValue::Set(now),
        cut_off: ActiveValue::Set(false),
    })
}

/// Stores what was shown of an answer whose end never came.
pub async fn insert_shown(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    seq: Seq,
    epoch: Epoch,
    shown: &NewMessage,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = message_row(conversation, seq, epoch, shown, Delivery::Sent, now)?;
    let row = message::ActiveModel { cut_off: ActiveValue::Set(true), ..row };
    message::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Writes a line at its place.
#[expect(clippy::too_many_arguments, reason = "one row, its columns")]
pub async fn insert_line(
    db: &impl ConnectionTrait,
    id: Uuid,
    conversation: ConversationId,
    seq: Seq,
    epoch: Epoch,
    by: Actor,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let data = codec::json("data", entry)?;
    let kind = data.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let (actor_kind, actor_agent_id) = codec::actor_columns(by);
    let row = event::ActiveModel {
        id: ActiveValue::Set(id),
        conversation_id: ActiveValue::Set(conversation.0),
        seq: ActiveValue::Set(seq.0),
        kind: ActiveValue::Set(kind),
        actor_kind: ActiveValue::Set(actor_kind),
        actor_agent_id: ActiveValue::Set(actor_agent_id),
        data: ActiveValue::Set(data),
        epoch: ActiveValue::Set(epoch.0),
        created_at: ActiveValue::Set(now),
    };
    event::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The message with this id.
pub async fn message(db: &impl ConnectionTrait, id: MessageId) -> Result<Option<Message>, StoreError> {
    message::Entity::find().filter(message::Column::Id.eq(id.0)).one(db).await?.map(read_message).transpose()
}

/// Up to `limit` items after a place, oldest first.
pub async fn after(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    after: Seq,
    limit: u64,
) -> Result<Vec<Item>, StoreError> {
    page(db, conversation, (after.0 + 1, i64::MAX), Order::Asc, limit).await
}

/// Up to `limit` items before a place, oldest first; the newest without a place.
pub async fn before(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    before: Option<Seq>,
    limit: u64,
) -> Result<Vec<Item>, StoreError> {
    let last = before.map_or(i64::MAX, |seq| seq.0 - 1);
    let mut items = page(db, conversation, (0, last), Order::Desc, limit).await?;
    items.reverse();
    Ok(items)
}

async fn page(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    (from, to): (i64, i64),
    order: Order,
    limit: u64,
) -> Result<Vec<Item>, StoreError> {
    let messages = message::Entity::find()
        .filter(message::Column::ConversationId.eq(conversation.0))
        .filter(message::Column::Seq.between(from, to))
        .order_by(message::Column::Seq, order.clone())
        .limit(limit)
        .all(db)
        .await?;
    let lines = event::Entity::find()
        .filter(event::Column::ConversationId.eq(conversation.0))
        .filter(event::Column::Seq.between(from, to))
        .order_by(event::Column::Seq, order.clone())
        .limit(limit)
        .all(db)
        .await?;
    let mut items = Vec::with_capacity(messages.len() + lines.len());
    for row in messages {
        items.push(Item::Message(read_message(row)?));
    }
    for row in lines {
        items.push(Item::Line(read_line(row)?));
    }
    items.sort_by_key(Item::seq);
    if matches!(order, Order::Desc) {
        items.reverse();
    }
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(items)
}

/// The newest public messages, oldest first: what the AI reads.
pub async fn recent_messages(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let mut rows = message::Entity::find()
        .filter(message::Column::ConversationId.eq(conversation.0))
        .filter(message::Column::Visibility.eq(codec::word(&Visibility::Public)))
        .order_by_desc(message::Column::Seq)
        .limit(limit)
        .all(db)
        .await?;
    rows.reverse();
    rows.into_iter().map(read_message).collect()
}

/// What people wrote and the customer may not have got.
pub async fn undelivered(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<Vec<Message>, StoreError> {
    let lost = [Delivery::Parked, Delivery::Unknown].map(|delivery| codec::word(&delivery));
    let rows = message::Entity::find()
        .filter(message::Column::ConversationId.eq(conversation.0))
        .filter(message::Column::AuthorAgentId.is_not_null())
        .filter(message::Column::Delivery.is_in(lost))
        .order_by_asc(message::Column::Seq)
        .all(db)
        .await?;
    rows.into_iter().map(read_message).collect()
}

/// The messages with these ids, in no order.
pub async fn messages(db: &impl ConnectionTrait, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
    let ids = batch::padded(ids.iter().map(|id| id.0).collect());
    let rows = message::Entity::find().filter(message::Column::Id.is_in(ids)).all(db).await?;
    rows.into_iter().map(read_message).collect()
}

/// Notes that messages are all at the same place of their way.
pub(super) fn deliveries(ids: Vec<Uuid>, delivery: Delivery) -> sea_orm::UpdateMany<message::Entity> {
    message::Entity::update_many()
        .col_expr(message::Column::Delivery, Expr::value(codec::word(&delivery)))
        .col_expr(message::Column::DeliveryDetail, Expr::value(None::<String>))
        .filter(message::Column::Id.is_in(batch::padded(ids)))
}

/// The same, but what the provider has reported of a message stays.
pub(super) fn deliveries_if_not_reported(ids: Vec<Uuid>, delivery: Delivery) -> sea_orm::UpdateMany<message::Entity> {
    let reported = [Delivery::Delivered, Delivery::Read, Delivery::Parked].map(|state| codec::word(&state));
    deliveries(ids, delivery).filter(message::Column::Delivery.is_not_in(reported))
}

/// Notes where a message is on its way.
pub async fn set_delivery(
    db: &impl ConnectionTrait,
    id: MessageId,
    delivery: Delivery,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    message::Entity::update_many()
        .col_expr(message::Column::Delivery, Expr::value(codec::word(&delivery)))
        .col_expr(message::Column::DeliveryDetail, Expr::value(detail.map(str::to_owned)))
        .filter(message::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that the customer's widget has fetched everything up to a place. Says whether that is news.
pub async fn mark_fetched(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    through: Seq,
) -> Result<bool, StoreError> {
    let changed = message::Entity::update_many()
        .col_expr(message::Column::Delivery, Expr::value(codec::word(&Delivery::Delivered)))
        .filter(message::Column::ConversationId.eq(conversation.0))
        .filter(message::Column::Seq.lte(through.0))
        .filter(Condition::any().add(message::Column::Delivery.eq(codec::word(&Delivery::Sent))))
        .exec(db)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Keeps the customer's opinion of a message.
pub async fn set_vote(db: &impl ConnectionTrait, id: MessageId, vote: i32) -> Result<(), StoreError> {
    message::Entity::update_many()
        .col_expr(message::Column::Vote, Expr::value(vote))
        .filter(message::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

fn read_message(row: message::Model) -> Result<Message, StoreError> {
    Ok(Message {
        id: MessageId(row.id),
        conversation: ConversationId(row.conversation_id),
        seq: Seq(row.seq),
        author: codec::read_author(&row.author_kind, row.author_agent_id)?,
        visibility: codec::read_word("visibility", &row.visibility)?,
        text: row.text,
        sources: codec::read_json("sources", row.sources)?,
        has_attachments: row.has_attachments,
        epoch: Epoch(row.epoch),
        delivery: codec::read_word("delivery", &row.delivery)?,
        delivery_detail: row.delivery_detail,
        vote: row.vote,
        cut_off: row.cut_off,
        at: row.created_at,
    })
}

pub(super) fn read_line(row: event::Model) -> Result<Line, StoreError> {
    Ok(Line {
        id: row.id,
        seq: Seq(row.seq),
        by: codec::read_actor(&row.actor_kind, row.actor_agent_id)?,
        entry: codec::read_json("data", row.data)?,
        at: row.created_at,
    })
}
