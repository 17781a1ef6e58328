//! The call a customer was asked about last, of which a conversation has at most one.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};

use crate::handoff::{ConversationId, MessageId};

use super::StoreError;
use super::entity::proposed_call::{ActiveModel, Column, Entity};

/// A call that waits for a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The message that asks.
    pub message: MessageId,
    /// Which action.
    pub action: String,
    /// Its arguments: a JSON object.
    pub arguments: String,
}

/// Keeps a call, in the place of an earlier one.
pub async fn set(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    call: &Proposed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        conversation_id: ActiveValue::Set(conversation.0),
        message_id: ActiveValue::Set(call.message.0),
        action: ActiveValue::Set(call.action.clone()),
        arguments: ActiveValue::Set(call.arguments.clone()),
        created_at: ActiveValue::Set(now),
    };
    let replace = OnConflict::column(Column::ConversationId)
        .update_columns([Column::MessageId, Column::Action, Column::Arguments, Column::CreatedAt])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// The call a conversation waits with.
pub async fn find(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<Option<Proposed>, StoreError> {
    let row = Entity::find_by_id(conversation.0).one(db).await?;
    Ok(row.map(|row| Proposed { message: MessageId(row.message_id), action: row.action, arguments: row.arguments }))
}

/// Takes the call out, so that it is made once. `false`: there is none any more.
pub async fn take(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<bool, StoreError> {
    Ok(Entity::delete_by_id(conversation.0).exec(db).await?.rows_affected > 0)
}
