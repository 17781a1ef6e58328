//! What admins set, one JSON document a section, each with a version for optimistic locking.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseConnection, EntityTrait, QueryFilter,
    Statement, TryInsertResult,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::handoff::AgentId;

use super::entity::setting;
use super::open::Work;
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

/// Where settings are read. A transaction, in which a use case asks for half a dozen sections, reads all of them the first time.
pub trait Source: ConnectionTrait {
    /// What was read before.
    fn memory(&self) -> Option<&Memory> {
        None
    }
}

impl Source for DatabaseConnection {}

impl Source for Work {
    fn memory(&self) -> Option<&Memory> {
        Some(self.settings())
    }
}

/// The sections as they were when a transaction first asked for one, as text, with their versions.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Option<Arc<Sections>>>);

type Sections = HashMap<String, (String, i64)>;

impl Memory {
    async fn sections(&self, db: &impl ConnectionTrait) -> Result<Arc<Sections>, StoreError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let read = Arc::new(all_sections(db).await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
        Ok(read)
    }

    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// In one row: each row SQLite hands over wakes the one that waits.
async fn all_sections(db: &impl ConnectionTrait) -> Result<Sections, StoreError> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Postgres => {
            "SELECT coalesce(json_agg(json_build_array(name, value::text, version)), '[]')::text FROM settings"
        }
        _ => "SELECT json_group_array(json_array(name, CAST(value AS TEXT), version)) FROM settings",
    };
    let Some(row) = db.query_one_raw(Statement::from_string(backend, sql)).await? else { return Ok(Sections::new()) };
    let text: String = row.try_get_by_index(0)?;
    let rows: Vec<(String, String, i64)> = serde_json::from_str(&text).map_err(|_| unreadable(text))?;
    Ok(rows.into_iter().map(|(name, value, version)| (name, (value, version))).collect())
}

fn unreadable(value: String) -> StoreError {
    StoreError::Unreadable { column: "settings.value", value }
}

/// Reads what was saved of a section, with its version; nothing if it never was.
pub async fn load_json(db: &impl ConnectionTrait, name: &str) -> Result<Option<(Value, i64)>, StoreError> {
    Ok(setting::Entity::find_by_id(name).one(db).await?.map(|row| (row.value, row.version)))
}

/// Reads a section; its defaults if it was never saved.
pub async fn load<S: Section>(db: &impl Source) -> Result<Versioned<S>, StoreError> {
    let found = match db.memory() {
        Some(memory) => match memory.sections(db).await?.get(S::NAME) {
            Some((text, version)) => {
                Some((serde_json::from_str(text).map_err(|_| unreadable(text.clone()))?, *version))
            }
            None => None,
        },
        None => load_json(db, S::NAME).await?,
    };
    match found {
        Some((value, version)) => Ok(Versioned { value: codec::read_json("settings.value", value)?, version }),
        None => Ok(Versioned { value: S::default(), version: 0 }),
    }
}

/// Saves a section unless somebody saved it since `seen`. `false`: somebody did, and nothing was written.
pub async fn save<S: Section>(
    db: &impl Source,
    section: &S,
    seen: i64,
    by: Option<AgentId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    save_json(db, S::NAME, codec::json("settings.value", section)?, seen, by, now).await
}

/// The same for a section whose name and form are known elsewhere.
pub async fn save_json(
    db: &impl Source,
    name: &str,
    value: Value,
    seen: i64,
    by: Option<AgentId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    db.memory().inspect(|memory| memory.forget());
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
