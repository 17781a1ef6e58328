//! Settings: when the AI passes a conversation to a person: the level or the levers, channels, and office hours.
//!
//! The pages beside it have a module each. Invariant: all of them edit one section, so each sends the version it was read at.

pub mod collection;
pub mod messages;
pub mod rehearsal;
pub mod topics;
pub mod transfer;
pub mod words;

/// The pages of the handoff settings: address, name.
pub const PAGES: [(&str, &str); 4] = [
    ("/settings/handoff", "When the AI hands off"),
    ("/settings/handoff/topics", "Topics"),
    ("/settings/handoff/collection", "Data collection"),
    ("/settings/handoff/messages", "Messages"),
];
