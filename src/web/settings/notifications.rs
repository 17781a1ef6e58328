//! Settings: how often people are told of a handoff that nobody has noticed.

use crate::handoff::escalation::{FIRST_WAIT_S_MAX, FIRST_WAIT_S_MIN, Ladder};
use crate::web::field::Field;
use crate::web::settings::one_form::{Around, OneForm, Panel, number, whole};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{fill, flip};
use crate::web::settings::shell::Section;

/// The form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationsForm {
    /// The wait after the first telling.
    pub first_wait: Field,
    /// Whether waits grow.
    pub doubles: Field,
}

impl OneForm for NotificationsForm {
    type Stored = Ladder;
    const SECTION: Section = Section::Notifications;
    const LEAD: &'static str = "Everybody whose inbox is open is told of a handoff, with a sound where they switched it on, and told again until \
        somebody says that they have seen it.";
    const ACTION: &'static str = "notifications.change";

    fn of(stored: &Ladder, around: &Around) -> Self {
        let own = u32::try_from(around.renotify_s).unwrap_or(FIRST_WAIT_S_MAX);
        Self {
            first_wait: number("first_wait", "Seconds until they are told again", stored.first_wait_s.or(Some(own)))
                .hint("From 10 seconds to an hour."),
            doubles: Field::toggle("doubles", "Wait twice as long each time")
                .hint("Up to 32 times the first wait, so that a quiet night stays readable. Off: always the same wait.")
                .on(stored.doubles),
        }
    }

    fn read(&mut self, form: &Posted) -> Option<Ladder> {
        let first_wait_s = fill(&mut self.first_wait, form, whole(FIRST_WAIT_S_MIN, FIRST_WAIT_S_MAX));
        let doubles = flip(&mut self.doubles, form);
        Some(Ladder { first_wait_s: first_wait_s?, doubles })
    }

    fn panels(&self) -> Vec<Panel<'_>> {
        vec![Panel {
            title: "Until somebody has seen it",
            words: "Each time is written into the thread.",
            fields: vec![&self.first_wait, &self.doubles],
        }]
    }
}
