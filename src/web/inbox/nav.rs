//! The views an agent can switch between, and how many conversations wait in each.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;

/// Which conversations a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Those the signed-in agent owns.
    Mine,
    /// Those in the queue that nobody has taken.
    Unassigned,
    /// Those the AI answers.
    Ai,
    /// Those the AI handed off, whoever has them now.
    HandedOff,
    /// Those asleep until a time.
    Snoozed,
    /// Those that are closed.
    Resolved,
    /// Every one.
    All,
    /// Those of a team.
    Team(String),
}

impl View {
    /// The views everybody has, in the order they are shown.
    pub const FIXED: [Self; 7] =
        [Self::Mine, Self::Unassigned, Self::Ai, Self::HandedOff, Self::Snoozed, Self::Resolved, Self::All];

    /// Reads the last part of `/inbox/{view}`.
    pub fn parse(slug: &str) -> Option<Self> {
        match slug.strip_prefix("team-") {
            Some(id) if !id.is_empty() => Some(Self::Team(id.to_owned())),
            _ => Self::FIXED.into_iter().find(|view| view.slug() == slug),
        }
    }

    /// The last part of `/inbox/{view}`.
    pub fn slug(&self) -> String {
        match self {
            Self::Mine => "mine".to_owned(),
            Self::Unassigned => "unassigned".to_owned(),
            Self::Ai => "ai".to_owned(),
            Self::HandedOff => "handed-off".to_owned(),
            Self::Snoozed => "snoozed".to_owned(),
            Self::Resolved => "resolved".to_owned(),
            Self::All => "all".to_owned(),
            Self::Team(id) => format!("team-{id}"),
        }
    }

    /// What the view is called. A team's own name is shown instead of "Team".
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Unassigned => "Unassigned",
            Self::Ai => "AI is handling",
            Self::HandedOff => "Handed off",
            Self::Snoozed => "Snoozed",
            Self::Resolved => "Resolved",
            Self::All => "All",
            Self::Team(_) => "Team",
        }
    }

    const fn icon(&self) -> Icon {
        match self {
            Self::Mine => Icon::User,
            Self::Unassigned => Icon::Tray,
            Self::Ai => Icon::Sparkle,
            Self::HandedOff => Icon::Handoff,
            Self::Snoozed => Icon::Clock,
            Self::Resolved => Icon::CheckCircle,
            Self::All => Icon::Layers,
            Self::Team(_) => Icon::Users,
        }
    }

    /// The letter that follows `g`; teams have none.
    const fn go_key(&self) -> Option<&'static str> {
        match self {
            Self::Mine => Some("m"),
            Self::Unassigned => Some("u"),
            Self::Ai => Some("i"),
            Self::HandedOff => Some("h"),
            Self::Snoozed => Some("s"),
            Self::Resolved => Some("r"),
            Self::All => Some("a"),
            Self::Team(_) => None,
        }
    }
}

/// One view and its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewLink {
    /// The view.
    pub view: View,
    /// Its name: the view's label, or the team's name.
    pub name: String,
    /// How many conversations are in it; absent where counting would say nothing (resolved, all).
    pub count: Option<u32>,
    /// Whether one of them has waited longer than promised.
    pub late: bool,
}

impl ViewLink {
    /// A fixed view with its count.
    pub fn fixed(view: View, count: Option<u32>) -> Self {
        Self { name: view.label().to_owned(), view, count, late: false }
    }
}

/// The list of views, then of teams. DOM id `nav-counts`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "inbox/_nav.html")]
pub struct Nav {
    /// The view the page shows; absent on settings pages.
    pub current: Option<View>,
    /// The fixed views.
    pub views: Vec<ViewLink>,
    /// The signed-in agent's teams.
    pub teams: Vec<ViewLink>,
}

nestable!(Nav);

impl Nav {
    fn is_current(&self, link: &ViewLink) -> bool {
        self.current.as_ref() == Some(&link.view)
    }
}
