//! What an admin sets: the level or the levers, topics, channels, hours, what is asked first.
//!
//! Invariant: every form in which these settings were ever stored can be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Level, Levers};
use crate::handoff::ChannelId;
use crate::handoff::collection::CollectionSettings;
use crate::handoff::event::Target;

/// Most answers a lever may wait for.
pub const ATTEMPTS_MAX: u8 = 20;
/// Highest limit of answers.
pub const TURN_LIMIT_MAX: u16 = 200;
/// Most topics kept for people.
pub const TOPICS_MAX: usize = 200;
/// Longest topic.
pub const TOPIC_CHARS_MAX: usize = 200;
/// Most examples of one topic.
pub const EXAMPLES_MAX: usize = 10;

/// When the AI passes a conversation on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, from = "Stored")]
pub struct HandoffSettings {
    /// Whether a level counts, or each lever.
    pub mode: Mode,
    /// The levers by hand. They are kept while a level counts.
    pub levers: Levers,
    /// Subjects the AI must not speak about.
    pub topics: Vec<Topic>,
    /// Whether topics hand off even where the master switch is off.
    pub topics_without_master: bool,
    /// What happens when nobody is there.
    pub outside_hours: OutsideHours,
    /// What is asked before a handoff.
    pub collection: CollectionSettings,
    /// Channels that differ.
    pub channels: BTreeMap<ChannelId, ChannelPolicy>,
}

/// Whether a level counts, or each lever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A level.
    Preset(Level),
    /// The levers, each for itself.
    Advanced,
}

impl Default for Mode {
    fn default() -> Self {
        Self::Preset(Level::default())
    }
}

/// How one channel differs from the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelPolicy {
    /// Its own level; none is the organisation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Whether the AI drafts for the people who have a conversation.
    pub assist: bool,
}

/// A subject that is kept for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredTopic")]
pub struct Topic {
    /// In plain words.
    pub phrase: String,
    /// What customers write who mean it.
    pub examples: Vec<String>,
    /// Whether it counts.
    pub enabled: bool,
    /// Who gets it; none is whoever the routing chooses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

impl Topic {
    /// A topic that counts. Examples may follow the phrase, each behind a bar.
    pub fn new(line: &str) -> Self {
        let mut parts = line.split('|').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty());
        let phrase = parts.next().unwrap_or_default();
        Self { phrase, examples: parts.collect(), enabled: true, target: None }
    }

    /// Whether it can be a topic; if not, what to do.
    pub fn check(&self) -> Result<(), String> {
        if self.phrase.trim().is_empty() {
            return Err("The topic is missing. Say it in plain words.".to_owned());
        }
        if self.phrase.contains('|') || self.examples.iter().any(|example| example.contains('|')) {
            return Err("A topic has no bar (|) in it. Write examples in their own box.".to_owned());
        }
        let long = |text: &String| text.chars().count() > TOPIC_CHARS_MAX;
        if long(&self.phrase) || self.examples.iter().any(long) {
            return Err(format!("This is too long. Say it in {TOPIC_CHARS_MAX} characters."));
        }
        match self.examples.len() {
            count if count > EXAMPLES_MAX => Err(format!("These are {count} examples. Give {EXAMPLES_MAX} at most.")),
            _ => Ok(()),
        }
    }

    /// As the detectors read it: the phrase, and the examples behind bars.
    pub fn line(&self) -> String {
        let parts: Vec<&str> = std::iter::once(&self.phrase).chain(&self.examples).map(String::as_str).collect();
        parts.join(" | ")
    }
}

/// What happens to a handoff while nobody is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsideHours {
    /// The AI goes on where it can. Requests and topics are queued, with the next opening as a promise.
    #[default]
    Queue,
    /// As in hours, but a way to reach the customer is asked for first.
    Collect,
    /// As in hours.
    HandOff,
    /// The customer is told when somebody is there, and the AI goes on.
    Stay,
}

impl OutsideHours {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Queue, Self::Collect, Self::HandOff, Self::Stay];
}

impl HandoffSettings {
    /// These levers, each for itself.
    pub fn of(levers: Levers) -> Self {
        Self { mode: Mode::Advanced, levers, ..Self::default() }
    }

    /// The organisation's levers.
    pub fn effective(&self) -> Levers {
        match self.mode {
            Mode::Preset(level) => level.levers(),
            Mode::Advanced => self.levers,
        }
    }

    /// The levers of one channel.
    pub fn levers_for(&self, channel: Option<ChannelId>) -> Levers {
        let own = channel.and_then(|channel| self.channels.get(&channel)).and_then(|policy| policy.level);
        own.map_or_else(|| self.effective(), Level::levers)
    }

    /// Whether the AI drafts for people on a channel.
    pub fn assists(&self, channel: ChannelId) -> bool {
        self.channels.get(&channel).is_some_and(|policy| policy.assist)
    }

    /// What can not be, by field, each with what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems = self.collection.problems();
        let mut say = |field: &str, words: String| problems.push((field.to_owned(), words));
        let Levers { attempts, solution_attempts_min, turn_limit, .. } = self.levers;
        for (field, count) in [("levers.attempts", attempts), ("levers.solution_attempts_min", solution_attempts_min)] {
            if count > ATTEMPTS_MAX {
                say(field, format!("Write a whole number from 0 to {ATTEMPTS_MAX}."));
            }
        }
        if turn_limit > TURN_LIMIT_MAX {
            say("levers.turn_limit", format!("Write a whole number from 0 to {TURN_LIMIT_MAX}."));
        }
        if self.topics.len() > TOPICS_MAX {
            say("topics", format!("These are {} topics. List {TOPICS_MAX} at most.", self.topics.len()));
        }
        for (at, topic) in self.topics.iter().enumerate() {
            if let Err(why) = topic.check() {
                say(&format!("topics.{at}"), why);
            }
            let same = |other: &Topic| other.phrase.to_lowercase() == topic.phrase.to_lowercase();
            if self.topics[..at].iter().any(same) {
                say(&format!("topics.{at}"), "This topic is in the list twice. Remove one.".to_owned());
            }
        }
        problems
    }

    /// The topics that count, as the detectors read them.
    pub fn topic_lines(&self) -> Vec<String> {
        self.topics.iter().filter(|topic| topic.enabled).map(Topic::line).collect()
    }
}

/// Every form the settings were ever stored in.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Stored {
    mode: Option<Mode>,
    levers: Option<Levers>,
    topics: Vec<Topic>,
    topics_without_master: bool,
    outside_hours: OutsideHours,
    collection: CollectionSettings,
    channels: BTreeMap<ChannelId, ChannelPolicy>,
    // The first form: five switches, and topics as lines.
    enabled: bool,
    on_request: bool,
    on_frustration: bool,
    on_no_progress: bool,
    on_ai_decision: bool,
}

impl Default for Stored {
    fn default() -> Self {
        let Levers { enabled, on_request, on_frustration, on_no_progress, on_ai_decision, .. } = Levers::default();
        Self {
            mode: None,
            levers: None,
            topics: Vec::new(),
            topics_without_master: false,
            outside_hours: OutsideHours::default(),
            collection: CollectionSettings::default(),
            channels: BTreeMap::new(),
            enabled,
            on_request,
            on_frustration,
            on_no_progress,
            on_ai_decision,
        }
    }
}

impl From<Stored> for HandoffSettings {
    fn from(stored: Stored) -> Self {
        let levers = stored.levers.unwrap_or(Levers {
            enabled: stored.enabled,
            on_request: stored.on_request,
            on_frustration: stored.on_frustration,
            on_no_progress: stored.on_no_progress,
            on_ai_decision: stored.on_ai_decision,
            ..Levers::default()
        });
        // What somebody had switched is a choice of levers; what nobody had touched is the level they stand for.
        let told = if levers == Levers::default() { Mode::default() } else { Mode::Advanced };
        Self {
            mode: stored.mode.unwrap_or(told),
            levers,
            topics: stored.topics,
            topics_without_master: stored.topics_without_master,
            outside_hours: stored.outside_hours,
            collection: stored.collection,
            channels: stored.channels,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StoredTopic {
    Line(String),
    Whole {
        phrase: String,
        #[serde(default)]
        examples: Vec<String>,
        #[serde(default = "on")]
        enabled: bool,
        #[serde(default)]
        target: Option<Target>,
    },
}

fn on() -> bool {
    true
}

impl From<StoredTopic> for Topic {
    fn from(stored: StoredTopic) -> Self {
        match stored {
            StoredTopic::Line(line) => Self::new(&line),
            StoredTopic::Whole { phrase, examples, enabled, target } => Self { phrase, examples, enabled, target },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> HandoffSettings {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_was_stored_before_there_were_levels_is_read() {
        let untouched = r#"{"enabled":true,"on_request":true,"on_frustration":true,"on_no_progress":true,
            "on_ai_decision":true,"topics":["refunds | money back","legal advice"]}"#;
        let settings = read(untouched);
        assert_eq!(settings.mode, Mode::Preset(Level::Quick));
        assert_eq!(settings.topic_lines(), ["refunds | money back", "legal advice"]);
        let switched = read(r#"{"enabled":true,"on_frustration":false,"topics":[]}"#);
        assert_eq!(switched.mode, Mode::Advanced);
        assert!(!switched.effective().on_frustration && switched.effective().on_request);
        assert!(!read(r#"{"enabled":false}"#).effective().enabled);
    }

    #[test]
    fn what_is_stored_now_comes_back_as_it_was() {
        let channel = ChannelId(uuid::Uuid::from_u128(7));
        let settings = HandoffSettings {
            mode: Mode::Preset(Level::Balanced),
            topics: vec![Topic { enabled: false, target: Some(Target::Queue), ..Topic::new("refunds | money back") }],
            channels: [(channel, ChannelPolicy { level: Some(Level::AiOnly), assist: true })].into(),
            ..HandoffSettings::default()
        };
        let json = serde_json::to_string(&settings).unwrap();
        assert_eq!(read(&json), settings);
        assert_eq!(settings.levers_for(Some(channel)), Level::AiOnly.levers());
        assert_eq!(settings.levers_for(None), Level::Balanced.levers());
        assert!(settings.assists(channel) && settings.topic_lines().is_empty());
    }
}
