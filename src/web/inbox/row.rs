//! One conversation in a list. DOM id `row-{number}`.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::badge::{HandoffReason, OwnerBadge, Wait};
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::nav::View;
use crate::web::inbox::search::Excerpt;
use crate::web::moment::Moment;

/// Whether a conversation is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody has to act.
    Open,
    /// Asleep until this moment.
    Snoozed(Moment),
    /// Closed, and the customer was helped.
    Resolved,
    /// Closed without help.
    Unresolved,
}

/// Who said the last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastSpeaker {
    /// The customer.
    Customer,
    /// The AI.
    Ai,
    /// The reader.
    Me,
    /// Another person at the desk.
    Colleague,
    /// The line is an internal note.
    Note,
    /// Baton itself.
    Notice,
}

impl LastSpeaker {
    const fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Customer => None,
            Self::Ai => Some("AI:"),
            Self::Me => Some("You:"),
            Self::Colleague => Some("Team:"),
            Self::Note => Some("Note:"),
            Self::Notice => Some("Baton:"),
        }
    }
}

/// One conversation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_row.html")]
pub struct Row {
    /// The ticket number.
    pub number: i64,
    /// The list it stands in, kept when it is opened.
    pub view: View,
    /// Where it sorts: see [`super::list::SortOrder`].
    pub sort: i64,
    /// The channel.
    pub channel: ChannelKind,
    /// The contact's name; absent where nobody knows it.
    pub contact: Option<String>,
    /// Who said the last line.
    pub speaker: LastSpeaker,
    /// The last line, as plain text.
    pub line: String,
    /// When it was said.
    pub at: Moment,
    /// Who owns the conversation.
    pub owner: OwnerBadge,
    /// Why it left the AI.
    pub reason: Option<HandoffReason>,
    /// How long the customer has waited; absent where they do not.
    pub wait: Option<Wait>,
    /// Whether there is something the reader has not seen.
    pub unread: bool,
    /// Whether it is open.
    pub standing: Standing,
    /// Whether its thread is open on the page.
    pub selected: bool,
    /// Where the words of a search occur.
    pub excerpt: Option<Excerpt>,
}

nestable!(Row);

impl Row {
    fn name(&self) -> &str {
        self.contact.as_deref().unwrap_or("Unknown visitor")
    }
}
