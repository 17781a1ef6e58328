//! Who changed what.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use crate::handoff::AgentId;

use super::StoreError;
use super::entity::audit;

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; nobody is Baton itself or the command line.
    pub agent: Option<AgentId>,
    /// What was done, as `noun.verb`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The facts. Never a secret.
    pub detail: Value,
}

/// Keeps a change.
pub async fn insert(db: &impl ConnectionTrait, change: &Change) -> Result<(), StoreError> {
    let row = audit::ActiveModel {
        id: ActiveValue::Set(change.id),
        at: ActiveValue::Set(change.at),
        agent_id: ActiveValue::Set(change.agent.map(|agent| agent.0)),
        action: ActiveValue::Set(change.action.clone()),
        subject: ActiveValue::Set(change.subject.clone()),
        detail: ActiveValue::Set(change.detail.clone()),
    };
    row.insert(db).await?;
    Ok(())
}

/// The newest changes, newest first.
pub async fn recent(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Change>, StoreError> {
    let rows = audit::Entity::find().order_by_desc(audit::Column::At).limit(limit).all(db).await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The last change to a subject.
pub async fn last_of(db: &impl ConnectionTrait, subject: &str) -> Result<Option<Change>, StoreError> {
    let row = audit::Entity::find()
        .filter(audit::Column::Subject.eq(subject))
        .order_by_desc(audit::Column::At)
        .order_by_desc(audit::Column::Id)
        .one(db)
        .await?;
    Ok(row.map(read))
}

fn read(row: audit::Model) -> Change {
    Change {
        id: row.id,
        at: row.at,
        agent: row.agent_id.map(AgentId),
        action: row.action,
        subject: row.subject,
        detail: row.detail,
    }
}
