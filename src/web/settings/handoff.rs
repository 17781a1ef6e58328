//! Settings: when the AI passes a conversation to a person, and what the customer is told then.

use askama::Template;

use crate::desk::settings::CustomerTexts;
use crate::handoff::policy::HandoffSettings;
use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip};
use crate::web::settings::shell::Section;

/// `/settings/handoff`. Sends `csrf`, `version`, and the fields by their names to `POST /settings/handoff`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/handoff.html")]
pub struct HandoffPage {
    /// The document.
    pub layout: Layout,
    /// The form.
    pub form: HandoffForm,
}

impl HandoffPage {
    const SECTION: Section = Section::Handoff;
}

/// The rules and the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoffForm {
    /// The version that is being edited.
    pub version: String,
    /// Whether the AI hands off at all.
    pub enabled: Field,
    /// When the customer asks for a person.
    pub on_request: Field,
    /// When the customer is upset.
    pub on_frustration: Field,
    /// When the AI goes round in circles.
    pub on_no_progress: Field,
    /// When the AI does not know.
    pub on_ai_decision: Field,
    /// Topics kept for people, one a line.
    pub topics: Field,
    /// What the customer is told at a handoff.
    pub handed_off: Field,
    /// What they are told when a person joins.
    pub person_joined: Field,
    /// What they are told when the AI goes on.
    pub handed_back: Field,
    /// What they are told when there is nobody to pass on to.
    pub declined: Field,
}

impl HandoffForm {
    /// The form with what is stored.
    pub fn of(version: String, rules: &HandoffSettings, texts: &CustomerTexts) -> Self {
        Self {
            version,
            enabled: Field::toggle("enabled", "Hand conversations to people")
                .hint("Off: the AI answers everything it can and says so where it cannot.")
                .on(rules.enabled),
            on_request: Field::toggle("on_request", "When the customer asks for a person")
                .hint("In any words and any language.")
                .on(rules.on_request),
            on_frustration: Field::toggle("on_frustration", "When the customer is frustrated")
                .hint("Anger, repeated complaints, threats to leave.")
                .on(rules.on_frustration),
            on_no_progress: Field::toggle("on_no_progress", "When the AI makes no progress")
                .hint("The same question again, or the same answer again.")
                .on(rules.on_no_progress),
            on_ai_decision: Field::toggle("on_ai_decision", "When the AI does not know")
                .hint("Nothing in the knowledge answers the question.")
                .on(rules.on_ai_decision),
            topics: Field::lines("topics", "Topics only people answer", 4)
                .optional()
                .hint("One a line, for example \u{201c}legal advice\u{201d}.")
                .value(rules.topics.join("\n")),
            handed_off: text("handed_off", "At a handoff", &texts.handed_off),
            person_joined: text("person_joined", "When a person joins", &texts.person_joined)
                .hint("{agent} stands for the person\u{2019}s name. Empty: Baton\u{2019}s own words, in the customer\u{2019}s language."),
            handed_back: text("handed_back", "When the AI goes on again", &texts.handed_back),
            declined: text("declined", "When a person is asked for and handoff is off", &texts.declined),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<(HandoffSettings, CustomerTexts)> {
        let words = || rules::optional(rules::TEXT_CHARS_MAX);
        let topics = fill(&mut self.topics, form, rules::topics);
        let handed_off = fill(&mut self.handed_off, form, words());
        let person_joined = fill(&mut self.person_joined, form, rules::joined_text);
        let handed_back = fill(&mut self.handed_back, form, words());
        let declined = fill(&mut self.declined, form, words());
        let settings = HandoffSettings {
            enabled: flip(&mut self.enabled, form),
            on_request: flip(&mut self.on_request, form),
            on_frustration: flip(&mut self.on_frustration, form),
            on_no_progress: flip(&mut self.on_no_progress, form),
            on_ai_decision: flip(&mut self.on_ai_decision, form),
            topics: topics?,
        };
        let texts = CustomerTexts {
            handed_off: handed_off?,
            person_joined: person_joined?,
            handed_back: handed_back?,
            declined: declined?,
        };
        Some((settings, texts))
    }
}

fn text(name: &'static str, label: &'static str, stored: &str) -> Field {
    Field::lines(name, label, 2)
        .optional()
        .hint("Empty: Baton\u{2019}s own words, in the customer\u{2019}s language.")
        .value(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> HandoffForm {
        HandoffForm::of("1.1".into(), &HandoffSettings::default(), &CustomerTexts::default())
    }

    #[test]
    fn what_is_stored_comes_back_as_it_was() {
        let sent = "enabled=on&on_request=on&topics=refunds%0D%0Alegal+advice&person_joined=%7Bagent%7D+is+here.";
        let (rules, texts) = form().read(&Posted::parse(sent.as_bytes())).expect("every field is right");
        assert!(rules.enabled && rules.on_request && !rules.on_frustration && !rules.on_ai_decision);
        assert_eq!(rules.topics, ["refunds", "legal advice"]);
        assert_eq!(texts.person_joined, "{agent} is here.");
        let again = HandoffForm::of("2.2".into(), &rules, &texts);
        assert_eq!((again.topics.value.as_str(), again.on_frustration.value.as_str()), ("refunds\nlegal advice", ""));
    }

    #[test]
    fn a_wrong_text_keeps_every_switch_as_it_was_put() {
        let mut form = form();
        assert!(form.read(&Posted::parse(b"on_request=on&person_joined=Somebody+is+here.")).is_none());
        assert!(form.person_joined.error.is_some());
        assert_eq!(form.person_joined.value, "Somebody is here.");
        assert_eq!(form.declined.error, None);
    }
}
