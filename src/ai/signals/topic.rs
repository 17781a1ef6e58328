//! Does the customer touch a subject that the admin keeps for people?
//!
//! A topic is plain language ("refund requests", "legal threats or lawyers"), perhaps followed by examples of what customers
//! write: `refund requests | I want my money back | can I return it?`. What a message means decides, for which the words are a
//! hint: parts of the topic are looked for as stems and as concepts that hold in every language. Without the encoder the words
//! decide alone. May not guess from a single generic word.
//!
//! Invariant: of several matching topics the best is returned, of equals the first as configured.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::language::{self, Language};
use super::normalise::{self, tokens};
use super::reading::Reading;
use super::{customer_turns, topic_space, unanswered};
use crate::ai::assistant::Said;
use crate::ai::words::{self, Stems};
use crate::handoff::policy::TopicMatch;

/// From this share of its parts on a topic is touched.
pub const THRESHOLD: f32 = crate::handoff::policy::TOPIC_FROM;

/// Words that say that a topic is a topic.
const GENERIC: [&str; 33] = [
    "request",
    "question",
    "issue",
    "problem",
    "inquiry",
    "enquiry",
    "topic",
    "subject",
    "matter",
    "anything",
    "about",
    "related",
    "regarding",
    "customer",
    "case",
    "ask",
    "asking",
    "discussion",
    "advice",
    "threat",
    "concern",
    "mention",
    "talk",
    "any",
    "thing",
    "stuff",
    "client",
    "user",
    "policy",
    "dispute",
    "application",
    "apply",
    "general",
];

/// A turn of at most so many words of meaning leans on the one before, for so many turns.
const LEANING_TERMS_MAX: usize = 2;
const LEANING_TURNS_MAX: usize = 3;

/// Most phrases that are kept taken apart.
const PHRASES_MAX: usize = 4_000;

static ALTERNATIVES: LazyLock<Mutex<HashMap<String, Arc<Vec<Parts>>>>> = LazyLock::new(Mutex::default);

/// From here on a text of several sentences touches a topic that none of them touches by itself.
const SURELY: f32 = 0.85;

/// Where a sentence ends.
const SENTENCE_ENDS: [char; 8] = ['.', '!', '?', '\n', '。', '！', '？', '؟'];

/// Least probability of a topic that is worth showing.
const WORTH_SHOWING: f32 = 0.05;

/// The forbidden topic that fits best what the conversation is about now, if any fits at all.
pub fn read(history: &[Said], topics: &[String]) -> Option<TopicMatch> {
    if topics.is_empty() {
        return None;
    }
    let messages = unanswered(history);
    let together = (messages.len() > 1).then(|| messages.join("\n"));
    let mut texts = messages;
    texts.extend(together);
    texts.extend(leant_upon(history));
    texts.iter().filter_map(|text| of_message(&Reading::of(text), topics)).reduce(better)
}

/// The earlier turns that the last one leans upon: "A1042" is about what was asked before. A turn with a subject of its own leans
/// on none, so that what was talked about once is not talked about for ever.
fn leant_upon(history: &[Said]) -> Vec<String> {
    let turns = customer_turns(history);
    let leans = |turn: &String| {
        let language = language::detect(turn).unwrap_or(Language::En);
        words::terms(turn, language).len() <= LEANING_TERMS_MAX
    };
    let leaning = turns.iter().rev().take(LEANING_TURNS_MAX).take_while(|turn| leans(turn)).count();
    turns.iter().rev().skip(1).take(leaning).cloned().collect()
}

/// The topic that fits one message best.
pub fn of_message(reading: &Reading, topics: &[String]) -> Option<TopicMatch> {
    let fits = topics.iter().filter_map(|topic| fit(reading, topic).map(|found| confirmed(found, reading, topic)));
    fits.reduce(better)
}

/// A topic that only just fits a text of several sentences must fit one of them: in "The round one. What is your return policy?"
/// neither half is about refunds, and together they say no more.
fn confirmed(found: TopicMatch, reading: &Reading, topic: &str) -> TopicMatch {
    if !found.decided || found.p >= SURELY {
        return found;
    }
    let sentences = reading.text.split(SENTENCE_ENDS).map(str::trim).filter(|sentence| !sentence.is_empty());
    let sentences: Vec<&str> = sentences.collect();
    let alone = sentences.iter().filter_map(|sentence| fit(&Reading::of(sentence), topic)).reduce(better);
    match alone {
        Some(alone) if !alone.decided && sentences.len() > 1 => TopicMatch { p: alone.p, decided: false, ..found },
        _ => found,
    }
}

/// Of equals the first.
fn better(one: TopicMatch, other: TopicMatch) -> TopicMatch {
    if other.p > one.p { other } else { one }
}

/// How well one topic fits.
fn fit(reading: &Reading, topic: &str) -> Option<TopicMatch> {
    let mut parts = topic.split('|').map(str::trim);
    let phrase = parts.next().unwrap_or_default();
    let examples: Vec<String> = parts.filter(|example| !example.is_empty()).map(str::to_owned).collect();
    let words = by_words(reading, phrase);
    let hint = words.as_ref().map_or(0.0, |(p, _)| *p);
    let p = match reading.place().and_then(|place| topic_space::log_odds(place, phrase, &examples, hint)) {
        Some(odds) => 1.0 / (1.0 + (-(odds + (THRESHOLD / (1.0 - THRESHOLD)).ln())).exp()),
        None => hint,
    };
    let because = words.map(|(_, because)| because).unwrap_or_else(|| vec![excerpt(&reading.text)]);
    (p >= WORTH_SHOWING).then(|| TopicMatch { phrase: phrase.to_owned(), p, decided: p >= THRESHOLD, because })
}

/// How much the words alone speak for a topic, from 0 to 1.
pub fn hint(reading: &Reading, topic: &str) -> f32 {
    let phrase = topic.split('|').next().unwrap_or_default().trim();
    by_words(reading, phrase).map_or(0.0, |(p, _)| p)
}

/// What the words alone say of a topic, and which words they are.
fn by_words(reading: &Reading, phrase: &str) -> Option<(f32, Vec<String>)> {
    let alternatives = kept_alternatives(phrase);
    let scores = alternatives.iter().filter_map(|parts| score(parts, reading));
    scores.max_by(|a, b| a.0.total_cmp(&b.0))
}

/// A phrase is taken apart once: an admin may keep hundreds, and each is asked about every message.
fn kept_alternatives(phrase: &str) -> Arc<Vec<Parts>> {
    let mut kept = ALTERNATIVES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(phrase) {
        return Arc::clone(known);
    }
    if kept.len() >= PHRASES_MAX {
        kept.clear();
    }
    let parts = Arc::new(alternatives(phrase));
    kept.insert(phrase.to_owned(), Arc::clone(&parts));
    parts
}

/// The first words of a message that is about a topic as a whole.
fn excerpt(text: &str) -> String {
    const CHARACTERS: usize = 80;
    let mut out: String = text.chars().take(CHARACTERS).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

/// What must be found for a topic to be touched: a concept, or a word.
struct Parts {
    concepts: Vec<String>,
    words: Vec<String>,
    stems: Stems,
    language: Language,
}

/// "Lawyers, courts or legal threats" is touched by any one of them.
fn alternatives(topic: &str) -> Vec<Parts> {
    let clean = normalise::clean(topic);
    let language = language::detect(&clean).unwrap_or(Language::En);
    let splitters = [" and ", " or ", " und ", " oder ", " y ", " o ", " et ", " ou ", " e ", " en ", " of "];
    let mut clean = clean.to_lowercase();
    for splitter in splitters {
        clean = clean.replace(splitter, ",");
    }
    clean
        .split([',', '/', ';'])
        .map(|clause| parts(clause, language))
        .filter(|parts| !parts.concepts.is_empty() || !parts.words.is_empty())
        .collect()
}

fn parts(clause: &str, language: Language) -> Parts {
    let tokens = tokens(clause);
    let concepts = words::concepts(&tokens);
    let words = tokens
        .iter()
        .filter(|token| words::concepts(std::slice::from_ref(token)).is_empty())
        .filter(|token| concepts.is_empty() || !concepts.iter().any(|concept| names(concept, &tokens, token)))
        .flat_map(|token| words::terms_of(std::slice::from_ref(token), language))
        .filter(|term| !GENERIC.iter().any(|generic| words::stem(generic, Language::En) == term.stem))
        .map(|term| term.word)
        .collect();
    Parts { concepts, words, stems: Stems::default(), language }
}

fn names(concept: &str, tokens: &[String], token: &str) -> bool {
    words::concept_words(tokens, concept).is_some_and(|words| words.split(' ').any(|word| word == token))
}

fn score(parts: &Parts, reading: &Reading) -> Option<(f32, Vec<String>)> {
    let named = |concept: &String| words::named_words(&reading.tokens, reading.concepts(), concept);
    let mut because: Vec<String> = parts.concepts.iter().filter_map(named).collect();
    because.extend((0..parts.words.len()).filter_map(|at| same_word(parts, at, reading)).cloned());
    let wanted = parts.concepts.len() + parts.words.len();
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let share = because.len() as f32 / wanted as f32;
    (!because.is_empty()).then_some((share * 0.95, because))
}

/// The first word of the message that is a word of the topic, in the language of either.
fn same_word<'a>(parts: &Parts, at: usize, reading: &'a Reading) -> Option<&'a String> {
    let languages = std::iter::once(parts.language).chain(reading.language);
    let same_stem = |token: usize, language| {
        let stem = &parts.stems.of(&parts.words, language)[at];
        reading.stems(language)[token] == *stem
    };
    let mut tokens = reading.tokens.iter().enumerate();
    let fits = |(token, word): &(usize, &String)| {
        **word == parts.words[at] || languages.clone().any(|language| same_stem(*token, language))
    };
    tokens.find(fits).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::local::cast::dialogue;

    fn touched(topic: &str, text: &str) -> bool {
        of_message(&Reading::of(text), &[topic.to_owned()]).is_some_and(|found| found.decided)
    }

    #[test]
    fn a_topic_is_heard_in_other_words_and_languages() {
        for text in [
            "I want my money back",
            "I expect a refund",
            "Ich will mein Geld zurück",
            "quiero un reembolso",
            "请给我退款",
            "верните деньги",
        ] {
            assert!(touched("refund requests", text), "{text}");
        }
        assert!(touched("legal threats or lawyers", "you will hear from my attorney"));
        assert!(touched("Medical advice", "my doctor says the lamp hurts my eyes"));
    }

    #[test]
    fn another_subject_is_not_the_topic() {
        for text in [
            "what are your opening hours?",
            "how long does a delivery take?",
            "I love the lamp",
            "can someone come back to me?",
        ] {
            assert!(!touched("refund requests", text), "{text}");
            assert!(!touched("legal threats or lawyers", text), "{text}");
        }
        assert!(!touched("changing the delivery address", "how long does a delivery take?"));
    }

    #[test]
    fn a_topic_holds_while_the_customer_only_adds_to_it() {
        let topics = ["refund requests".to_owned()];
        let touched = |turns: &[&str]| read(&dialogue(turns), &topics).is_some_and(|found| found.decided);
        assert!(touched(&["I want my money back", "Which order?", "A1042"]));
        assert!(touched(&["I want my money back", "Which order?", "A1042", "Thank you. Anything else?", "no"]));
        assert!(!touched(&["I want my money back", "Done.", "what are the opening hours of the shop in Zurich?"]));
        assert!(!touched(&["hello", "Hello!", "A1042"]));
    }

    #[test]
    fn the_best_topic_is_named_in_the_admins_words() {
        let topics = ["press enquiries".to_owned(), "Refunds".to_owned()];
        let found = of_message(&Reading::of("Please refund order A1042"), &topics).unwrap();
        assert_eq!(found.phrase, "Refunds");
        assert_eq!(found.because, ["refund"]);
    }

    #[test]
    fn two_sentences_on_other_subjects_are_not_a_third() {
        assert!(!touched("refund requests", "The round one. What is your return policy?"));
        assert!(!touched("refund requests", "The round one.\nWhat is your return policy?"));
        assert!(touched("refund requests", "The round one. I want my money back"));
        assert!(touched("refund requests", "I want\nmy money back"));
    }
}
