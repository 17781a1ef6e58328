//! What an admin sets for a phone number: who answers, how, and whom callers are put through to.

use serde::{Deserialize, Serialize};

use crate::handoff::AgentId;
use crate::handoff::policy::{HandoffSettings, Levers};

use super::{Hours, Target, Wording};

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
    /// Other languages a caller may be spoken with in.
    pub languages: Vec<OtherLanguage>,
    /// Which articles may answer.
    pub knowledge: Knowledge,
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

/// Another language of a number: callers get it by its key, by asking for it, or by speaking it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherLanguage {
    /// BCP-47.
    pub tag: String,
    /// The provider's name of a voice; empty is its standard voice.
    #[serde(default)]
    pub voice: String,
    /// The key that chooses it.
    #[serde(default)]
    pub key: Option<char>,
}

/// Which articles may answer on a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Knowledge {
    /// Those for every channel, and those for this one.
    #[default]
    Everything,
    /// Only those kept to this channel.
    Own,
    /// None: a language model goes by its instructions alone.
    Nothing,
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

impl Default for PhoneAgent {
    fn default() -> Self {
        Self {
            greeting: "Hello, this is the assistant. How can I help?".into(),
            language: "en-US".into(),
            voice: String::new(),
            languages: Vec::new(),
            knowledge: Knowledge::default(),
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

    /// The language of this number that a tag means, whatever its region, as it is set here.
    pub fn speaks(&self, tag: &str) -> Option<&str> {
        let all = std::iter::once(self.language.as_str()).chain(self.languages.iter().map(|one| one.tag.as_str()));
        let mut same = all.filter(|one| primary(one).eq_ignore_ascii_case(primary(tag)));
        let first = same.clone().next();
        same.find(|one| one.eq_ignore_ascii_case(tag)).or(first)
    }

    /// The language a key chooses.
    pub fn language_of_key(&self, keys: &str) -> Option<&str> {
        let chosen = self.languages.iter().find(|one| one.key.is_some_and(|key| keys == key.to_string()));
        chosen.map(|one| one.tag.as_str())
    }

    /// The voice of a language.
    pub fn voice_of(&self, tag: &str) -> &str {
        self.languages.iter().find(|one| one.tag == tag).map_or(&self.voice, |one| &one.voice)
    }

    /// What is said at certain moments, in a language of this number. What the admin left as it was is Baton's own in that
    /// language; what they wrote is theirs, in the number's language.
    pub fn wording_in(&self, tag: &str) -> Wording {
        let mut wording = Wording::of(tag);
        if tag == self.language {
            let english = Wording::default();
            let own = self.wording.texts().into_iter().zip(english.texts());
            for (said, (own, standard)) in wording.all_mut().into_iter().zip(own) {
                if own != standard {
                    own.clone_into(said);
                }
            }
        }
        wording
    }
}

/// The language of a tag, without its region.
fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}
