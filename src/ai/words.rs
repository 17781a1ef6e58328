//! From words to what they have in common: stems, and the few concepts every shop speaks of.
//!
//! May not know about articles or conversations. Concepts join words of different languages ("money back",
//! "Rückerstattung"), so that a topic in English is also noticed in German.
//!
//! Invariant: pure and deterministic; the same text in the same language gives the same terms.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use rust_stemmers::{Algorithm, Stemmer};

use super::signals::language::Language;
use super::signals::normalise::{self, is_boundary};
use super::signals::phrasebook::{self, Hit, Phrasebook};

static STOP_WORDS: LazyLock<HashMap<Language, HashSet<String>>> =
    LazyLock::new(|| read_lists(include_str!("words/stop.txt")));
static TELLING: LazyLock<HashMap<Language, HashSet<String>>> =
    LazyLock::new(|| read_lists(include_str!("words/telling.txt")));
static CHATTER: LazyLock<HashMap<Language, HashSet<String>>> =
    LazyLock::new(|| read_lists(include_str!("words/chatter.txt")));
static CONCEPTS: LazyLock<Phrasebook> = LazyLock::new(|| Phrasebook::embedded(include_str!("words/concepts.txt")));

/// Letters of a stem in languages for which there is no stemmer.
const PREFIX_CHARACTERS: usize = 5;

/// One word of a text, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Folded word as typed.
    pub word: String,
    /// Its stem, or the pair of characters in languages written without spaces.
    pub stem: String,
}

/// The words of a text that carry meaning.
pub fn terms(text: &str, language: Language) -> Vec<Term> {
    terms_of(&normalise::tokens(text), language)
}

/// The words of tokens that carry meaning.
pub fn terms_of(tokens: &[String], language: Language) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut previous: Option<&str> = None;
    for token in tokens {
        if is_unspaced(token) {
            if let Some(before) = previous {
                terms.push(Term { word: format!("{before}{token}"), stem: format!("{before}{token}") });
            }
            previous = Some(token);
            continue;
        }
        previous = None;
        if !is_boundary(token) && !is_stop(token, language) && !token.chars().any(normalise::is_emoji) {
            terms.push(Term { word: token.clone(), stem: stem(token, language) });
        }
    }
    terms
}

/// The concepts a text speaks of, in order of name, each marked with `#`.
pub fn concepts(tokens: &[String]) -> Vec<String> {
    CONCEPTS.groups(tokens).into_iter().map(|name| format!("#{name}")).collect()
}

/// The concepts, and the tokens that name them replaced, so that "money back" does not count as the word "back".
pub fn concepts_apart(tokens: &[String]) -> (Vec<String>, Vec<String>) {
    let hits = CONCEPTS.hits(tokens);
    let mut names: Vec<String> = hits.iter().map(|hit| format!("#{}", hit.group)).collect();
    names.sort_unstable();
    names.dedup();
    let phrases: Vec<_> = hits.into_iter().filter(|hit| hit.end - hit.start > 1).collect();
    (names, phrasebook::mask(tokens, &phrases))
}

/// For each token the concept it is part of, if it is part of one.
pub fn concept_of_each(tokens: &[String]) -> Vec<Option<String>> {
    let mut named: Vec<Option<(usize, String)>> = vec![None; tokens.len()];
    for hit in CONCEPTS.hits(tokens) {
        let length = hit.end - hit.start;
        for place in &mut named[hit.start..hit.end] {
            if place.as_ref().is_none_or(|(before, _)| length > *before) {
                *place = Some((length, format!("#{}", hit.group)));
            }
        }
    }
    named.into_iter().map(|place| place.map(|(_, concept)| concept)).collect()
}

/// The words that name a concept in a text, for showing to a person.
pub fn concept_words(tokens: &[String], concept: &str) -> Option<String> {
    named_words(tokens, &concept_hits(tokens), concept)
}

/// Where a text speaks of concepts.
pub fn concept_hits(tokens: &[String]) -> Vec<Hit<'static>> {
    CONCEPTS.hits(tokens)
}

/// The words that name a concept, where it is known already where the text speaks of concepts.
pub fn named_words(tokens: &[String], hits: &[Hit<'_>], concept: &str) -> Option<String> {
    let hit = phrasebook::strongest(hits, concept.trim_start_matches('#'))?;
    Some(phrasebook::quote(tokens, hit))
}

/// The stems of some words, worked out once for each language that asks.
#[derive(Debug, Default)]
pub struct Stems([OnceLock<Vec<String>>; Language::COUNT]);

impl Stems {
    /// The stems of the words, which are the same at every call.
    pub fn of(&self, words: &[String], language: Language) -> &[String] {
        self.0[language as usize].get_or_init(|| words.iter().map(|word| stem(word, language)).collect())
    }
}

/// The stem of a folded word.
pub fn stem(word: &str, language: Language) -> String {
    let algorithm = match language {
        Language::Ar => Algorithm::Arabic,
        Language::De => Algorithm::German,
        Language::En => Algorithm::English,
        Language::Es => Algorithm::Spanish,
        Language::Fr => Algorithm::French,
        Language::It => Algorithm::Italian,
        Language::Nl => Algorithm::Dutch,
        Language::Pt => Algorithm::Portuguese,
        Language::Ru => Algorithm::Russian,
        Language::Tr => Algorithm::Turkish,
        Language::Pl | Language::Uk => return word.chars().take(PREFIX_CHARACTERS).collect(),
        Language::Hi | Language::Id | Language::Ja | Language::Ko | Language::Zh => return word.to_owned(),
    };
    Stemmer::create(algorithm).stem(word).into_owned()
}

/// Whether a word says nothing about the subject.
pub fn is_stop(word: &str, language: Language) -> bool {
    contains(&STOP_WORDS, word, language) || contains(&CHATTER, word, language)
}

/// Whether a word is one of the common words by which a language is recognised.
pub fn is_telling(word: &str, language: Language) -> bool {
    contains(&STOP_WORDS, word, language) || contains(&TELLING, word, language)
}

/// Whether a token is written without spaces around it (Han, kana).
pub fn is_unspaced(token: &str) -> bool {
    token.chars().all(|c| matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF))
}

fn contains(lists: &HashMap<Language, HashSet<String>>, word: &str, language: Language) -> bool {
    lists.get(&language).is_some_and(|list| list.contains(word))
}

fn read_lists(text: &str) -> HashMap<Language, HashSet<String>> {
    let mut lists: HashMap<Language, HashSet<String>> = HashMap::new();
    for line in text.lines() {
        if let Some((language, words)) =
            line.split_once(':').and_then(|(tag, words)| Some((Language::from_tag(tag)?, words)))
        {
            lists.entry(language).or_default().extend(normalise::tokens(words));
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str, language: Language) -> Vec<String> {
        terms(text, language).into_iter().map(|term| term.stem).collect()
    }

    #[test]
    fn endings_and_small_words_do_not_matter() {
        assert_eq!(stems("How do I return the lamps?", Language::En), stems("returning a lamp", Language::En));
        assert_eq!(stems("Wie sind die Lieferzeiten?", Language::De), stems("Lieferzeit", Language::De));
        assert_eq!(stems("zwrot", Language::Pl), stems("zwrotu", Language::Pl));
    }

    #[test]
    fn languages_without_spaces_are_read_in_pairs() {
        assert_eq!(stems("退货", Language::Zh), ["退货"]);
    }

    #[test]
    fn concepts_join_phrases_and_languages() {
        let of = |text: &str| concepts(&normalise::tokens(text));
        assert!(of("I want my money back").contains(&"#refund".to_owned()));
        assert!(of("Gebt mir mein Geld zurück").contains(&"#refund".to_owned()));
        assert!(of("quiero un reembolso").contains(&"#refund".to_owned()));
    }

    #[test]
    fn the_concepts_can_be_read() {
        assert!(Phrasebook::parse(include_str!("words/concepts.txt")).is_ok());
    }
}
