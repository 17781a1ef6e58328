//! How channel accounts are doing. What comes and goes is noted in memory and written now and then, so that it costs a message
//! nothing; what is wrong is written at once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::handoff::ChannelId;
use crate::store::{StoreError, channel_health};

use super::{Desk, DeskError};

/// How long what came and went may stay unwritten.
const WRITE_EVERY: TimeDelta = TimeDelta::seconds(10);
/// Who was believed within this time is set up well, and somebody else knocks.
const BELIEVED_FOR: TimeDelta = TimeDelta::hours(1);

/// What is known in this process. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    pulses: HashMap<ChannelId, Pulse>,
    failing: HashSet<ChannelId>,
    /// When a request was last believed.
    believed: HashMap<ChannelId, DateTime<Utc>>,
    /// Accounts whose provider is not believed.
    deaf: HashSet<ChannelId>,
    written_at: Option<DateTime<Utc>>,
}

/// What came and went since it was last written.
#[derive(Clone, Copy, Debug, Default)]
struct Pulse {
    last_in: Option<DateTime<Utc>>,
    last_out: Option<DateTime<Utc>>,
}

impl Health {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something came in.
    pub fn heard(&self, channel: ChannelId, now: DateTime<Utc>) {
        self.lock().pulses.entry(channel).or_default().last_in = Some(now);
    }

    /// Something was sent. `true`: the account was known to fail.
    pub fn sent(&self, channel: ChannelId, now: DateTime<Utc>) -> bool {
        let mut known = self.lock();
        known.pulses.entry(channel).or_default().last_out = Some(now);
        known.failing.remove(&channel)
    }

    /// A request of the provider's was believed. `true`: until now they were not.
    pub fn believed(&self, channel: ChannelId, now: DateTime<Utc>) -> bool {
        let mut known = self.lock();
        known.believed.insert(channel, now);
        known.deaf.remove(&channel)
    }

    /// A request was not believed. `true`: it is news that the provider is not.
    fn refused(&self, channel: ChannelId, now: DateTime<Utc>) -> bool {
        let mut known = self.lock();
        let well = known.believed.get(&channel).is_some_and(|at| now - *at < BELIEVED_FOR);
        !well && known.deaf.insert(channel)
    }

    /// Channels that are failing, as far as this process knows.
    pub fn failing(&self) -> usize {
        self.lock().failing.len()
    }

    fn take(&self, now: DateTime<Utc>) -> Vec<(ChannelId, Pulse)> {
        let mut known = self.lock();
        // The clock may have been set back.
        let is_early = known.written_at.is_some_and(|at| now >= at && now - at < WRITE_EVERY);
        if is_early || known.pulses.is_empty() {
            return Vec::new();
        }
        known.written_at = Some(now);
        known.pulses.drain().collect()
    }
}

impl Desk {
    /// Writes what came and went, if it is time. `true`: something was written.
    pub async fn write_health(&self) -> Result<bool, DeskError> {
        let pulses = self.health.take(self.clock.now());
        if pulses.is_empty() {
            return Ok(false);
        }
        let tx = self.store.begin().await?;
        for (channel, pulse) in pulses {
            channel_health::note(&*tx, channel, pulse.last_in, pulse.last_out).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Reads which accounts are failing, at start.
    pub async fn read_health(&self) -> Result<(), StoreError> {
        let all = channel_health::all(self.store.reader()).await?;
        let failing = all.into_iter().filter(|(_, health)| health.error.is_some()).map(|(channel, _)| channel);
        self.health.lock().failing.extend(failing);
        Ok(())
    }

    /// The account can not be used until somebody changes something: its credentials are refused, its connection is gone.
    pub async fn channel_failed(&self, channel: ChannelId, name: &str, why: &str) -> Result<(), DeskError> {
        self.health.lock().failing.insert(channel);
        let tx = self.store.begin().await?;
        if channel_health::fail(&*tx, channel, why, self.clock.now()).await? {
            tracing::error!(channel = name, why, "a channel does not work any more");
        }
        tx.commit().await?;
        Ok(())
    }

    /// A request that is signed is not believed. Unless others were lately, the account is set up wrong, which nobody would see
    /// otherwise: nothing arrives.
    pub async fn provider_refused(
        &self,
        channel: ChannelId,
        name: &str,
        why: &str,
        hook_url: &str,
    ) -> Result<(), DeskError> {
        if !self.health.refused(channel, self.clock.now()) {
            return Ok(());
        }
        let words =
            format!("Nothing that comes is believed: {why}. The provider must call {hook_url}, letter for letter.");
        self.channel_failed(channel, name, &words).await
    }

    /// The account works again.
    pub async fn channel_recovered(&self, channel: ChannelId) -> Result<(), DeskError> {
        self.health.lock().failing.remove(&channel);
        let tx = self.store.begin().await?;
        channel_health::recover(&*tx, channel).await?;
        tx.commit().await?;
        Ok(())
    }
}
