//! Where the connections of channels stand, and which process holds which.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use crate::handoff::ChannelId;

use super::StoreError;
use super::entity::intake;

/// Takes an account's connection for a while, unless somebody else holds it. `false`: somebody does.
pub async fn claim(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    holder: Uuid,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = intake::ActiveModel {
        channel_id: ActiveValue::Set(channel.0),
        cursor: ActiveValue::Set(None),
        holder: ActiveValue::Set(None),
        held_until: ActiveValue::Set(None),
    };
    let known = OnConflict::column(intake::Column::ChannelId).do_nothing().to_owned();
    intake::Entity::insert(row).on_conflict(known).try_insert().exec_without_returning(db).await?;
    let free = Condition::any()
        .add(intake::Column::Holder.is_null())
        .add(intake::Column::Holder.eq(holder))
        .add(intake::Column::HeldUntil.lt(now));
    let taken = intake::Entity::update_many()
        .col_expr(intake::Column::Holder, Expr::value(holder))
        .col_expr(intake::Column::HeldUntil, Expr::value(until))
        .filter(intake::Column::ChannelId.eq(channel.0))
        .filter(free)
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Gives a connection back.
pub async fn release(db: &impl ConnectionTrait, channel: ChannelId, holder: Uuid) -> Result<(), StoreError> {
    intake::Entity::update_many()
        .col_expr(intake::Column::Holder, Expr::value(None::<Uuid>))
        .col_expr(intake::Column::HeldUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(intake::Column::ChannelId.eq(channel.0))
        .filter(intake::Column::Holder.eq(holder))
        .exec(db)
        .await?;
    Ok(())
}

/// Where the connection stood.
pub async fn cursor(db: &impl ConnectionTrait, channel: ChannelId) -> Result<Option<Value>, StoreError> {
    Ok(intake::Entity::find_by_id(channel.0).one(db).await?.and_then(|row| row.cursor))
}

/// Keeps where the connection stands. `false`: somebody else holds it by now.
pub async fn set_cursor(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    holder: Uuid,
    cursor: &Value,
) -> Result<bool, StoreError> {
    let kept = intake::Entity::update_many()
        .col_expr(intake::Column::Cursor, Expr::value(Some(cursor.clone())))
        .filter(intake::Column::ChannelId.eq(channel.0))
        .filter(intake::Column::Holder.eq(holder))
        .exec(db)
        .await?;
    Ok(kept.rows_affected == 1)
}
