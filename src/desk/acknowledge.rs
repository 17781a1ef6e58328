//! A person says that they have noticed a handoff.

use crate::handoff::{AgentId, ConversationId, Event};
use crate::store::conversations::Record;

use super::{Desk, DeskError};

impl Desk {
    /// Stops the repeated notification of the conversation's handoff.
    pub async fn acknowledge(&self, id: ConversationId, by: AgentId) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        self.settle(tx, &record, &Event::Acknowledged { by }).await
    }
}
