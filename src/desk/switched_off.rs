//! The AI is switched off where it has conversations that wait for its answer: they go to people, although nobody writes again.
//!
//! Invariant: one conversation's transaction each, so that a crash in the middle leaves the rest to the next round.

use crate::handoff::people::Actor;
use crate::handoff::policy::Reason;
use crate::handoff::{Author, ConversationId, Event, Owner, Status};
use crate::store::{Tx, channels, message_details, rounds, timeline};

use super::drafts::Cause;
use super::{Desk, DeskError};

/// Conversations moved at once. A round goes on with the others.
const MOVED_MAX: u64 = 200;
/// Newest messages in which it is looked for words of a person.
const UNANSWERED_READ: u64 = 20;

impl Desk {
    /// Moves what waits for an answer nobody will write to people; how many it was.
    pub async fn hand_over_unanswered(&self) -> Result<usize, DeskError> {
        let mut moved = 0;
        for id in rounds::switched_off(self.store.reader(), MOVED_MAX).await? {
            moved += usize::from(self.hand_over_unanswered_one(id).await?);
        }
        Ok(moved)
    }

    async fn hand_over_unanswered_one(&self, id: ConversationId) -> Result<bool, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let channel = channels::find(&*tx, record.core.channel).await?.ok_or(DeskError::NotFound("channel"))?;
        let waits = record.core.status == Status::Open && record.core.waiting_since.is_some();
        // Looked at again under the lock: somebody may have taken it, answered it, or switched the AI on again.
        if channel.autopilot || record.core.owner != Owner::Ai || !waits {
            return Ok(false);
        }
        if self.waits_a_machine(&tx, id).await? {
            return Ok(false);
        }
        let why = format!("Autopilot was switched off for {} before the AI had answered", channel.name);
        let handoff = self.draft_handoff(&tx, &record, Cause::new(Reason::AutopilotOff, why), None).await?;
        let event = Event::HandedOff { epoch: record.core.epoch, by: Actor::System, handoff };
        self.settle(tx, &record, &event).await?;
        Ok(true)
    }

    /// Whether all that waits for an answer was written by a machine, which no person has to answer.
    async fn waits_a_machine(&self, tx: &Tx, id: ConversationId) -> Result<bool, DeskError> {
        let recent = timeline::recent_messages(&**tx, id, UNANSWERED_READ).await?;
        let unanswered = recent.iter().rev().take_while(|message| message.author == Author::Contact);
        let unanswered: Vec<_> = unanswered.map(|message| message.id).collect();
        let details = message_details::of(&**tx, &unanswered).await?;
        Ok(unanswered.iter().all(|message| details.get(message).is_some_and(|known| known.automatic)))
    }
}
