//! What comes in.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::team::TeamEvent;

/// A request exactly as it arrived.
#[derive(Clone, Debug)]
pub struct RawRequest {
    /// Its method.
    pub method: Method,
    /// The address it was sent to, as configured publicly, with its query.
    pub url: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte for byte.
    pub body: Bytes,
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The signature header is missing.
    #[error("the request is not signed")]
    Unsigned,
    /// The signature does not fit.
    #[error("the signature does not fit; check the channel's secret and its public address")]
    BadSignature,
    /// The request is too old, or from the future.
    #[error("the request's time is too far from this server's clock")]
    BadTime,
    /// The channel has no secret to check with.
    #[error("the channel has no signing secret yet")]
    NoSecret,
    /// The channel takes no requests of this kind.
    #[error("this channel takes no webhooks")]
    NotAWebhook,
}

/// Why a request can not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request can not be read: {0}")]
pub struct ParseError(pub String);

/// What a request says, and how it is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The answer, given once everything is stored.
    pub reply: HookReply,
    /// What it says, in the order it says it.
    pub events: Vec<Inbound>,
}

impl From<Vec<Inbound>> for Parsed {
    fn from(events: Vec<Inbound>) -> Self {
        Self { reply: HookReply::empty(), events }
    }
}

/// The answer to a provider's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookReply {
    /// Its status.
    pub status: u16,
    /// Its content type; nothing is said of an empty body's.
    pub content_type: &'static str,
    /// Its body.
    pub body: Bytes,
}

impl HookReply {
    /// 200 without a body.
    pub const fn empty() -> Self {
        Self { status: 200, content_type: "", body: Bytes::new() }
    }

    /// 200 with a body.
    pub fn ok(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status: 200, content_type, body: body.into() }
    }
}

impl Default for HookReply {
    fn default() -> Self {
        Self::empty()
    }
}

/// Something a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// The customer wrote.
    Message(Box<InboundMessage>),
    /// What became of a message Baton sent.
    Status(StatusReport),
    /// A person of the team wrote to the customer from the provider's own app.
    Echo(Box<Echo>),
    /// The customer wants no more messages. What they wrote goes on the timeline; the AI is not asked.
    OptOut(Consent),
    /// The customer wants messages again.
    OptIn(Consent),
    /// The customer is known by another name from now on.
    Moved(Moved),
    /// The customer changed what they had written.
    Edited {
        /// The event's own name, so that it counts once.
        provider_id: String,
        /// The message, by the name it came under.
        of: String,
        /// What it says now.
        text: String,
    },
    /// The customer took back what they had written.
    Deleted {
        /// The event's own name, so that it counts once.
        provider_id: String,
        /// The message, by the name it came under.
        of: String,
    },
    /// The customer did something about the conversation that is no message, such as a reaction. People read it as a note.
    Reacted {
        /// The event's own name, so that it counts once.
        provider_id: String,
        /// Who.
        who: Identity,
        /// What they did, in words.
        words: String,
    },
    /// Something about another account of the same provider, named by one of its settings: a provider may call one address for
    /// all of them. It is believed only if that account's own secrets say so too.
    Elsewhere {
        /// The setting that names the account.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What it says.
        event: Box<Inbound>,
    },
    /// The team did something in its own place.
    Team(Box<TeamEvent>),
    /// Something Baton has no use for, with its name for the log.
    Ignored(String),
}

impl From<InboundMessage> for Inbound {
    fn from(message: InboundMessage) -> Self {
        Self::Message(Box::new(message))
    }
}

/// What a customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The provider's name for this event; a second one with the same name is the same event.
    pub provider_id: String,
    /// Who wrote it, by the name they can be answered under.
    pub from: Identity,
    /// Other names of the same person, as far as the provider vouches for them.
    pub also: Vec<Identity>,
    /// The customer's name, if the provider tells.
    pub name: Option<String>,
    /// What they wrote.
    pub text: String,
    /// Files to be fetched after the message is stored, in order.
    pub media: Vec<MediaRef>,
    /// Files that came along.
    pub files: Vec<InboundFile>,
    /// When it was written, by the provider's clock, in Unix seconds.
    pub sent_at: Option<i64>,
    /// Threads it says it belongs to, surest first. It goes into the first that is the same customer's.
    pub threads: Vec<ThreadKey>,
    /// How the message is held against those threads.
    pub thread_rule: ThreadRule,
    /// The thread answers to this message name: kept with its conversation.
    pub own_thread: Option<ThreadKey>,
    /// What it is about, where messages have subjects.
    pub subject: Option<String>,
    /// Who else got it, where messages have copies.
    pub cc: Vec<String>,
    /// The whole of it where `text` is only a part, such as a mail with its quotes; kept beside the message.
    pub original: Option<InboundFile>,
    /// Whether a machine wrote it: it is kept and never answered by the AI.
    pub automatic: bool,
    /// Whether the provider does not pass on what was written, so that the customer is asked to say it in words.
    pub unreadable: bool,
    /// BCP-47 language, if the provider tells.
    pub language: Option<String>,
}

impl InboundMessage {
    /// A text by somebody, and nothing else.
    pub fn new(provider_id: impl Into<String>, from: Identity, text: impl Into<String>) -> Self {
        Self {
            provider_id: provider_id.into(),
            from,
            also: Vec::new(),
            name: None,
            text: text.into(),
            media: Vec::new(),
            files: Vec::new(),
            sent_at: None,
            threads: Vec::new(),
            thread_rule: ThreadRule::default(),
            own_thread: None,
            subject: None,
            cc: Vec::new(),
            original: None,
            automatic: false,
            unreadable: false,
            language: None,
        }
    }
}

/// Something a customer is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// `email`, `phone`, `whatsapp`, `slack`, `visitor`.
    pub kind: &'static str,
    /// The address, number or id.
    pub value: String,
}

impl Identity {
    /// An identity.
    pub fn new(kind: &'static str, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

/// Which thread of a channel: a mail's Message-ID or token, a message's time stamp.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThreadKey(pub String);

/// How a message is held against the threads it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThreadRule {
    /// It goes into the first that is the same customer's, and without one where their messages go.
    #[default]
    SameCustomer,
    /// The provider vouches for the thread: whoever writes in it belongs to its conversation, and a new thread begins one.
    Anybody,
    /// The same, but a thread that is no conversation yet is none of ours.
    AnybodyIfKnown,
}

/// A file at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaRef {
    /// The provider's id or address of it.
    pub id: String,
    /// Its media type as the provider claims it.
    pub media_type: Option<String>,
    /// Its name as the customer's side claims it.
    pub name: Option<String>,
}

/// A file that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundFile {
    /// Its name, as claimed.
    pub name: String,
    /// Its media type, as claimed.
    pub media_type: String,
    /// Its content.
    pub content: Bytes,
    /// What the message's own markup calls it, where it is shown inside.
    pub content_id: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// [`super::Outbound::key`], where the provider repeats it. The surest name, since it is known before the provider's own.
    pub key: Option<String>,
    /// The provider's name for the message.
    pub provider_id: Option<String>,
    /// Where it stands. Reports come in any order; only forward counts.
    pub status: Status,
    /// The provider's words.
    pub why: Option<String>,
    /// What a failure means for messages to come.
    pub refusal: Refusal,
}

/// Where a message stands, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The provider has it.
    Accepted,
    /// It is on its way.
    Sent,
    /// It did not arrive. Overruled by a later sign that it did.
    Failed,
    /// The customer's device has it.
    Delivered,
    /// The customer has opened it.
    Read,
}

/// What a person of the team wrote from the provider's own app. It takes the conversation as an answer from the inbox would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo {
    /// The provider's name for the message.
    pub provider_id: String,
    /// To whom.
    pub to: Identity,
    /// Other names of the same customer.
    pub also: Vec<Identity>,
    /// What they wrote.
    pub text: String,
    /// Files to be fetched.
    pub media: Vec<MediaRef>,
    /// The email address of the person, where the account says who answers from the app.
    pub author_email: Option<String>,
    /// When it was written, by the provider's clock, in Unix seconds.
    pub sent_at: Option<i64>,
}

/// Whether a customer may be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The event's own name, so that it counts once.
    pub provider_id: String,
    /// Who.
    pub who: Identity,
    /// Their words.
    pub words: String,
}

/// A customer got another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The event's own name, so that it counts once.
    pub provider_id: String,
    /// The name until now.
    pub from: Identity,
    /// The name from now on.
    pub to: Identity,
}
