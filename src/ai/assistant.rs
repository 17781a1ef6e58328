//! The border between the desk and whatever drafts the AI's side of a conversation.
//!
//! An assistant reads a [`TurnContext`] and nothing else: no store, no clock, no channel. It may not hand off; it may
//! only say that it wishes to.
//!
//! Invariant: once a [`DraftSink`] has refused, an assistant pushes nothing more and returns [`AssistantError::Stopped`].

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::summary::Extract;
use crate::handoff::call::Knowledge;
use crate::handoff::event::{Act, Sentiment};
use crate::handoff::message::Source;
use crate::handoff::policy::{Signals, Standing};
use crate::handoff::{ChannelId, ConversationId, MessageId};

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

    /// Whether it writes summaries. What is cut from a conversation is there without it.
    fn summarises(&self) -> bool {
        false
    }

    /// Writes a summary, within its deadline.
    async fn summarise(&self, _wanted: &ToSummarise) -> Summarised {
        let why = AssistantError::Unavailable("there is no language model".into());
        Summarised { extract: Err(why), spent: None }
    }

    /// What the detectors hear in a conversation, without an answer to it.
    fn hear(&self, history: &[Said], topics: &[String]) -> Signals {
        super::signals::read(history, topics)
    }

    /// Whether it is known that it can not answer as it should now, so that asking it would only disappoint.
    fn is_down(&self) -> bool {
        false
    }

    /// Drafts the AI's side of one turn. Streams partial text into `sink`, which may refuse: then it stops.
    ///
    /// Text is streamed only if it is meant for the customer whatever the policy says. A draft with a wish or a decided
    /// signal is likely to end in a handoff, so its reply (if any) is returned and not streamed.
    async fn draft(&self, turn: &TurnContext, sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError>;
}

/// Takes the text of a reply while it is being written, and everything else a turn leaves behind before its end.
#[async_trait]
pub trait DraftSink: Send + Sync {
    /// Appends text. Refuses when the owner of the conversation has changed. What was taken here is what the customer has seen.
    async fn push(&self, text: &str) -> Result<(), Stopped>;

    /// Takes back everything that was pushed; another text follows, or none.
    async fn retract(&self) {}

    /// Asks the store who owns the conversation. An assistant that waits for others between two pushes asks before each.
    async fn check(&self) -> Result<(), Stopped> {
        Ok(())
    }

    /// Writes down what a model was paid for, whatever becomes of the turn.
    async fn spent(&self, _spent: Spent) {}

    /// Writes a line about a call of an action. One that begins is refused when the owner of the conversation has changed, the
    /// customer has written again, or a call the customer agreed to was made already; it may not be made then.
    async fn acted(&self, _act: &Act) -> Result<(), Stopped> {
        Ok(())
    }
}

/// What a model was paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Tokens sent.
    pub input_tokens: u64,
    /// Tokens received.
    pub output_tokens: u64,
    /// What they cost, in millionths of the currency's unit.
    pub cost_micros: u64,
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
    /// On which channel. Articles may be kept to some of them.
    pub channel: Option<ChannelId>,
    /// How many of them may answer there.
    pub knowledge: Knowledge,
    /// What was said in public, oldest first.
    pub history: Vec<Said>,
    /// The language to answer in (BCP-47), where it was chosen; otherwise it is told from what was said.
    pub language: Option<String>,
    /// What people did during the last human stretch, if there was one.
    pub human_stretch_digest: Option<String>,
    /// Subjects kept for people, in the admin's words.
    pub topics: Vec<String>,
    /// Whether there is a person to pass on to. If not, people are never offered.
    pub handoff_offered: bool,
    /// Whether a colleague reads the draft, and the customer perhaps a part of it: who asked for a person has one already.
    pub for_colleague: bool,
    /// What the policy will decide by: a turn that does not end in an answer needs none.
    pub standing: Standing,
    /// In whose name the AI speaks.
    pub organisation: String,
    /// The time of the turn.
    pub now: DateTime<Utc>,
    /// What only an assistant with a language model needs.
    pub model: ModelContext,
}

/// What only an assistant with a language model needs to know.
#[derive(Clone, Debug, Default)]
pub struct ModelContext {
    /// How long the turn may take; without one, as long as the assistant likes.
    pub deadline: Option<Duration>,
    /// What holds for this conversation alone: how to speak on a phone, what a colleague whispers.
    pub instructions: Option<String>,
    /// Tokens the conversation has used so far.
    pub tokens_spent: u64,
    /// The call the customer was asked about in the AI's last message.
    pub proposed: Option<ProposedCall>,
}

/// A call of an action that waits for the customer's yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedCall {
    /// Which action.
    pub action: String,
    /// Its arguments: a JSON object.
    pub arguments: String,
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
    /// Whether files came along.
    pub has_files: bool,
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
    /// The call the reply asks the customer about.
    pub proposes: Option<ProposedCall>,
    /// Whether what should have answered could not be asked, and this is what is left without it.
    pub makeshift: bool,
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

/// What is to be summarised.
#[derive(Clone, Debug)]
pub struct ToSummarise {
    /// For whom.
    pub purpose: Purpose,
    /// What was said in public, oldest first.
    pub history: Vec<Said>,
    /// Tokens the conversation has used so far.
    pub tokens_spent: u64,
    /// How long it may take.
    pub deadline: Duration,
}

/// What a summary is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// For the person who goes on after the AI.
    Handoff,
    /// For the AI, and the record, after people.
    HandBack,
}

/// A summary that was asked for.
#[derive(Clone, Debug)]
pub struct Summarised {
    /// The summary, or why there is none.
    pub extract: Result<Extract, AssistantError>,
    /// What a model was paid for it, whatever came of it.
    pub spent: Option<Spent>,
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
