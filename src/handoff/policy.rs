//! When the AI passes the conversation on. What is set and what is known go in, a decision and its reasons come out.
//!
//! Pure and total: [`decide`] answers for every input. Invariant: what an admin reads on the page of a level is what
//! [`Level::levers`] says, and what a thread explains is what [`consider`] considered.

use serde::{Deserialize, Serialize};

mod consider;
mod decide;
mod levers;
mod settings;
mod standing;

#[cfg(test)]
mod table_test;

pub use consider::{Considered, Lever, Measure, Outcome, consider};
pub use decide::{Decision, Declined, decide};
pub use levers::{Level, Levers, Sensitivity};
pub use settings::{ATTEMPTS_MAX, EXAMPLES_MAX, TOPIC_CHARS_MAX, TOPICS_MAX, TURN_LIMIT_MAX};
pub use settings::{ChannelPolicy, HandoffSettings, Mode, OutsideHours, Topic};
pub use standing::{Asking, ChannelClass, Pending, PolicyInput, Standing};

/// From this probability on the customer asks for a person.
pub const REQUEST_FROM: f32 = 0.7;
/// From this probability on the customer is losing patience, where the sensitivity is the middle one.
pub const FRUSTRATION_FROM: f32 = 0.6;
/// From this probability on the conversation gets nowhere.
pub const NO_PROGRESS_FROM: f32 = 0.7;
/// From this probability on a topic is touched.
pub const TOPIC_FROM: f32 = 0.75;

/// Why the AI's ownership ended, as a code. The words are in the handoff's explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer asked for a person.
    CustomerRequest,
    /// The customer is losing patience.
    Frustration,
    /// The conversation gets nowhere.
    NoProgress,
    /// The AI must not speak about this.
    ForbiddenTopic,
    /// The AI does not know, or decided that a person should.
    AiDecision,
    /// The AI has answered as often as it may.
    TurnLimit,
    /// The AI failed or was too slow.
    AiUnavailable,
    /// The channel has autopilot switched off.
    AutopilotOff,
    /// A person took it.
    AgentTookOver,
}

impl Reason {
    /// Why, in the words agents read behind the customer's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::CustomerRequest => "asked for a person",
            Self::Frustration => "is losing patience",
            Self::NoProgress => "got nowhere with the AI",
            Self::ForbiddenTopic => "a topic kept for people",
            Self::AiDecision => "the AI could not help",
            Self::TurnLimit => "the AI had answered often enough",
            Self::AiUnavailable => "the AI was unavailable",
            Self::AutopilotOff => "autopilot is off",
            Self::AgentTookOver => "assigned to a person",
        }
    }
}

/// One detector's finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Probability, 0 to 1.
    pub p: f32,
    /// Whether the probability is past the calibrated threshold.
    pub decided: bool,
    /// The words or turns that caused it.
    pub because: Vec<String>,
}

/// A forbidden topic that matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicMatch {
    /// The topic in the admin's words.
    pub phrase: String,
    /// Probability, 0 to 1.
    pub p: f32,
    /// Whether the probability is past the calibrated threshold.
    pub decided: bool,
    /// The words that matched.
    pub because: Vec<String>,
}

/// What the local detectors found in the conversation so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// The customer asks for a person.
    pub human_request: Signal,
    /// The customer is losing patience.
    pub frustration: Signal,
    /// The conversation gets nowhere.
    pub no_progress: Signal,
    /// The forbidden topic that matched best.
    pub topic: Option<TopicMatch>,
    /// Whether the customer has said what it is about, since a person last spoke.
    #[serde(default)]
    pub problem_stated: bool,
}
