//! Browsers of people of the team that are notified of handoffs.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::handoff::AgentId;

use super::StoreError;
use super::entity::{push_notice, push_subscription};

/// Browsers one person can have notified.
pub const BROWSERS_MAX: u64 = 20;

/// A browser that is notified.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser {
    /// Identity.
    pub id: Uuid,
    /// Whose it is.
    pub agent: AgentId,
    /// Where its push service takes notices. Whoever knows it and the keys could write to the browser, but for our signature.
    pub endpoint: String,
    /// Its public key.
    pub point: Vec<u8>,
    /// The secret it shares with us.
    pub auth: Vec<u8>,
    /// What its person knows it by.
    pub label: String,
    /// Since when it is notified.
    pub created_at: DateTime<Utc>,
    /// When a notice was last taken.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// When one was last not taken, and why; nothing once one is taken again.
    pub failed: Option<(DateTime<Utc>, String)>,
}

/// Keeps a browser. One that is known already is whoever's said so last: two people may share a machine.
pub async fn keep(db: &impl ConnectionTrait, browser: &Browser) -> Result<(), StoreError> {
    let row = push_subscription::ActiveModel {
        id: ActiveValue::Set(browser.id),
        agent_id: ActiveValue::Set(browser.agent.0),
        endpoint: ActiveValue::Set(browser.endpoint.clone()),
        p256dh: ActiveValue::Set(browser.point.clone()),
        auth: ActiveValue::Set(browser.auth.clone()),
        label: ActiveValue::Set(browser.label.clone()),
        created_at: ActiveValue::Set(browser.created_at),
        succeeded_at: ActiveValue::Set(None),
        failed_at: ActiveValue::Set(None),
        failure: ActiveValue::Set(None),
    };
    let known = OnConflict::column(push_subscription::Column::Endpoint)
        .update_columns([
            push_subscription::Column::AgentId,
            push_subscription::Column::P256dh,
            push_subscription::Column::Auth,
            push_subscription::Column::Label,
            push_subscription::Column::CreatedAt,
            push_subscription::Column::SucceededAt,
            push_subscription::Column::FailedAt,
            push_subscription::Column::Failure,
        ])
        .to_owned();
    push_subscription::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// The browsers of a person, oldest first.
pub async fn of_agent(db: &impl ConnectionTrait, agent: AgentId) -> Result<Vec<Browser>, StoreError> {
    of_agents(db, &[agent]).await
}

/// The browsers of some people, oldest first.
pub async fn of_agents(db: &impl ConnectionTrait, agents: &[AgentId]) -> Result<Vec<Browser>, StoreError> {
    let rows = push_subscription::Entity::find()
        .filter(push_subscription::Column::AgentId.is_in(agents.iter().map(|agent| agent.0)))
        .order_by_asc(push_subscription::Column::CreatedAt)
        .order_by_asc(push_subscription::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// How many a person has.
pub async fn count(db: &impl ConnectionTrait, agent: AgentId) -> Result<u64, StoreError> {
    let of_agent = push_subscription::Entity::find().filter(push_subscription::Column::AgentId.eq(agent.0));
    Ok(of_agent.count(db).await?)
}

/// The browser with this id.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Browser>, StoreError> {
    Ok(push_subscription::Entity::find_by_id(id).one(db).await?.map(read))
}

/// Whether there is any.
pub async fn is_any(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let first: Option<Uuid> = push_subscription::Entity::find()
        .select_only()
        .column(push_subscription::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(first.is_some())
}

/// Forgets a browser and what waits for it.
pub async fn remove(db: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    push_notice::Entity::delete_many().filter(push_notice::Column::SubscriptionId.eq(id)).exec(db).await?;
    push_subscription::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Notes that a notice was taken.
pub async fn told(db: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    push_subscription::Entity::update_many()
        .col_expr(push_subscription::Column::SucceededAt, Expr::value(Some(now)))
        .col_expr(push_subscription::Column::FailedAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(push_subscription::Column::Failure, Expr::value(None::<String>))
        .filter(push_subscription::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes why a notice was not taken.
pub async fn failed(db: &impl ConnectionTrait, id: Uuid, why: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    push_subscription::Entity::update_many()
        .col_expr(push_subscription::Column::FailedAt, Expr::value(Some(now)))
        .col_expr(push_subscription::Column::Failure, Expr::value(Some(why.to_owned())))
        .filter(push_subscription::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

fn read(row: push_subscription::Model) -> Browser {
    Browser {
        id: row.id,
        agent: AgentId(row.agent_id),
        endpoint: row.endpoint,
        point: row.p256dh,
        auth: row.auth,
        label: row.label,
        created_at: row.created_at,
        succeeded_at: row.succeeded_at,
        failed: row.failed_at.zip(row.failure),
    }
}
