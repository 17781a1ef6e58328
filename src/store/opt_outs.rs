//! Customers who want no messages on a channel.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::handoff::ChannelId;

use super::StoreError;
use super::entity::opt_out;

/// Notes that an address wants no messages.
pub async fn insert(
    db: &impl ConnectionTrait,
    id: Uuid,
    channel: ChannelId,
    address: &str,
    words: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = opt_out::ActiveModel {
        id: ActiveValue::Set(id),
        channel_id: ActiveValue::Set(channel.0),
        address: ActiveValue::Set(address.to_owned()),
        words: ActiveValue::Set(words.to_owned()),
        created_at: ActiveValue::Set(now),
    };
    let known = OnConflict::columns([opt_out::Column::ChannelId, opt_out::Column::Address]).do_nothing().to_owned();
    opt_out::Entity::insert(row).on_conflict(known).try_insert().exec_without_returning(db).await?;
    Ok(())
}

/// Notes that an address wants messages again.
pub async fn remove(db: &impl ConnectionTrait, channel: ChannelId, address: &str) -> Result<(), StoreError> {
    opt_out::Entity::delete_many()
        .filter(opt_out::Column::ChannelId.eq(channel.0))
        .filter(opt_out::Column::Address.eq(address))
        .exec(db)
        .await?;
    Ok(())
}

/// Since when an address wants no messages, and in which words; nothing if it does.
pub async fn find(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    address: &str,
) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
    let row = opt_out::Entity::find()
        .filter(opt_out::Column::ChannelId.eq(channel.0))
        .filter(opt_out::Column::Address.eq(address))
        .one(db)
        .await?;
    Ok(row.map(|row| (row.created_at, row.words)))
}
