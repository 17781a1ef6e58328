//! Configured channel accounts.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use crate::handoff::ChannelId;

use super::StoreError;
use super::entity::channel;
use super::seal::MasterKey;

/// A channel account. Its credentials are fetched apart, by [`credentials`].
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Identity.
    pub id: ChannelId,
    /// Kind, as a word.
    pub kind: String,
    /// What the team calls it.
    pub name: String,
    /// Public name in addresses and widget tags; not a secret.
    pub token: String,
    /// Whether the AI answers on it.
    pub autopilot: bool,
    /// What the adapter lets an admin set.
    pub settings: Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Stores a new channel, its credentials sealed.
pub async fn insert(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    channel: &Channel,
    credentials: Option<&[u8]>,
) -> Result<(), StoreError> {
    let sealed = credentials.map(|plain| key.seal(&context(channel.id), plain)).transpose()?;
    let row = channel::ActiveModel {
        id: ActiveValue::Set(channel.id.0),
        kind: ActiveValue::Set(channel.kind.clone()),
        name: ActiveValue::Set(channel.name.clone()),
        token: ActiveValue::Set(channel.token.clone()),
        autopilot: ActiveValue::Set(channel.autopilot),
        settings: ActiveValue::Set(channel.settings.clone()),
        sealed_credentials: ActiveValue::Set(sealed),
        created_at: ActiveValue::Set(channel.created_at),
        updated_at: ActiveValue::Set(channel.created_at),
        disabled_at: ActiveValue::Set(None),
        autopilot_off_since: ActiveValue::Set((!channel.autopilot).then_some(channel.created_at)),
    };
    row.insert(db).await?;
    Ok(())
}

/// Writes back what an admin may change. Credentials stay as they are.
pub async fn save(db: &impl ConnectionTrait, channel: &Channel, now: DateTime<Utc>) -> Result<(), StoreError> {
    channel::Entity::update_many()
        .col_expr(channel::Column::Name, Expr::value(channel.name.clone()))
        .col_expr(channel::Column::Autopilot, Expr::value(channel.autopilot))
        .col_expr(channel::Column::AutopilotOffSince, off_since(channel.autopilot, now))
        .col_expr(channel::Column::Settings, Expr::value(channel.settings.clone()))
        .col_expr(channel::Column::UpdatedAt, Expr::value(now))
        .filter(channel::Column::Id.eq(channel.id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Since when the autopilot is off after a save: a save that leaves it off moves nothing.
fn off_since(autopilot: bool, now: DateTime<Utc>) -> Expr {
    match autopilot {
        true => Expr::value(None::<DateTime<Utc>>),
        false => Func::coalesce([Expr::col(channel::Column::AutopilotOffSince), Expr::value(now)]).into(),
    }
}

/// The channel with this id.
pub async fn find(db: &impl ConnectionTrait, id: ChannelId) -> Result<Option<Channel>, StoreError> {
    Ok(channel::Entity::find_by_id(id.0).one(db).await?.map(read))
}

/// Every channel in use, oldest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Channel>, StoreError> {
    let rows = channel::Entity::find()
        .filter(channel::Column::DisabledAt.is_null())
        .order_by_asc(channel::Column::CreatedAt)
        .order_by_asc(channel::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// A channel as an admin sees it: switched off ones too, and when it last changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The channel.
    pub channel: Channel,
    /// Whether it is in use.
    pub enabled: bool,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Every channel, those switched off too, oldest first.
pub async fn accounts(db: &impl ConnectionTrait) -> Result<Vec<Account>, StoreError> {
    let rows = channel::Entity::find()
        .order_by_asc(channel::Column::CreatedAt)
        .order_by_asc(channel::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read_account).collect())
}

/// The channel with this id, as an admin sees it.
pub async fn account(db: &impl ConnectionTrait, id: ChannelId) -> Result<Option<Account>, StoreError> {
    Ok(channel::Entity::find_by_id(id.0).one(db).await?.map(read_account))
}

/// Writes back what an admin may change, unless it changed since `seen`. `false`: it did, and nothing was written.
pub async fn save_account(
    db: &impl ConnectionTrait,
    account: &Account,
    seen: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let disabled_at = (!account.enabled).then_some(account.updated_at);
    let changed = channel::Entity::update_many()
        .col_expr(channel::Column::Name, Expr::value(account.channel.name.clone()))
        .col_expr(channel::Column::Autopilot, Expr::value(account.channel.autopilot))
        .col_expr(channel::Column::AutopilotOffSince, off_since(account.channel.autopilot, account.updated_at))
        .col_expr(channel::Column::Settings, Expr::value(account.channel.settings.clone()))
        .col_expr(channel::Column::UpdatedAt, Expr::value(account.updated_at))
        .col_expr(channel::Column::DisabledAt, Expr::value(disabled_at))
        .filter(channel::Column::Id.eq(account.channel.id.0))
        .filter(channel::Column::UpdatedAt.eq(seen))
        .exec(db)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// The channel with this public token and its credentials, opened.
pub async fn by_token_with_credentials(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    token: &str,
) -> Result<Option<(Channel, Option<Vec<u8>>)>, StoreError> {
    let row = channel::Entity::find()
        .filter(channel::Column::Token.eq(token))
        .filter(channel::Column::DisabledAt.is_null())
        .one(db)
        .await?;
    let Some(mut row) = row else { return Ok(None) };
    let id = ChannelId(row.id);
    let opened = row.sealed_credentials.take().map(|sealed| key.open(&context(id), &sealed)).transpose()?;
    Ok(Some((read(row), opened)))
}

/// A channel and its credentials, opened, whether it is in use or not.
pub async fn with_credentials(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    id: ChannelId,
) -> Result<Option<(Channel, Option<Vec<u8>>)>, StoreError> {
    let Some(mut row) = channel::Entity::find_by_id(id.0).one(db).await? else { return Ok(None) };
    let opened = row.sealed_credentials.take().map(|sealed| key.open(&context(id), &sealed)).transpose()?;
    Ok(Some((read(row), opened)))
}

/// Replaces a channel's credentials.
pub async fn save_credentials(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    id: ChannelId,
    credentials: &[u8],
) -> Result<(), StoreError> {
    let sealed = key.seal(&context(id), credentials)?;
    channel::Entity::update_many()
        .col_expr(channel::Column::SealedCredentials, Expr::value(Some(sealed)))
        .filter(channel::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

fn context(id: ChannelId) -> String {
    format!("channel:{id}")
}

fn read(row: channel::Model) -> Channel {
    Channel {
        id: ChannelId(row.id),
        kind: row.kind,
        name: row.name,
        token: row.token,
        autopilot: row.autopilot,
        settings: row.settings,
        created_at: row.created_at,
    }
}

fn read_account(row: channel::Model) -> Account {
    let (enabled, updated_at) = (row.disabled_at.is_none(), row.updated_at);
    Account { channel: read(row), enabled, updated_at }
}
