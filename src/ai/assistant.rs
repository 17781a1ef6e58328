//! The border between the desk and whatever drafts the AI's side of a conversation.
//!
//! An assistant reads a [`TurnContext`] and nothing else: no store, no clock, no channel. It may not hand off; it may
//! only say that it wishes to.
//!
//! Invariant: once a [`DraftSink`] has refused, an assistant pushes nothing more and returns [`AssistantError::Stopped`].

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::handoff::event::Sentiment;
use crate::handoff::message::Source;
use crate::handoff::policy::Signals;
use crate::handoff::{ConversationId, MessageId};

/// Drafts what the AI says next.
#[async_trait]
pub trait Assistant: Send + Sync {
    /// Whether it can say a person's words differently. Without a language model nothing can.
    fn rewrites(&self) -> bool {
        false
    }

    /// Says a person's words differently; what they mean stays.
    async fn rewrite(&self, _text: &str, _how: &Rewrite) -> Result<String, AssistantError> {
        Err(AssistantError::Unavailable("there is no language model".into()))
    }

    /// Drafts the AI's side of one turn. Streams partial text into `sink`, which may refuse: then it stops.
    ///
    /// Text is streamed only if it is meant for the customer whatever the policy says. A draft with a wish or a decided
    /// signal is likely to end in a handoff, so its reply (if any) is returned and not streamed.
    async fn draft(&self, turn: &TurnContext, sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError>;
}

/// Takes the text of a reply while it is being written.
pub trait DraftSink: Send + Sync {
    /// Appends text. Refuses when the owner of the conversation has changed.
    fn push(&self, text: &str) -> Result<(), Stopped>;
}

/// The conversation is not the AI's any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the conversation has a new owner")]
pub struct Stopped;

/// Everything an assistant may know about the conversation it is to answer.
#[derive(Clone, Debug)]
pub struct TurnContext {
    /// Which conversation.
    pub conversation: ConversationId,
    /// What was said in public, oldest first.
    pub history: Vec<Said>,
    /// What people did during the last human stretch, if there was one.
    pub human_stretch_digest: Option<String>,
    /// Subjects kept for people, in the admin's words.
    pub topics: Vec<String>,
    /// Whether there is a person to pass on to. If not, people are never offered.
    pub handoff_offered: bool,
    /// In whose name the AI speaks.
    pub organisation: String,
    /// The time of the turn.
    pub now: DateTime<Utc>,
}

/// One public message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Which message.
    pub message: MessageId,
    /// Who said it.
    pub by: Speaker,
    /// Markdown as written.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who said something, as the AI sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The AI itself.
    Ai,
    /// A person, by display name.
    Agent(String),
    /// Baton, in the organisation's name. Not part of the exchange.
    System,
}

/// What the AI would say and do.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnDraft {
    /// What it would tell the customer. Present even beside a wish, for a desk that may not hand off.
    pub reply: Option<Reply>,
    /// Why a person should go on, in words for that person.
    pub wish: Option<String>,
    /// What the detectors found.
    pub signals: Signals,
    /// The customer's mood.
    pub sentiment: Sentiment,
    /// The customer's language (BCP-47), if it can be told.
    pub language: Option<String>,
    /// How sure the AI is that the reply answers the customer, 0 to 1.
    pub confidence: f32,
}

/// A reply to the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Markdown.
    pub text: String,
    /// Where it comes from.
    pub sources: Vec<Source>,
}

/// Why there is no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssistantError {
    /// It took too long.
    #[error("the assistant did not answer in time")]
    Timeout,
    /// The owner changed meanwhile; nothing of the draft may be used.
    #[error("the conversation has a new owner")]
    Stopped,
    /// It can not answer at all at the moment.
    #[error("the assistant is unavailable: {0}")]
    Unavailable(String),
}

impl From<Stopped> for AssistantError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// How a person wants their words to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewrite {
    /// Warmer.
    Friendlier,
    /// In fewer words.
    Shorter,
    /// Without mistakes.
    Corrected,
    /// In this language (BCP-47).
    Translated(String),
}
