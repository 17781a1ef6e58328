//! One line of a conversation's timeline: something said, or something that happened. DOM id `item-{seq}`.
//!
//! Who speaks is told by words, place and shape as well as by colour.

use askama::Template;

use crate::web::html::{SafeHtml, nestable};
use crate::web::icon::Icon;
use crate::web::inbox::channel::ChannelKind;
use crate::web::moment::Moment;

/// Something an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The article's title.
    pub title: String,
    /// Where it can be read.
    pub url: String,
}

/// How sure the AI was, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confidence(pub u8);

impl Confidence {
    const fn words(self) -> &'static str {
        match self.0 {
            0..50 => "Low confidence",
            50..80 => "Fair confidence",
            _ => "High confidence",
        }
    }

    const fn level(self) -> &'static str {
        match self.0 {
            0..50 => "low",
            50..80 => "fair",
            _ => "high",
        }
    }
}

/// Who says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// The customer.
    Customer,
    /// The AI, and what its answer rests on.
    Ai {
        /// The articles used.
        sources: Vec<Source>,
        /// How sure it was.
        confidence: Option<Confidence>,
    },
    /// A person at the desk, to the customer.
    Agent,
    /// Baton itself, to the customer: the sentence about a handoff, a receipt.
    Notice,
    /// A person at the desk, to colleagues only.
    Note,
}

impl Voice {
    const fn name(&self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Ai { .. } => "ai",
            Self::Agent => "agent",
            Self::Notice => "notice",
            Self::Note => "note",
        }
    }

    /// The word beside the author's name.
    const fn label(&self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Ai { .. } => "AI",
            Self::Agent => "Agent",
            Self::Notice => "Automatic message",
            Self::Note => "Internal note – the customer does not see this",
        }
    }
}

/// How far a message to the customer has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Waits for its turn.
    Queued,
    /// Is being handed to the provider.
    Sending,
    /// The provider has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer has read it.
    Read,
    /// It was refused; why.
    Failed(String),
    /// It may or may not have arrived; why that cannot be told.
    Unknown(String),
    /// It is sent when the customer writes again; why not before.
    Waiting(String),
    /// It was never sent; why.
    Discarded(String),
}

impl Delivery {
    const fn label(&self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sending => "Sending",
            Self::Sent => "Sent",
            Self::Delivered => "Delivered",
            Self::Read => "Read",
            Self::Failed(_) => "Not delivered",
            Self::Unknown(_) => "Delivery unknown",
            Self::Waiting(_) => "Waits for the customer",
            Self::Discarded(_) => "Not sent",
        }
    }

    const fn icon(&self) -> Icon {
        match self {
            Self::Queued | Self::Sending | Self::Waiting(_) => Icon::Clock,
            Self::Sent => Icon::Check,
            Self::Delivered | Self::Read => Icon::Ticks,
            Self::Failed(_) => Icon::Alert,
            Self::Unknown(_) => Icon::Help,
            Self::Discarded(_) => Icon::Ban,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Queued | Self::Sending => "pending",
            Self::Waiting(_) => "waiting",
            Self::Sent | Self::Delivered | Self::Read => "done",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
            Self::Discarded(_) => "discarded",
        }
    }

    fn why(&self) -> Option<&str> {
        match self {
            Self::Failed(why) | Self::Unknown(why) | Self::Waiting(why) | Self::Discarded(why) => Some(why),
            _ => None,
        }
    }

    const fn may_retry(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Unknown(_))
    }
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as the sender gave it.
    pub name: String,
    /// Where it can be opened.
    pub url: String,
    /// Its size in words ("84 kB").
    pub size: String,
    /// A small version, where it is an image that was checked to be one.
    pub preview: Option<String>,
    /// Whether it is sound that can be played in place.
    pub sound: bool,
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id used in `/messages/{id}/retry`.
    pub id: String,
    /// Who says it.
    pub voice: Voice,
    /// Their name.
    pub author: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// The subject line, where the channel has one and it changed.
    pub subject: Option<String>,
    /// Who got a copy.
    pub cc: Vec<String>,
    /// Where the whole of it can be read, where this is a part.
    pub original: Option<String>,
    /// Whether it is the shown part of an answer whose end never came.
    pub cut_off: bool,
    /// What is said, cleaned.
    pub body: SafeHtml,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// How far it has come; absent where it comes from the customer or is a note.
    pub delivery: Option<Delivery>,
    /// The channel, where it is not the conversation's own.
    pub via: Option<ChannelKind>,
}

/// What a timeline line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Something said.
    Message(Box<Message>),
    /// Something that happened: a drawing and a sentence.
    Event(Icon, String),
}

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_item.html")]
pub struct Item {
    /// Its place; also the DOM id and the `data-sort`.
    pub seq: i64,
    /// The conversation's number.
    pub number: i64,
    /// When.
    pub at: Moment,
    /// The day in words, where it is the first line of that day.
    pub starts_day: Option<String>,
    /// Whether it is the first line the reader has not seen.
    pub starts_unread: bool,
    /// What it shows.
    pub entry: Entry,
    /// The token for "Try again".
    pub csrf: String,
}

nestable!(Item);
