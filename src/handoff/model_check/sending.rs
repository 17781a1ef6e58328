//! What the courier does: the head of the queue, an attempt, its outcome.

use super::promises::{Broken, promise};
use super::rules::{Mutation, Rules};
use super::state::{Outgoing, Place, Row, State};
use super::step::{Answer, Step};
use crate::handoff::message::Author;
use crate::handoff::{Owner, Seq};

impl State {
    /// The rows a courier may take: due or abandoned, and first of the unsent ones. When a row in back-off is due is left
    /// open, so that every moment is tried.
    pub(super) fn ready_rows(&self, rules: &Rules) -> Vec<Seq> {
        let waiting = self.outbox.iter().filter(|row| row.is_waiting());
        let first = if rules.lacks(Mutation::QueueOrder) { usize::MAX } else { 1 };
        waiting.take(first).filter(|row| !row.is_leased()).map(|row| row.seq).collect()
    }

    pub(super) fn perform_sending(&mut self, step: Step, rules: &Rules) -> Result<(), Broken> {
        match step {
            Step::SendClaimed(node) => match self.ready_rows(rules).last() {
                Some(seq) => self.claim_send(node, *seq, rules),
                None => Ok(()),
            },
            Step::SendEnds(node, answer) => self.end_send(node, answer, rules),
            Step::SendRecorded(node) => self.record_send(node, rules),
            Step::SendLeaseEnds(seq) => {
                self.with_row(seq, |row| row.place = Place::Sending { lease_over: true });
                Ok(())
            }
            Step::SentAgain(seq) => {
                self.retries -= 1;
                self.with_row(seq, |row| {
                    row.place = Place::Queued;
                    row.sent_again = true;
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn with_row(&mut self, seq: Seq, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.outbox.iter_mut().find(|row| row.seq == seq) {
            change(row);
        }
    }

    fn claim_send(&mut self, node: u8, seq: Seq, rules: &Rules) -> Result<(), Broken> {
        let Some(row) = self.outbox.iter().find(|row| row.seq == seq).copied() else { return Ok(()) };
        let is_stale = !self.allows(&row) && !rules.lacks(Mutation::CourierEpoch);
        if is_stale && row.place == Place::Queued {
            self.with_row(seq, |row| row.place = row.unless_in_doubt(Place::Discarded, rules));
            return Ok(());
        }
        let knows_keys = rules.idempotent || rules.lacks(Mutation::UnknownOutcome);
        if row.place != Place::Queued && (is_stale || !knows_keys) {
            self.with_row(seq, |row| row.place = Place::Unknown);
            return Ok(());
        }
        let silenced = row.author == Author::Ai && (self.core.owner != Owner::Ai || row.begun != self.core.epoch);
        promise(1, !silenced, "an AI message of an earlier epoch began to leave after the AI's ownership had ended")?;
        let in_order = !row.overtaken || row.sent_again;
        promise(6, in_order, "a message began to leave after a later one had reached the customer")?;
        let attempt = row.attempt + 1;
        self.with_row(seq, |row| {
            row.in_doubt |= row.place != Place::Queued;
            (row.place, row.attempt) = (Place::Sending { lease_over: false }, attempt);
        });
        self.nodes[usize::from(node)].send = Some(Outgoing { row: seq, attempt, answer: None });
        Ok(())
    }

    fn end_send(&mut self, node: u8, answer: Answer, rules: &Rules) -> Result<(), Broken> {
        self.troubles -= u8::from(answer != Answer::Taken);
        let Some(send) = &mut self.nodes[usize::from(node)].send else { return Ok(()) };
        send.answer = Some(answer);
        let seq = send.row;
        if matches!(answer, Answer::Taken | Answer::TakenUnheard) { self.arrive(seq, rules) } else { Ok(()) }
    }

    /// The provider shows the customer a message.
    fn arrive(&mut self, seq: Seq, rules: &Rules) -> Result<(), Broken> {
        let Some(at) = self.outbox.iter().position(|row| row.seq == seq) else { return Ok(()) };
        let row = self.outbox[at];
        if row.arrived == 0 {
            // Where nobody knew whether it had left, those behind it did not wait.
            let in_order = !row.overtaken || row.sent_again || row.place == Place::Unknown;
            promise(6, in_order, "a message reached the customer after a later one")?;
            self.outbox[..at].iter_mut().filter(|earlier| earlier.arrived == 0).for_each(|row| row.overtaken = true);
        } else if rules.idempotent {
            return Ok(());
        } else {
            promise(6, row.sent_again, "the customer has a message twice")?;
        }
        self.outbox[at].arrived = (row.arrived + 1).min(2);
        Ok(())
    }

    /// Closes an attempt. Who was away for longer than the lease finds that it is another's now, and says nothing.
    fn record_send(&mut self, node: u8, rules: &Rules) -> Result<(), Broken> {
        let Some(send) = self.nodes[usize::from(node)].send.take() else { return Ok(()) };
        let place = match send.answer {
            None => return Ok(()),
            Some(Answer::Taken) => Place::Sent,
            Some(Answer::Again) => Place::Queued,
            Some(Answer::Refused) => Place::Parked,
            Some(Answer::TakenUnheard | Answer::LostUnheard) => Place::Unknown,
        };
        let anyone = rules.lacks(Mutation::AttemptHolder);
        self.with_row(send.row, |row| {
            // That the provider has it is true whoever says it.
            if anyone || place == Place::Sent || row.is_held_by(send) {
                row.place = if place == Place::Parked { row.unless_in_doubt(place, rules) } else { place };
            }
            row.in_doubt |= place == Place::Unknown;
        });
        Ok(())
    }
}

impl Row {
    /// What may have left is neither discarded nor parked: nobody knows.
    pub(super) fn unless_in_doubt(&self, place: Place, rules: &Rules) -> Place {
        if self.in_doubt && !rules.lacks(Mutation::Doubt) { Place::Unknown } else { place }
    }
}
