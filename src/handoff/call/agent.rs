//! What an admin sets for a phone number: who answers, how, and whom callers are put through to.

use serde::{Deserialize, Serialize};

use crate::handoff::AgentId;
use crate::handoff::policy::{HandoffSettings, Levers};

use super::{Hours, Target};

/// What answers calls on a number. The organisation's presets, office hours and data collection do not count here; its
/// topics do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneAgent {
    /// First words.
    pub greeting: String,
    /// BCP-47 language that is spoken and understood.
    pub language: String,
    /// The provider's name of a voice; empty is its standard voice.
    pub voice: String,
    /// Tone and rules, in the admin's words, beside those of the whole organisation.
    pub instructions: String,
    /// Names and words callers are likely to say.
    pub hints: Vec<String>,
    /// How the AI talks.
    pub talk: Talk,
    /// Whether a caller who speaks stops the AI.
    pub interruptible: bool,
    /// What a handoff does with the call.
    pub transfer: Transfer,
    /// IANA time zone of the numbers' hours.
    pub time_zone: String,
    /// Whom callers are put through to, in order.
    pub numbers: Vec<FallbackNumber>,
    /// How long each rings, in seconds.
    pub ring_s: u32,
    /// What the person who picks up hears; `{summary}`, `{reason}` and `{caller}` stand for what they say.
    pub whisper: String,
    /// What is done when nobody takes the call.
    pub nobody: NobodyAnswers,
    /// When the AI passes a call on.
    pub triggers: Triggers,
    /// What is said at certain moments.
    pub wording: Wording,
}

/// How the AI talks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Talk {
    /// In turns: one listens while the other speaks. Works with every account.
    #[default]
    Turns,
    /// Over a socket: the AI is heard while it writes.
    Live,
}

/// What a handoff does with the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// The caller is put through.
    #[default]
    Live,
    /// The caller is told that somebody will call back, and the call ends.
    Logged,
}

/// What is done when nobody takes the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NobodyAnswers {
    /// The caller may leave a message.
    #[default]
    Voicemail,
    /// The caller gets a text message to answer to.
    Text,
    /// The AI goes on.
    Ai,
}

/// A number callers are put through to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallbackNumber {
    /// The number.
    pub number: String,
    /// What the team calls it.
    pub label: String,
    /// Whose it is: they own the conversation once they take the call.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// When it may be called.
    #[serde(default)]
    pub hours: Hours,
}

/// When the AI passes a call on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Triggers {
    /// When the caller asks for a person, or presses 0.
    pub on_request: bool,
    /// When the caller is losing patience.
    pub on_frustration: bool,
    /// When the call gets nowhere.
    pub on_no_progress: bool,
    /// When the AI does not know.
    pub on_ai_decision: bool,
}

/// What is said at certain moments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// While the AI thinks.
    pub wait: String,
    /// When nothing is heard.
    pub still_there: String,
    /// Before the call ends in silence.
    pub goodbye: String,
    /// When the caller is passed on.
    pub transferring: String,
    /// When the caller is passed on and nobody is called.
    pub logged: String,
    /// When nobody takes the call and the caller may leave a message.
    pub voicemail: String,
    /// When nobody takes the call and the AI goes on.
    pub nobody: String,
    /// When nobody takes the call and the caller gets a text message.
    pub texting: String,
    /// The text message.
    pub text: String,
    /// When the line was lost for a moment.
    pub reconnected: String,
}

impl Default for PhoneAgent {
    fn default() -> Self {
        Self {
            greeting: "Hello, this is the assistant. How can I help?".into(),
            language: "en-US".into(),
            voice: String::new(),
            instructions: String::new(),
            hints: Vec::new(),
            talk: Talk::default(),
            interruptible: true,
            transfer: Transfer::default(),
            time_zone: "UTC".into(),
            numbers: Vec::new(),
            ring_s: 20,
            whisper: "A call for you from {caller}. {reason}. {summary}".into(),
            nobody: NobodyAnswers::default(),
            triggers: Triggers::default(),
            wording: Wording::default(),
        }
    }
}

impl Default for Triggers {
    fn default() -> Self {
        Self { on_request: true, on_frustration: true, on_no_progress: true, on_ai_decision: true }
    }
}

impl Default for Wording {
    fn default() -> Self {
        Self {
            wait: "One moment, please.".into(),
            still_there: "Are you still there?".into(),
            goodbye: "I can not hear you any more. Goodbye, and call again whenever you like.".into(),
            transferring: "I am putting you through to a colleague. Please stay on the line.".into(),
            logged: "I have passed this on to a colleague, who will call you back. Goodbye.".into(),
            voicemail: "Nobody is free at the moment. Please leave a message after the tone, and press the hash key when you are done.".into(),
            nobody: "Nobody is free at the moment, so I am still with you. How shall we go on?".into(),
            texting: "Nobody is free at the moment. We send you a text message, and you can simply answer it. Goodbye.".into(),
            text: "You called us and nobody was free. Tell us here what it is about, and a person will answer.".into(),
            reconnected: "Sorry, I lost you for a moment. Please say that again.".into(),
        }
    }
}

impl Wording {
    /// Every text, in the order of the fields.
    pub fn all_mut(&mut self) -> [&mut String; 10] {
        [
            &mut self.wait,
            &mut self.still_there,
            &mut self.goodbye,
            &mut self.transferring,
            &mut self.logged,
            &mut self.voicemail,
            &mut self.nobody,
            &mut self.texting,
            &mut self.text,
            &mut self.reconnected,
        ]
    }
}

impl PhoneAgent {
    /// The levers of a call: this number's own, and of the organisation's only the topics.
    pub fn levers(&self, organisation: &HandoffSettings) -> HandoffSettings {
        let levers = Levers {
            on_request: self.triggers.on_request,
            on_frustration: self.triggers.on_frustration,
            on_no_progress: self.triggers.on_no_progress,
            on_ai_decision: self.triggers.on_ai_decision,
            ..Levers::default()
        };
        HandoffSettings { topics: organisation.topics.clone(), ..HandoffSettings::of(levers) }
    }

    /// Who can be called, in order. `taken` are numbers a call must not be sent to, since it would come back.
    pub fn targets(&self, now: chrono::NaiveDateTime, taken: &[String]) -> Vec<Target> {
        let open = self.numbers.iter().filter(|one| one.hours.contains(now) && !taken.contains(&one.number));
        open.map(|one| Target { number: one.number.clone(), label: one.label.clone(), agent: one.agent }).collect()
    }
}
