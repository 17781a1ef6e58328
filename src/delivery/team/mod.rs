//! The team's own place to answer: posts in it what happens in conversations that people have, and carries out what people do
//! there.
//!
//! May not know what kind of place it is. Invariant: a post whose outcome nobody heard is looked for before it is made again,
//! and what a person wrote becomes one message, however often their provider tells of it.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use baton_adapters::contract::team::TeamPlace;
use baton_adapters::contract::{Account, Channel, ChannelKind, DeliveryError};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::desk::{Desk, DeskError};
use crate::handoff::ChannelId;
use crate::store::{channels, team_events, team_threads};

mod act;
mod card;
mod line;
mod post;

/// Longest time the provider may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Goes between conversations and the team's place.
#[derive(Clone)]
pub struct TeamRelay {
    desk: Desk,
}

/// An account that has a place for the team.
struct Office {
    channel: Arc<dyn Channel>,
    account: Account,
}

impl Office {
    fn place(&self) -> Result<&dyn TeamPlace, DeliveryError> {
        self.channel.team().ok_or_else(|| DeliveryError::refused("the channel has no place for the team"))
    }
}

impl TeamRelay {
    /// A relay for a desk.
    pub fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// Carries out something a person did, and posts something. `false`: there is nothing to do.
    ///
    /// # Errors
    /// Where the store failed.
    pub async fn step(&self, worker: Uuid) -> Result<bool, DeskError> {
        let acted = self.act_due(worker).await?;
        let posted = self.post_due(worker).await?;
        Ok(acted || posted)
    }

    /// When there is something to do next.
    ///
    /// # Errors
    /// Where the store failed.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, DeskError> {
        let db = self.desk.store.reader();
        self.desk.wake.team_listens.set(team_threads::is_any_open(db).await?);
        let due = [team_events::next_due(db).await?, team_threads::next_due(db).await?];
        Ok(due.into_iter().flatten().min())
    }

    /// The account of a channel, if it is in use and has a place for the team.
    async fn office(&self, id: ChannelId) -> Result<Option<Office>, DeskError> {
        let db = self.desk.store.reader();
        let found = channels::with_credentials(db, self.desk.addresses.key(), id).await?;
        let Some((channel, opened)) = found else { return Ok(None) };
        let Some(adapter) = ChannelKind::from_str(&channel.kind).ok().and_then(|kind| self.desk.registry.get(kind))
        else {
            return Ok(None);
        };
        let account = self.desk.addresses.account(&channel, opened.as_deref());
        Ok(adapter.team().is_some().then(|| Office { channel: adapter.clone(), account }))
    }

    /// How long a claim holds.
    fn lease(&self) -> TimeDelta {
        TimeDelta::from_std(self.desk.pace.lease.max(TIMEOUT * 2)).unwrap_or(TimeDelta::MAX)
    }
}

/// Asks the provider, but not for ever.
async fn within<T>(asking: impl Future<Output = Result<T, DeliveryError>>) -> Result<T, DeliveryError> {
    tokio::time::timeout(TIMEOUT, asking).await.unwrap_or_else(|_| {
        let why = "the provider did not answer in time".into();
        Err(DeliveryError::Unknown { why })
    })
}
