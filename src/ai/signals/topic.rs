//! Does the customer touch a subject that the admin keeps for people?
//!
//! A topic is plain language ("refund requests", "legal threats or lawyers"). Its parts are looked for as stems and as concepts
//! that hold in every language. May not guess from a single generic word.
//!
//! Invariant: of several matching topics the best is returned, of equals the first as configured.

use super::language::{self, Language};
use super::normalise::{self, tokens};
use crate::ai::words;
use crate::handoff::policy::TopicMatch;

/// From this share of its parts on a topic is touched.
pub const THRESHOLD: f32 = 0.75;

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

/// The forbidden topic that fits a turn best, if any fits at all.
pub fn read(text: &str, topics: &[String]) -> Option<TopicMatch> {
    if topics.is_empty() {
        return None;
    }
    let tokens = tokens(text);
    let language = language::detect(text);
    let mut best: Option<TopicMatch> = None;
    for topic in topics {
        let found = alternatives(topic)
            .into_iter()
            .filter_map(|parts| score(&parts, &tokens, language))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((p, because)) = found
            && best.as_ref().is_none_or(|best| p > best.p)
        {
            best = Some(TopicMatch { phrase: topic.clone(), p, decided: p >= THRESHOLD, because });
        }
    }
    best
}

/// What must be found for a topic to be touched: a concept, or a word.
struct Parts {
    concepts: Vec<String>,
    words: Vec<String>,
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
    Parts { concepts, words, language }
}

fn names(concept: &str, tokens: &[String], token: &str) -> bool {
    words::concept_words(tokens, concept).is_some_and(|words| words.split(' ').any(|word| word == token))
}

fn score(parts: &Parts, tokens: &[String], language: Option<Language>) -> Option<(f32, Vec<String>)> {
    let mut because: Vec<String> =
        parts.concepts.iter().filter_map(|concept| words::concept_words(tokens, concept)).collect();
    because.extend(parts.words.iter().filter_map(|word| same_word(word, tokens, parts.language, language)));
    let wanted = parts.concepts.len() + parts.words.len();
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let share = because.len() as f32 / wanted as f32;
    (!because.is_empty()).then_some((share * 0.95, because))
}

fn same_word(word: &str, tokens: &[String], topic: Language, message: Option<Language>) -> Option<String> {
    let fits = |token: &&String| {
        token.as_str() == word
            || words::stem(token, topic) == words::stem(word, topic)
            || message.is_some_and(|language| words::stem(token, language) == words::stem(word, language))
    };
    tokens.iter().find(fits).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(topic: &str, text: &str) -> bool {
        read(text, &[topic.to_owned()]).is_some_and(|found| found.decided)
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
    fn the_best_topic_is_named_in_the_admins_words() {
        let topics = ["press enquiries".to_owned(), "Refunds".to_owned()];
        let found = read("Please refund order A1042", &topics).unwrap();
        assert_eq!(found.phrase, "Refunds");
        assert_eq!(found.because, ["refund"]);
    }
}
