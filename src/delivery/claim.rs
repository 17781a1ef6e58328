//! Claiming: which messages may leave now, and everything that is needed to send them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr as _;
use std::sync::Arc;

use baton_adapters::contract::{Channel, ChannelKind, Credentials, Outbound};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use uuid::Uuid;

use crate::desk::DeskError;
use crate::handoff::{AgentId, Author, ChannelId, ContactId, ConversationId, MessageId};
use crate::store::conversations::Record;
use crate::store::outbox::{self, Attempt, Row, State};
use crate::store::timeline::{self, Delivery, Message};
use crate::store::{Tx, agents, channels, contacts, conversations};

use super::{AT_ONCE_MAX, Courier, DELIVERY_TIMEOUT};

const CUT_OFF: &str = "the process stopped while sending; the customer may have it already";

/// A message whose attempt is open.
pub(super) struct Parcel {
    pub(super) attempt: Attempt,
    pub(super) channel: Arc<dyn Channel>,
    pub(super) credentials: Credentials,
    pub(super) outbound: Outbound,
}

/// What the look at the queues came to.
#[derive(Default)]
pub(super) struct Claimed {
    pub(super) parcels: Vec<Parcel>,
    /// Rows that ended without an attempt.
    pub(super) settled: usize,
}

/// What may become of a row.
enum Fate {
    Send(Arc<dyn Channel>),
    End(State, &'static str),
}

/// What the rows of one claim need, by its key.
struct Needed {
    messages: HashMap<MessageId, Message>,
    addresses: HashMap<(&'static str, ContactId), String>,
    names: HashMap<AgentId, String>,
    credentials: HashMap<ChannelId, Credentials>,
}

impl Courier {
    /// Claims what is due: opens attempts, and ends what may not or can not be sent.
    pub(super) async fn claim(&self, worker: Uuid) -> Result<Claimed, DeskError> {
        let now = self.desk.clock.now();
        if outbox::next_due(self.desk.store.reader()).await?.is_none_or(|due| due > now) {
            return Ok(Claimed::default());
        }
        let tx = self.desk.store.begin().await?;
        let (rows, records) = self.hold_heads(&tx, now).await?;
        let mut ended = Vec::new();
        let mut sendable = Vec::new();
        for row in rows {
            match self.fate(&row, records.get(&row.conversation)) {
                Fate::Send(channel) => sendable.push((row, channel)),
                Fate::End(state, why) => ended.push((row, state, why)),
            }
        }
        let needed = self.needed(&tx, &sendable, &records).await?;
        let mut parcels = Vec::with_capacity(sendable.len());
        for (row, channel) in sendable {
            let record = records.get(&row.conversation);
            match record.map(|record| needed.outbound(&row, record, channel.as_ref())) {
                Some(Ok(outbound)) => {
                    let credentials = needed.credentials.get(&row.channel).cloned().unwrap_or_default();
                    let attempt = Attempt { row, id: self.desk.clock.new_id() };
                    parcels.push(Parcel { attempt, channel, credentials, outbound });
                }
                Some(Err((state, why))) => ended.push((row, state, why)),
                None => {}
            }
        }
        for (row, state, why) in &ended {
            end(&tx, row, *state, why, now).await?;
        }
        let attempts: Vec<Attempt> = parcels.iter().map(|parcel| parcel.attempt.clone()).collect();
        let lease = TimeDelta::from_std(self.desk.pace.lease.max(DELIVERY_TIMEOUT * 2)).unwrap_or(TimeDelta::MAX);
        outbox::begin_attempts(&*tx, &attempts, worker, lease, now).await?;
        if parcels.is_empty() && ended.is_empty() {
            return Ok(Claimed::default());
        }
        tx.commit().await?;
        let settled: Vec<Row> = ended.into_iter().map(|(row, ..)| row).collect();
        if !settled.is_empty() {
            self.publish(&settled);
        }
        Ok(Claimed { parcels, settled: settled.len() })
    }

    /// The rows that are due, with their conversations held. The conversation comes first, as everybody who changes it has
    /// it: two who lock in different order block each other.
    async fn hold_heads(
        &self,
        tx: &Tx,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Row>, HashMap<ConversationId, Record>), DeskError> {
        let mut rows = outbox::heads(&**tx, now, None, AT_ONCE_MAX as u64).await?;
        let ids: Vec<ConversationId> = rows.iter().map(|row| row.conversation).collect();
        if ids.is_empty() {
            return Ok((rows, HashMap::new()));
        }
        let records = conversations::lock_free(&**tx, &ids).await?;
        let records: HashMap<_, _> = records.into_iter().map(|record| (record.core.id, record)).collect();
        if self.desk.store.is_postgres() {
            // What was read before the lock may be another worker's by now.
            let held: Vec<ConversationId> = records.keys().copied().collect();
            rows = match held.is_empty() {
                true => Vec::new(),
                false => outbox::heads(&**tx, now, Some(&held), AT_ONCE_MAX as u64).await?,
            };
        }
        Ok((rows, records))
    }

    fn fate(&self, row: &Row, record: Option<&Record>) -> Fate {
        let Some(record) = record else { return Fate::End(State::Discarded, "the conversation is gone") };
        let is_stale = row.fence.is_some_and(|epoch| epoch != record.core.epoch);
        if is_stale && row.state == State::Queued {
            return Fate::End(State::Discarded, "a person took over before it was sent");
        }
        let kind = ChannelKind::from_str(&record.channel_kind).ok();
        let Some(channel) = kind.and_then(|kind| self.desk.registry.get(kind).cloned()) else {
            return Fate::End(State::Parked, "this channel is not connected yet");
        };
        if row.state == State::Sending && (is_stale || !channel.capabilities().idempotent_sends) {
            return Fate::End(State::Unknown, CUT_OFF);
        }
        Fate::Send(channel)
    }

    async fn needed(
        &self,
        tx: &Tx,
        rows: &[(Row, Arc<dyn Channel>)],
        records: &HashMap<ConversationId, Record>,
    ) -> Result<Needed, DeskError> {
        let ids: Vec<MessageId> = rows.iter().map(|(row, _)| row.message).collect();
        let messages = if ids.is_empty() { Vec::new() } else { timeline::messages(&**tx, &ids).await? };
        let authors: Vec<AgentId> = messages.iter().filter_map(|message| message.author.agent()).collect();
        let mut by_kind: HashMap<&'static str, Vec<ContactId>> = HashMap::new();
        for (row, channel) in rows {
            let contact = records.get(&row.conversation).map(|record| record.core.contact);
            by_kind.entry(channel.capabilities().address_kind).or_default().extend(contact);
        }
        let mut addresses = HashMap::new();
        for (kind, contacts) in by_kind {
            for (contact, value) in contacts::addresses(&**tx, kind, &contacts).await? {
                addresses.entry((kind, contact)).or_insert(value);
            }
        }
        let mut credentials = HashMap::new();
        for (row, _) in rows {
            if let Entry::Vacant(entry) = credentials.entry(row.channel) {
                entry.insert(self.credentials(tx, row.channel).await?);
            }
        }
        let names = agents::names(&**tx, &authors).await?;
        let messages = messages.into_iter().map(|message| (message.id, message)).collect();
        Ok(Needed { messages, addresses, names, credentials })
    }

    async fn credentials(&self, tx: &Tx, channel: ChannelId) -> Result<Credentials, DeskError> {
        let opened = channels::credentials(&**tx, &self.key, channel).await?;
        let access = opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(SecretString::from);
        Ok(Credentials { signing: Vec::new(), access })
    }
}

impl Needed {
    fn outbound(&self, row: &Row, record: &Record, channel: &dyn Channel) -> Result<Outbound, (State, &'static str)> {
        let message = self.messages.get(&row.message).ok_or((State::Discarded, "the message is gone"))?;
        let kind = channel.capabilities().address_kind;
        let to = self.addresses.get(&(kind, record.core.contact));
        let to = to.ok_or((State::Parked, "the contact has no address on this channel"))?;
        let author_name = match message.author {
            Author::Agent(agent) => self.names.get(&agent).cloned(),
            Author::Ai | Author::Contact | Author::System => None,
        };
        Ok(Outbound { key: row.id.to_string(), to: to.clone(), text: message.text.clone(), author_name })
    }
}

/// Ends a row without an attempt.
async fn end(tx: &Tx, row: &Row, state: State, why: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
    // What may have left already is not said to have been given up.
    let in_doubt = outbox::is_in_doubt(&**tx, row, None).await?;
    let (state, why) = if in_doubt { (State::Unknown, CUT_OFF) } else { (state, why) };
    let delivery = match state {
        State::Discarded => Delivery::Discarded,
        State::Unknown => Delivery::Unknown,
        State::Queued | State::Sending | State::Sent | State::Parked => Delivery::Parked,
    };
    outbox::set_state(&**tx, row.id, state, Some(why), now).await?;
    timeline::set_delivery(&**tx, row.message, delivery, Some(why)).await?;
    Ok(())
}
