//! How channel accounts are doing: when something last came in and went out, and what is wrong.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::handoff::ChannelId;

use super::StoreError;
use super::entity::channel_health;

/// How an account is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// When something last came in.
    pub last_in: Option<DateTime<Utc>>,
    /// When something was last sent.
    pub last_out: Option<DateTime<Utc>>,
    /// What is wrong, and since when.
    pub error: Option<(String, DateTime<Utc>)>,
}

/// Notes when something last came in or went out; an older time than the known one is given by nobody.
pub async fn note(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    last_in: Option<DateTime<Utc>>,
    last_out: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let columns: Vec<_> =
        [last_in.map(|_| channel_health::Column::LastInAt), last_out.map(|_| channel_health::Column::LastOutAt)]
            .into_iter()
            .flatten()
            .collect();
    if columns.is_empty() {
        return Ok(());
    }
    let row = row(channel, &Health { last_in, last_out, error: None });
    let known = OnConflict::column(channel_health::Column::ChannelId).update_columns(columns).to_owned();
    channel_health::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// Notes what is wrong. `true`: nothing was before.
pub async fn fail(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    error: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let before = channel_health::Entity::find_by_id(channel.0).one(db).await?;
    let is_news = before.as_ref().is_none_or(|row| row.error.is_none());
    let since = before.and_then(|row| row.error_at).filter(|_| !is_news).unwrap_or(now);
    let row = row(channel, &Health { error: Some((error.to_owned(), since)), ..Health::default() });
    let known = OnConflict::column(channel_health::Column::ChannelId)
        .update_columns([channel_health::Column::Error, channel_health::Column::ErrorAt])
        .to_owned();
    channel_health::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(is_news)
}

/// Notes that nothing is wrong. `true`: something was before.
pub async fn recover(db: &impl ConnectionTrait, channel: ChannelId) -> Result<bool, StoreError> {
    let changed = channel_health::Entity::update_many()
        .col_expr(channel_health::Column::Error, Expr::value(None::<String>))
        .col_expr(channel_health::Column::ErrorAt, Expr::value(None::<DateTime<Utc>>))
        .filter(channel_health::Column::ChannelId.eq(channel.0))
        .filter(channel_health::Column::Error.is_not_null())
        .exec(db)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// How every account is doing that has done anything.
pub async fn all(db: &impl ConnectionTrait) -> Result<HashMap<ChannelId, Health>, StoreError> {
    let rows = channel_health::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (ChannelId(row.channel_id), read(row))).collect())
}

fn row(channel: ChannelId, health: &Health) -> channel_health::ActiveModel {
    let (error, error_at) = health.error.clone().unzip();
    channel_health::ActiveModel {
        channel_id: ActiveValue::Set(channel.0),
        last_in_at: ActiveValue::Set(health.last_in),
        last_out_at: ActiveValue::Set(health.last_out),
        error: ActiveValue::Set(error),
        error_at: ActiveValue::Set(error_at),
    }
}

fn read(row: channel_health::Model) -> Health {
    Health { last_in: row.last_in_at, last_out: row.last_out_at, error: row.error.zip(row.error_at) }
}
