//! Settings: the channels customers reach the desk on, and what all of them have.

use askama::Template;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::inbox::channel::ChannelKind;
use crate::web::moment::Moment;
use crate::web::page::Layout;
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
    /// When something last came in.
    pub last_in: Option<Moment>,
    /// When something was last sent.
    pub last_out: Option<Moment>,
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

/// The field of a channel's name.
pub(super) fn name_field() -> Field {
    Field::text("name", "Name").hint("Shown to your team, for example \u{201c}Shop chat\u{201d}.")
}

/// The switch between the AI and the inbox.
pub(super) fn autopilot_field() -> Field {
    Field::toggle("autopilot", "The AI answers").hint("Off: every message goes to the inbox.")
}
