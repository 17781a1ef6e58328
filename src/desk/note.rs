//! A person leaves an internal note.

use crate::handoff::{AgentId, Author, ConversationId, Event, MessageId, NewMessage};
use crate::store::conversations::Record;
use crate::store::timeline;

use super::receive::check_length;
use super::{Desk, DeskError};

impl Desk {
    /// Stores a note. Nobody's ownership changes and the customer sees nothing.
    pub async fn note(
        &self,
        id: ConversationId,
        agent: AgentId,
        message: MessageId,
        text: &str,
    ) -> Result<Record, DeskError> {
        if text.trim().is_empty() {
            return Err(DeskError::Invalid("Write the note first.".into()));
        }
        check_length(text)?;
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        if timeline::message(&*tx, message).await?.is_some_and(|sent| sent.conversation == id) {
            return Ok(record);
        }
        let event = Event::AgentNoted { message: NewMessage::note(message, Author::Agent(agent), text.trim()) };
        let changed = self.happen(&tx, &record, &event).await?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(changed.record)
    }
}
