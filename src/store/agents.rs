//! The people who answer customers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::handoff::people::{Duty, Role};
use crate::handoff::{AgentId, ConversationId};

use super::entity::{agent, conversation};
use super::{StoreError, batch, codec, conversations};

/// A person who answers customers. The password's hash is fetched apart, by [`password_hash`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Identity.
    pub id: AgentId,
    /// Sign-in name, lower case.
    pub email: String,
    /// Name customers see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// Whether single-key shortcuts are on.
    pub shortcuts: bool,
    /// When they joined.
    pub created_at: DateTime<Utc>,
    /// When they left.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Whether they take conversations, and how many.
    pub duty: Duty,
}

/// Names of some agents.
pub async fn names(db: &impl ConnectionTrait, ids: &[AgentId]) -> Result<HashMap<AgentId, String>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = batch::padded(ids.iter().map(|id| id.0).collect());
    let rows = agent::Entity::find().filter(agent::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (AgentId(row.id), row.name)).collect())
}

/// Stores a new agent.
pub async fn insert(db: &impl ConnectionTrait, agent: &Agent, password_hash: &str) -> Result<(), StoreError> {
    let mut row = write(agent);
    row.password_hash = ActiveValue::Set(password_hash.to_owned());
    row.insert(db).await?;
    Ok(())
}

/// Writes an agent back. The password stays.
pub async fn save(db: &impl ConnectionTrait, agent: &Agent) -> Result<(), StoreError> {
    let mut row = write(agent);
    row.id = ActiveValue::Unchanged(agent.id.0);
    row.update(db).await?;
    Ok(())
}

/// Changes a password.
pub async fn set_password(db: &impl ConnectionTrait, id: AgentId, hash: &str) -> Result<(), StoreError> {
    let row = agent::ActiveModel {
        id: ActiveValue::Unchanged(id.0),
        password_hash: ActiveValue::Set(hash.to_owned()),
        ..Default::default()
    };
    row.update(db).await?;
    Ok(())
}

/// The agent with this id.
pub async fn find(db: &impl ConnectionTrait, id: AgentId) -> Result<Option<Agent>, StoreError> {
    agent::Entity::find_by_id(id.0).one(db).await?.map(read).transpose()
}

/// The agent who signs in with this address.
pub async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<Agent>, StoreError> {
    let row = agent::Entity::find().filter(agent::Column::Email.eq(email.to_lowercase())).one(db).await?;
    row.map(read).transpose()
}

/// The stored hash of a password.
pub async fn password_hash(db: &impl ConnectionTrait, id: AgentId) -> Result<Option<String>, StoreError> {
    Ok(agent::Entity::find_by_id(id.0).one(db).await?.map(|row| row.password_hash))
}

/// Every agent who has not left, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Agent>, StoreError> {
    let rows = agent::Entity::find()
        .filter(agent::Column::DisabledAt.is_null())
        .order_by_asc(agent::Column::Name)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Everybody, those who left too, by name: old messages need their names.
pub async fn everybody(db: &impl ConnectionTrait) -> Result<Vec<Agent>, StoreError> {
    let rows = agent::Entity::find().order_by_asc(agent::Column::Name).order_by_asc(agent::Column::Id).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// The admins who have not left. Their rows stay locked until the transaction ends, so that two admins can not remove
/// each other at the same moment.
pub async fn lock_admins(db: &impl ConnectionTrait) -> Result<Vec<AgentId>, StoreError> {
    let rows = agent::Entity::find()
        .filter(agent::Column::Role.eq(codec::word(&Role::Admin)))
        .filter(agent::Column::DisabledAt.is_null())
        .order_by_asc(agent::Column::Id)
        .lock_exclusive()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| AgentId(row.id)).collect())
}

/// Up to `limit` conversations that wait for this person: theirs, and not done.
pub async fn unfinished(db: &impl ConnectionTrait, id: AgentId, limit: u64) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uuid> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::OwnerAgentId.eq(id.0))
        .filter(conversation::Column::Status.is_in(["open", "snoozed"]))
        .order_by_asc(conversation::Column::Number)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// Notes that these people's browsers were heard of.
pub async fn mark_seen(db: &impl ConnectionTrait, ids: &[AgentId], now: DateTime<Utc>) -> Result<(), StoreError> {
    mark(db, ids, agent::Column::SeenAt, now).await
}

/// Notes that somebody was given a conversation, which puts them at the end of the line.
pub async fn mark_given(db: &impl ConnectionTrait, id: AgentId, now: DateTime<Utc>) -> Result<(), StoreError> {
    mark(db, &[id], agent::Column::GivenAt, now).await
}

async fn mark(
    db: &impl ConnectionTrait,
    ids: &[AgentId],
    column: agent::Column,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    agent::Entity::update_many()
        .col_expr(column, Expr::value(Some(now)))
        .filter(agent::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// How many open conversations each person has.
pub async fn loads(db: &impl ConnectionTrait) -> Result<HashMap<AgentId, u32>, StoreError> {
    let rows: Vec<(Uuid, i64)> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::OwnerAgentId)
        .column_as(conversation::Column::Number.count(), "load")
        .filter(conversation::Column::OwnerAgentId.is_not_null())
        .filter(conversations::is_open())
        .group_by(conversation::Column::OwnerAgentId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, load)| (AgentId(id), u32::try_from(load).unwrap_or(u32::MAX))).collect())
}

/// Whether nobody has been set up yet.
pub async fn none_yet(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    Ok(agent::Entity::find().count(db).await? == 0)
}

fn write(agent: &Agent) -> agent::ActiveModel {
    agent::ActiveModel {
        id: ActiveValue::Set(agent.id.0),
        email: ActiveValue::Set(agent.email.to_lowercase()),
        name: ActiveValue::Set(agent.name.clone()),
        password_hash: ActiveValue::NotSet,
        role: ActiveValue::Set(codec::word(&agent.role)),
        theme: ActiveValue::Set(agent.theme.clone()),
        shortcuts: ActiveValue::Set(agent.shortcuts),
        created_at: ActiveValue::Set(agent.created_at),
        disabled_at: ActiveValue::Set(agent.disabled_at),
        availability: ActiveValue::Set(codec::word(&agent.duty.availability)),
        capacity: ActiveValue::Set(agent.duty.capacity.map(|most| i32::try_from(most).unwrap_or(i32::MAX))),
        seen_at: ActiveValue::NotSet,
        given_at: ActiveValue::NotSet,
    }
}

pub(super) fn read(row: agent::Model) -> Result<Agent, StoreError> {
    Ok(Agent {
        id: AgentId(row.id),
        email: row.email,
        name: row.name,
        role: codec::read_word("role", &row.role)?,
        theme: row.theme,
        shortcuts: row.shortcuts,
        created_at: row.created_at,
        disabled_at: row.disabled_at,
        duty: Duty {
            availability: codec::read_word("availability", &row.availability)?,
            capacity: row.capacity.map(|most| u32::try_from(most).unwrap_or(0)),
            seen_at: row.seen_at,
            given_at: row.given_at,
        },
    })
}
