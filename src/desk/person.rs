//! The customer presses "talk to a person". Works before a word was said.

use crate::handoff::people::Actor;
use crate::handoff::policy::{HandoffSettings, Reason};
use crate::handoff::{Author, ConversationId, Event, Fence, NewMessage, Owner};
use crate::store::conversations::Record;
use crate::store::settings;

use super::drafts::Cause;
use super::notices::{Notice, text};
use super::settings::CustomerTexts;
use super::{Desk, DeskError};

impl Desk {
    /// Hands the conversation to people because the customer asked for one. Pressing twice is pressing once.
    ///
    /// With handoff switched off the customer is told so, in words, and nothing else happens.
    pub async fn ask_for_person(&self, id: ConversationId) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        if record.core.owner.is_human() && !record.core.is_resolved() {
            return Ok(record);
        }
        let levers = settings::load::<HandoffSettings>(&*tx).await?.value;
        let changed = if levers.enabled && levers.on_request {
            let cause = Cause {
                reason: Reason::CustomerRequest,
                explanation: "The customer pressed “talk to a person”".into(),
                topic: None,
                notice: true,
            };
            let handoff = self.draft_handoff(&tx, &record, cause, None).await?;
            let event = Event::HandedOff { epoch: record.core.epoch, by: Actor::Contact, handoff };
            self.happen(&tx, &record, &event).await?
        } else {
            self.happen(&tx, &record, &self.declined(&tx, &record).await?).await?
        };
        tx.commit().await?;
        self.publish(&changed);
        Ok(changed.record)
    }

    async fn declined(&self, tx: &crate::store::Tx, record: &Record) -> Result<Event, DeskError> {
        if record.core.owner != Owner::Ai {
            return Err(crate::handoff::Rejection::IsResolved.into());
        }
        let texts = settings::load::<CustomerTexts>(&**tx).await?.value;
        let words = text(Notice::Declined, record.language.as_deref(), &texts);
        let fence = Fence { epoch: record.core.epoch, watermark: record.core.watermark };
        Ok(Event::AiAnswered { fence, message: NewMessage::public(self.new_message_id(), Author::Ai, words) })
    }
}
