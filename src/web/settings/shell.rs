//! The frame of the settings: which pages there are, and which one is open.

use crate::web::icon::Icon;

/// One page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page of that name")]
pub enum Section {
    Channels,
    Phone,
    Agents,
    Teams,
    Ai,
    Handoff,
    OfficeHours,
    Routing,
    Waiting,
    Notifications,
    After,
    Ratings,
    Knowledge,
    Privacy,
    ApiKeys,
    Profile,
}

/// Pages that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they have in common.
    pub label: &'static str,
    /// They.
    pub sections: &'static [Section],
}

impl Group {
    /// Whether somebody may open one of them.
    pub fn is_for(&self, administrator: bool) -> bool {
        administrator || self.sections.iter().any(|section| !section.needs_administrator())
    }
}

impl Section {
    /// Every page, in the order they are shown: by what somebody comes for.
    pub const GROUPS: [Group; 4] = [
        Group { label: "Channels", sections: &[Self::Channels, Self::Phone] },
        Group {
            label: "AI and handoff",
            sections: &[Self::Ai, Self::Knowledge, Self::Handoff, Self::Routing, Self::Waiting, Self::After],
        },
        Group {
            label: "People",
            sections: &[Self::Profile, Self::Agents, Self::Teams, Self::OfficeHours, Self::Notifications],
        },
        Group { label: "Data", sections: &[Self::Ratings, Self::Privacy, Self::ApiKeys] },
    ];

    /// Its name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Channels => "Channels",
            Self::Phone => "Phone",
            Self::Agents => "Agents",
            Self::Teams => "Teams",
            Self::Ai => "AI",
            Self::Handoff => "Handoff",
            Self::OfficeHours => "Office hours",
            Self::Routing => "Routing",
            Self::Waiting => "Waiting",
            Self::Notifications => "Notifications",
            Self::After => "Afterwards",
            Self::Ratings => "Ratings",
            Self::Knowledge => "Knowledge",
            Self::Privacy => "Data and privacy",
            Self::ApiKeys => "API keys",
            Self::Profile => "Your profile",
        }
    }

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Channels => "/settings/channels",
            Self::Phone => "/settings/phone",
            Self::Agents => "/settings/agents",
            Self::Teams => "/settings/teams",
            Self::Ai => "/settings/ai",
            Self::Handoff => "/settings/handoff",
            Self::OfficeHours => "/settings/office-hours",
            Self::Routing => "/settings/routing",
            Self::Waiting => "/settings/waiting",
            Self::Notifications => "/settings/notifications",
            Self::After => "/settings/after",
            Self::Ratings => "/settings/ratings",
            Self::Knowledge => "/settings/knowledge",
            Self::Privacy => "/settings/privacy",
            Self::ApiKeys => "/settings/api-keys",
            Self::Profile => "/settings/profile",
        }
    }

    /// Its drawing.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Channels => Icon::Chat,
            Self::Phone => Icon::Phone,
            Self::Agents => Icon::User,
            Self::Teams => Icon::Users,
            Self::Ai => Icon::Sparkle,
            Self::Handoff => Icon::Handoff,
            Self::OfficeHours => Icon::Clock,
            Self::Routing => Icon::Layers,
            Self::Waiting => Icon::Tray,
            Self::Notifications => Icon::Bell,
            Self::After => Icon::Return,
            Self::Ratings => Icon::Mood,
            Self::Knowledge => Icon::Book,
            Self::Privacy => Icon::Eye,
            Self::ApiKeys => Icon::Lock,
            Self::Profile => Icon::Sliders,
        }
    }

    /// Whether only administrators may open it.
    pub const fn needs_administrator(self) -> bool {
        !matches!(self, Self::Profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_in_one_group() {
        let all: Vec<Section> = Section::GROUPS.iter().flat_map(|group| group.sections).copied().collect();
        assert_eq!(all.len(), 1 + Section::Profile as usize, "the last of them closes the count");
        for (index, section) in all.iter().enumerate() {
            assert!(!all[..index].contains(section), "{section:?} is there twice");
        }
        let open = Section::GROUPS.iter().filter(|group| group.is_for(false)).map(|group| group.label);
        assert_eq!(open.collect::<Vec<_>>(), ["People"], "an agent has their own page");
    }
}
