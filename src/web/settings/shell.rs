//! The frame of the settings: which pages there are, and which one is open.

use crate::web::icon::Icon;

/// One page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page of that name")]
pub enum Section {
    Channels,
    Agents,
    Teams,
    Ai,
    Handoff,
    OfficeHours,
    Routing,
    Waiting,
    After,
    Knowledge,
    ApiKeys,
    Profile,
}

impl Section {
    /// Every page, in the order they are shown.
    pub const ALL: [Self; 12] = [
        Self::Channels,
        Self::Agents,
        Self::Teams,
        Self::Ai,
        Self::Handoff,
        Self::OfficeHours,
        Self::Routing,
        Self::Waiting,
        Self::After,
        Self::Knowledge,
        Self::ApiKeys,
        Self::Profile,
    ];

    /// Its name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Channels => "Channels",
            Self::Agents => "Agents",
            Self::Teams => "Teams",
            Self::Ai => "AI",
            Self::Handoff => "Handoff",
            Self::OfficeHours => "Office hours",
            Self::Routing => "Routing",
            Self::Waiting => "Waiting",
            Self::After => "Afterwards",
            Self::Knowledge => "Knowledge",
            Self::ApiKeys => "API keys",
            Self::Profile => "Your profile",
        }
    }

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Channels => "/settings/channels",
            Self::Agents => "/settings/agents",
            Self::Teams => "/settings/teams",
            Self::Ai => "/settings/ai",
            Self::Handoff => "/settings/handoff",
            Self::OfficeHours => "/settings/office-hours",
            Self::Routing => "/settings/routing",
            Self::Waiting => "/settings/waiting",
            Self::After => "/settings/after",
            Self::Knowledge => "/settings/knowledge",
            Self::ApiKeys => "/settings/api-keys",
            Self::Profile => "/settings/profile",
        }
    }

    /// Its drawing.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Channels => Icon::Chat,
            Self::Agents => Icon::User,
            Self::Teams => Icon::Users,
            Self::Ai => Icon::Sparkle,
            Self::Handoff => Icon::Handoff,
            Self::OfficeHours => Icon::Clock,
            Self::Routing => Icon::Layers,
            Self::Waiting => Icon::Bell,
            Self::After => Icon::Return,
            Self::Knowledge => Icon::Book,
            Self::ApiKeys => Icon::Lock,
            Self::Profile => Icon::Sliders,
        }
    }

    /// Whether only administrators may open it.
    pub const fn needs_administrator(self) -> bool {
        !matches!(self, Self::Profile)
    }
}
