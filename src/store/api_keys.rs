//! Keys for the public API, kept as hashes.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::StoreError;
use super::entity::api_key;

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Identity.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// First characters, to tell keys apart.
    pub prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Stores a new key.
pub async fn insert(db: &impl ConnectionTrait, key: &ApiKey, hash: &[u8]) -> Result<(), StoreError> {
    let row = api_key::ActiveModel {
        id: ActiveValue::Set(key.id),
        name: ActiveValue::Set(key.name.clone()),
        prefix: ActiveValue::Set(key.prefix.clone()),
        key_hash: ActiveValue::Set(hash.to_vec()),
        created_at: ActiveValue::Set(key.created_at),
        last_used_at: ActiveValue::Set(None),
        revoked_at: ActiveValue::Set(None),
    };
    row.insert(db).await?;
    Ok(())
}

/// The key with this hash that was not revoked.
pub async fn find(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<ApiKey>, StoreError> {
    let row = api_key::Entity::find()
        .filter(api_key::Column::KeyHash.eq(hash))
        .filter(api_key::Column::RevokedAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(read))
}

/// Every key that was not revoked, oldest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<ApiKey>, StoreError> {
    let rows = api_key::Entity::find()
        .filter(api_key::Column::RevokedAt.is_null())
        .order_by_asc(api_key::Column::CreatedAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The key with this id that was not revoked.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<ApiKey>, StoreError> {
    let row = api_key::Entity::find_by_id(id).filter(api_key::Column::RevokedAt.is_null()).one(db).await?;
    Ok(row.map(read))
}

/// Revokes a key.
pub async fn revoke(db: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(Some(now)))
        .filter(api_key::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

fn read(row: api_key::Model) -> ApiKey {
    ApiKey { id: row.id, name: row.name, prefix: row.prefix, created_at: row.created_at }
}
