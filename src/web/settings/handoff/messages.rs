//! What customers are told: each occasion, in each language, with a preview of what is said now.

use std::collections::BTreeMap;

use askama::Template;

use crate::desk::notices::{Notice, languages, text};
use crate::desk::settings::{CustomerTexts, check_words};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::difference::DiffLine;
use crate::web::settings::knowledge::language_words;
use crate::web::settings::posted::Posted;
use crate::web::settings::shell::Section;

/// What stands for the person in a preview.
const SAMPLE_AGENT: &str = "Ines";
/// What stands for the next opening in a preview.
const SAMPLE_OPENING: &str = "9:00";

/// Each occasion: key, name, when.
const OCCASIONS: [(&str, &str, &str); 9] = [
    ("handed_off", "At a handoff", "Nobody has taken the conversation yet."),
    ("closed", "At a handoff outside office hours", "{next_opening} stands for when somebody is there again."),
    ("person_joined", "When a person joins", "{agent} stands for the person\u{2019}s name."),
    ("handed_back", "When the AI goes on again", "A person gave the conversation back."),
    ("ask_problem", "When the problem is asked for", "Somebody asks for a person without saying why."),
    ("try_first", "When a solution is tried first", "Somebody asks for a person before anything was attempted."),
    ("declined", "When there is nobody to pass on to", "Handoff is off, and somebody asks for a person."),
    (
        "declined_closed",
        "When nobody is there and the AI goes on",
        "Outside office hours, where nothing is handed off. {next_opening} may be used.",
    ),
    ("declined_topic", "When a topic is declined", "Handoff is off, and the topic is kept for people."),
];

/// `/settings/handoff/messages`. Sends `csrf`, `version`, `language`, and each occasion by its key.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/handoff/messages.html")]
pub struct MessagesPage {
    /// The document.
    pub layout: Layout,
    /// The form.
    pub form: MessagesForm,
    /// How what is typed differs from what somebody else has saved meanwhile.
    pub difference: Vec<DiffLine>,
}

impl MessagesPage {
    const SECTION: Section = Section::Handoff;
    const HERE: &str = "/settings/handoff/messages";
}

/// The words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagesForm {
    /// The version that is being edited.
    pub version: String,
    /// The language (BCP-47); empty is every language without words of its own.
    pub language: String,
    /// The languages: code, name, whether it has words of its own.
    pub languages: Vec<(String, String, bool)>,
    /// The occasions.
    pub rows: Vec<MessageRow>,
}

/// One occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Its key.
    pub key: &'static str,
    /// Its name.
    pub label: &'static str,
    /// When it is said.
    pub hint: &'static str,
    /// The admin's words; empty is Baton's own.
    pub words: String,
    /// What the customer reads.
    pub preview: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl MessagesForm {
    /// The form with what is stored.
    pub fn of(version: String, language: &str, stored: &CustomerTexts) -> Self {
        let known = languages().find(|known| *known == language).unwrap_or_default();
        let own = |code: &str| stored.languages.get(code).is_some_and(|words| !words.is_empty());
        let every = (String::new(), "Every language".to_owned(), false);
        let others = languages().map(|code| (code.to_owned(), language_words(code).to_owned(), own(code)));
        Self {
            version,
            language: known.to_owned(),
            languages: std::iter::once(every).chain(others).collect(),
            rows: OCCASIONS.iter().map(|occasion| row(*occasion, known, stored)).collect(),
        }
    }

    /// The language in words.
    pub fn language_name(&self) -> &str {
        let known = self.languages.iter().find(|(code, ..)| *code == self.language);
        known.map_or("Every language", |(_, name, _)| name)
    }

    /// Takes in what was sent; what to store, if every text is right.
    pub fn read(&mut self, form: &Posted, stored: &CustomerTexts) -> Option<CustomerTexts> {
        let mut words = BTreeMap::new();
        let mut is_right = true;
        for row in &mut self.rows {
            row.words = form.text(row.key);
            row.error = check_words(row.key, &row.words).err();
            is_right &= row.error.is_none();
            if !row.words.trim().is_empty() {
                words.insert(row.key.to_owned(), row.words.clone());
            }
        }
        let texts = with(stored, &self.language, words);
        for row in &mut self.rows {
            row.preview = preview(row.key, &self.language, &texts);
        }
        is_right.then_some(texts)
    }
}

/// The texts with the words of one language replaced.
fn with(stored: &CustomerTexts, language: &str, mut words: BTreeMap<String, String>) -> CustomerTexts {
    let mut texts = stored.clone();
    if !language.is_empty() {
        texts.languages.insert(language.to_owned(), words);
        texts.languages.retain(|_, words| !words.is_empty());
        return texts;
    }
    let mut take = |key: &str| words.remove(key).unwrap_or_default();
    texts.handed_off = take("handed_off");
    texts.person_joined = take("person_joined");
    texts.handed_back = take("handed_back");
    texts.declined = take("declined");
    for (key, ..) in OCCASIONS {
        match words.remove(key) {
            Some(own) => texts.more.insert(key.to_owned(), own),
            None => texts.more.remove(key),
        };
    }
    texts
}

fn row(
    (key, label, hint): (&'static str, &'static str, &'static str),
    language: &str,
    stored: &CustomerTexts,
) -> MessageRow {
    let words = match language {
        "" => stored.own(key, Some("und")).unwrap_or_default().to_owned(),
        language => stored.languages.get(language).and_then(|words| words.get(key)).cloned().unwrap_or_default(),
    };
    MessageRow { key, label, hint, words, preview: preview(key, language, stored), error: None }
}

fn preview(key: &str, language: &str, texts: &CustomerTexts) -> String {
    let notice = match key {
        "handed_off" => Notice::HandedOff,
        "closed" => Notice::Closed(Some(SAMPLE_OPENING)),
        "person_joined" => Notice::PersonJoined(SAMPLE_AGENT),
        "handed_back" => Notice::HandedBack,
        "ask_problem" => Notice::AskProblem,
        "try_first" => Notice::TryFirst,
        "declined_closed" => Notice::DeclinedClosed(Some(SAMPLE_OPENING)),
        "declined_topic" => Notice::DeclinedTopic,
        _ => Notice::Declined,
    };
    text(notice, Some(language).filter(|language| !language.is_empty()), texts)
}

/// The texts as lines, so that two versions can be laid beside each other.
pub fn as_lines(texts: &CustomerTexts) -> String {
    let mut lines = Vec::new();
    for (key, label, ..) in OCCASIONS {
        let all = texts.own(key, Some("und")).map(|words| (String::new(), words.to_owned()));
        let single = texts
            .languages
            .iter()
            .filter_map(|(language, own)| Some((format!(" ({language})"), own.get(key)?.clone())));
        lines.extend(
            all.into_iter()
                .chain(single)
                .map(|(language, words)| format!("{label}{language}: {}", words.replace('\n', " "))),
        );
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_language_come_before_those_of_all() {
        let stored = CustomerTexts::default();
        let mut every = MessagesForm::of("1".into(), "", &stored);
        let texts = every.read(&Posted::parse(b"handed_off=Wait+here.&try_first=Let+me+try."), &stored).expect("right");
        let mut german = MessagesForm::of("1".into(), "de", &texts);
        assert_eq!((german.rows[0].words.as_str(), german.rows[0].preview.as_str()), ("", "Wait here."));
        let texts = german.read(&Posted::parse("handed_off=Moment.".as_bytes()), &texts).expect("right");
        assert_eq!(text(Notice::HandedOff, Some("de-AT"), &texts), "Moment.");
        assert_eq!(text(Notice::HandedOff, Some("fr"), &texts), "Wait here.");
        assert_eq!(text(Notice::TryFirst, Some("de"), &texts), "Let me try.");
        assert!(MessagesForm::of("1".into(), "de", &texts).languages.iter().any(|(code, _, own)| code == "de" && *own));
        assert_eq!(as_lines(&texts).lines().count(), 3);
    }

    #[test]
    fn a_variable_that_means_nothing_is_refused_where_it_stands() {
        let stored = CustomerTexts::default();
        let mut form = MessagesForm::of("1".into(), "", &stored);
        let sent = Posted::parse(b"handed_off=Hi+%7Bname%7D&closed=Back+%7Bnext_opening%7D&person_joined=Hi");
        assert!(form.read(&sent, &stored).is_none());
        let wrong: Vec<&str> = form.rows.iter().filter(|row| row.error.is_some()).map(|row| row.key).collect();
        assert_eq!(wrong, ["handed_off", "person_joined"]);
    }
}
