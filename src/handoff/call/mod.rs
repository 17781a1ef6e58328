//! A phone call as a machine: what the caller's side is told next, and what happens to the conversation because of it.
//!
//! Pure like the rest of the core: [`advance`] takes the call, what happened and the facts of the conversation, and gives the
//! call afterwards, the steps to perform and the acts to carry out. Total: duplicates, late and unknown callbacks get an
//! answer too.
//!
//! Invariant: from the moment a transfer begins until the conversation is given back to the AI, no step says a word of the AI's.

mod advance;
mod agent;
mod hours;
mod transfer;
mod wording;

#[cfg(test)]
mod advance_test;
#[cfg(test)]
mod property_test;

use serde::{Deserialize, Serialize};

use super::policy::Reason;
use super::{AgentId, MessageId, Owner, Seq};

pub use advance::advance;
pub use agent::{FallbackNumber, Knowledge, NobodyAnswers, OtherLanguage, PhoneAgent, Talk, Transfer, Triggers};
pub use hours::{Hours, UnreadableHours};
pub use wording::{FIELDS as WORDING_FIELDS, Wording};

/// A call between two documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Number of the document that is out. What is told about an older one changes nothing.
    pub step: u32,
    /// What the call is doing.
    pub phase: Phase,
    /// Whether it goes over a socket now.
    pub by_socket: bool,
    /// Everything up to this place of the timeline has been said to the caller, or never will be.
    pub said_through: Seq,
    /// Silences in a row.
    pub silences: u8,
    /// Transfers that were begun.
    pub transfers: u8,
    /// The language that is spoken, where it is not the number's own (BCP-47).
    #[serde(default)]
    pub language: Option<String>,
    /// What the caller's leg was told last.
    pub steps: Vec<Step>,
}

/// What a call is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Phase {
    /// It is the caller's turn.
    Listening,
    /// The AI owes an answer.
    Thinking {
        /// How often the caller's side has asked for it.
        asked: u32,
    },
    /// The goodbye is being said. A caller who speaks is heard.
    Leaving,
    /// A number is being called, or talks to the caller.
    Ringing {
        /// The number.
        target: Target,
        /// Those that are tried after it.
        rest: Vec<Target>,
        /// Whether a person pressed the key.
        accepted: bool,
    },
    /// The caller leaves a message.
    Recording,
    /// Over.
    Ended {
        /// How.
        ending: Ending,
    },
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The caller hung up.
    HungUp,
    /// Nobody spoke any more.
    Goodbye,
    /// The caller spoke with a person.
    Bridged,
    /// The conversation was passed on, and the caller was told so.
    Escalated,
    /// The caller left a message.
    Voicemail,
    /// The caller was promised a text message.
    Texted,
}

/// Somebody a caller can be put through to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The number.
    pub number: String,
    /// What the team calls it.
    pub label: String,
    /// Whose it is.
    pub agent: Option<AgentId>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Somebody calls.
    Began,
    /// The caller spoke; the words are in the timeline.
    Heard,
    /// The caller asked for a person by a key.
    Zero,
    /// The caller is to be spoken with in another language of the number (BCP-47).
    Speaks {
        /// Which.
        language: String,
        /// Whether that is all they wanted, so that they are asked in it how to go on; the words they asked with, if any.
        asked: Option<String>,
    },
    /// The caller said nothing.
    Silent,
    /// The caller's side asks what comes next.
    Asked,
    /// The socket was lost while the call goes on.
    Dropped,
    /// The number that was called was picked up, by whomever.
    PickedUp,
    /// A key was pressed there to take the call.
    Accepted,
    /// What it is about is to be said again.
    Again,
    /// Another key was pressed there, or none.
    Declined,
    /// The number that was called is not on the line any more.
    Dialled {
        /// Whether the two had been put through to each other.
        bridged: bool,
        /// The provider's word for it.
        status: String,
        /// How long it lasted, in seconds.
        seconds: u32,
        /// Whether the caller is gone too.
        over: bool,
    },
    /// A message was left.
    Recorded {
        /// Its length, in seconds.
        seconds: u32,
    },
    /// The caller is gone.
    HungUp,
}

/// What the machine has to know about the conversation.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Who may speak.
    pub owner: Owner,
    /// What has been written and not been said.
    pub lines: Vec<Utterance>,
    /// Whom the caller can be put through to now, in order.
    pub targets: Vec<Target>,
    /// What the person who picks up hears.
    pub whisper: String,
    /// Whether the caller can be sent a text message.
    pub can_text: bool,
    /// What was set for this number.
    pub agent: &'a PhoneAgent,
    /// What is said at certain moments, in the language of the call.
    pub wording: Wording,
}

/// Something to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Utterance {
    /// The words.
    pub text: String,
    /// Place in the timeline, if it has one.
    pub seq: Option<Seq>,
    /// Its message, if it has one.
    pub message: Option<MessageId>,
    /// Whether the AI wrote it.
    pub by_ai: bool,
}

impl Utterance {
    /// Something the house says.
    pub fn house(text: impl Into<String>) -> Self {
        Self { text: text.into(), seq: None, message: None, by_ai: false }
    }
}

/// One thing a leg of the call is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// Say something.
    Say {
        /// What.
        words: Utterance,
    },
    /// Say something and listen.
    Listen {
        /// What is said meanwhile.
        prompts: Vec<Utterance>,
    },
    /// Ask again soon.
    Poll {
        /// Seconds to wait before.
        pause: u32,
    },
    /// Talk over a socket.
    Converse,
    /// Call a number.
    Dial {
        /// Whom.
        target: Target,
    },
    /// Tell the person who picked up what it is about, and wait for a key.
    Whisper {
        /// What.
        text: String,
    },
    /// Record a message.
    Record,
    /// End the call, or this leg of it.
    HangUp,
}

/// What happens to the conversation because of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Write a line on the timeline.
    Note(CallLine),
    /// End the AI's ownership.
    HandOff {
        /// Why, as a code.
        reason: Reason,
        /// Why, in words.
        explanation: String,
    },
    /// Give the conversation to the person whose number accepted.
    Give(AgentId),
    /// Give the conversation back to the AI.
    HandBack,
    /// Send the caller a text message.
    Text(String),
}

/// What [`advance`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The call afterwards.
    pub next: Call,
    /// What the leg that asked is told.
    pub steps: Vec<Step>,
    /// What happens to the conversation.
    pub acts: Vec<Act>,
    /// Whether the acts change the facts, so that the machine is to be asked once more with [`Happening::Asked`].
    pub again: bool,
}

/// A line of the timeline about the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "call")]
pub enum CallLine {
    /// It began.
    Began {
        /// From which number; `None` where it is withheld.
        from: Option<String>,
    },
    /// From here on in another language.
    Language {
        /// Which (BCP-47).
        language: String,
        /// The words the caller asked for it with; `None` where they pressed its key or spoke it.
        words: Option<String>,
    },
    /// Nothing was heard, and the caller was asked whether they are still there.
    Silence,
    /// The AI stopped because the caller spoke, or because somebody took the conversation from it.
    CutOff {
        /// What had been heard of its words by then.
        heard: String,
    },
    /// The line to the AI was lost and is there again.
    Reconnected,
    /// A number is being called.
    Ringing {
        /// What the team calls it.
        label: String,
    },
    /// Somebody picked up, and is told what it is about.
    PickedUp {
        /// What the team calls the number.
        label: String,
    },
    /// A person took the call.
    Accepted {
        /// What the team calls the number.
        label: String,
    },
    /// It was picked up, and nobody pressed the key: declined, or a voicemail.
    NotAccepted {
        /// What the team calls the number.
        label: String,
    },
    /// It was not picked up.
    Missed {
        /// What the team calls the number.
        label: String,
        /// The provider's word for it.
        status: String,
    },
    /// The two were put through though nobody had pressed the key.
    Unasked {
        /// What the team calls the number.
        label: String,
    },
    /// The caller and a person had spoken.
    Talked {
        /// What the team calls the number.
        label: String,
        /// How long, in seconds.
        seconds: u32,
    },
    /// Nobody could be reached.
    NobodyAnswered,
    /// The caller left a message.
    Voicemail {
        /// Its length, in seconds.
        seconds: u32,
    },
    /// The caller was sent a text message.
    Texted,
    /// The call is over.
    Ended {
        /// How it ended.
        ending: Ending,
    },
}

impl Call {
    /// A call that has just come in. `said_through` is the end of the timeline at that moment.
    pub fn incoming(by_socket: bool, said_through: Seq) -> Self {
        let (phase, language, steps) = (Phase::Listening, None, Vec::new());
        Self { step: 0, phase, by_socket, said_through, silences: 0, transfers: 0, language, steps }
    }

    /// Whether the AI may be talking: nothing has been done yet to reach a person.
    pub fn is_ais(&self) -> bool {
        matches!(self.phase, Phase::Listening | Phase::Thinking { .. } | Phase::Leaving)
    }

    /// How it ended, if it did.
    pub fn ending(&self) -> Option<Ending> {
        match self.phase {
            Phase::Ended { ending } => Some(ending),
            _ => None,
        }
    }
}
