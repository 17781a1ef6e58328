//! Signed-in browsers. The cookie's token is kept only as a hash, so that a stolen database signs nobody in.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::handoff::AgentId;

use super::StoreError;
use super::entity::agent_session;

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identity.
    pub id: Uuid,
    /// Who.
    pub agent: AgentId,
    /// What forms must send back.
    pub csrf: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Begins a session.
pub async fn insert(
    db: &impl ConnectionTrait,
    session: &Session,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = agent_session::ActiveModel {
        id: ActiveValue::Set(session.id),
        token_hash: ActiveValue::Set(token_hash.to_vec()),
        agent_id: ActiveValue::Set(session.agent.0),
        csrf: ActiveValue::Set(session.csrf.clone()),
        created_at: ActiveValue::Set(now),
        expires_at: ActiveValue::Set(session.expires_at),
    };
    row.insert(db).await?;
    Ok(())
}

/// The session of a token that has not ended.
pub async fn find(
    db: &impl ConnectionTrait,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Session>, StoreError> {
    let row = agent_session::Entity::find()
        .filter(agent_session::Column::TokenHash.eq(token_hash))
        .filter(agent_session::Column::ExpiresAt.gt(now))
        .one(db)
        .await?;
    Ok(row.map(|row| Session { id: row.id, agent: AgentId(row.agent_id), csrf: row.csrf, expires_at: row.expires_at }))
}

/// Which of these sessions go on.
pub async fn that_go_on(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
    now: DateTime<Utc>,
) -> Result<HashSet<Uuid>, StoreError> {
    let going_on = agent_session::Entity::find()
        .select_only()
        .column(agent_session::Column::Id)
        .filter(agent_session::Column::Id.is_in(ids))
        .filter(agent_session::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(db)
        .await?;
    Ok(going_on.into_iter().collect())
}

/// Ends a session.
pub async fn end(db: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    agent_session::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Ends every session of an agent but one.
pub async fn end_others(db: &impl ConnectionTrait, agent: AgentId, keep: Option<Uuid>) -> Result<(), StoreError> {
    let mut query = agent_session::Entity::delete_many().filter(agent_session::Column::AgentId.eq(agent.0));
    if let Some(keep) = keep {
        query = query.filter(agent_session::Column::Id.ne(keep));
    }
    query.exec(db).await?;
    Ok(())
}
