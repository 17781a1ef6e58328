//! Settings: what becomes of a conversation afterwards.

use crate::handoff::after::{After, AiFailed, DAYS_MAX, HOURS_MAX, HandBack, MINUTES_MAX, ReopenTo};
use crate::web::field::{Choice, Field};
use crate::web::settings::one_form::{Around, OneForm, Panel, number, whole};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{fill, flip, pick};
use crate::web::settings::shell::Section;

/// The form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AfterForm {
    /// When an idle conversation of the AI ends.
    pub resolve_ai: Field,
    /// When an idle conversation of people ends.
    pub resolve_people: Field,
    /// Who has a reopened conversation.
    pub reopen_to: Field,
    /// For how long a message reopens one.
    pub reopen_within: Field,
    /// When people's conversations return to the AI.
    pub hand_back: Field,
    /// After how many idle minutes.
    pub idle: Field,
    /// Whether the AI has a second try where it failed.
    pub second_try: Field,
    /// After how many minutes.
    pub second_try_after: Field,
}

impl OneForm for AfterForm {
    type Stored = After;
    const SECTION: Section = Section::After;
    const LEAD: &'static str =
        "When a conversation ends by itself, who has it when the customer writes again, and when it returns to the AI.";
    const ACTION: &'static str = "after.change";

    fn of(stored: &After, _: &Around) -> Self {
        let choices = |few: &[(&str, &str)]| few.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
        let to = choices(&[
            ("ai", "The AI"),
            ("last_person", "The last person, if they are on shift; else the queue"),
            ("queue", "The queue"),
        ]);
        let back = choices(&[
            ("by_click", "By a click"),
            ("never", "Never"),
            ("on_resolve", "When it is resolved: the next message is the AI\u{2019}s"),
            ("after_idle", "After idle time"),
        ]);
        let idle = match stored.hand_back {
            HandBack::AfterIdle { minutes } => Some(minutes),
            HandBack::ByClick | HandBack::Never | HandBack::OnResolve => None,
        };
        let failed = match stored.ai_failed {
            AiFailed::Returns { after_min } => Some(after_min),
            AiFailed::Stays => None,
        };
        Self {
            resolve_ai: number("resolve_ai", "Resolve the AI\u{2019}s conversations after idle hours", stored.resolve_ai_after_h)
                .hint("Nobody has written for so long and the AI has answered. Empty: never."),
            resolve_people: number("resolve_people", "Resolve people\u{2019}s conversations after idle hours", stored.resolve_people_after_h)
                .hint("Only where the customer does not wait for an answer. Empty: never."),
            reopen_to: Field::select("reopen_to", "A customer who writes again gets", to).value(reopen_value(stored.reopen_to)),
            reopen_within: number("reopen_within", "Within days after the end", stored.reopen_within_d)
                .hint("Later it is a new matter and begins with the AI. Empty: the chat window always reopens its own conversation, other channels begin a new one."),
            hand_back: Field::select("hand_back", "People\u{2019}s conversations return to the AI", back).value(back_value(stored.hand_back)),
            idle: number("idle", "Idle minutes", idle.or(Some(60)))
                .hint("Only used with \u{201c}after idle time\u{201d}: so long after a person\u{2019}s last answer, if the customer does not wait."),
            second_try: Field::toggle("second_try", "Give the AI a second try where it failed")
                .hint("A conversation that went to people only because the AI was unavailable, and that nobody has taken or marked as seen, goes back to the AI once it answers again. The customer is told and answered, the thread says why. Once a conversation; never for phone calls. Off: it waits for a person.")
                .on(failed.is_some()),
            second_try_after: number("second_try_after", "Minutes it waits for a person before", failed.or(Some(5)))
                .hint("While nobody knows whether the AI answers again, one conversation tries it out before the others follow."),
        }
    }

    fn read(&mut self, form: &Posted) -> Option<After> {
        let resolve_ai = fill(&mut self.resolve_ai, form, whole(1, HOURS_MAX));
        let resolve_people = fill(&mut self.resolve_people, form, whole(1, HOURS_MAX));
        let reopen_to = pick(&mut self.reopen_to, form);
        let reopen_within = fill(&mut self.reopen_within, form, whole(1, DAYS_MAX));
        let hand_back = pick(&mut self.hand_back, form);
        let idle = fill(&mut self.idle, form, whole(1, MINUTES_MAX));
        let second_try = self.read_second_try(form);
        let hand_back = match (hand_back?.as_str(), idle?) {
            ("never", _) => HandBack::Never,
            ("on_resolve", _) => HandBack::OnResolve,
            ("after_idle", Some(minutes)) => HandBack::AfterIdle { minutes },
            ("after_idle", None) => {
                self.idle.error = Some("Say after how many minutes.".to_owned());
                return None;
            }
            _ => HandBack::ByClick,
        };
        Some(After {
            resolve_ai_after_h: resolve_ai?,
            resolve_people_after_h: resolve_people?,
            reopen_to: match reopen_to?.as_str() {
                "last_person" => ReopenTo::LastPerson,
                "queue" => ReopenTo::Queue,
                _ => ReopenTo::Ai,
            },
            reopen_within_d: reopen_within?,
            hand_back,
            ai_failed: second_try?,
        })
    }

    fn panels(&self) -> Vec<Panel<'_>> {
        vec![
            Panel { title: "Ending by itself", words: "", fields: vec![&self.resolve_ai, &self.resolve_people] },
            Panel {
                title: "When the customer writes again",
                words: "A conversation that only the AI had stays the AI\u{2019}s.",
                fields: vec![&self.reopen_to, &self.reopen_within],
            },
            Panel { title: "Back to the AI", words: "", fields: vec![&self.hand_back, &self.idle] },
            Panel {
                title: "When the AI had failed",
                words: "A disturbance of the AI sends conversations to people who would not be needed.",
                fields: vec![&self.second_try, &self.second_try_after],
            },
        ]
    }
}

impl AfterForm {
    fn read_second_try(&mut self, form: &Posted) -> Option<AiFailed> {
        let is_on = flip(&mut self.second_try, form);
        let after = fill(&mut self.second_try_after, form, whole(1, MINUTES_MAX));
        match (is_on, after?) {
            (false, _) => Some(AiFailed::Stays),
            (true, Some(after_min)) => Some(AiFailed::Returns { after_min }),
            (true, None) => {
                self.second_try_after.error = Some("Say after how many minutes.".to_owned());
                None
            }
        }
    }
}

const fn reopen_value(to: ReopenTo) -> &'static str {
    match to {
        ReopenTo::Ai => "ai",
        ReopenTo::LastPerson => "last_person",
        ReopenTo::Queue => "queue",
    }
}

const fn back_value(rule: HandBack) -> &'static str {
    match rule {
        HandBack::ByClick => "by_click",
        HandBack::Never => "never",
        HandBack::OnResolve => "on_resolve",
        HandBack::AfterIdle { .. } => "after_idle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::now;

    #[test]
    fn each_rule_is_read_as_it_is_shown() {
        let around = Around { now: now(), renotify_s: 60, supervisors: Vec::new() };
        for hand_back in [HandBack::ByClick, HandBack::Never, HandBack::OnResolve, HandBack::AfterIdle { minutes: 30 }]
        {
            for reopen_to in [ReopenTo::Ai, ReopenTo::LastPerson, ReopenTo::Queue] {
                let stored = After { hand_back, reopen_to, reopen_within_d: Some(7), ..After::default() };
                let mut form = AfterForm::of(&stored, &around);
                let sent: Vec<_> = form.panels().into_iter().flat_map(|panel| panel.fields).cloned().collect();
                let sent = sent.into_iter().map(|field| (field.name.to_owned(), field.value)).collect();
                assert_eq!(form.read(&Posted::of(sent)), Some(stored));
            }
        }
    }
}
