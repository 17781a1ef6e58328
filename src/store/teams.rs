//! Groups of agents.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::handoff::{AgentId, TeamId};

use super::StoreError;
use super::entity::{conversation, team, team_member};

/// A group of agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Identity.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
    /// What it does.
    pub description: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Stores a new team.
pub async fn insert(db: &impl ConnectionTrait, team: &Team) -> Result<(), StoreError> {
    let row = team::ActiveModel {
        id: ActiveValue::Set(team.id.0),
        name: ActiveValue::Set(team.name.clone()),
        description: ActiveValue::Set(team.description.clone()),
        created_at: ActiveValue::Set(team.created_at),
    };
    row.insert(db).await?;
    Ok(())
}

/// Every team, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Team>, StoreError> {
    let rows = team::Entity::find().order_by_asc(team::Column::Name).all(db).await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The team with this id.
pub async fn find(db: &impl ConnectionTrait, id: TeamId) -> Result<Option<Team>, StoreError> {
    Ok(team::Entity::find_by_id(id.0).one(db).await?.map(read))
}

/// Who is in a team.
pub async fn members(db: &impl ConnectionTrait, id: TeamId) -> Result<Vec<AgentId>, StoreError> {
    let rows = team_member::Entity::find().filter(team_member::Column::TeamId.eq(id.0)).all(db).await?;
    Ok(rows.into_iter().map(|row| AgentId(row.agent_id)).collect())
}

/// Every team and who is in it.
pub async fn memberships(db: &impl ConnectionTrait) -> Result<BTreeMap<TeamId, Vec<AgentId>>, StoreError> {
    let mut teams: BTreeMap<TeamId, Vec<AgentId>> =
        team::Entity::find().all(db).await?.into_iter().map(|row| (TeamId(row.id), Vec::new())).collect();
    for row in team_member::Entity::find().order_by_asc(team_member::Column::AgentId).all(db).await? {
        teams.entry(TeamId(row.team_id)).or_default().push(AgentId(row.agent_id));
    }
    Ok(teams)
}

/// Replaces a team's members. `new_id` makes a row's key.
pub async fn set_members(
    db: &impl ConnectionTrait,
    id: TeamId,
    agents: &[AgentId],
    new_id: impl Fn() -> Uuid,
) -> Result<(), StoreError> {
    team_member::Entity::delete_many().filter(team_member::Column::TeamId.eq(id.0)).exec(db).await?;
    let rows = agents.iter().map(|agent| team_member::ActiveModel {
        id: ActiveValue::Set(new_id()),
        team_id: ActiveValue::Set(id.0),
        agent_id: ActiveValue::Set(agent.0),
    });
    if !agents.is_empty() {
        team_member::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Gives a team another name.
pub async fn rename(db: &impl ConnectionTrait, id: TeamId, name: &str) -> Result<(), StoreError> {
    let row = team::ActiveModel {
        id: ActiveValue::Unchanged(id.0),
        name: ActiveValue::Set(name.to_owned()),
        ..Default::default()
    };
    row.update(db).await?;
    Ok(())
}

/// Deletes a team. Its conversations stay with their owners and belong to no team.
pub async fn delete(db: &impl ConnectionTrait, id: TeamId) -> Result<(), StoreError> {
    conversation::Entity::update_many()
        .col_expr(conversation::Column::TeamId, Expr::value(None::<Uuid>))
        .filter(conversation::Column::TeamId.eq(id.0))
        .exec(db)
        .await?;
    team_member::Entity::delete_many().filter(team_member::Column::TeamId.eq(id.0)).exec(db).await?;
    team::Entity::delete_by_id(id.0).exec(db).await?;
    Ok(())
}

fn read(row: team::Model) -> Team {
    Team { id: TeamId(row.id), name: row.name, description: row.description, created_at: row.created_at }
}
