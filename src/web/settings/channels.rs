//! Settings: the channels customers reach the desk on, and the form of those that need nothing of their own.

use askama::Template;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::inbox::channel::ChannelKind;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip};
use crate::web::settings::shell::Section;

/// How a channel is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelHealth {
    /// It receives and sends.
    Working,
    /// It was switched off.
    Off,
    /// It is refused; what to do.
    Failing(String),
}

/// One configured channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelLine {
    /// Its kind.
    pub kind: ChannelKind,
    /// Its name.
    pub name: String,
    /// Its address: the sites, or where its provider calls.
    pub address: String,
    /// Where it is edited.
    pub url: String,
    /// How it is doing.
    pub health: ChannelHealth,
    /// Whether the AI answers on it.
    pub autopilot: bool,
}

/// `/settings/channels`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/channels.html")]
pub struct ChannelsPage {
    /// The document.
    pub layout: Layout,
    /// The configured channels.
    pub channels: Vec<ChannelLine>,
    /// The kinds that can be added here, each with its address.
    pub addable: Vec<(ChannelKind, String)>,
}

impl ChannelsPage {
    const SECTION: Section = Section::Channels;
}

/// A channel whose provider calls Baton. Sends `csrf`, `version`, `name`, `autopilot`, `enabled` to
/// `POST /settings/channels/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/hook_channel.html")]
pub struct HookChannelPage {
    /// The document.
    pub layout: Layout,
    /// Its kind.
    pub kind: ChannelKind,
    /// Where the form is sent.
    pub action: String,
    /// Where the provider calls.
    pub hook_url: String,
    /// The form.
    pub form: HookChannelForm,
}

impl HookChannelPage {
    const SECTION: Section = Section::Channels;
}

/// What every channel has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookChannelForm {
    /// The version that is being edited.
    pub version: String,
    /// The channel's name.
    pub name: Field,
    /// Whether the AI answers.
    pub autopilot: Field,
    /// Whether it is on.
    pub enabled: Field,
}

/// What every channel has, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelBasics {
    /// What the team calls it.
    pub name: String,
    /// Whether the AI answers.
    pub autopilot: bool,
    /// Whether it is on.
    pub enabled: bool,
}

impl HookChannelForm {
    /// The form with what is stored.
    pub fn of(version: String, stored: &ChannelBasics) -> Self {
        Self {
            version,
            name: name_field().value(&stored.name),
            autopilot: autopilot_field().on(stored.autopilot),
            enabled: Field::toggle("enabled", "Switched on")
                .hint("Off: what the provider sends is refused, and nothing new begins here.")
                .on(stored.enabled),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<ChannelBasics> {
        let (autopilot, enabled) = (flip(&mut self.autopilot, form), flip(&mut self.enabled, form));
        let name = fill(&mut self.name, form, rules::name)?;
        Some(ChannelBasics { name, autopilot, enabled })
    }
}

/// The field of a channel's name.
pub(super) fn name_field() -> Field {
    Field::text("name", "Name").hint("Shown to your team, for example \u{201c}Shop chat\u{201d}.")
}

/// The switch between the AI and the inbox.
pub(super) fn autopilot_field() -> Field {
    Field::toggle("autopilot", "The AI answers").hint("Off: every message goes to the inbox.")
}
