//! What every page shares: the document around it, who is signed in, and the notice after an action.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::nav::Nav;

/// Light, dark, or as the device says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The form value and the `data-theme` attribute.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The person at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Their name.
    pub name: String,
    /// Their role, in words ("Administrator", "Agent").
    pub role: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// Whether the settings of the organisation are open to them.
    pub administers: bool,
    /// Whether keyboard shortcuts are switched on in their profile.
    pub shortcuts: bool,
}

/// A sentence after an action.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "_flash.html")]
pub enum Flash {
    /// It was done.
    Done(String),
    /// It was not; the sentence says what to do.
    Problem(String),
}

nestable!(Flash);

impl Flash {
    fn is_problem(&self) -> bool {
        matches!(self, Self::Problem(_))
    }

    fn words(&self) -> &str {
        match self {
            Self::Done(words) | Self::Problem(words) => words,
        }
    }
}

/// The document around a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The page's title; the product's name is added.
    pub title: String,
    /// The token every form sends back.
    pub csrf: String,
    /// Who is signed in, and what they may switch to; absent on the pages before sign-in.
    pub desk: Option<Desk>,
    /// The colours.
    pub theme: Theme,
    /// What to say about the action just done.
    pub flash: Option<Flash>,
}

/// The parts of the document only a signed-in person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Who they are.
    pub agent: SignedIn,
    /// The views and teams with their counts.
    pub nav: Nav,
    /// Where the page listens for changes (`/inbox/live?...`); absent on pages that stay as they are.
    pub live: Option<String>,
    /// What the reader should know on every page.
    pub alerts: Vec<Alert>,
}

/// Something to know on every page, and where to do something about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What.
    pub words: String,
    /// Where.
    pub url: &'static str,
    /// What the link says.
    pub link: &'static str,
}

impl Layout {
    /// A page for somebody who is not signed in.
    pub fn public(title: impl Into<String>, csrf: impl Into<String>) -> Self {
        Self { title: title.into(), csrf: csrf.into(), desk: None, theme: Theme::System, flash: None }
    }

    /// Whether keyboard shortcuts are on, as `data-shortcuts` says it.
    pub fn shortcuts(&self) -> &'static str {
        match &self.desk {
            Some(desk) if desk.agent.shortcuts => "on",
            _ => "off",
        }
    }

    /// Whether the settings of the organisation are open to the reader.
    pub fn administers(&self) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.agent.administers)
    }

    /// Whether the device decides about the colours.
    pub fn follows_device(&self) -> bool {
        self.theme == Theme::System
    }
}
