//! What messages carry beside their text: a subject, copies, a template, quick replies, the whole of what was cut.
//!
//! May not be needed to list or to search. Invariant: a message without a row carries nothing.

use std::collections::HashMap;

use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::handoff::{AttachmentId, ConversationId, MessageId};

use super::entity::{message, message_details};
use super::timeline::Item;
use super::{StoreError, codec};

/// Messages that are looked at for a subject.
const LOOKED_AT_MAX: u64 = 20;

/// What a message carries beside its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Which of the customer's addresses it goes to, where a person chose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Who got a copy, or gets one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<String>,
    /// The message that was approved beforehand: what an adapter calls a template, as it writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Value>,
    /// Whether it goes out without the account's signature.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unsigned: bool,
    /// Answers the customer may choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<String>,
    /// The whole message, as a file, where the text is a part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<AttachmentId>,
    /// Whether a machine wrote it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// Whether a person wrote it in the provider's own app.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_app: bool,
}

impl Details {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Keeps what a message carries, if it carries anything.
pub async fn insert(db: &impl ConnectionTrait, message: MessageId, details: &Details) -> Result<(), StoreError> {
    if details.is_empty() {
        return Ok(());
    }
    let row = message_details::ActiveModel {
        message_id: ActiveValue::Set(message.0),
        data: ActiveValue::Set(codec::json("data", details)?),
    };
    message_details::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// What a conversation is about: the subject its messages last named.
pub async fn subject_of(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<Option<String>, StoreError> {
    Ok(last_head(db, conversation).await?.and_then(|head| head.subject))
}

/// What the last message with a subject carries: what it was about, and who got a copy.
pub async fn last_head(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<Option<Details>, StoreError> {
    let its_messages = Query::select()
        .column(message::Column::Id)
        .from(message::Entity)
        .and_where(message::Column::ConversationId.eq(conversation.0))
        .to_owned();
    // Ids are made in the order of time.
    let rows = message_details::Entity::find()
        .filter(message_details::Column::MessageId.in_subquery(its_messages))
        .order_by_desc(message_details::Column::MessageId)
        .limit(LOOKED_AT_MAX)
        .all(db)
        .await?;
    for row in rows {
        let details: Details = codec::read_json("data", row.data)?;
        if details.subject.is_some() {
            return Ok(Some(details));
        }
    }
    Ok(None)
}

/// What the messages among lines carry.
pub async fn of_items(db: &impl ConnectionTrait, items: &[Item]) -> Result<HashMap<MessageId, Details>, StoreError> {
    let ids = items.iter().filter_map(|item| match item {
        Item::Message(message) => Some(message.id),
        Item::Line(_) => None,
    });
    of(db, &ids.collect::<Vec<_>>()).await
}

/// What messages carry; nothing is said of those that carry nothing.
pub async fn of(db: &impl ConnectionTrait, messages: &[MessageId]) -> Result<HashMap<MessageId, Details>, StoreError> {
    if messages.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = message_details::Entity::find()
        .filter(message_details::Column::MessageId.is_in(messages.iter().map(|id| id.0)))
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok((MessageId(row.message_id), codec::read_json("data", row.data)?))).collect()
}
