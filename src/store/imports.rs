//! What was read for the knowledge and waits for an admin to look at it.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::handoff::AgentId;

use super::entity::import;
use super::{StoreError, codec};

/// Documents that wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Identity.
    pub id: Uuid,
    /// Who read them in.
    pub agent: AgentId,
    /// Where they come from: file names, or an address.
    pub source: String,
    /// What was found there.
    pub contents: Contents,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What a reading found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The documents.
    pub documents: Vec<Waiting>,
    /// What was left out, and why.
    pub skipped: Vec<(String, String)>,
}

/// One document as it will be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The article's title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// BCP-47.
    pub language: String,
    /// Public address, if it has one.
    pub url: Option<String>,
    /// The file or page it was read from.
    pub from: String,
}

/// Keeps documents until they are taken.
pub async fn insert(db: &impl ConnectionTrait, import: &Import) -> Result<(), StoreError> {
    let row = import::ActiveModel {
        id: ActiveValue::Set(import.id),
        agent_id: ActiveValue::Set(import.agent.0),
        source: ActiveValue::Set(import.source.clone()),
        documents: ActiveValue::Set(codec::json("imports.documents", &import.contents)?),
        created_at: ActiveValue::Set(import.created_at),
    };
    row.insert(db).await?;
    Ok(())
}

/// The documents with this id that this person read in.
pub async fn find(db: &impl ConnectionTrait, id: Uuid, agent: AgentId) -> Result<Option<Import>, StoreError> {
    let row = import::Entity::find_by_id(id).filter(import::Column::AgentId.eq(agent.0)).one(db).await?;
    row.map(read).transpose()
}

/// Lets documents go that were taken or not wanted.
pub async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    import::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Lets go what nobody took for a long time.
pub async fn delete_before(db: &impl ConnectionTrait, at: DateTime<Utc>) -> Result<(), StoreError> {
    import::Entity::delete_many().filter(import::Column::CreatedAt.lt(at)).exec(db).await?;
    Ok(())
}

fn read(row: import::Model) -> Result<Import, StoreError> {
    Ok(Import {
        id: row.id,
        agent: AgentId(row.agent_id),
        source: row.source,
        contents: codec::read_json("imports.documents", row.documents)?,
        created_at: row.created_at,
    })
}
