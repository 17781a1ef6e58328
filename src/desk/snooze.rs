//! A conversation is put aside until a time, or until the customer writes.

use chrono::{DateTime, Utc};

use crate::handoff::{AgentId, ConversationId, Event};
use crate::store::conversations::Record;

use super::{Desk, DeskError};

impl Desk {
    /// Puts a conversation aside.
    pub async fn snooze(&self, id: ConversationId, by: AgentId, until: DateTime<Utc>) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        self.settle(tx, &record, &Event::Snoozed { by, until }).await
    }

    /// Brings it back before its time.
    pub async fn wake(&self, id: ConversationId) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        self.settle(tx, &record, &Event::Woke).await
    }
}
