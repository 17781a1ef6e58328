//! When customers last wrote: what a channel's window is counted from.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::handoff::{ChannelId, ContactId};

use super::StoreError;
use super::entity::{conversation, message};

/// When each of these customers last wrote on a channel.
pub async fn on_channel(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    contacts: &[ContactId],
) -> Result<HashMap<ContactId, DateTime<Utc>>, StoreError> {
    let rows: Vec<(Uuid, Option<DateTime<Utc>>)> = message::Entity::find()
        .join_rev(
            JoinType::InnerJoin,
            conversation::Entity::belongs_to(message::Entity)
                .from(conversation::Column::Id)
                .to(message::Column::ConversationId)
                .into(),
        )
        .select_only()
        .column(conversation::Column::ContactId)
        .column_as(message::Column::CreatedAt.max(), "heard_at")
        .filter(conversation::Column::ChannelId.eq(channel.0))
        .filter(conversation::Column::ContactId.is_in(contacts.iter().map(|id| id.0)))
        .filter(message::Column::AuthorKind.eq("contact"))
        .group_by(conversation::Column::ContactId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(contact, at)| Some((ContactId(contact), at?))).collect())
}
