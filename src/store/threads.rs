//! Which conversation a thread of a provider is: a mail's Message-ID, a message's time stamp.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::handoff::{ChannelId, ConversationId};

use super::StoreError;
use super::entity::thread;

/// Most threads of a conversation that a message to be sent is given.
const RECENT_MAX: u64 = 50;

/// Keeps the thread's conversation. A thread that is known stays where it is.
pub async fn insert(
    db: &impl ConnectionTrait,
    id: Uuid,
    channel: ChannelId,
    key: &str,
    conversation: ConversationId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = thread::ActiveModel {
        id: ActiveValue::Set(id),
        channel_id: ActiveValue::Set(channel.0),
        key: ActiveValue::Set(key.to_owned()),
        conversation_id: ActiveValue::Set(conversation.0),
        created_at: ActiveValue::Set(now),
    };
    let known = OnConflict::columns([thread::Column::ChannelId, thread::Column::Key]).do_nothing().to_owned();
    thread::Entity::insert(row).on_conflict(known).try_insert().exec_without_returning(db).await?;
    Ok(())
}

/// The conversation of each of these threads that is known, in the order of `keys`.
pub async fn find(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    keys: &[String],
) -> Result<Vec<ConversationId>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = thread::Entity::find()
        .filter(thread::Column::ChannelId.eq(channel.0))
        .filter(thread::Column::Key.is_in(keys))
        .all(db)
        .await?;
    let place = |key: &str| keys.iter().position(|asked| asked == key);
    let mut found: Vec<_> =
        rows.into_iter().map(|row| (place(&row.key), ConversationId(row.conversation_id))).collect();
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, conversation)| conversation).collect())
}

/// The newest threads of a conversation, oldest first.
pub async fn of_conversation(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
) -> Result<Vec<String>, StoreError> {
    let mut rows = thread::Entity::find()
        .filter(thread::Column::ConversationId.eq(conversation.0))
        .order_by_desc(thread::Column::CreatedAt)
        .order_by_desc(thread::Column::Id)
        .limit(RECENT_MAX)
        .all(db)
        .await?;
    rows.reverse();
    Ok(rows.into_iter().map(|row| row.key).collect())
}
