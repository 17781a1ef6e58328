//! A person takes a conversation.

use crate::handoff::people::Actor;
use crate::handoff::{AgentId, ConversationId, Epoch, Event};
use crate::store::conversations::Record;

use super::drafts::Cause;
use super::{Desk, DeskError};

impl Desk {
    /// Makes `agent` the owner, if the conversation is still at the epoch they were looking at.
    ///
    /// # Errors
    /// [`crate::handoff::Rejection::TakenByOther`] for the slower of two.
    pub async fn take_over(&self, id: ConversationId, agent: AgentId, seen: Epoch) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let handoff = self.draft_handoff(&tx, &record, Cause::takeover(Actor::Agent(agent)), Some(agent)).await?;
        let event = Event::TakenOver { agent, seen, handoff };
        self.settle(tx, &record, &event).await
    }
}
