//! A customer's opinion: of a whole conversation, or of one message.

use baton_adapters::contract::{Answers, ChannelKind};

use crate::handoff::{Author, ConversationId, Event, MessageId, NewMessage};
use crate::store::conversations::Record;
use crate::store::timeline;

use super::notices::waiting::rating_question;
use super::{Desk, DeskError};

/// Longest comment, in characters.
const FEEDBACK_CHARS_MAX: usize = 2_000;

impl Desk {
    /// Keeps a rating from 1 to 5. A conversation is rated once; a later rating is refused.
    pub async fn rate(&self, id: ConversationId, score: u8, feedback: Option<String>) -> Result<Record, DeskError> {
        let feedback = feedback.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty());
        if feedback.as_ref().is_some_and(|words| words.chars().count() > FEEDBACK_CHARS_MAX) {
            return Err(DeskError::Invalid(format!("keep the comment under {FEEDBACK_CHARS_MAX} characters")));
        }
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        if record.rating.is_some() {
            return Err(DeskError::Invalid("this conversation has been rated already".into()));
        }
        self.settle(tx, &record, &Event::Rated { score, feedback }).await
    }

    /// Asks for a rating. Customers who have no buttons for it get the question as a message.
    pub(super) fn rating_question(&self, record: &Record) -> Event {
        let words = rating_question(record.language.as_deref());
        let asks_in_words = !self.has_rating_buttons(record);
        let message = asks_in_words.then(|| NewMessage::public(self.new_message_id(), Author::System, words));
        Event::RatingAsked { message }
    }

    /// Whether the customer's page shows buttons to rate with.
    pub(super) fn has_rating_buttons(&self, record: &Record) -> bool {
        let kind: Option<ChannelKind> = record.channel_kind.parse().ok();
        let channel = kind.and_then(|kind| self.registry.get(kind));
        channel.is_none_or(|channel| channel.capabilities().answers == Answers::Pull)
    }

    /// Keeps the customer's opinion of an AI message.
    pub async fn vote(&self, id: ConversationId, message: MessageId, helpful: bool) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let found = timeline::message(&*tx, message).await?;
        if found.is_none_or(|found| found.conversation != id || found.author != Author::Ai) {
            return Err(DeskError::NotFound("message"));
        }
        timeline::set_vote(&*tx, message, if helpful { 1 } else { -1 }).await?;
        tx.commit().await?;
        Ok(())
    }
}
