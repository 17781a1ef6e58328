//! The icons, drawn inline on a 20 by 20 grid so that they take the colour of the text beside them.
//!
//! An icon never carries meaning alone: each is hidden from screen readers and stands next to words or a label.

use askama::Template;

use crate::web::html::nestable;

/// One line drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "_icon.html")]
#[expect(missing_docs, reason = "each is named after what it shows")]
pub enum Icon {
    Alert,
    Back,
    Ban,
    Bell,
    Book,
    Chart,
    Chat,
    Check,
    CheckCircle,
    Clock,
    Close,
    Copy,
    Down,
    External,
    Eye,
    File,
    Handoff,
    Hash,
    Help,
    Inbox,
    Layers,
    Lock,
    Mail,
    Menu,
    Mobile,
    Mood,
    Paperclip,
    Phone,
    Plus,
    Retry,
    Return,
    Search,
    Send,
    SignOut,
    Sliders,
    Sparkle,
    Ticks,
    ToBottom,
    Tray,
    User,
    Users,
    WhatsApp,
}

nestable!(Icon);

impl Icon {
    /// The outline, as an SVG path.
    pub const fn outline(self) -> &'static str {
        OUTLINES[self as usize].1
    }

    /// True where the drawing points along the line of reading and must turn with it.
    pub const fn follows_reading_direction(self) -> bool {
        matches!(self, Self::Back | Self::Return | Self::Send | Self::SignOut | Self::External)
    }
}

/// Each drawing, in the order of [`Icon`].
const OUTLINES: [(Icon, &str); 42] = [
    (Icon::Alert, "M10 3.5l7.500 13h-15zM10 8.500v3.500M10 14.200v.1"),
    (Icon::Back, "M12 4.500L6.500 10l5.500 5.500"),
    (Icon::Ban, "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM5.200 5.200l9.600 9.600"),
    (Icon::Bell, "M4.500 14C6 12.500 6 11 6 9a4 4 0 0 1 8 0c0 2 0 3.500 1.500 5zM8.500 16.500a1.600 1.600 0 0 0 3 0"),
    (
        Icon::Book,
        "M10 5.500C8.500 4.300 6.500 3.800 3.500 4v11.500c3-.2 5 .3 6.500 1.500 1.500-1.200 3.500-1.700 6.500-1.500V4c-3-.2-5 .3-6.500 1.500zM10 5.500V17",
    ),
    (Icon::Chart, "M3.500 16.500h13M5.500 16.500v-5M10 16.500v-9M14.500 16.500v-12"),
    (Icon::Chat, "M4 4h12a1 1 0 0 1 1 1v7.500a1 1 0 0 1-1 1H9.500L6 16.500v-3H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z"),
    (Icon::Check, "M4.500 10.500L8 14l7.500-8"),
    (Icon::CheckCircle, "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7 10.200l2.100 2.100L13.200 8"),
    (Icon::Clock, "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.200l2.800 1.600"),
    (Icon::Close, "M5 5l10 10M15 5L5 15"),
    (Icon::Copy, "M7 7h9.500v9.500H7zM13 7V3.500H3.500V13H7"),
    (Icon::Down, "M5.500 8l4.500 4.500L14.500 8"),
    (Icon::External, "M8 4.500H4.500v11h11V12M11.500 3.500h5v5M16 4l-6.500 6.500"),
    (
        Icon::Eye,
        "M2.500 10S5.300 5 10 5s7.500 5 7.500 5-2.800 5-7.500 5-7.500-5-7.500-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    ),
    (Icon::File, "M5 2.500h6.500L15 6v11.500H5zM11.500 2.500V6H15"),
    (Icon::Handoff, "M3 7h13.500L13 3.500M17 13H3.500L7 16.500"),
    (Icon::Hash, "M8 3.500l-1.500 13M13.500 3.500l-1.500 13M3.500 7.500H17M3 12.500h13.500"),
    (
        Icon::Help,
        "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.900 8.200a2.100 2.100 0 1 1 3.100 1.900c-.7.4-1 .8-1 1.500M10 13.700v.1",
    ),
    (Icon::Inbox, "M3 11.500h4l1.200 2h3.600l1.200-2h4M5.200 4.500h9.600l2.200 7v3a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-3z"),
    (Icon::Layers, "M10 3.500l7 3.500-7 3.500L3 7zM3 10.300l7 3.500 7-3.500M3 13.500L10 17l7-3.500"),
    (Icon::Lock, "M5 9h10v7.500H5zM7 9V6.500a3 3 0 0 1 6 0V9"),
    (Icon::Mail, "M3 4.800h14v10.400H3zM3.500 5.500L10 11l6.500-5.500"),
    (Icon::Menu, "M3 5.500h14M3 10h14M3 14.500h14"),
    (
        Icon::Mobile,
        "M6 2.500h8a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM9 14.800h2M7.700 6.300h4.600M7.700 9h3",
    ),
    (
        Icon::Mood,
        "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7 13c.8-1 1.800-1.500 3-1.500s2.200.5 3 1.500M7.600 8v.1M12.400 8v.1",
    ),
    (
        Icon::Paperclip,
        "M15 9l-5.600 5.600a3 3 0 0 1-4.200-4.200L11 4.600a2.100 2.100 0 0 1 3 3l-5.600 5.600a1 1 0 0 1-1.500-1.500L11.800 7",
    ),
    (
        Icon::Phone,
        "M5 3.500h2.800L9 7 7.200 8.300a9 9 0 0 0 4.300 4.300l1.300-1.800 3.500 1.200v2.800c0 .9-.7 1.600-1.600 1.500C8.600 15.800 4 11.300 3.500 5.100c0-.9.600-1.600 1.500-1.600z",
    ),
    (Icon::Plus, "M10 4v12M4 10h12"),
    (Icon::Retry, "M16 10a6 6 0 1 1-1.800-4.300L16.500 8M16.500 4v4h-4"),
    (Icon::Return, "M7 4L3 8l4 4M3 8h8.500a4.500 4.500 0 0 1 0 9H8"),
    (Icon::Search, "M9 14.500A5.500 5.500 0 1 0 9 3.500a5.500 5.500 0 0 0 0 11zM13 13l4 4"),
    (Icon::Send, "M3.500 9.500L17 3.500l-5 13-2.500-5.500zM9.500 11L17 3.500"),
    (Icon::SignOut, "M8 3.500H4.500v13H8M12 6.500l3.500 3.500-3.500 3.500M15.500 10H8"),
    (Icon::Sliders, "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4"),
    (
        Icon::Sparkle,
        "M9 3.500l1.600 4.400L15 9.500l-4.400 1.600L9 15.500l-1.600-4.400L3 9.500l4.400-1.600zM15.500 13.500v3.500M13.800 15.300h3.500",
    ),
    (Icon::Ticks, "M2.500 10.500L5.700 14l6-7.500M9 13.200l.8.8 6.700-7.500"),
    (Icon::ToBottom, "M10 4v12M5.500 11.500L10 16l4.500-4.500"),
    (Icon::Tray, "M10 3v7.500M7 8l3 3 3-3M3.500 11.500V16h13v-4.500"),
    (
        Icon::User,
        "M10 10a3.200 3.200 0 1 0 0-6.400A3.200 3.200 0 0 0 10 10zM4 16.500c.6-2.900 3-4.500 6-4.500s5.400 1.600 6 4.500",
    ),
    (
        Icon::Users,
        "M7.500 9.500a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600zM2.500 16c.5-2.600 2.400-4 5-4s4.500 1.400 5 4M13 4.200a2.700 2.700 0 0 1 0 5.200M14.500 12.300c1.700.5 2.700 1.800 3 3.700",
    ),
    (
        Icon::WhatsApp,
        "M3.500 16.500l1-3.500a6.800 6.800 0 1 1 2.700 2.600zM7.600 7.500c.2 2.600 2.300 4.700 4.900 4.900l.6-1.500-1.700-.9-.8.8a4 4 0 0 1-1.800-1.800l.8-.8-.9-1.700z",
    ),
];

#[cfg(test)]
mod tests {
    use super::OUTLINES;

    #[test]
    fn every_icon_has_its_own_drawing() {
        for (place, (icon, _)) in OUTLINES.iter().enumerate() {
            assert_eq!(*icon as usize, place, "{icon:?}");
        }
    }
}
