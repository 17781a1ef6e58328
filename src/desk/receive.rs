//! A customer's message comes in: receipt, conversation, message, turn, in one transaction.

use serde_json::Value;

use crate::fail::Gap;
use crate::handoff::people::Actor;
use crate::handoff::policy::Reason;
use crate::handoff::{
    AttachmentId, Author, ContactId, Conversation, ConversationId, Event, MessageId, NewMessage, Owner,
};
use crate::store::channels::Channel;
use crate::store::conversations::{NewConversation, Record};
use crate::store::receipts::{self, Receipt};
use crate::store::{Tx, contacts, conversations};

use super::change::Changed;
use super::drafts::Cause;
use super::{Desk, DeskError};

/// Longest text a customer or a person may send, in characters.
pub const TEXT_CHARS_MAX: usize = 16_000;
/// Most files one message may carry.
pub const FILES_MAX: usize = 10;

/// A message on its way in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The channel it came through.
    pub channel: Channel,
    /// The provider's name for the event.
    pub provider_id: String,
    /// The id the message gets.
    pub message: MessageId,
    /// Where it belongs.
    pub place: Place,
    /// What was said.
    pub text: String,
    /// Files uploaded before.
    pub attachments: Vec<AttachmentId>,
    /// Words the page had shown as the AI's before the customer wrote.
    pub shown_before: Vec<(MessageId, String)>,
    /// BCP-47 language the customer's side claims.
    pub language: Option<String>,
}

/// Where a message belongs.
#[derive(Clone, Debug)]
pub enum Place {
    /// In this conversation.
    Conversation(ConversationId),
    /// In the contact's conversation on the channel; a new one if all are done.
    Contact(ContactId),
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct Received {
    /// The conversation, as it is now.
    pub record: Record,
    /// Whether the same message had been received before. Nothing was changed then.
    pub duplicate: bool,
}

impl Desk {
    /// Begins a conversation in which nothing has been said.
    pub async fn open_conversation(
        &self,
        channel: &Channel,
        contact: ContactId,
        external_id: Option<String>,
        verified: bool,
        attributes: Value,
    ) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.begin_conversation(&tx, channel, contact, external_id, verified, attributes).await?;
        tx.commit().await?;
        self.publish(&Changed { record: record.clone(), notify: false });
        Ok(record)
    }

    /// Stores a customer's message.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] if it is empty, too long or its id is taken; [`DeskError::NotFound`] without a place for it.
    pub async fn receive(&self, incoming: Incoming) -> Result<Received, DeskError> {
        validate(&incoming)?;
        let tx = self.store.begin().await?;
        let record = self.place(&tx, &incoming).await?;
        if let Some(record) = self.seen_before(&tx, &incoming, &record).await? {
            return Ok(Received { record, duplicate: true });
        }
        let changed = self.store_incoming(&tx, record, &incoming).await?;
        self.fail.check(Gap::BeforeReceiveCommit)?;
        tx.commit().await?;
        self.fail.check(Gap::AfterReceiveCommit)?;
        self.publish(&changed);
        Ok(Received { record: changed.record, duplicate: false })
    }

    async fn place(&self, tx: &Tx, incoming: &Incoming) -> Result<Record, DeskError> {
        match incoming.place {
            Place::Conversation(id) => self.load(tx, id).await,
            Place::Contact(contact) => {
                contacts::hold(&**tx, contact).await?;
                match conversations::current(&**tx, incoming.channel.id, contact).await? {
                    Some(id) => self.load(tx, id).await,
                    None => self.begin_conversation(tx, &incoming.channel, contact, None, true, Value::Null).await,
                }
            }
        }
    }

    async fn begin_conversation(
        &self,
        tx: &Tx,
        channel: &Channel,
        contact: ContactId,
        external_id: Option<String>,
        verified: bool,
        attributes: Value,
    ) -> Result<Record, DeskError> {
        let core = Conversation::new(ConversationId(self.clock.new_id()), channel.id, contact);
        let channel_kind = channel.kind.clone();
        let new = NewConversation { core, channel_kind, external_id, verified, attributes };
        Ok(conversations::insert(&**tx, new, self.clock.now()).await?)
    }

    /// Keeps the receipt; the conversation of the first time if there was one.
    async fn seen_before(&self, tx: &Tx, incoming: &Incoming, record: &Record) -> Result<Option<Record>, DeskError> {
        let points_to = Receipt { conversation: Some(record.core.id), message: Some(incoming.message) };
        let (id, now) = (self.clock.new_id(), self.clock.now());
        let channel = incoming.channel.id;
        if receipts::insert(&**tx, id, channel, &incoming.provider_id, points_to, now).await? {
            return Ok(None);
        }
        let first = receipts::find(&**tx, channel, &incoming.provider_id).await?.and_then(|first| first.conversation);
        match (first, &incoming.place) {
            (Some(first), Place::Conversation(asked)) if first != *asked => {
                Err(DeskError::Invalid("this message id was used in another conversation; make a new one".into()))
            }
            (Some(first), _) => Ok(conversations::find(&**tx, first).await?),
            (None, _) => Ok(Some(record.clone())),
        }
    }

    async fn store_incoming(&self, tx: &Tx, mut record: Record, incoming: &Incoming) -> Result<Changed, DeskError> {
        for (id, text) in &incoming.shown_before {
            record = self.store_shown_before(tx, record, *id, text).await?;
        }
        let autopilot = incoming.channel.autopilot;
        let message = NewMessage {
            attachments: incoming.attachments.clone(),
            ..NewMessage::public(incoming.message, Author::Contact, incoming.text.trim())
        };
        let reopen_to = if autopilot { Owner::Ai } else { Owner::Queue };
        let event = Event::CustomerWrote { message, answer: autopilot, reopen_to };
        let language = record.language.clone().or_else(|| incoming.language.clone());
        let learned = Record { language, ..record.clone() };
        let changed = self.happen_to(tx, &record, &learned, &event).await?;
        if !autopilot && changed.record.core.owner == Owner::Ai {
            let cause = Cause {
                reason: Reason::AutopilotOff,
                explanation: format!("Autopilot is off for {}", incoming.channel.name),
                topic: None,
                notice: true,
            };
            let handoff = self.draft_handoff(tx, &changed.record, cause, None).await?;
            let epoch = changed.record.core.epoch;
            let event = Event::HandedOff { epoch, by: Actor::System, handoff };
            return self.happen(tx, &changed.record, &event).await;
        }
        Ok(changed)
    }

    /// Greetings the page showed belong to the history, so that the AI and people read what the customer read.
    async fn store_shown_before(
        &self,
        tx: &Tx,
        record: Record,
        id: MessageId,
        text: &str,
    ) -> Result<Record, DeskError> {
        let fence = crate::handoff::Fence { epoch: record.core.epoch, watermark: record.core.watermark };
        if record.core.owner != Owner::Ai || record.core.last_seq.0 > 0 && record.core.watermark.0 > 0 {
            return Ok(record);
        }
        let event = Event::AiAnswered { fence, message: NewMessage::public(id, Author::Ai, text) };
        Ok(self.happen(tx, &record, &event).await?.record)
    }
}

fn validate(incoming: &Incoming) -> Result<(), DeskError> {
    let empty = incoming.text.trim().is_empty() && incoming.attachments.is_empty();
    if empty {
        return Err(DeskError::Invalid("the message is empty; send some text or a file".into()));
    }
    check_length(&incoming.text)?;
    if incoming.attachments.len() > FILES_MAX {
        return Err(DeskError::Invalid(format!("at most {FILES_MAX} files fit in one message")));
    }
    Ok(())
}

/// Refuses a text that is too long to store, with the number to stay under.
pub(super) fn check_length(text: &str) -> Result<(), DeskError> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(DeskError::Invalid(format!("the message is too long; at most {TEXT_CHARS_MAX} characters fit")));
    }
    Ok(())
}
