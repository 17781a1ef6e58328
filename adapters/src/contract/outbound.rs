//! What goes out.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::ThreadKey;

/// A message to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbound {
    /// The same for every try of the same message; given to providers that take an idempotency key.
    pub key: String,
    /// The customer's address on this channel.
    pub to: String,
    /// The text, as Markdown, within the channel's limit.
    pub text: String,
    /// Name of the person who wrote it, if a person did.
    pub author_name: Option<String>,
    /// Files, in order.
    pub files: Vec<OutboundFile>,
    /// Threads of the conversation, the newest last, where the channel has threads.
    pub threads: Vec<ThreadKey>,
    /// What it is about, where the channel has subjects.
    pub subject: Option<String>,
    /// Whether the writer chose that subject, so that it is sent as it stands and not as the answer to what came before.
    pub names_subject: bool,
    /// Whether the account's signature is left out.
    pub unsigned: bool,
    /// Who gets a copy, where the channel has copies.
    pub cc: Vec<String>,
    /// A message that was approved beforehand, sent instead of the text.
    pub template: Option<Template>,
    /// Answers the customer may choose from.
    pub quick_replies: Vec<String>,
}

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboundFile {
    /// Its name.
    pub name: String,
    /// Its media type, sniffed.
    pub media_type: String,
    /// Its content.
    pub content: Bytes,
    /// Where the provider may fetch it, for those that do; unguessable.
    pub url: String,
}

/// A message that was approved beforehand, with what fills its gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The provider's name for it.
    pub name: String,
    /// Its language, in the provider's words.
    pub language: String,
    /// What fills its gaps, in order.
    pub parameters: Vec<String>,
}

/// A message that was approved beforehand, as the provider lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateInfo {
    /// The provider's name for it.
    pub name: String,
    /// Its language, in the provider's words.
    pub language: String,
    /// Its text, with gaps as `{{1}}`.
    pub body: String,
    /// How many gaps there are.
    pub gaps: usize,
}

/// Something the customer's side may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The message with this provider's name has been read.
    Read(String),
    /// An answer to the message with this provider's name is being written.
    Typing(String),
}

/// The provider has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The provider's name for the message, if it gives one.
    pub provider_id: Option<String>,
    /// The thread that answers to it will name: kept with its conversation.
    pub thread: Option<ThreadKey>,
}

/// What a refusal means beyond this message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing.
    #[default]
    Other,
    /// The customer has to write first: the message waits until they do.
    OutsideWindow,
    /// The customer wants no messages: none is sent until they do.
    OptedOut,
    /// The account's credentials do not work any more: the team is told.
    Unauthorized,
}

/// The provider does not have it, or may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Not now. Try again, not before the time the provider asked for.
    #[error("{why}")]
    Again {
        /// In words.
        why: String,
        /// What the provider asked for (`Retry-After`, RFC 9110 section 10.2.3).
        after: Option<Duration>,
    },
    /// Never. A person must change something first.
    #[error("{why}")]
    Refused {
        /// In words, with the provider's own.
        why: String,
        /// What it means for messages to come.
        refusal: Refusal,
    },
    /// The request left and no answer came: the customer may have it or not.
    #[error("{why}")]
    Unknown {
        /// In words.
        why: String,
    },
}

impl DeliveryError {
    /// A refusal that means nothing for other messages.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into(), refusal: Refusal::Other }
    }
}
