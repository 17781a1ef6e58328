//! The outbox runtime: claims the heads of conversations' queues, sends them, records what came of it.
//!
//! May not know a channel by name. Invariant: an AI message is sent only while the epoch it was written under holds, which is
//! checked in the transaction that opens the attempt. Whoever changes a row holds its conversation, or the attempt it opened.

use std::time::Duration;

use baton_adapters::contract::{Delivered, DeliveryError};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::sync::Arc;
use uuid::Uuid;

use crate::desk::{Desk, DeskError};
use crate::fail::Gap;
use crate::realtime::Hint;
use crate::store::outbox::{self, Attempt, Row, State};
use crate::store::seal::MasterKey;
use crate::store::timeline::{self, Delivery};

mod backoff;
mod claim;

use claim::{Claimed, Parcel};

/// Longest time a provider may take to accept a message.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30);
/// Tries before a message is parked for a person.
const ATTEMPTS_MAX: i32 = 8;
/// Messages a worker sends at the same time, each of another conversation.
const AT_ONCE_MAX: usize = 32;

/// Sends what waits.
#[derive(Clone)]
pub struct Courier {
    desk: Desk,
    key: Arc<MasterKey>,
}

type Sent = (Attempt, Result<Delivered, DeliveryError>);

impl Courier {
    /// A courier for a desk.
    pub fn new(desk: Desk, key: Arc<MasterKey>) -> Self {
        Self { desk, key }
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

    async fn record(&self, finished: Vec<Sent>) -> Result<(), DeskError> {
        let now = self.desk.clock.now();
        let rows: Vec<Row> = finished.iter().map(|(attempt, _)| attempt.row.clone()).collect();
        let mut sent = Vec::with_capacity(finished.len());
        let tx = self.desk.store.begin().await?;
        for (attempt, outcome) in finished {
            let (state, delivery, why, due_at) = match outcome {
                Ok(Delivered { provider_id }) => {
                    sent.push((attempt, provider_id));
                    continue;
                }
                Err(DeliveryError::Again { why, after }) if attempt.number() < ATTEMPTS_MAX => {
                    let due = now + backoff::delay(attempt.number(), after, self.desk.clock.new_id());
                    (State::Queued, Delivery::Queued, why, Some(due))
                }
                Err(DeliveryError::Again { why, .. } | DeliveryError::Refused { why }) => {
                    (State::Parked, Delivery::Parked, why, None)
                }
                Err(DeliveryError::Unknown { why }) => (State::Unknown, Delivery::Unknown, why, None),
            };
            let parked = state == State::Parked;
            let (state, delivery) = match parked && outbox::is_in_doubt(&*tx, &attempt.row, Some(attempt.id)).await? {
                true => (State::Unknown, Delivery::Unknown),
                false => (state, delivery),
            };
            if outbox::finish_attempt(&*tx, &attempt, state, Some(&why), due_at, now).await? {
                timeline::set_delivery(&*tx, attempt.row.message, delivery, Some(&why)).await?;
            }
        }
        outbox::finish_sent(&*tx, &sent, now).await?;
        tx.commit().await?;
        self.publish(&rows);
        Ok(())
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
    let sending = parcel.channel.deliver(&parcel.credentials, &parcel.outbound);
    let outcome = tokio::time::timeout(DELIVERY_TIMEOUT, sending).await.unwrap_or_else(|_| {
        let why = "the provider did not answer in time".into();
        Err(DeliveryError::Unknown { why })
    });
    (parcel.attempt, outcome)
}
