//! Waiting work that was written under a clock which has since been set back.
//!
//! Times in a row are trusted only as far as they can be right: what seems to have been written in the future is due now, and
//! no lease is longer than a lease. A snooze is a person's date and stays.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::handoff::effect::Timer;

use super::entity::{outbox, timer, turn};
use super::outbox::State;
use super::{StoreError, codec};

/// How much the clocks of several nodes may differ.
const SKEW_MAX: TimeDelta = TimeDelta::minutes(1);

/// Makes such work due now, and such leases as long as `lease`. How many rows it was.
pub async fn make_due(db: &impl ConnectionTrait, lease: TimeDelta, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let (future, lease_end) = (now + SKEW_MAX, now + lease);
    let turns = turn::Entity::update_many()
        .col_expr(turn::Column::DueAt, Expr::value(now))
        .filter(turn::Column::DueAt.gt(future))
        .exec(db)
        .await?;
    let held = turn::Entity::update_many()
        .col_expr(turn::Column::LeaseUntil, Expr::value(Some(lease_end)))
        .filter(turn::Column::LeaseUntil.gt(lease_end + SKEW_MAX))
        .exec(db)
        .await?;
    let queued = outbox::Entity::update_many()
        .col_expr(outbox::Column::DueAt, Expr::value(now))
        .col_expr(outbox::Column::UpdatedAt, Expr::value(now))
        .filter(outbox::Column::State.eq(codec::word(&State::Queued)))
        .filter(outbox::Column::UpdatedAt.gt(future))
        .exec(db)
        .await?;
    let sending = outbox::Entity::update_many()
        .col_expr(outbox::Column::LeaseUntil, Expr::value(Some(lease_end)))
        .filter(outbox::Column::State.eq(codec::word(&State::Sending)))
        .filter(outbox::Column::LeaseUntil.gt(lease_end + SKEW_MAX))
        .exec(db)
        .await?;
    let timers = timer::Entity::update_many()
        .col_expr(timer::Column::DueAt, Expr::value(now))
        .col_expr(timer::Column::CreatedAt, Expr::value(now))
        .filter(timer::Column::Kind.is_in([Timer::Renotify, Timer::Attend].map(|kind| codec::word(&kind))))
        .filter(timer::Column::CreatedAt.gt(future))
        .exec(db)
        .await?;
    Ok([turns, held, queued, sending, timers].iter().map(|outcome| outcome.rows_affected).sum())
}
