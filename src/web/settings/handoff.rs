//! Settings: when the AI passes a conversation to a person, and what the customer is told then.

use askama::Template;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::shell::Section;

/// `/settings/handoff`. Sends the fields by their names to `POST /settings/handoff`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/handoff.html")]
pub struct HandoffPage {
    /// The document.
    pub layout: Layout,
    /// Whether the AI hands off at all.
    pub enabled: Field,
    /// When the customer asks for a person.
    pub on_request: Field,
    /// When the customer is upset.
    pub on_frustration: Field,
    /// When the AI goes round in circles.
    pub on_no_progress: Field,
    /// Topics kept for people, one a line.
    pub forbidden_topics: Field,
    /// What the customer is told while somebody is there.
    pub message: Field,
    /// What the customer is told outside opening hours.
    pub away_message: Field,
}

impl HandoffPage {
    const SECTION: Section = Section::Handoff;

    /// A form with every rule on and empty texts.
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            enabled: Field::toggle("enabled", "Hand conversations to people")
                .hint("Off: the AI answers everything it can and says so where it cannot.")
                .on(true),
            on_request: Field::toggle("on_request", "When the customer asks for a person")
                .hint("In any words and any language.")
                .on(true),
            on_frustration: Field::toggle("on_frustration", "When the customer is frustrated")
                .hint("Anger, repeated complaints, threats to leave.")
                .on(true),
            on_no_progress: Field::toggle("on_no_progress", "When the AI makes no progress")
                .hint("The same question again, or the same answer again.")
                .on(true),
            forbidden_topics: Field::lines("forbidden_topics", "Topics only people answer", 4)
                .optional()
                .hint("One a line, for example \u{201c}legal advice\u{201d}."),
            message: Field::lines("message", "While somebody is at the desk", 3)
                .hint("Sent once, when the conversation is handed off."),
            away_message: Field::lines("away_message", "Outside opening hours", 3)
                .hint("Sent instead while nobody is at the desk. Say when you are back."),
        }
    }
}
