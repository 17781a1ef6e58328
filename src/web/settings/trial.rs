//! Settings: "Test the AI". A question, and everything that follows from it, without a conversation.

use askama::Template;

use crate::ai::knowledge::Language;
use crate::handoff::ChannelId;
use crate::handoff::message::Source;
use crate::handoff::policy::{Decision, Declined};
use crate::web::field::{Choice, Field};
use crate::web::html::SafeHtml;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::knowledge::{Parts, language_words};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, pick};
use crate::web::settings::shell::Section;

/// The page. Sends `csrf`, `question`, `channel`, `language`.
#[derive(Clone, Debug, PartialEq, Template)]
#[template(path = "settings/trial.html")]
pub struct TrialPage {
    /// The document.
    pub layout: Layout,
    /// The parts of the knowledge.
    pub parts: Parts,
    /// The form.
    pub form: TrialForm,
    /// What came of the question.
    pub outcome: Option<Outcome>,
}

impl TrialPage {
    const SECTION: Section = Section::Knowledge;
}

/// The form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialForm {
    /// What a customer would write.
    pub question: Field,
    /// The channel it would come in on.
    pub channel: Field,
    /// The language the customer is answered in.
    pub language: Field,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: String,
    /// The channel, if it is not any.
    pub channel: Option<ChannelId>,
    /// The language's BCP-47 code, if it was chosen.
    pub language: Option<String>,
}

/// The choice that leaves the language to the AI.
const AUTOMATIC: &str = "auto";

impl TrialForm {
    /// An empty form.
    pub fn new(channels: &[(ChannelId, String)]) -> Self {
        let all = std::iter::once(Choice::new("any", "Any channel"));
        let choices = all.chain(channels.iter().map(|(id, name)| Choice::new(id.to_string(), name)));
        Self {
            question: Field::lines("question", "What a customer writes", 3)
                .hint("In any language, as they would say it."),
            channel: Field::select("channel", "Channel", choices.collect()).value("any"),
            language: Field::select("language", "Answer in", languages().collect()).value(AUTOMATIC),
        }
    }

    /// Takes in what was sent; what is asked, if all of it is right.
    pub fn read(&mut self, form: &Posted) -> Option<Asked> {
        let question = fill(&mut self.question, form, rules::required(rules::TEXT_CHARS_MAX));
        let channel = pick(&mut self.channel, form);
        let language = pick(&mut self.language, form);
        let language = language.map(|code| (code != AUTOMATIC).then_some(code));
        Some(Asked { question: question?, channel: channel?.parse().ok(), language: language? })
    }
}

fn languages() -> impl Iterator<Item = Choice> {
    let automatic = Choice::new(AUTOMATIC, "The customer’s language, as the AI hears it");
    let all = Language::ALL.iter().map(|language| Choice::new(language.code(), language_words(language.code())));
    std::iter::once(automatic).chain(all)
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What happens, in words.
    pub headline: String,
    /// Why.
    pub because: String,
    /// Whether people get the conversation.
    pub hands_off: bool,
    /// What the AI says, or would have said.
    pub answer: Option<SafeHtml>,
    /// What it cites.
    pub sources: Vec<Source>,
    /// What it heard besides: language, mood, how sure it is.
    pub facts: Vec<(&'static str, String)>,
    /// The detectors.
    pub signals: Vec<SignalLine>,
    /// The passages that were found, best first.
    pub passages: Vec<PassageLine>,
}

/// One detector.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalLine {
    /// What it looks for.
    pub name: String,
    /// How sure it is, in percent.
    pub percent: u8,
    /// From where on it decides, in percent.
    pub threshold: u8,
    /// Whether it decided.
    pub decided: bool,
    /// The words that caused it.
    pub because: Vec<String>,
    /// Whether the settings let it hand off.
    pub counts: bool,
}

/// One passage.
#[derive(Clone, Debug, PartialEq)]
pub struct PassageLine {
    /// The article's id.
    pub article: String,
    /// The article's title.
    pub title: String,
    /// The headings above it.
    pub heading: String,
    /// What it says.
    pub text: String,
    /// How well it fits.
    pub score: String,
    /// How much of the question it has, in percent.
    pub coverage: u8,
}

/// What the policy decided, and why, in an admin's words.
pub fn decision_words(decision: &Decision, wish: Option<&str>, sure: bool) -> (String, String) {
    match decision {
        Decision::HandOff { explanation, .. } => ("It goes to a person".to_owned(), format!("{explanation}.")),
        Decision::Decline(Declined::Person) => (
            "The AI says that nobody is available".to_owned(),
            "The customer asks for a person, and handing off for that is switched off.".to_owned(),
        ),
        Decision::Decline(Declined::Closed) => (
            "The AI says that nobody is there now".to_owned(),
            "It is outside office hours, in which nothing is handed off.".to_owned(),
        ),
        Decision::Decline(Declined::Topic) => (
            "The AI says that it cannot help with this".to_owned(),
            "The topic is kept for people, and handing off is switched off.".to_owned(),
        ),
        Decision::AskProblem { .. } => (
            "The AI asks what it is about".to_owned(),
            "The customer asks for a person. The problem is asked for first.".to_owned(),
        ),
        Decision::TryFirst => (
            "The AI asks to try first".to_owned(),
            "The customer asks for a person. A solution is attempted first.".to_owned(),
        ),
        Decision::Collect { pending, .. } => (
            "It goes to a person, after a question".to_owned(),
            format!("{}. The fields of the data collection are asked for first.", pending.explanation),
        ),
        Decision::Answer => match wish {
            Some(wish) => (
                "The AI says that it does not know".to_owned(),
                format!("{wish}. Handing off when the AI does not know is switched off."),
            ),
            None if sure => {
                ("The AI answers".to_owned(), "No detector decided, and the knowledge has an answer.".to_owned())
            }
            None => ("The AI answers".to_owned(), "No detector decided. It rests on no article.".to_owned()),
        },
    }
}

/// A probability in percent.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100 by then")]
pub fn percent(p: f32) -> u8 {
    (p.clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handoff::policy::Reason;

    #[test]
    fn every_decision_is_said_with_its_reason() {
        let hands_off = Decision::HandOff {
            reason: Reason::CustomerRequest,
            explanation: "The customer asked for a person: “a human”".into(),
            topic: None,
            promise: false,
        };
        assert!(decision_words(&hands_off, None, true).1.contains("a human"));
        assert!(decision_words(&Decision::Answer, Some("No article answers: “x”"), false).0.contains("does not know"));
        assert!(decision_words(&Decision::Decline(Declined::Person), None, true).1.contains("switched off"));
        assert_eq!((percent(0.499), percent(7.0), percent(f32::NAN)), (50, 100, 0));
    }
}
