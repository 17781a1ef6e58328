//! Secrets of the settings, sealed with the master key and bound to their names.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use secrecy::{ExposeSecret, SecretString};

use crate::handoff::AgentId;

use super::StoreError;
use super::entity::secret;
use super::seal::{MasterKey, SealError};

/// Keeps a secret under a name, in the place of the one that was there.
pub async fn set(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    name: &str,
    value: &SecretString,
    by: Option<AgentId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = secret::ActiveModel {
        name: ActiveValue::Set(name.to_owned()),
        sealed: ActiveValue::Set(key.seal(&context(name), value.expose_secret().as_bytes())?),
        updated_at: ActiveValue::Set(now),
        updated_by: ActiveValue::Set(by.map(|by| by.0)),
    };
    let replace = OnConflict::column(secret::Column::Name)
        .update_columns([secret::Column::Sealed, secret::Column::UpdatedAt, secret::Column::UpdatedBy])
        .to_owned();
    secret::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Keeps a secret under a name unless there is one already: what was made for good is never replaced.
pub async fn keep_first(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    name: &str,
    value: &SecretString,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = secret::ActiveModel {
        name: ActiveValue::Set(name.to_owned()),
        sealed: ActiveValue::Set(key.seal(&context(name), value.expose_secret().as_bytes())?),
        updated_at: ActiveValue::Set(now),
        updated_by: ActiveValue::Set(None),
    };
    let keep = OnConflict::column(secret::Column::Name).do_nothing().to_owned();
    secret::Entity::insert(row).on_conflict(keep).try_insert().exec_without_returning(db).await?;
    Ok(())
}

/// Forgets a secret. `false`: there was none.
pub async fn remove(db: &impl ConnectionTrait, name: &str) -> Result<bool, StoreError> {
    Ok(secret::Entity::delete_by_id(name).exec(db).await?.rows_affected > 0)
}

/// The names that begin so, and when each was set.
pub async fn names(db: &impl ConnectionTrait, prefix: &str) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
    let rows = secret::Entity::find()
        .select_only()
        .columns([secret::Column::Name, secret::Column::UpdatedAt])
        .filter(secret::Column::Name.starts_with(prefix))
        .order_by_asc(secret::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows)
}

/// The secrets whose names begin so, opened.
pub async fn open(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    prefix: &str,
) -> Result<Vec<(String, SecretString)>, StoreError> {
    let rows = secret::Entity::find().filter(secret::Column::Name.starts_with(prefix)).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let plain = key.open(&context(&row.name), &row.sealed)?;
            let text = String::from_utf8(plain).map_err(|_| SealError::WrongKey)?;
            Ok((row.name, SecretString::from(text)))
        })
        .collect()
}

fn context(name: &str) -> String {
    format!("secret:{name}")
}
