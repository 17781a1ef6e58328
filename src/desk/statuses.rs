//! What a provider reports of a message after it took it. Reports come late, twice and in any order; only forward counts.

use baton_adapters::contract::{Refusal, Status, StatusReport};
use uuid::Uuid;

use crate::handoff::{ConversationId, OutboxId};
use crate::realtime::Hint;
use crate::store::channels::Channel;
use crate::store::outbox::{self, Row, State};
use crate::store::timeline::{self, Delivery};
use crate::store::{Tx, contacts, opt_outs};

use super::{Desk, DeskError};

impl Desk {
    pub(super) async fn report(&self, channel: &Channel, report: StatusReport) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let Some(row) = self.reported_row(&tx, channel, &report).await? else {
            tracing::debug!(channel = %channel.name, ?report.status, "a report about a message nobody knows");
            return Ok(());
        };
        let record = self.load(&tx, row.conversation).await?;
        // What was read before the lock may have changed.
        let Some(row) = outbox::find(&*tx, row.id).await? else { return Ok(()) };
        let Some(message) = timeline::message(&*tx, row.message).await? else { return Ok(()) };
        if report.refusal == Refusal::OptedOut && report.status == Status::Failed {
            self.stop_writing_to(&tx, channel, record.core.contact, report.why.as_deref()).await?;
        }
        let Some((state, delivery)) = forward(message.delivery, &report) else {
            tx.commit().await?;
            return Ok(());
        };
        let why = report.why.as_deref().filter(|_| report.status == Status::Failed);
        if state != row.state {
            outbox::set_state(&*tx, row.id, state, why, self.clock.now()).await?;
        }
        timeline::set_delivery(&*tx, row.message, delivery, why).await?;
        tx.commit().await?;
        self.bus.publish(Hint::Changed { conversation: row.conversation, last: row.seq, notify: false });
        if report.refusal == Refusal::Unauthorized {
            self.channel_failed(channel.id, &channel.name, report.why.as_deref().unwrap_or_default()).await?;
        }
        Ok(())
    }

    /// The row a report is about. The key Baton chose is known before the provider's name for the message is.
    async fn reported_row(&self, tx: &Tx, channel: &Channel, report: &StatusReport) -> Result<Option<Row>, DeskError> {
        if let Some(key) = report.key.as_deref().and_then(|key| Uuid::parse_str(key).ok()) {
            let row = outbox::find(&**tx, OutboxId(key)).await?;
            if let Some(row) = row.filter(|row| row.channel == channel.id) {
                return Ok(Some(row));
            }
        }
        match &report.provider_id {
            Some(id) => Ok(outbox::by_provider_id(&**tx, channel.id, id).await?),
            None => Ok(None),
        }
    }

    /// Notes that a contact's address on a channel wants no messages.
    pub async fn stop_writing_to(
        &self,
        tx: &Tx,
        channel: &Channel,
        contact: crate::handoff::ContactId,
        words: Option<&str>,
    ) -> Result<(), DeskError> {
        let Some(can) = self.capabilities(&channel.kind) else { return Ok(()) };
        for (_, address) in contacts::addresses(&**tx, can.address_kind, &[contact]).await? {
            let (id, now) = (self.clock.new_id(), self.clock.now());
            opt_outs::insert(&**tx, id, channel.id, &address, words.unwrap_or_default(), now).await?;
        }
        Ok(())
    }

    /// Puts what waited for the customer's next message back into the queue.
    pub(super) async fn release_waiting(&self, conversation: ConversationId) -> Result<(), DeskError> {
        if outbox::waiting(self.store.reader(), conversation).await?.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let record = self.load(&tx, conversation).await?;
        for row in outbox::waiting(&*tx, conversation).await? {
            outbox::set_state(&*tx, row.id, State::Queued, None, now).await?;
            timeline::set_delivery(&*tx, row.message, Delivery::Queued, None).await?;
        }
        tx.commit().await?;
        self.bus.publish(Hint::Changed { conversation, last: record.core.last_seq, notify: false });
        self.wake.delivery.ring_at(now);
        Ok(())
    }
}

/// Where a report moves a message, if it moves it.
fn forward(delivery: Delivery, report: &StatusReport) -> Option<(State, Delivery)> {
    let arrived = matches!(delivery, Delivery::Delivered | Delivery::Read);
    match report.status {
        // It says that the provider has it, which answers the question of an unknown outcome.
        Status::Accepted | Status::Sent => (delivery == Delivery::Unknown).then_some((State::Sent, Delivery::Sent)),
        Status::Failed if arrived || delivery == Delivery::Parked => None,
        Status::Failed if report.refusal == Refusal::OutsideWindow => Some((State::Waiting, Delivery::Waiting)),
        Status::Failed => Some((State::Parked, Delivery::Parked)),
        Status::Delivered if arrived => None,
        Status::Delivered => Some((State::Sent, Delivery::Delivered)),
        Status::Read if delivery == Delivery::Read => None,
        Status::Read => Some((State::Sent, Delivery::Read)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: Status) -> StatusReport {
        StatusReport { key: None, provider_id: None, status, why: None, refusal: Refusal::Other }
    }

    #[test]
    fn only_forward_counts() {
        let moved = |delivery, status| forward(delivery, &report(status)).map(|(_, delivery)| delivery);
        assert_eq!(moved(Delivery::Sent, Status::Delivered), Some(Delivery::Delivered));
        assert_eq!(moved(Delivery::Read, Status::Delivered), None);
        assert_eq!(moved(Delivery::Delivered, Status::Sent), None);
        assert_eq!(moved(Delivery::Delivered, Status::Failed), None);
        assert_eq!(moved(Delivery::Parked, Status::Delivered), Some(Delivery::Delivered));
        assert_eq!(moved(Delivery::Sent, Status::Failed), Some(Delivery::Parked));
        assert_eq!(moved(Delivery::Unknown, Status::Sent), Some(Delivery::Sent));
        assert_eq!(moved(Delivery::Sending, Status::Accepted), None, "the answer will say so itself");
    }
}
