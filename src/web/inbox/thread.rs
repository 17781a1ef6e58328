//! An open conversation: header with its actions, handoff card, timeline, composer. DOM id `thread-{number}`.

use askama::Template;

use crate::web::field::Choice;
use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::badge::OwnerBadge;
use crate::web::inbox::call::CallStrip;
use crate::web::inbox::card::HandoffCard;
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::composer::Composer;
use crate::web::inbox::item::Item;
use crate::web::inbox::nav::View;
use crate::web::inbox::review::ReviewBar;
use crate::web::inbox::row::Standing;

/// The top of a thread: whose it is, and everything that can be done with it. DOM id `thread-header-{number}`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_thread_header.html")]
pub struct ThreadHeader {
    /// The ticket number.
    pub number: i64,
    /// The epoch the reader looks at: a claim made on an older one loses.
    pub epoch: i64,
    /// The token.
    pub csrf: String,
    /// The list the thread was opened from.
    pub view: View,
    /// The contact's name.
    pub contact: Option<String>,
    /// What it is about, where the channel has subjects.
    pub subject: Option<String>,
    /// The channel.
    pub channel: ChannelKind,
    /// The name of the configured channel ("Shop chat").
    pub channel_name: String,
    /// Who owns it.
    pub owner: OwnerBadge,
    /// Whether it is open.
    pub standing: Standing,
    /// The people it can be given to: value `agent:{id}`.
    pub people: Vec<Choice>,
    /// The teams it can be given to: value `team:{id}`.
    pub teams: Vec<Choice>,
    /// Which of them has it.
    pub assigned: String,
    /// Whether the AI may take it back.
    pub ai_available: bool,
}

nestable!(ThreadHeader);

impl ThreadHeader {
    fn is_closed(&self) -> bool {
        matches!(self.standing, Standing::Resolved | Standing::Unresolved)
    }

    fn name(&self) -> &str {
        self.contact.as_deref().unwrap_or("Unknown visitor")
    }
}

/// Who is writing at this moment. DOM id `presence-{number}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "inbox/_presence.html")]
pub struct Presence {
    /// The conversation's number.
    pub number: i64,
    /// Who is writing ("Maya", "The AI"), if anybody.
    pub writing: Vec<String>,
    /// The colleagues who have the thread open.
    pub viewing: Vec<String>,
}

nestable!(Presence);

/// The link to earlier lines. DOM id `earlier-{number}`; its address answers with a page, or with patches that append
/// the lines to `timeline-{number}` (they sort themselves in) and replace the link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "inbox/_earlier.html")]
pub struct Earlier {
    /// The conversation's number.
    pub number: i64,
    /// Where they are; absent where there are none.
    pub url: Option<String>,
}

nestable!(Earlier);

/// An open conversation.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_thread.html")]
pub struct Thread {
    /// The top.
    pub header: ThreadHeader,
    /// The handoff, where there was one.
    pub card: Option<HandoffCard>,
    /// The phone call it is, where it is one.
    pub call: CallStrip,
    /// What people think of the handoff.
    pub review: ReviewBar,
    /// The timeline, oldest first.
    pub items: Vec<Item>,
    /// The link to earlier lines.
    pub earlier: Earlier,
    /// Who is writing.
    pub presence: Presence,
    /// Where to write.
    pub composer: Composer,
}

nestable!(Thread);
