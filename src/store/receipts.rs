//! Provider events seen already. A repeated one finds its receipt and changes nothing.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TryInsertResult};
use uuid::Uuid;

use crate::handoff::{ChannelId, ConversationId, MessageId};

use super::StoreError;
use super::entity::receipt;

/// What a receipt points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The conversation the event went to.
    pub conversation: Option<ConversationId>,
    /// The message it became.
    pub message: Option<MessageId>,
}

/// Keeps a receipt. `false`: there was one already, and the event must not be handled again.
pub async fn insert(
    db: &impl ConnectionTrait,
    id: Uuid,
    channel: ChannelId,
    provider_id: &str,
    points_to: Receipt,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = receipt::ActiveModel {
        id: ActiveValue::Set(id),
        channel_id: ActiveValue::Set(channel.0),
        provider_id: ActiveValue::Set(provider_id.to_owned()),
        conversation_id: ActiveValue::Set(points_to.conversation.map(|id| id.0)),
        message_id: ActiveValue::Set(points_to.message.map(|id| id.0)),
        created_at: ActiveValue::Set(now),
    };
    let same = OnConflict::columns([receipt::Column::ChannelId, receipt::Column::ProviderId]).do_nothing().to_owned();
    let outcome = receipt::Entity::insert(row).on_conflict(same).try_insert().exec_without_returning(db).await?;
    Ok(matches!(outcome, TryInsertResult::Inserted(rows) if rows > 0))
}

/// The receipt of an event, if there is one.
pub async fn find(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    provider_id: &str,
) -> Result<Option<Receipt>, StoreError> {
    let row = receipt::Entity::find()
        .filter(receipt::Column::ChannelId.eq(channel.0))
        .filter(receipt::Column::ProviderId.eq(provider_id))
        .one(db)
        .await?;
    Ok(row.map(|row| Receipt {
        conversation: row.conversation_id.map(ConversationId),
        message: row.message_id.map(MessageId),
    }))
}
