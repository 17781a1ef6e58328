//! Settings: the channels customers reach the desk on, and the form of a web channel.

use askama::Template;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::inbox::channel::ChannelKind;
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
    /// Its address: the site, the mailbox, the number.
    pub address: String,
    /// Where it is edited.
    pub url: String,
    /// How it is doing.
    pub health: ChannelHealth,
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

/// The form of a web channel. Sends `csrf`, `name`, `allowed_origins`, `greeting`, `colour`, `enabled`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/web_channel.html")]
pub struct WebChannelPage {
    /// The document.
    pub layout: Layout,
    /// Where the form is sent.
    pub action: String,
    /// The channel's name.
    pub name: Field,
    /// The sites the widget may run on, one a line.
    pub allowed_origins: Field,
    /// The widget's first words.
    pub greeting: Field,
    /// The widget's colour.
    pub colour: Field,
    /// Whether it is on.
    pub enabled: Field,
    /// What to put on the site; absent before the channel exists.
    pub snippet: Option<String>,
}

impl WebChannelPage {
    const SECTION: Section = Section::Channels;

    /// A form with what a new web channel starts with.
    pub fn new(layout: Layout, action: &str) -> Self {
        Self {
            layout,
            action: action.to_owned(),
            name: Field::text("name", "Name").hint("Shown to your team, for example \u{201c}Shop chat\u{201d}."),
            allowed_origins: Field::lines("allowed_origins", "Allowed sites", 3)
                .hint("One address a line, such as https://shop.example. The widget runs on these sites only."),
            greeting: Field::lines("greeting", "Greeting", 2).optional().hint("The first words a visitor sees."),
            colour: Field::colour("colour", "Colour").value("#14695b"),
            enabled: Field::toggle("enabled", "Switched on").hint("Off: the widget hides itself.").on(true),
            snippet: None,
        }
    }
}
