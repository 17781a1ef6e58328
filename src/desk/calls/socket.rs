//! What only a call over a socket needs: words that were begun and not finished.

use crate::handoff::call::CallLine;
use crate::handoff::{Author, CallId, ConversationId, Epoch, Event, Fence, MessageId, NewMessage, Owner};
use crate::store::calls::{self, StoredCall};
use crate::store::timeline::{self, Delivery};
use crate::store::{conversations, turns};

use super::super::{Desk, DeskError};
use super::Changes;
use super::facts::{LINES_MAX, unsaid};

impl Desk {
    /// Whether there is something to say, or the conversation is people's.
    pub async fn call_has_news(&self, stored: &StoredCall) -> Result<bool, DeskError> {
        let db = self.store.reader();
        let record = conversations::find(db, stored.conversation).await?.ok_or(DeskError::NotFound("conversation"))?;
        if record.core.owner.is_human() {
            return Ok(true);
        }
        let items = timeline::after(db, stored.conversation, stored.call.said_through, LINES_MAX).await?;
        Ok(items.iter().any(|item| unsaid(item).is_some()))
    }

    /// Writes down what was heard of words that were never finished, because somebody took the conversation from the AI.
    pub async fn note_cut_off(&self, id: CallId, heard: &str) -> Result<(), DeskError> {
        let found = calls::find(self.store.reader(), id).await?.ok_or(DeskError::NotFound("call"))?;
        let tx = self.store.begin().await?;
        let mut changes = Changes::of(self.load(&tx, found.conversation).await?);
        let line = CallLine::CutOff { heard: heard.to_owned() };
        changes.happen(self, &tx, &Event::Called { line, text: None }).await?;
        tx.commit().await?;
        changes.publish(self);
        Ok(())
    }

    /// Whether the AI may still speak on a call that was the AI's at `epoch`.
    pub async fn may_speak(&self, id: ConversationId, epoch: Epoch) -> Result<bool, DeskError> {
        let record = conversations::find(self.store.reader(), id).await?;
        Ok(record.is_some_and(|record| record.core.owner == Owner::Ai && record.core.epoch == epoch))
    }

    /// The caller spoke while the AI did: the record says what was heard of the message, and nothing more of it will be said.
    ///
    /// `heard` is empty where not a word was. A message that is still being written ends here, as if it had been meant so.
    pub async fn cut_short(&self, id: CallId, message: MessageId, heard: &str) -> Result<(), DeskError> {
        let found = calls::find(self.store.reader(), id).await?.ok_or(DeskError::NotFound("call"))?;
        let tx = self.store.begin().await?;
        let record = self.load(&tx, found.conversation).await?;
        let mut changes = Changes::of(record);
        let heard = heard.trim();
        if let Some(stored) = timeline::message(&*tx, message).await? {
            let text = if heard.is_empty() { "\u{2026}" } else { heard };
            calls::shorten(&*tx, stored.id, text).await?;
            timeline::set_delivery(&*tx, stored.id, Delivery::Sent, None).await?;
        } else {
            turns::cancel(&*tx, found.conversation).await?;
            let core = &changes.record.core;
            if !heard.is_empty() && core.owner == Owner::Ai {
                let fence = Fence { epoch: core.epoch, watermark: core.watermark };
                let message = NewMessage::public(message, Author::Ai, heard);
                changes.happen(self, &tx, &Event::AiAnswered { fence, message: message.clone() }).await?;
                timeline::set_delivery(&*tx, message.id, Delivery::Sent, None).await?;
            }
        }
        let line = CallLine::CutOff { heard: heard.to_owned() };
        changes.happen(self, &tx, &Event::Called { line, text: None }).await?;
        tx.commit().await?;
        changes.publish(self);
        Ok(())
    }
}
