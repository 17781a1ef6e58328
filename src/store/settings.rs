//! What admins set, one JSON document a section, each with a version for optimistic locking.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TryInsertResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::handoff::AgentId;

use super::entity::setting;
use super::{StoreError, codec};

/// A section and the version it was read at; version 0 was never saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The section.
    pub value: T,
    /// Its version.
    pub version: i64,
}

/// A section of the settings, named in the table.
pub trait Section: Serialize + DeserializeOwned + Default {
    /// Name of the row.
    const NAME: &'static str;
}

/// Reads what was saved of a section, with its version; nothing if it never was.
pub async fn load_json(db: &impl ConnectionTrait, name: &str) -> Result<Option<(Value, i64)>, StoreError> {
    Ok(setting::Entity::find_by_id(name).one(db).await?.map(|row| (row.value, row.version)))
}

/// Reads a section; its defaults if it was never saved.
pub async fn load<S: Section>(db: &impl ConnectionTrait) -> Result<Versioned<S>, StoreError> {
    match setting::Entity::find_by_id(S::NAME).one(db).await? {
        Some(row) => Ok(Versioned { value: codec::read_json("settings.value", row.value)?, version: row.version }),
        None => Ok(Versioned { value: S::default(), version: 0 }),
    }
}

/// Saves a section unless somebody saved it since `seen`. `false`: somebody did, and nothing was written.
pub async fn save<S: Section>(
    db: &impl ConnectionTrait,
    section: &S,
    seen: i64,
    by: Option<AgentId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    save_json(db, S::NAME, codec::json("settings.value", section)?, seen, by, now).await
}

/// The same for a section whose name and form are known elsewhere.
pub async fn save_json(
    db: &impl ConnectionTrait,
    name: &str,
    value: Value,
    seen: i64,
    by: Option<AgentId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if seen == 0 {
        let row = setting::ActiveModel {
            name: ActiveValue::Set(name.to_owned()),
            value: ActiveValue::Set(value),
            version: ActiveValue::Set(1),
            updated_at: ActiveValue::Set(now),
            updated_by: ActiveValue::Set(by.map(|by| by.0)),
        };
        let keep = OnConflict::column(setting::Column::Name).do_nothing().to_owned();
        let outcome = setting::Entity::insert(row).on_conflict(keep).try_insert().exec_without_returning(db).await?;
        return Ok(matches!(outcome, TryInsertResult::Inserted(rows) if rows > 0));
    }
    let changed = setting::Entity::update_many()
        .col_expr(setting::Column::Value, Expr::value(value))
        .col_expr(setting::Column::Version, Expr::value(seen + 1))
        .col_expr(setting::Column::UpdatedAt, Expr::value(now))
        .col_expr(setting::Column::UpdatedBy, Expr::value(by.map(|by| by.0)))
        .filter(setting::Column::Name.eq(name))
        .filter(setting::Column::Version.eq(seen))
        .exec(db)
        .await?;
    Ok(changed.rows_affected == 1)
}
