//! What a list says when nothing is in it: what belongs there, and that all is well.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::nav::View;

/// A drawing, a line, and a sentence of help.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_empty.html")]
pub struct Empty {
    icon: Icon,
    title: String,
    hint: String,
}

nestable!(Empty);

impl Empty {
    fn new(icon: Icon, title: &str, hint: &str) -> Self {
        Self { icon, title: title.to_owned(), hint: hint.to_owned() }
    }

    /// The words for an empty view.
    pub fn of_view(view: &View) -> Self {
        match view {
            View::Mine => Self::new(
                Icon::User,
                "Nothing on your desk",
                "Conversations you take over or are given appear here. Look under Unassigned for people who wait.",
            ),
            View::Unassigned => Self::new(
                Icon::CheckCircle,
                "Nobody is waiting",
                "When the AI hands a conversation off, it appears here until somebody takes it.",
            ),
            View::Ai => Self::new(
                Icon::Sparkle,
                "The AI has nothing to do",
                "Conversations the AI answers appear here as they happen. You can step into any of them.",
            ),
            View::HandedOff => Self::new(
                Icon::Handoff,
                "No open handoffs",
                "Conversations the AI passed to people stay here until they are resolved.",
            ),
            View::Snoozed => Self::new(
                Icon::Clock,
                "Nothing is asleep",
                "Snooze a conversation to have it come back at a time you choose, or when the customer writes.",
            ),
            View::Resolved => Self::new(
                Icon::CheckCircle,
                "Nothing resolved yet",
                "Conversations you or the AI finish are kept here. A new message from the customer reopens them.",
            ),
            View::All => Self::new(
                Icon::Chat,
                "No conversations yet",
                "Connect a channel under Settings, or put the chat widget on your site, and the first message appears here.",
            ),
            View::Team(_) => Self::new(
                Icon::Users,
                "Nothing for this team",
                "Conversations handed to this team appear here until one of you takes them.",
            ),
        }
    }

    /// The words for a search that found nothing.
    pub fn of_search(query: &str) -> Self {
        let title = if query.is_empty() { "Search every conversation" } else { "Nothing found" };
        Self::new(
            Icon::Search,
            title,
            "Try part of a word, an email address, a phone number, or a ticket number such as #1042.",
        )
    }

    /// The words beside a list while no thread is open.
    pub fn of_thread() -> Self {
        Self::new(
            Icon::Inbox,
            "Choose a conversation",
            "Open one from the list. Its whole history, with everything the AI said, appears here.",
        )
    }
}
