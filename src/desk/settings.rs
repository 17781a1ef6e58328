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
}

impl Section for CustomerTexts {
    const NAME: &'static str = "customer_texts";
}
