//! A person has a parked message sent again.

use crate::handoff::{ConversationId, MessageId};
use crate::realtime::Hint;
use crate::store::outbox::{self, State};
use crate::store::timeline::{Delivery, set_delivery};

use super::{Desk, DeskError};

impl Desk {
    /// Puts a parked or unknown message back into the queue.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] if the message waits for nobody.
    pub async fn retry(&self, id: ConversationId, message: MessageId) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let row = outbox::of_message(&*tx, message).await?.filter(|row| row.conversation == id);
        let row = row.ok_or(DeskError::NotFound("message"))?;
        if !matches!(row.state, State::Parked | State::Unknown | State::Waiting) {
            return Err(DeskError::Invalid("This message is not waiting to be tried again.".into()));
        }
        if row.fence.is_some_and(|epoch| epoch != record.core.epoch) {
            return Err(DeskError::Invalid("A person has taken over since; the AI's message stays unsent.".into()));
        }
        outbox::set_state(&*tx, row.id, State::Queued, None, self.clock.now()).await?;
        set_delivery(&*tx, message, Delivery::Queued, None).await?;
        tx.commit().await?;
        self.bus.publish(Hint::Changed { conversation: id, last: record.core.last_seq, notify: false });
        self.wake.delivery.ring_at(self.clock.now());
        Ok(())
    }
}
