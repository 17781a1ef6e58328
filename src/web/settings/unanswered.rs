//! Settings: what the AI could not answer, grouped by meaning, and the article that is missing.

use askama::Template;

use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::knowledge::Parts;
use crate::web::settings::shell::Section;

/// Longest proposed title.
const TITLE_CHARS: usize = 120;

/// `/settings/knowledge/unanswered`. "Dismiss" sends `csrf` and `questions` to `/settings/knowledge/unanswered/dismissal`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/unanswered.html")]
pub struct UnansweredPage {
    /// The document.
    pub layout: Layout,
    /// The parts of the knowledge.
    pub parts: Parts,
    /// The groups, the largest first.
    pub groups: Vec<GroupLine>,
    /// Whether older questions are not shown.
    pub more: bool,
}

impl UnansweredPage {
    const SECTION: Section = Section::Knowledge;
}

/// Questions that mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupLine {
    /// The title of the article that would answer them.
    pub title: String,
    /// How many there are.
    pub count: usize,
    /// When the last was asked.
    pub last: Moment,
    /// Some of them.
    pub examples: Vec<Example>,
    /// The editor with the title filled in.
    pub write_url: String,
    /// Their ids, for "Dismiss".
    pub questions: String,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The customer's words.
    pub question: String,
    /// The conversation's number.
    pub number: i64,
    /// When.
    pub at: Moment,
}

/// Sentences of fewer characters say too little to stand alone: "Is that normal?"
const TELLING_CHARS: usize = 22;

/// A title for the article that answers a question: its first sentence that asks and says enough, or else its longest.
pub fn proposed_title(question: &str) -> String {
    let sentences: Vec<&str> = question.split_inclusive(['?', '!', '.', '\n', '？', '。']).map(str::trim).collect();
    let length = |sentence: &&&str| sentence.chars().count();
    let mut asks = sentences.iter().filter(|sentence| sentence.ends_with(['?', '？']));
    let telling = asks.find(|sentence| sentence.chars().count() >= TELLING_CHARS);
    let chosen = telling.or_else(|| sentences.iter().max_by_key(length)).copied().unwrap_or_default();
    let mut letters = chosen.chars();
    let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    let title = capital.unwrap_or_default();
    match title.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => format!("{}\u{2026}", title[..end].trim_end()),
        None => title.trim_end_matches(['.', '!']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::proposed_title;

    #[test]
    fn a_title_is_the_sentence_that_asks() {
        for (question, title) in [
            ("hi there! do you ship to Norway? thanks", "Do you ship to Norway?"),
            ("my lamp hums.", "My lamp hums"),
            ("My lamp hums when I dim it. Is that normal?", "My lamp hums when I dim it"),
            ("¿Hacen envíos a Chile?", "¿Hacen envíos a Chile?"),
            ("", ""),
        ] {
            assert_eq!(proposed_title(question), title);
        }
        assert!(proposed_title(&"a".repeat(500)).chars().count() <= 121);
    }
}
