//! When people want to be left alone: a schedule each, which is "open" while they do.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};

use crate::handoff::AgentId;
use crate::handoff::hours::Schedule;

use super::entity::quiet_hours;
use super::{StoreError, codec};

/// A person's quiet hours; `None`: they have none.
pub async fn of(db: &impl ConnectionTrait, agent: AgentId) -> Result<Option<Schedule>, StoreError> {
    let row = quiet_hours::Entity::find_by_id(agent.0).one(db).await?;
    row.map(|row| codec::read_json("hours", row.hours)).transpose()
}

/// Sets or removes a person's quiet hours.
pub async fn set(
    db: &impl ConnectionTrait,
    agent: AgentId,
    hours: Option<&Schedule>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(hours) = hours else {
        quiet_hours::Entity::delete_by_id(agent.0).exec(db).await?;
        return Ok(());
    };
    let row = quiet_hours::ActiveModel {
        agent_id: ActiveValue::Set(agent.0),
        hours: ActiveValue::Set(codec::json("hours", hours)?),
        updated_at: ActiveValue::Set(now),
    };
    let replace = OnConflict::column(quiet_hours::Column::AgentId)
        .update_columns([quiet_hours::Column::Hours, quiet_hours::Column::UpdatedAt])
        .to_owned();
    quiet_hours::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Who wants to be left alone at a moment.
pub async fn quiet_at(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<BTreeSet<AgentId>, StoreError> {
    let mut quiet = BTreeSet::new();
    for row in quiet_hours::Entity::find().all(db).await? {
        let hours: Schedule = codec::read_json("hours", row.hours)?;
        if hours.is_open(now) {
            quiet.insert(AgentId(row.agent_id));
        }
    }
    Ok(quiet)
}
