//! Claiming: which messages may leave now, and everything that is needed to send them.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::Arc;

use baton_adapters::contract::{Account, Channel, ChannelKind, Outbound};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::desk::DeskError;
use crate::handoff::{ContactId, ConversationId};
use crate::store::conversations::Record;
use crate::store::outbox::{self, Attempt, Row, State};
use crate::store::timeline::{self, Delivery};
use crate::store::{Tx, conversations};

use super::in_flight::Flight;
use super::needed::Needed;
use super::{AT_ONCE_MAX, Courier, DELIVERY_TIMEOUT};

const CUT_OFF: &str = "the process stopped while sending; the customer may have it already";

/// A message whose attempt is open.
pub(super) struct Parcel {
    pub(super) attempt: Attempt,
    pub(super) channel: Arc<dyn Channel>,
    pub(super) account: Account,
    pub(super) contact: Option<ContactId>,
    pub(super) outbound: Outbound,
    pub(super) flight: Flight,
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

impl Courier {
    /// Claims what is due: opens attempts, and ends what may not or can not be sent.
    pub(super) async fn claim(&self, worker: Uuid) -> Result<Claimed, DeskError> {
        let now = self.desk.clock.now();
        if outbox::next_due(self.desk.store.reader()).await?.is_none_or(|due| due > now) {
            return Ok(Claimed::default());
        }
        let tx = self.desk.store.begin().await?;
        let (rows, records) = self.hold_heads(&tx, now).await?;
        let lease = TimeDelta::from_std(self.desk.pace.lease.max(DELIVERY_TIMEOUT * 2)).unwrap_or(TimeDelta::MAX);
        let (under_way, rows): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| row.state == State::Sending && self.in_flight.has(row.id));
        outbox::hold_on(&*tx, &under_way, worker, now + lease, now).await?;
        let mut ended = Vec::new();
        let mut sendable = Vec::new();
        for row in rows {
            match self.fate(&row, records.get(&row.conversation)) {
                Fate::Send(channel) => sendable.push((row, channel)),
                Fate::End(state, why) => ended.push((row, state, why.to_owned())),
            }
        }
        let needed = Needed::of(&tx, &sendable, &records, &self.desk.addresses).await?;
        let mut parcels = Vec::with_capacity(sendable.len());
        for (row, channel) in sendable {
            let record = records.get(&row.conversation);
            match record.map(|record| needed.outbound(&row, record, &channel.capabilities(), now)) {
                Some(Ok(outbound)) => {
                    let (account, contact) = (needed.account(row.channel), record.map(|record| record.core.contact));
                    let attempt = Attempt { row, id: self.desk.clock.new_id() };
                    let flight = self.in_flight.begin(&attempt);
                    parcels.push(Parcel { attempt, channel, account, contact, outbound, flight });
                }
                Some(Err((state, why))) => ended.push((row, state, why)),
                None => {}
            }
        }
        for (row, state, why) in &ended {
            end(&tx, row, *state, why, now).await?;
        }
        let attempts: Vec<Attempt> = parcels.iter().map(|parcel| parcel.attempt.clone()).collect();
        outbox::begin_attempts(&*tx, &attempts, worker, lease, now).await?;
        if parcels.is_empty() && ended.is_empty() && under_way.is_empty() {
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
}

/// Ends a row without an attempt.
async fn end(tx: &Tx, row: &Row, state: State, why: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
    // What may have left already is not said to have been given up.
    let in_doubt = outbox::is_in_doubt(&**tx, row, None).await?;
    let (state, why) = if in_doubt { (State::Unknown, CUT_OFF) } else { (state, why) };
    let delivery = match state {
        State::Discarded => Delivery::Discarded,
        State::Unknown => Delivery::Unknown,
        State::Waiting => Delivery::Waiting,
        State::Queued | State::Sending | State::Sent | State::Parked => Delivery::Parked,
    };
    outbox::set_state(&**tx, row.id, state, Some(why), now).await?;
    timeline::set_delivery(&**tx, row.message, delivery, Some(why)).await?;
    Ok(())
}
