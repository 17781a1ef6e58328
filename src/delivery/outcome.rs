//! Recording what came of the attempts, and what a refusal means for messages to come.

use baton_adapters::contract::{Delivered, DeliveryError, Refusal};
use chrono::{DateTime, Utc};

use crate::desk::DeskError;
use crate::handoff::ChannelId;
use crate::store::outbox::{self, Attempt, Row, State};
use crate::store::timeline::{self, Delivery};
use crate::store::{Tx, channels, team_threads, threads};

use super::{ATTEMPTS_MAX, Courier, Sent, backoff};

/// Where an attempt leaves its message.
struct End {
    state: State,
    delivery: Delivery,
    why: String,
    due_at: Option<DateTime<Utc>>,
    refusal: Refusal,
}

impl Courier {
    pub(super) async fn record(&self, finished: Vec<Sent>) -> Result<(), DeskError> {
        let now = self.desk.clock.now();
        let rows: Vec<Row> = finished.iter().map(|sent| sent.attempt.row.clone()).collect();
        let mut delivered = Vec::with_capacity(finished.len());
        let mut refused = Vec::new();
        // They end once it is recorded how.
        let mut flights = Vec::with_capacity(finished.len());
        let tx = self.desk.store.begin().await?;
        for sent in finished {
            flights.push(sent.flight);
            match sent.outcome {
                Ok(Delivered { provider_id, thread }) => {
                    if let Some(key) = thread {
                        let (row, id) = (&sent.attempt.row, self.desk.clock.new_id());
                        threads::insert(&*tx, id, row.channel, &key.0, row.conversation, now).await?;
                    }
                    delivered.push((sent.attempt, provider_id));
                }
                Err(error) => {
                    let end = self.end_of(&sent.attempt, error, now);
                    self.close(&tx, &sent.attempt, &end, now).await?;
                    if let (Refusal::OptedOut, Some(contact)) = (end.refusal, sent.contact)
                        && let Some(channel) = channels::find(&*tx, sent.attempt.row.channel).await?
                    {
                        self.desk.stop_writing_to(&tx, &channel, contact, Some(&end.why)).await?;
                    }
                    if end.refusal == Refusal::Unauthorized {
                        refused.push((sent.attempt.row.channel, end.why));
                    }
                }
            }
        }
        outbox::finish_sent(&*tx, &delivered, now).await?;
        tx.commit().await?;
        drop(flights);
        self.publish(&rows);
        self.note_health(delivered.iter().map(|(attempt, _)| attempt.row.channel), refused, now).await
    }

    fn end_of(&self, attempt: &Attempt, error: DeliveryError, now: DateTime<Utc>) -> End {
        let end = |state, delivery, why, due_at, refusal| End { state, delivery, why, due_at, refusal };
        match error {
            DeliveryError::Again { why, after } if attempt.number() < ATTEMPTS_MAX => {
                let due = now + backoff::delay(attempt.number(), after, self.desk.clock.new_id());
                end(State::Queued, Delivery::Queued, why, Some(due), Refusal::Other)
            }
            DeliveryError::Refused { why, refusal: Refusal::OutsideWindow } => {
                end(State::Waiting, Delivery::Waiting, why, None, Refusal::OutsideWindow)
            }
            DeliveryError::Again { why, .. } => end(State::Parked, Delivery::Parked, why, None, Refusal::Other),
            DeliveryError::Refused { why, refusal } => end(State::Parked, Delivery::Parked, why, None, refusal),
            DeliveryError::Unknown { why } => end(State::Unknown, Delivery::Unknown, why, None, Refusal::Other),
        }
    }

    async fn close(&self, tx: &Tx, attempt: &Attempt, end: &End, now: DateTime<Utc>) -> Result<(), DeskError> {
        let given_up = matches!(end.state, State::Parked | State::Waiting);
        let in_doubt = given_up && outbox::is_in_doubt(&**tx, &attempt.row, Some(attempt.id)).await?;
        let (state, delivery) = if in_doubt { (State::Unknown, Delivery::Unknown) } else { (end.state, end.delivery) };
        if outbox::finish_attempt(&**tx, attempt, state, Some(&end.why), end.due_at, now).await? {
            timeline::set_delivery(&**tx, attempt.row.message, delivery, Some(&end.why)).await?;
            if matches!(delivery, Delivery::Parked | Delivery::Unknown) {
                team_threads::touch(&**tx, attempt.row.conversation).await?;
            }
        }
        Ok(())
    }

    /// Notes which accounts work and which are refused.
    async fn note_health(
        &self,
        worked: impl Iterator<Item = ChannelId>,
        refused: Vec<(ChannelId, String)>,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        for channel in worked {
            if self.desk.health.sent(channel, now) {
                self.desk.channel_recovered(channel).await?;
            }
        }
        for (channel, why) in refused {
            let name = channels::find(self.desk.store.reader(), channel).await?.map(|channel| channel.name);
            self.desk.channel_failed(channel, &name.unwrap_or_default(), &why).await?;
        }
        Ok(())
    }
}
