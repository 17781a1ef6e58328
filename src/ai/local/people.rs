//! After a hand-back: what the people said, told again in their own words.
//!
//! May not retell: a person is quoted, by name. A digest is quoted too, if nothing else is left of what was said.
//!
//! Invariant: a question that the people's words do not touch is left to the search.

use super::phrases::Phrases;
use crate::ai::assistant::{Said, Speaker};
use crate::ai::knowledge::passage::sentences;
use crate::ai::signals::language::Language;
use crate::ai::signals::normalise::{clean, tokens};
use crate::ai::words;

/// Messages of people that are looked at.
const MESSAGES_MAX: usize = 20;

/// Sentences that are quoted.
const SENTENCES_MAX: usize = 2;

/// Share of the question that a sentence must touch.
const TOUCHES: f32 = 0.5;

const SAYING: [&str; 36] = [
    "say",
    "said",
    "says",
    "tell",
    "told",
    "tells",
    "write",
    "wrote",
    "mean",
    "meant",
    "promise",
    "promised",
    "answer",
    "answered",
    "dijo",
    "dit",
    "gesagt",
    "sagte",
    "schrieb",
    "geschrieben",
    "detto",
    "scritto",
    "disse",
    "falou",
    "gezegd",
    "zei",
    "schreef",
    "dedi",
    "soyledi",
    "powiedzial",
    "powiedziala",
    "napisal",
    "сказал",
    "сказала",
    "написала",
    "قال",
];
const PERSON: [&str; 22] = [
    "colleague",
    "agent",
    "human",
    "person",
    "she",
    "he",
    "they",
    "guy",
    "lady",
    "companero",
    "companera",
    "collegue",
    "kollege",
    "kollegin",
    "mitarbeiter",
    "collega",
    "colega",
    "iemand",
    "temsilci",
    "konsultant",
    "коллега",
    "оператор",
];
const WHEN: [&str; 22] = [
    "when",
    "how long",
    "what day",
    "cuando",
    "quand",
    "wann",
    "quando",
    "wanneer",
    "kiedy",
    "когда",
    "متي",
    "什么时候",
    "いつ",
    "कब",
    "date",
    "day",
    "soon",
    "long",
    "today",
    "tomorrow",
    "arrive",
    "eta",
];
const TIME: [&str; 40] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "tomorrow",
    "today",
    "tonight",
    "week",
    "weeks",
    "day",
    "days",
    "hour",
    "hours",
    "minutes",
    "morning",
    "afternoon",
    "evening",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "morgen",
    "manana",
    "demain",
];

/// The people's own words, where they answer the question.
pub fn quote(
    question: &str,
    history: &[Said],
    digest: Option<&str>,
    phrases: &Phrases,
    language: Option<Language>,
) -> Option<String> {
    let said = by_people(history);
    let about_them = asks_what_was_said(question, &said);
    if let Some(found) =
        best(question, &said, language).filter(|(touched, _)| *touched >= if about_them { 0.3 } else { TOUCHES })
    {
        return Some(found.1.render(phrases));
    }
    if !about_them {
        return None;
    }
    match said.last() {
        Some((name, text)) => Some(
            Quote { name, sentences: sentences(text).into_iter().take(SENTENCES_MAX + 1).collect() }.render(phrases),
        ),
        None => digest
            .filter(|digest| !digest.trim().is_empty())
            .map(|digest| format!("> {}", digest.trim().replace('\n', "\n> "))),
    }
}

/// The text without the names of the people who took part.
pub fn without_names(text: &str, history: &[Said]) -> String {
    let names: Vec<String> = by_people(history).iter().flat_map(|(name, _)| tokens(name)).collect();
    if names.is_empty() {
        return text.to_owned();
    }
    tokens(text).into_iter().filter(|token| !names.contains(token)).collect::<Vec<_>>().join(" ")
}

struct Quote<'a> {
    name: &'a str,
    sentences: Vec<String>,
}

impl Quote<'_> {
    fn render(&self, phrases: &Phrases) -> String {
        format!("{} “{}”", phrases.wrote.replace("{name}", self.name), self.sentences.join(" "))
    }
}

fn by_people(history: &[Said]) -> Vec<(&str, String)> {
    let people = history.iter().rev().filter_map(|said| match &said.by {
        Speaker::Agent(name) => Some((name.as_str(), clean(&said.text))),
        Speaker::Customer | Speaker::Ai | Speaker::System => None,
    });
    let mut said: Vec<_> = people.take(MESSAGES_MAX).collect();
    said.reverse();
    said
}

/// "What did Ines say?", "what was it your colleague wrote?".
fn asks_what_was_said(question: &str, said: &[(&str, String)]) -> bool {
    let tokens = tokens(question);
    let names: Vec<String> = said.iter().flat_map(|(name, _)| self::tokens(name)).collect();
    let has = |words: &[&str]| tokens.iter().any(|token| words.contains(&token.as_str()));
    has(&SAYING) && (has(&PERSON) || tokens.iter().any(|token| names.contains(token)))
}

/// The sentences that touch most of the question, of equals the newest.
fn best<'a>(question: &str, said: &[(&'a str, String)], language: Option<Language>) -> Option<(f32, Quote<'a>)> {
    let language = language.unwrap_or(Language::En);
    let asked = tokens(question);
    let when = asked.iter().any(|token| WHEN.contains(&token.as_str()));
    let wanted = meaning(&asked, language);
    let mut best: Option<(f32, Quote<'a>)> = None;
    for (name, text) in said {
        let sentences = sentences(text);
        for (at, sentence) in sentences.iter().enumerate() {
            let touched = touches(&wanted, when, &tokens(sentence), language);
            if touched > 0.0 && best.as_ref().is_none_or(|(before, _)| touched >= *before) {
                let leans = at > 0
                    && tokens(sentence)
                        .first()
                        .is_some_and(|first| ["it", "they", "that", "this"].contains(&first.as_str()));
                let sentences = sentences[if leans { at - 1 } else { at }..=at].to_vec();
                best = Some((touched, Quote { name, sentences }));
            }
        }
    }
    best
}

#[expect(clippy::cast_precision_loss, reason = "a handful of words")]
fn touches(wanted: &[String], when: bool, sentence: &[String], language: Language) -> f32 {
    let has = meaning(sentence, language);
    let common = wanted.iter().filter(|word| has.contains(word)).count();
    let timely =
        sentence.iter().any(|token| TIME.contains(&token.as_str()) || token.chars().all(|c| c.is_ascii_digit()));
    if when && !timely {
        return 0.0;
    }
    common as f32 / wanted.len().max(1) as f32
}

fn meaning(tokens: &[String], language: Language) -> Vec<String> {
    let (mut meaning, rest) = words::concepts_apart(tokens);
    let words = words::terms_of(&rest, language).into_iter();
    meaning.extend(
        words.filter(|term| words::concepts(std::slice::from_ref(&term.word)).is_empty()).map(|term| term.stem),
    );
    meaning
}
