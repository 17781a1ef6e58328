//! The sections of the settings that use cases read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ai::llm::LanguageModel;
use crate::handoff::ChannelId;
use crate::handoff::after::After;
use crate::handoff::escalation::Ladder;
use crate::handoff::hours::OfficeHours;
use crate::handoff::policy::HandoffSettings;
use crate::handoff::routing::Routing;
use crate::handoff::waiting::Waiting;
use crate::store::settings::Section;

impl Section for HandoffSettings {
    const NAME: &'static str = "handoff";
}

impl Section for OfficeHours {
    const NAME: &'static str = "office_hours";
}

impl Section for Routing {
    const NAME: &'static str = "routing";
}

impl Section for Waiting {
    const NAME: &'static str = "waiting";
}

impl Section for Ladder {
    const NAME: &'static str = "notifications";
}

impl Section for After {
    const NAME: &'static str = "after";
}

/// Whose customers are asked for a rating, and when. A channel with a switch of its own, as web chat has, is not among these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ratings {
    /// How many minutes after the end, by channel; at once where nothing is said.
    pub delays_min: BTreeMap<ChannelId, u32>,
    /// The channels whose customers are asked.
    pub asks: BTreeSet<ChannelId>,
}

impl Section for Ratings {
    const NAME: &'static str = "ratings";
}

impl Section for LanguageModel {
    const NAME: &'static str = "language_model";
}

/// Who runs this installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Organisation {
    /// Stable id, shown to widgets as `org.id`.
    pub id: uuid::Uuid,
    /// Name customers see.
    pub name: String,
}

impl Default for Organisation {
    fn default() -> Self {
        Self { id: uuid::Uuid::nil(), name: "Support".into() }
    }
}

impl Section for Organisation {
    const NAME: &'static str = "organisation";
}

/// What customers are told, where the admin wants other words than Baton's own. Empty means Baton's own, in the
/// customer's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerTexts {
    /// At a handoff.
    pub handed_off: String,
    /// When a person takes over from the AI. `{agent}` is the person's name.
    pub person_joined: String,
    /// When the conversation is given back to the AI.
    pub handed_back: String,
    /// When a person was asked for and handoff is switched off.
    pub declined: String,
    /// The others, by [`super::notices::Notice::key`].
    pub more: BTreeMap<String, String>,
    /// The same for single languages, which come first: language, then key.
    pub languages: BTreeMap<String, BTreeMap<String, String>>,
}

impl CustomerTexts {
    /// What can not be, by field, each with what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let general = OCCASIONS.iter().filter_map(|(key, _)| Some((String::new(), *key, self.own(key, Some("und"))?)));
        let single = self.languages.iter().flat_map(|(language, words)| {
            OCCASIONS
                .iter()
                .filter_map(move |(key, _)| Some((format!("languages.{language}."), *key, words.get(*key)?.as_str())))
        });
        let checked = general
            .chain(single)
            .filter_map(|(place, key, words)| Some((format!("{place}{key}"), check_words(key, words).err()?)));
        checked.collect()
    }

    /// The admin's words for an occasion, those in the customer's language first.
    pub fn own(&self, key: &str, language: Option<&str>) -> Option<&str> {
        let primary = language.unwrap_or("en").split('-').next().unwrap_or("en");
        let in_language = self.languages.get(primary).and_then(|words| words.get(key)).map(String::as_str);
        let in_any = match key {
            "handed_off" => Some(self.handed_off.as_str()),
            "person_joined" => Some(self.person_joined.as_str()),
            "handed_back" => Some(self.handed_back.as_str()),
            "declined" => Some(self.declined.as_str()),
            _ => self.more.get(key).map(String::as_str),
        };
        let said = |words: &&str| !words.trim().is_empty();
        in_language.filter(said).or(in_any.filter(said))
    }
}

impl Section for CustomerTexts {
    const NAME: &'static str = "customer_texts";
}

/// Longest text a customer is told.
pub const WORDS_CHARS_MAX: usize = 2_000;

/// The occasions admins may give words to, each with the variable that may stand in them.
pub const OCCASIONS: [(&str, &str); 9] = [
    ("handed_off", ""),
    ("closed", "{next_opening}"),
    ("person_joined", "{agent}"),
    ("handed_back", ""),
    ("ask_problem", ""),
    ("try_first", ""),
    ("declined", ""),
    ("declined_closed", "{next_opening}"),
    ("declined_topic", ""),
];

/// Whether words can be said on an occasion; if not, what to do.
pub fn check_words(key: &str, words: &str) -> Result<(), String> {
    let count = words.chars().count();
    if count > WORDS_CHARS_MAX {
        return Err(format!("This has {count} characters. Shorten it to {WORDS_CHARS_MAX} at most."));
    }
    if key == "person_joined" && !words.is_empty() && !words.contains("{agent}") {
        return Err("The person\u{2019}s name is missing. Write {agent} where it belongs.".to_owned());
    }
    let variable = OCCASIONS.iter().find(|(known, _)| *known == key).map_or("", |(_, variable)| *variable);
    let named = words.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| format!("{{{name}}}"));
    match named.into_iter().find(|name| name != variable) {
        Some(name) if variable.is_empty() => Err(format!("Nothing stands for {name} here. Take it out.")),
        Some(name) => Err(format!("Nothing stands for {name} here. Only {variable} does.")),
        None => Ok(()),
    }
}
