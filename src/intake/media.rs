//! Fetches the files that messages brought by name. Their attachments are there already, empty.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use baton_adapters::contract::{Account, Channel, ChannelKind, DeliveryError, InboundFile, MediaRef};
use chrono::{DateTime, TimeDelta, Utc};

use crate::desk::inbound::{clean_name, media_type};
use crate::desk::{Desk, DeskError};
use crate::realtime::Hint;
use crate::store::pending_media::{self, Pending};
use crate::store::{Tx, attachments, channels, conversations};

/// Longest time a file may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a worker may be silent before another one takes its file.
const LEASE: TimeDelta = TimeDelta::seconds(120);
/// Tries before a file is given up.
const ATTEMPTS_MAX: i32 = 6;
/// The first wait between tries; each next one is four times as long.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(3);

/// Fetches what waits.
#[derive(Clone)]
pub struct Fetcher {
    desk: Desk,
}

impl Fetcher {
    /// A fetcher for a desk.
    pub fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// Fetches one file that is due. `false`: none is.
    pub async fn fetch_due(&self) -> Result<bool, DeskError> {
        let now = self.desk.clock.now();
        if self.next_due().await?.is_none_or(|due| due > now) {
            return Ok(false);
        }
        let tx = self.desk.store.begin().await?;
        let Some(pending) = pending_media::claim(&*tx, LEASE, now).await? else { return Ok(false) };
        tx.commit().await?;
        let outcome = match self.source(&pending).await? {
            Some((channel, account, media)) => {
                let fetching = channel.fetch(&account, &media);
                let late = || Err(DeliveryError::Again { why: "it did not come in time".into(), after: None });
                tokio::time::timeout(FETCH_TIMEOUT, fetching).await.unwrap_or_else(|_| late())
            }
            None => Err(DeliveryError::refused("its channel is gone")),
        };
        self.record(&pending, outcome).await?;
        Ok(true)
    }

    /// When there is something to do next.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, DeskError> {
        Ok(pending_media::next_due(self.desk.store.reader()).await?)
    }

    async fn source(&self, pending: &Pending) -> Result<Option<(Arc<dyn Channel>, Account, MediaRef)>, DeskError> {
        let addresses = &self.desk.addresses;
        let found = channels::with_credentials(self.desk.store.reader(), addresses.key(), pending.channel).await?;
        let Some((channel, opened)) = found else { return Ok(None) };
        let kind = ChannelKind::from_str(&channel.kind).ok();
        let adapter = kind.and_then(|kind| self.desk.registry.get(kind).cloned());
        let media = serde_json::from_value(pending.media.clone()).ok();
        Ok(adapter.zip(media).map(|(adapter, media)| (adapter, addresses.account(&channel, opened.as_deref()), media)))
    }

    /// Says in the thread that there will be no file: a short text takes its place.
    async fn give_up(&self, tx: &Tx, pending: &Pending, why: &DeliveryError) -> Result<(), DeskError> {
        let Some(file) = attachments::find(&**tx, pending.attachment).await? else { return Ok(()) };
        tracing::warn!(file = %file.id, %why, "a customer's file could not be fetched");
        let (name, text) =
            (format!("{} (not fetched).txt", file.name), format!("The file could not be fetched: {why}\n"));
        attachments::fill(&**tx, file.id, &name, "text/plain; charset=utf-8", text.into_bytes()).await?;
        Ok(())
    }

    async fn record(&self, pending: &Pending, outcome: Result<InboundFile, DeliveryError>) -> Result<(), DeskError> {
        let now = self.desk.clock.now();
        let tx = self.desk.store.begin().await?;
        match outcome {
            Ok(file) => {
                let kind = media_type(&file.content, &file.media_type);
                attachments::fill(&*tx, pending.attachment, &clean_name(&file.name), kind, file.content.to_vec())
                    .await?;
                pending_media::remove(&*tx, pending.attachment).await?;
            }
            Err(error) => {
                let wait = FIRST_WAIT * 4_i32.saturating_pow(u32::try_from(pending.attempts - 1).unwrap_or(0));
                let until = match &error {
                    DeliveryError::Refused { .. } => None,
                    _ if pending.attempts >= ATTEMPTS_MAX => None,
                    DeliveryError::Again { after: Some(after), .. } => {
                        Some(now + TimeDelta::from_std(*after).unwrap_or(wait).max(wait))
                    }
                    DeliveryError::Again { .. } | DeliveryError::Unknown { .. } => Some(now + wait),
                };
                if until.is_none() {
                    self.give_up(&tx, pending, &error).await?;
                }
                pending_media::postpone(&*tx, pending.attachment, until, &error.to_string(), now).await?;
            }
        }
        tx.commit().await?;
        if let Some(record) = conversations::find(self.desk.store.reader(), pending.conversation).await? {
            let last = record.core.last_seq;
            self.desk.bus.publish(Hint::Changed { conversation: pending.conversation, last, notify: false });
        }
        Ok(())
    }
}
