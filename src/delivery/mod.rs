//! The outbox runtime: claims the heads of conversations' queues, sends them, records what came of it.
//!
//! May not know a channel by name. Invariant: an AI message is sent only while the epoch it was written under holds, which is
//! checked in the transaction that opens the attempt. Whoever changes a row holds its conversation, or the attempt it opened.

use std::time::Duration;

use baton_adapters::contract::{Delivered, DeliveryError};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use uuid::Uuid;

use crate::desk::{Desk, DeskError};
use crate::fail::Gap;
use crate::handoff::ContactId;
use crate::realtime::Hint;
use crate::store::outbox::{self, Attempt, Row};

mod backoff;
mod claim;
mod in_flight;
mod needed;
mod outcome;
mod push;
mod team;

use claim::{Claimed, Parcel};
use in_flight::{Flight, InFlight};

pub use push::Pusher;
pub use team::TeamRelay;

/// Longest time a provider may take to accept a message.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30);
/// Tries before a message is parked for a person. The waits between them come to more than an hour, so that a provider that was
/// down for one has been asked again since.
const ATTEMPTS_MAX: i32 = 14;
/// Messages a worker sends at the same time, each of another conversation.
const AT_ONCE_MAX: usize = 32;

/// Sends what waits.
#[derive(Clone)]
pub struct Courier {
    desk: Desk,
    in_flight: InFlight,
}

/// An attempt and how it ended.
struct Sent {
    attempt: Attempt,
    contact: Option<ContactId>,
    outcome: Result<Delivered, DeliveryError>,
    flight: Flight,
}

impl Courier {
    /// A courier for a desk.
    pub fn new(desk: Desk) -> Self {
        Self { desk, in_flight: InFlight::default() }
    }

    /// Sends, discards or parks messages that are due. `false`: none is.
    pub async fn deliver_due(&self, worker: Uuid) -> Result<bool, DeskError> {
        let Claimed { parcels, settled } = self.claim(worker).await?;
        let found_work = settled > 0 || !parcels.is_empty();
        if !parcels.is_empty() {
            self.desk.fail.check(Gap::AfterAttemptOpened)?;
            if parcels.len() == AT_ONCE_MAX {
                // Others may take what is left meanwhile.
                self.desk.wake.delivery.ring();
            }
            let sending: FuturesUnordered<_> = parcels.into_iter().map(send).collect();
            let mut finished = sending.ready_chunks(AT_ONCE_MAX);
            // Whatever is ready is recorded together; a slow provider holds nobody's record up.
            while let Some(sent) = finished.next().await {
                self.desk.fail.check(Gap::AfterSend)?;
                self.record(sent).await?;
            }
        }
        Ok(found_work)
    }

    fn publish(&self, rows: &[Row]) {
        for row in rows {
            self.desk.bus.publish(Hint::Changed { conversation: row.conversation, last: row.seq, notify: false });
        }
    }

    /// When there is something to do next.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, DeskError> {
        Ok(outbox::next_due(self.desk.store.reader()).await?)
    }
}

async fn send(parcel: Parcel) -> Sent {
    let sending = parcel.channel.deliver(&parcel.account, &parcel.outbound);
    let outcome = tokio::time::timeout(DELIVERY_TIMEOUT, sending).await.unwrap_or_else(|_| {
        let why = "the provider did not answer in time".into();
        Err(DeliveryError::Unknown { why })
    });
    Sent { attempt: parcel.attempt, contact: parcel.contact, outcome, flight: parcel.flight }
}
