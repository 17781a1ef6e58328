//! The small marks that say whose turn it is and why a conversation came to the desk.

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::moment::Moment;

/// How long before the promised time a wait begins to look urgent.
const SOON: TimeDelta = TimeDelta::minutes(5);

/// Who owns a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_owner.html")]
pub enum OwnerBadge {
    /// The AI answers.
    Ai,
    /// It was the AI's, which is switched off there: nobody has it until the customer writes again, and then people.
    AiOff,
    /// It is handed off and nobody has taken it; the team it waits for, where one is named.
    Waiting(Option<String>),
    /// A person has it.
    Agent {
        /// Their name.
        name: String,
        /// Their initials.
        initials: String,
        /// Whether it is the reader.
        me: bool,
    },
}

nestable!(OwnerBadge);

impl OwnerBadge {
    /// True while no person has it.
    pub fn is_ai(&self) -> bool {
        matches!(self, Self::Ai | Self::AiOff)
    }

    /// True where the reader owns it.
    pub fn is_me(&self) -> bool {
        matches!(self, Self::Agent { me: true, .. })
    }
}

/// Why a conversation left the AI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandoffReason {
    /// The customer asked for a person.
    Requested,
    /// The customer is upset.
    Frustrated,
    /// The AI went round in circles.
    NoProgress,
    /// The AI was not sure enough.
    Unsure,
    /// The topic is kept for people; its name.
    Topic(String),
    /// The AI did not answer in time.
    AiUnavailable,
    /// A person took it over unasked.
    TakenOver,
    /// Another rule, in its own words.
    Other(String),
}

impl HandoffReason {
    /// A few words for a chip.
    pub fn label(&self) -> &str {
        match self {
            Self::Requested => "Asked for a person",
            Self::Frustrated => "Frustrated",
            Self::NoProgress => "No progress",
            Self::Unsure => "AI was unsure",
            Self::Topic(topic) => topic,
            Self::AiUnavailable => "AI unavailable",
            Self::TakenOver => "Taken over",
            Self::Other(words) => words,
        }
    }

    /// The sentence that heads the handoff card.
    pub fn headline(&self) -> String {
        match self {
            Self::Requested => "The customer asked for a person".to_owned(),
            Self::Frustrated => "The customer is frustrated".to_owned(),
            Self::NoProgress => "The AI made no progress".to_owned(),
            Self::Unsure => "The AI was not sure of its answer".to_owned(),
            Self::Topic(topic) => format!("A topic kept for people: {topic}"),
            Self::AiUnavailable => "The AI did not answer in time".to_owned(),
            Self::TakenOver => "A person stepped in".to_owned(),
            Self::Other(words) => words.clone(),
        }
    }
}

/// How a wait stands against what was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgency {
    Calm,
    Soon,
    Late,
}

/// How long the customer has waited for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_wait.html")]
pub struct Wait {
    since: Moment,
    due: Option<Moment>,
    urgency: Urgency,
}

nestable!(Wait);

impl Wait {
    /// A wait since the last unanswered message, against the time an answer is due.
    pub fn new(since: DateTime<Utc>, due: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let urgency = match due {
            Some(due) if now >= due => Urgency::Late,
            Some(due) if now >= due - SOON => Urgency::Soon,
            _ => Urgency::Calm,
        };
        Self { since: Moment::span_since(since, now), due: due.map(Moment::date), urgency }
    }

    const fn level(&self) -> &'static str {
        match self.urgency {
            Urgency::Calm => "calm",
            Urgency::Soon => "soon",
            Urgency::Late => "late",
        }
    }
}
