//! A customer's message comes in: receipt, conversation, message, turn, in one transaction.

use std::sync::Arc;

use baton_adapters::contract::{MediaRef, ThreadRule};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::handoff::{
    AttachmentId, ContactId, Conversation, ConversationId, Event, MessageId, NewMessage, Owner, Status, message::Author,
};
use crate::store::Tx;
use crate::store::arrivals;
use crate::store::channels::Channel;
use crate::store::conversations::{self, NewConversation, Record};
use crate::store::message_details::Details;

use super::change::Changed;
use super::notices::waiting::is_way_back;
use super::{Desk, DeskError};

mod alone;
mod together;

pub use together::Together;

/// Longest text a customer or a person may send, in characters.
pub const TEXT_CHARS_MAX: usize = 16_000;
/// Most files one message may carry.
pub const FILES_MAX: usize = 10;

/// How long after the question a number counts as a rating.
const RATING_ANSWER_WITHIN: TimeDelta = TimeDelta::days(3);

/// A message on its way in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The channel it came through.
    pub channel: Arc<Channel>,
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
    /// What only some channels' messages have.
    pub extra: Extra,
}

/// What only some channels' messages have.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    /// What else the customer is known by: kind and value, as far as the provider vouches for them.
    pub also: Vec<(&'static str, String)>,
    /// Whether a machine wrote it: it is kept and the AI is not asked.
    pub automatic: bool,
    /// Whether nobody here can open it, which the customer is told.
    pub unreadable: bool,
    /// Files to be fetched.
    pub media: Vec<MediaRef>,
    /// Threads it says it belongs to, surest first.
    pub threads: Vec<String>,
    /// How it is held against them.
    pub thread_rule: ThreadRule,
    /// The thread answers to it name.
    pub own_thread: Option<String>,
    /// What it carries beside its text.
    pub details: Details,
}

impl Extra {
    /// Whether storing the message takes more than its own row.
    fn needs_more(&self) -> bool {
        self.unreadable
            || !self.media.is_empty()
            || !self.threads.is_empty()
            || self.own_thread.is_some()
            || !self.details.is_empty()
    }
}

/// Where a message belongs.
#[derive(Clone, Debug)]
pub enum Place {
    /// In this conversation, if it is the visitor's own.
    Conversation {
        /// Which.
        id: ConversationId,
        /// Who says so; `None` is Baton itself.
        visitor: Option<Visitor>,
    },
    /// In the open conversation of the contact with this address; a new one if all are done, of a new contact if nobody
    /// has the address.
    Address {
        /// `phone`, `email`, ...
        kind: &'static str,
        /// The address, which the provider vouches for.
        value: String,
        /// The name, if the provider tells.
        name: Option<String>,
    },
}

/// Who calls through a widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The customer.
    pub contact: ContactId,
    /// Whether the installation's own server vouched for them.
    pub verified: bool,
}

impl Visitor {
    /// Whether a conversation is theirs: an unverified visitor does not see what was said under a verified name.
    pub fn owns(&self, record: &Record) -> bool {
        record.core.contact == self.contact && (self.verified || !record.verified)
    }
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
        self.publish(&Changed::nothing(record.clone()));
        Ok(record)
    }

    /// Stores a customer's message. Those that arrive at the same time share a transaction.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] if it is empty, too long or its id is taken; [`DeskError::NotFound`] without a place for it;
    /// [`DeskError::NotTheirs`] if the conversation is somebody else's.
    pub async fn receive(&self, incoming: Incoming) -> Result<Received, DeskError> {
        validate(&incoming)?;
        self.receive_together(incoming).await
    }

    pub(super) async fn begin_conversation(
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
}

impl Incoming {
    fn message(&self) -> NewMessage {
        NewMessage {
            attachments: self.attachments.clone(),
            ..NewMessage::public(self.message, Author::Contact, self.text.trim())
        }
    }

    /// What the message is to the core.
    fn event(&self) -> Event {
        let autopilot = self.channel.autopilot;
        let reopen_to = if autopilot { Owner::Ai } else { Owner::Queue };
        let answer = autopilot && !self.extra.automatic;
        Event::CustomerWrote { message: self.message(), answer, reopen_to }
    }

    /// The conversation with what the message tells about the customer.
    fn learned(&self, record: &Record) -> Record {
        Record { language: record.language.clone().or_else(|| self.language.clone()), ..record.clone() }
    }

    /// The score, if the message is nothing but the number that a question for a rating asked for.
    fn rates(&self, record: &Record, now: DateTime<Utc>) -> Option<u8> {
        let asked = record.rating_asked_at.filter(|asked| now - *asked <= RATING_ANSWER_WITHIN)?;
        let open = record.core.is_resolved() && record.rating.is_none() && asked >= record.created_at;
        let score = self.text.trim().parse().ok().filter(|score| (1..=5).contains(score))?;
        (open && !self.extra.automatic && matches!(self.place, Place::Address { .. })).then_some(score)
    }

    /// Whether the customer, who waits in the queue, asks for the assistant again.
    fn leads_back(&self, record: &Record) -> bool {
        let waits = record.core.owner == Owner::Queue && record.core.status == Status::Open;
        waits && !self.extra.automatic && is_way_back(&self.text)
    }

    fn place(&self) -> arrivals::Place {
        match &self.place {
            Place::Conversation { id, .. } => arrivals::Place::Conversation(*id),
            Place::Address { kind, value, .. } => {
                arrivals::Place::Address { kind: (*kind).to_owned(), value: value.clone() }
            }
        }
    }

    /// Whether the message may go into a conversation.
    fn check_place(&self, record: &Record) -> Result<(), DeskError> {
        match &self.place {
            Place::Conversation { visitor: Some(visitor), .. }
                if !visitor.owns(record) || record.core.channel != self.channel.id =>
            {
                Err(DeskError::NotTheirs)
            }
            Place::Conversation { .. } | Place::Address { .. } => Ok(()),
        }
    }
}

fn validate(incoming: &Incoming) -> Result<(), DeskError> {
    let empty = incoming.text.trim().is_empty() && incoming.attachments.is_empty() && incoming.extra.media.is_empty();
    if empty {
        return Err(DeskError::Invalid("the message is empty; send some text or a file".into()));
    }
    check_length(&incoming.text)?;
    // A provider's message is taken as it is; only a page's can be refused.
    let is_page = matches!(incoming.place, Place::Conversation { .. });
    if is_page && incoming.attachments.len() > FILES_MAX {
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
