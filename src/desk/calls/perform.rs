//! Carrying out what the call's machine decides about the conversation.

use crate::handoff::call::{Act, Call, CallLine, Facts};
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, Author, Event, NewMessage, Owner};
use crate::store::timeline::{Delivery, set_delivery};
use crate::store::{Tx, turns};

use super::super::drafts::Cause;
use super::super::{Desk, DeskError};
use super::Changes;

/// Why something was not said.
const TAKEN_OVER: &str = "a person took over before it was said";
/// Why something was not said.
const GONE: &str = "the call was over before it was said";

impl Desk {
    pub(super) async fn perform(&self, tx: &Tx, changes: &mut Changes, by: Actor, act: Act) -> Result<(), DeskError> {
        let event = match act {
            Act::Note(line) => Event::Called { line, text: None },
            Act::Text(text) => {
                let message = NewMessage::public(self.new_message_id(), Author::System, text);
                Event::Called { line: CallLine::Texted, text: Some(message) }
            }
            Act::HandOff { reason, explanation } => {
                let cause = Cause { reason, explanation, topic: None, notice: true };
                let handoff = self.draft_handoff(tx, &changes.record, cause, None).await?;
                Event::HandedOff { epoch: changes.record.core.epoch, by, handoff }
            }
            Act::Give(agent) => return self.give(tx, changes, agent).await,
            Act::HandBack => {
                let digest = "Nobody took the call".to_owned();
                let event = Event::HandedBack { by: Actor::System, digest, notice: None };
                self.try_happen(tx, changes, &event).await?;
                // What led to people would lead there again; the caller is asked how to go on instead.
                return Ok(turns::cancel(&**tx, changes.id()).await?);
            }
        };
        self.try_happen(tx, changes, &event).await
    }

    async fn give(&self, tx: &Tx, changes: &mut Changes, agent: AgentId) -> Result<(), DeskError> {
        let cause = Cause::takeover(Actor::System);
        let handoff = self.draft_handoff(tx, &changes.record, cause, Some(agent)).await?;
        let event = Event::Assigned { by: Actor::System, to: Some(agent), handoff };
        self.try_happen(tx, changes, &event).await
    }

    /// What the conversation does not allow any more need not happen: the call goes on all the same.
    async fn try_happen(&self, tx: &Tx, changes: &mut Changes, event: &Event) -> Result<(), DeskError> {
        match changes.happen(self, tx, event).await {
            Err(DeskError::Rejected(why)) => {
                tracing::debug!(conversation = %changes.id(), %why, "the call asked for what is not possible now");
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Writes beside each message whether it was said.
    pub(super) async fn mark_said(
        &self,
        tx: &Tx,
        before: &Call,
        after: &Call,
        facts: &Facts<'_>,
    ) -> Result<(), DeskError> {
        let is_over = after.ending().is_some();
        for line in &facts.lines {
            let (Some(seq), Some(message)) = (line.seq, line.message) else { continue };
            let (delivery, why) = match (seq > before.said_through && seq <= after.said_through, facts.owner) {
                (true, Owner::Queue | Owner::Agent(_)) if line.by_ai => (Delivery::Discarded, Some(TAKEN_OVER)),
                (true, _) => (Delivery::Sent, None),
                (false, _) if is_over => (Delivery::Discarded, Some(GONE)),
                (false, _) => continue,
            };
            set_delivery(&**tx, message, delivery, why).await?;
        }
        Ok(())
    }
}
