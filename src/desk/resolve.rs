//! A conversation is done, or not done after all.

use crate::handoff::conversation::Outcome;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, ConversationId, Event, Owner};
use crate::store::channels;
use crate::store::conversations::Record;

use super::drafts::Cause;
use super::{Desk, DeskError};

impl Desk {
    /// Ends a conversation. Whether the customer is asked for a rating is the channel's setting.
    pub async fn resolve(&self, id: ConversationId, by: Actor, outcome: Outcome) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let channel = channels::find(&*tx, record.core.channel).await?;
        let asks = channel.and_then(|channel| channel.settings.get("ask_rating").and_then(serde_json::Value::as_bool));
        let ask_rating = asks.unwrap_or(false) && record.rating.is_none();
        self.settle(tx, &record, &Event::Resolved { by, outcome, ask_rating }).await
    }

    /// Opens a resolved conversation for the person who asks.
    pub async fn reopen(&self, id: ConversationId, agent: AgentId) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let by = Actor::Agent(agent);
        let event = Event::Reopened { by, to: Owner::Agent(agent) };
        let reopened = self.happen(&tx, &record, &event).await?;
        if reopened.record.core.owner != Owner::Ai {
            tx.commit().await?;
            self.publish(&reopened);
            return Ok(reopened.record);
        }
        let handoff = self.draft_handoff(&tx, &reopened.record, Cause::takeover(by), Some(agent)).await?;
        let event = Event::TakenOver { agent, seen: reopened.record.core.epoch, handoff };
        self.settle(tx, &reopened.record, &event).await
    }
}
