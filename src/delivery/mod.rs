//! The outbox runtime: claims the head of a conversation's queue, sends it, records what came of it.
//!
//! May not know a channel by name. Invariant: an AI message is sent only while the epoch it was written under holds, which is
//! checked in the transaction that opens the attempt.

use std::str::FromStr;

use baton_adapters::contract::{Channel, ChannelKind, Credentials, Delivered, DeliveryError, Outbound};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use std::sync::Arc;
use uuid::Uuid;

use crate::desk::{Desk, DeskError};
use crate::fail::Gap;
use crate::handoff::Author;
use crate::realtime::Hint;
use crate::store::outbox::{self, Row, State};
use crate::store::seal::MasterKey;
use crate::store::timeline::{self, Delivery, Message};
use crate::store::{Tx, agents, channels, contacts, conversations};

mod backoff;

/// Longest time a provider may take to accept a message.
const DELIVERY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);
/// Tries before a message is parked for a person.
const ATTEMPTS_MAX: i32 = 8;

/// Sends what waits.
#[derive(Clone)]
pub struct Courier {
    desk: Desk,
    key: Arc<MasterKey>,
}

/// A message whose attempt is open.
struct Claimed {
    row: Row,
    attempt: i32,
    channel: Arc<dyn Channel>,
    credentials: Credentials,
    outbound: Outbound,
}

/// What the look at the queue's head came to.
enum Next {
    Nothing,
    Settled,
    Send(Box<Claimed>),
}

impl Courier {
    /// A courier for a desk.
    pub fn new(desk: Desk, key: Arc<MasterKey>) -> Self {
        Self { desk, key }
    }

    /// Sends, discards or parks the next message that is due. `false`: none is.
    pub async fn deliver_due(&self, worker: Uuid) -> Result<bool, DeskError> {
        match self.claim(worker).await? {
            Next::Nothing => Ok(false),
            Next::Settled => Ok(true),
            Next::Send(claimed) => {
                self.desk.fail.check(Gap::AfterAttemptOpened)?;
                let sending = claimed.channel.deliver(&claimed.credentials, &claimed.outbound);
                let sent = tokio::time::timeout(DELIVERY_TIMEOUT, sending).await.unwrap_or_else(|_| {
                    let why = "the provider did not answer in time".into();
                    Err(DeliveryError::Unknown { why })
                });
                self.desk.fail.check(Gap::AfterSend)?;
                self.record(*claimed, sent).await?;
                Ok(true)
            }
        }
    }

    async fn claim(&self, worker: Uuid) -> Result<Next, DeskError> {
        let now = self.desk.clock.now();
        if outbox::next_due(self.desk.store.reader()).await?.is_none_or(|due| due > now) {
            return Ok(Next::Nothing);
        }
        let tx = self.desk.store.begin().await?;
        let Some(row) = outbox::next(&*tx, now).await? else { return Ok(Next::Nothing) };
        let Some(record) = conversations::lock(&*tx, row.conversation).await? else {
            return self.settle(tx, &row, State::Discarded, "the conversation is gone").await;
        };
        let is_stale = row.fence.is_some_and(|epoch| epoch != record.core.epoch);
        if is_stale && row.state == State::Queued {
            return self.settle(tx, &row, State::Discarded, "a person took over before it was sent").await;
        }
        let Some(channel) =
            ChannelKind::from_str(&record.channel_kind).ok().and_then(|kind| self.desk.registry.get(kind).cloned())
        else {
            return self.settle(tx, &row, State::Parked, "this channel is not connected yet").await;
        };
        if row.state == State::Sending && (is_stale || !channel.capabilities().idempotent_sends) {
            let why = "the process stopped while sending; the customer may have it already";
            return self.settle(tx, &row, State::Unknown, why).await;
        }
        let Some(message) = timeline::message(&*tx, row.message).await? else {
            return self.settle(tx, &row, State::Discarded, "the message is gone").await;
        };
        let Some(outbound) = self.outbound(&tx, &row, &record, &message, channel.capabilities().address_kind).await?
        else {
            return self.settle(tx, &row, State::Parked, "the contact has no address on this channel").await;
        };
        let credentials = self.credentials(&tx, &row).await?;
        let lease = TimeDelta::from_std(self.desk.pace.lease.max(DELIVERY_TIMEOUT * 2)).unwrap_or(TimeDelta::MAX);
        let attempt = outbox::begin_attempt(&*tx, &row, self.desk.clock.new_id(), worker, lease, now).await?;
        timeline::set_delivery(&*tx, row.message, Delivery::Sending, None).await?;
        tx.commit().await?;
        Ok(Next::Send(Box::new(Claimed { row, attempt, channel, credentials, outbound })))
    }

    async fn outbound(
        &self,
        tx: &Tx,
        row: &Row,
        record: &conversations::Record,
        message: &Message,
        address_kind: &str,
    ) -> Result<Option<Outbound>, DeskError> {
        let identities = contacts::identities(&**tx, record.core.contact).await?;
        let Some(to) = identities.into_iter().find(|identity| identity.kind == address_kind) else {
            return Ok(None);
        };
        let author_name = match message.author {
            Author::Agent(agent) => agents::find(&**tx, agent).await?.map(|agent| agent.name),
            Author::Ai | Author::Contact | Author::System => None,
        };
        Ok(Some(Outbound { key: row.id.to_string(), to: to.value, text: message.text.clone(), author_name }))
    }

    async fn credentials(&self, tx: &Tx, row: &Row) -> Result<Credentials, DeskError> {
        let opened = channels::credentials(&**tx, &self.key, row.channel).await?;
        let access = opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(SecretString::from);
        Ok(Credentials { signing: Vec::new(), access })
    }

    async fn record(&self, claimed: Claimed, sent: Result<Delivered, DeliveryError>) -> Result<(), DeskError> {
        let Claimed { row, attempt, .. } = claimed;
        let now = self.desk.clock.now();
        let (state, delivery, detail, due_at, provider_id) = match sent {
            Ok(Delivered { provider_id }) => (State::Sent, Delivery::Sent, None, None, provider_id),
            Err(DeliveryError::Again { why, after }) if attempt < ATTEMPTS_MAX => {
                let due = now + backoff::delay(attempt, after, self.desk.clock.new_id());
                (State::Queued, Delivery::Queued, Some(why), Some(due), None)
            }
            Err(DeliveryError::Again { why, .. } | DeliveryError::Refused { why }) => {
                (State::Parked, Delivery::Parked, Some(why), None, None)
            }
            Err(DeliveryError::Unknown { why }) => (State::Unknown, Delivery::Unknown, Some(why), None, None),
        };
        let tx = self.desk.store.begin().await?;
        let (detail, provider_id) = (detail.as_deref(), provider_id.as_deref());
        outbox::finish_attempt(&*tx, &row, attempt, state, detail, provider_id, due_at, now).await?;
        timeline::set_delivery(&*tx, row.message, delivery, detail).await?;
        tx.commit().await?;
        self.publish(&row);
        Ok(())
    }

    /// Ends a row without an attempt.
    async fn settle(&self, tx: Tx, row: &Row, state: State, why: &str) -> Result<Next, DeskError> {
        let delivery = match state {
            State::Discarded => Delivery::Discarded,
            State::Unknown => Delivery::Unknown,
            State::Queued | State::Sending | State::Sent | State::Parked => Delivery::Parked,
        };
        outbox::set_state(&*tx, row.id, state, Some(why), self.desk.clock.now()).await?;
        timeline::set_delivery(&*tx, row.message, delivery, Some(why)).await?;
        tx.commit().await?;
        self.publish(row);
        Ok(Next::Settled)
    }

    fn publish(&self, row: &Row) {
        self.desk.bus.publish(Hint::Changed { conversation: row.conversation, last: row.seq, notify: false });
        self.desk.wake.delivery.notify_one();
    }

    /// When there is something to do next.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, DeskError> {
        Ok(outbox::next_due(self.desk.store.reader()).await?)
    }
}
