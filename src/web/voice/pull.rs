//! Pulls a call out of what it is doing once people have its conversation, so that the caller does not have to speak first.

use std::str::FromStr as _;

use baton_adapters::contract::ChannelKind;
use chrono::{DateTime, TimeDelta, Utc};

use crate::desk::DeskError;
use crate::handoff::call::Phase;
use crate::store::calls::{self, StoredCall};
use crate::store::channels;
use crate::web::site::Site;

/// Tries before the call is left to come by itself.
const PULLS_MAX: i64 = 5;
/// Seconds until the next try.
const AGAIN_S: i64 = 2;

/// Pulls the call that has been waiting longest. `false`: none is due.
pub async fn pull_due_call(site: &Site) -> Result<bool, DeskError> {
    let now = site.desk.clock.now();
    let Some(stored) = calls::next_pull(site.desk.store.reader()).await? else { return Ok(false) };
    if stored.pull_at.is_none_or(|due| due > now) {
        return Ok(false);
    }
    let again = Some(now + TimeDelta::seconds(AGAIN_S));
    // Whoever moves the time has the work; a process that dies with it is followed by the next try.
    let (at, pulls) = match &stored.call.phase {
        _ if !stored.call.is_ais() || stored.call.by_socket || stored.pulls >= PULLS_MAX => (None, stored.pulls),
        // It asks by itself within seconds.
        Phase::Thinking { .. } => (again, stored.pulls),
        _ => (again, stored.pulls + 1),
    };
    let tx = site.desk.store.begin().await?;
    let is_mine = calls::move_pull(&*tx, &stored, at, pulls).await?;
    tx.commit().await?;
    if is_mine && pulls > stored.pulls {
        pull(site, &stored).await?;
    }
    Ok(true)
}

/// When the next one is due.
pub async fn next_due(site: &Site) -> Result<Option<DateTime<Utc>>, DeskError> {
    Ok(calls::next_pull(site.desk.store.reader()).await?.and_then(|stored| stored.pull_at))
}

async fn pull(site: &Site, stored: &StoredCall) -> Result<(), DeskError> {
    let Some(channel) = channels::find(site.desk.store.reader(), stored.channel).await? else { return Ok(()) };
    let Some(account) = site.account(&channel.token).await? else { return Ok(()) };
    let kind = ChannelKind::from_str(&channel.kind).ok();
    let Some(adapter) = kind.and_then(|kind| site.desk.registry.get(kind)) else { return Ok(()) };
    let Some(voice) = adapter.voice() else { return Ok(()) };
    let step = stored.call.step;
    let url = format!("{}/voice/{}/{}/next?step={step}", site.public_url, channel.token, stored.id);
    if let Err(why) = voice.redirect(&account.account, &stored.provider_id, &url).await {
        tracing::warn!(channel = %channel.name, %why, "a call could not be pulled; it comes when the caller speaks");
    }
    Ok(())
}
