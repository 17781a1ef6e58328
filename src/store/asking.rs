//! What a customer was asked before a handoff, one row a conversation.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};

use crate::handoff::policy::Asking;
use crate::handoff::{ConversationId, Epoch};

use super::entity::asking;
use super::{StoreError, codec};

/// Where the asking stands, and since which epoch.
pub async fn find(db: &impl ConnectionTrait, id: ConversationId) -> Result<Option<(Epoch, Asking)>, StoreError> {
    let row = asking::Entity::find_by_id(id.0).one(db).await?;
    row.map(|row| Ok((Epoch(row.epoch), codec::read_json("asking.state", row.state)?))).transpose()
}

/// Keeps where it stands.
pub async fn save(
    db: &impl ConnectionTrait,
    id: ConversationId,
    epoch: Epoch,
    state: &Asking,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = asking::ActiveModel {
        conversation_id: ActiveValue::Set(id.0),
        epoch: ActiveValue::Set(epoch.0),
        state: ActiveValue::Set(codec::json("asking.state", state)?),
        updated_at: ActiveValue::Set(now),
    };
    let replace = OnConflict::column(asking::Column::ConversationId)
        .update_columns([asking::Column::Epoch, asking::Column::State, asking::Column::UpdatedAt])
        .to_owned();
    asking::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}
