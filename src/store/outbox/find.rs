//! Looking rows up.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::super::entity::{delivery_attempt, outbox};
use super::super::{StoreError, codec};
use super::{Row, State, read};
use crate::handoff::{ChannelId, ConversationId, MessageId, OutboxId};

/// The row of a message, if it has one.
pub async fn of_message(db: &impl ConnectionTrait, message: MessageId) -> Result<Option<Row>, StoreError> {
    outbox::Entity::find().filter(outbox::Column::MessageId.eq(message.0)).one(db).await?.map(read).transpose()
}

/// The row with this id, which is also the key a provider was given.
pub async fn find(db: &impl ConnectionTrait, id: OutboxId) -> Result<Option<Row>, StoreError> {
    outbox::Entity::find_by_id(id.0).one(db).await?.map(read).transpose()
}

/// The row of a channel that a provider knows by its own name for the message.
pub async fn by_provider_id(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    provider_id: &str,
) -> Result<Option<Row>, StoreError> {
    let attempts =
        delivery_attempt::Entity::find().filter(delivery_attempt::Column::ProviderId.eq(provider_id)).all(db).await?;
    let row = outbox::Entity::find()
        .filter(outbox::Column::Id.is_in(attempts.iter().map(|attempt| attempt.outbox_id)))
        .filter(outbox::Column::ChannelId.eq(channel.0))
        .one(db)
        .await?;
    row.map(read).transpose()
}

/// The messages of a conversation that wait until the customer has written.
pub async fn waiting(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<Vec<Row>, StoreError> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::ConversationId.eq(conversation.0))
        .filter(outbox::Column::State.eq(codec::word(&State::Waiting)))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}
