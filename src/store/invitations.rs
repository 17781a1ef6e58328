//! Invitations to the desk: a link that works once, for a week. Of its token only the hash is kept.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::handoff::AgentId;
use crate::handoff::people::Role;

use super::entity::invitation;
use super::{StoreError, codec};

/// An invitation that waits to be taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Identity.
    pub id: Uuid,
    /// The address they will sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they will be.
    pub role: Role,
    /// Who invited them.
    pub invited_by: AgentId,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Keeps an invitation in place of an earlier one to the same address.
pub async fn insert(
    db: &impl ConnectionTrait,
    invitation: &Invitation,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let email = invitation.email.to_lowercase();
    invitation::Entity::delete_many().filter(invitation::Column::Email.eq(email.as_str())).exec(db).await?;
    let row = invitation::ActiveModel {
        id: ActiveValue::Set(invitation.id),
        token_hash: ActiveValue::Set(token_hash.to_vec()),
        email: ActiveValue::Set(email),
        name: ActiveValue::Set(invitation.name.clone()),
        role: ActiveValue::Set(codec::word(&invitation.role)),
        invited_by: ActiveValue::Set(invitation.invited_by.0),
        created_at: ActiveValue::Set(now),
        expires_at: ActiveValue::Set(invitation.expires_at),
    };
    row.insert(db).await?;
    Ok(())
}

/// The invitation of a token, if it has not ended.
pub async fn by_token(
    db: &impl ConnectionTrait,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, StoreError> {
    let found = invitation::Entity::find()
        .filter(invitation::Column::TokenHash.eq(token_hash))
        .filter(invitation::Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    found.map(read).transpose()
}

/// Those that wait, newest first.
pub async fn waiting(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<Invitation>, StoreError> {
    let rows = invitation::Entity::find()
        .filter(invitation::Column::ExpiresAt.gt(now))
        .order_by_desc(invitation::Column::CreatedAt)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Takes an invitation out, whoever it is that does. `false`: it was gone.
pub async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, StoreError> {
    Ok(invitation::Entity::delete_by_id(id).exec(db).await?.rows_affected == 1)
}

fn read(row: invitation::Model) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: row.id,
        email: row.email,
        name: row.name,
        role: codec::read_word("role", &row.role)?,
        invited_by: AgentId(row.invited_by),
        expires_at: row.expires_at,
    })
}
