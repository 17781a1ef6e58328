//! Settings: how often people are told of a handoff that nobody has noticed, and who is told in the end.

use std::str::FromStr as _;

use crate::handoff::escalation::{
    FIRST_WAIT_S_MAX, FIRST_WAIT_S_MIN, Ladder, PUSH_MIN_MAX, PushWords, SUPERVISORS_MIN_MAX, Supervisors,
};
use crate::handoff::{AgentId, TeamId};
use crate::web::field::{Choice, Field};
use crate::web::settings::one_form::{Around, OneForm, Panel, number, whole};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip, pick};
use crate::web::settings::shell::Section;

/// The form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationsForm {
    /// The wait after the first telling.
    pub first_wait: Field,
    /// Whether waits grow.
    pub doubles: Field,
    /// Whether browsers are told.
    pub push: Field,
    /// After how many minutes.
    pub push_after: Field,
    /// What is said there.
    pub push_says: Field,
    /// Who is told in the end.
    pub supervisors: Field,
    /// After how many minutes.
    pub supervisors_after: Field,
}

impl OneForm for NotificationsForm {
    type Stored = Ladder;
    const SECTION: Section = Section::Notifications;
    const LEAD: &'static str = "Everybody whose inbox is open is told of a handoff, with a sound where they switched it on, and told again until \
        somebody says that they have seen it.";
    const ACTION: &'static str = "notifications.change";

    fn of(stored: &Ladder, around: &Around) -> Self {
        let own = u32::try_from(around.renotify_s).unwrap_or(FIRST_WAIT_S_MAX);
        let mut offered = around.supervisors.clone();
        let chosen = value_of(stored.supervisors);
        if !offered.iter().any(|choice| choice.value == chosen) {
            // Saving something else must not choose somebody else unseen.
            offered.push(Choice::new(chosen.clone(), "Somebody who has left; the administrators stand in"));
        }
        Self {
            first_wait: number("first_wait", "Seconds until they are told again", stored.first_wait_s.or(Some(own)))
                .hint("From 10 seconds to an hour."),
            doubles: Field::toggle("doubles", "Wait twice as long each time")
                .hint("Up to 32 times the first wait, so that a quiet night stays readable. Off: always the same wait.")
                .on(stored.doubles),
            push: Field::toggle("push", "Tell browsers whose inbox is closed")
                .hint("Everybody names their own browsers on their profile.")
                .on(stored.push),
            push_after: number("push_after", "Minutes after the handoff", Some(stored.push_after_min))
                .hint("0 tells them at once. Whoever has seen the handoff by then stops it."),
            push_says: Field::select("push_says", "What a notice says", says())
                .hint("It is encrypted on its way, but whoever looks at the screen can read it.")
                .value(word(stored.push_says)),
            supervisors: Field::select("supervisors", "Then tell", offered)
                .hint("By mail, where a mailbox is connected, and on top of every page of theirs until somebody has seen it.")
                .value(chosen),
            supervisors_after: number("supervisors_after", "Minutes until then", Some(stored.supervisors_after_min))
                .hint("Only minutes in which the office is open count, where office hours are set. Once a handoff; the repeated notices go on."),
        }
    }

    fn read(&mut self, form: &Posted) -> Option<Ladder> {
        let first_wait_s = fill(&mut self.first_wait, form, whole(FIRST_WAIT_S_MIN, FIRST_WAIT_S_MAX));
        let doubles = flip(&mut self.doubles, form);
        let push = flip(&mut self.push, form);
        let push_after_min = fill(&mut self.push_after, form, rules::number(0, PUSH_MIN_MAX));
        let push_says = pick(&mut self.push_says, form).and_then(|word| words_of(&word));
        let supervisors = pick(&mut self.supervisors, form).and_then(|value| of_value(&value));
        let after = fill(&mut self.supervisors_after, form, whole(1, SUPERVISORS_MIN_MAX));
        if after == Some(None) {
            self.supervisors_after.error = Some("Say after how many minutes.".to_owned());
        }
        Some(Ladder {
            first_wait_s: first_wait_s?,
            doubles,
            push,
            push_after_min: push_after_min?,
            push_says: push_says?,
            supervisors: supervisors?,
            supervisors_after_min: after.flatten()?,
        })
    }

    fn panels(&self) -> Vec<Panel<'_>> {
        vec![
            Panel {
                title: "Until somebody has seen it",
                words: "Each time is written into the thread.",
                fields: vec![&self.first_wait, &self.doubles],
            },
            Panel {
                title: "In browsers whose inbox is closed",
                words: "To the person who has the conversation, else to the team it waits for, else to everybody who is not away.",
                fields: vec![&self.push, &self.push_after, &self.push_says],
            },
            Panel {
                title: "Where nobody has",
                words: "A supervisor is told, and the thread says who.",
                fields: vec![&self.supervisors, &self.supervisors_after],
            },
        ]
    }
}

const SAYS: [(PushWords, &str, &str); 3] = [
    (PushWords::Nothing, "nothing", "Only that somebody is needed"),
    (PushWords::WhoAndWhy, "who_and_why", "Who waits, and why"),
    (PushWords::LastWords, "last_words", "Who waits, why, and their last words"),
];

fn says() -> Vec<Choice> {
    SAYS.iter().map(|(_, word, label)| Choice::new(*word, *label)).collect()
}

fn word(says: PushWords) -> &'static str {
    SAYS.iter().find(|(known, ..)| *known == says).map_or("", |(_, word, _)| word)
}

fn words_of(word: &str) -> Option<PushWords> {
    SAYS.iter().find(|(_, known, _)| *known == word).map(|(says, ..)| *says)
}

/// Everybody who may supervise, in the order of a select.
pub fn choices(teams: Vec<(Supervisors, String)>, people: Vec<(Supervisors, String)>) -> Vec<Choice> {
    let fixed = [(Supervisors::Admins, "Every administrator".to_owned()), (Supervisors::Nobody, "Nobody".to_owned())];
    let teams = teams.into_iter().map(|(who, name)| (who, format!("Everybody in team {name}")));
    fixed.into_iter().chain(teams).chain(people).map(|(who, label)| Choice::new(value_of(who), label)).collect()
}

fn value_of(who: Supervisors) -> String {
    match who {
        Supervisors::Nobody => "nobody".to_owned(),
        Supervisors::Admins => "admins".to_owned(),
        Supervisors::Team(team) => format!("team:{team}"),
        Supervisors::Agent(agent) => format!("agent:{agent}"),
    }
}

fn of_value(value: &str) -> Option<Supervisors> {
    match value.split_once(':') {
        Some(("team", id)) => TeamId::from_str(id).ok().map(Supervisors::Team),
        Some(("agent", id)) => AgentId::from_str(id).ok().map(Supervisors::Agent),
        Some(_) => None,
        None => match value {
            "nobody" => Some(Supervisors::Nobody),
            "admins" => Some(Supervisors::Admins),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::web::samples::now;

    #[test]
    fn the_form_is_read_as_it_is_shown_also_where_whoever_was_chosen_has_left() {
        let ines = Supervisors::Agent(Uuid::from_u128(1).into());
        let supervisors = choices(Vec::new(), vec![(ines, "Ines".to_owned())]);
        let around = Around { now: now(), renotify_s: 60, supervisors };
        let gone = Supervisors::Team(Uuid::from_u128(2).into());
        for supervisors in [Supervisors::Nobody, Supervisors::Admins, ines, gone] {
            let stored = Ladder { first_wait_s: Some(30), supervisors, supervisors_after_min: 20, ..Ladder::default() };
            let mut form = NotificationsForm::of(&stored, &around);
            let sent: Vec<_> = form.panels().into_iter().flat_map(|panel| panel.fields).cloned().collect();
            let sent = sent.into_iter().map(|field| (field.name.to_owned(), field.value)).collect();
            assert_eq!(form.read(&Posted::of(sent)), Some(stored));
        }
    }
}
