//! One message made ready for the detectors: cleaned, cut into words, counted, and turned into a vector, once.
//!
//! May not decide anything. What was read is kept by its text, so a conversation of twenty turns costs one vector per new message
//! and not twenty.
//!
//! Invariant: without the encoder everything but the vector is the same, and the detectors fall back on words.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use baton_encoder::Vector;

use super::grams::{self, Gram};
use super::language::{self, Language};
use super::normalise::{clean, tokens};
use super::phrasebook::Hit;
use super::topic_space::{self, Place};
use super::{frustration, human_request, no_progress, repeat, sentiment, style};
use crate::ai::words::{self, Stems};
use crate::handoff::policy::Signal;

/// Most messages that are remembered. One takes up to ten kilobytes.
const REMEMBERED_MAX: usize = 2_000;

/// Longest text that is remembered, in bytes.
const REMEMBERED_BYTES_MAX: usize = 2_000;

static REMEMBERED: LazyLock<Mutex<HashMap<String, Arc<Reading>>>> = LazyLock::new(Mutex::default);

/// What the detectors see of a message.
#[derive(Debug)]
pub struct Reading {
    /// The customer's own words, normalised.
    pub text: String,
    /// The same, folded and cut.
    pub tokens: Vec<String>,
    /// What it means; `None` without the encoder, or when nothing is said.
    pub vector: Option<Vector>,
    /// Pieces of its words.
    pub grams: Vec<Gram>,
    /// What its phrases say.
    pub phrases: Phrases,
    /// How it is said, and which phrases it holds, as numbers.
    pub style: [f32; style::COUNT],
    /// The language, if it can be told.
    pub language: Option<Language>,
    pub(super) request: OnceLock<Signal>,
    pub(super) impatience: OnceLock<(f32, Vec<String>)>,
    stems: Stems,
    concepts: OnceLock<Vec<Hit<'static>>>,
    place: OnceLock<Option<Place>>,
    question: OnceLock<Option<repeat::Question>>,
}

/// What the phrasebooks say of a message, each looked at once.
#[derive(Debug)]
pub struct Phrases {
    /// Of a wish for a person.
    pub request: human_request::Words,
    /// Of lost patience.
    pub impatience: frustration::Words,
    /// Of the mood.
    pub mood: sentiment::Mood,
    /// Of answers that help, or do not.
    pub progress: no_progress::Words,
}

impl Phrases {
    fn of(text: &str, tokens: &[String]) -> Self {
        Self {
            request: human_request::by_words(tokens),
            impatience: frustration::by_words(text, tokens),
            mood: sentiment::mood(tokens),
            progress: no_progress::words(tokens),
        }
    }
}

impl Reading {
    /// Reads a message, or remembers what was read before.
    pub fn of(raw: &str) -> Arc<Self> {
        if let Some(known) = remembered().get(raw) {
            return Arc::clone(known);
        }
        let reading = Arc::new(Self::new(raw));
        if raw.len() <= REMEMBERED_BYTES_MAX {
            let mut all = remembered();
            if all.len() >= REMEMBERED_MAX {
                all.clear();
            }
            all.insert(raw.to_owned(), Arc::clone(&reading));
        }
        reading
    }

    fn new(raw: &str) -> Self {
        let text = clean(raw);
        let tokens = tokens(&text);
        let vector = if text.is_empty() { None } else { vector_of(&spoken_calmly(&text)) };
        let phrases = Phrases::of(&text, &tokens);
        Self {
            style: style::read(&text, &tokens, &phrases),
            grams: grams::of(&tokens),
            language: language::of_clean(&text, &tokens),
            text,
            tokens,
            vector,
            phrases,
            request: OnceLock::new(),
            impatience: OnceLock::new(),
            stems: Stems::default(),
            concepts: OnceLock::new(),
            place: OnceLock::new(),
            question: OnceLock::new(),
        }
    }

    /// The stems of its words in a language, worked out when it is first asked for.
    pub fn stems(&self, language: Language) -> &[String] {
        self.stems.of(&self.tokens, language)
    }

    /// Where it speaks of the concepts that every shop knows, worked out when a topic first asks.
    pub fn concepts(&self) -> &[Hit<'static>] {
        self.concepts.get_or_init(|| words::concept_hits(&self.tokens))
    }

    /// Where the message lies among topics, worked out when a topic first asks.
    pub fn place(&self) -> Option<&Place> {
        let place = || topic_space::place(self.vector.as_ref()?, self.language);
        self.place.get_or_init(place).as_ref()
    }

    /// What the message asks, worked out when it is first compared.
    pub fn question(&self) -> Option<&repeat::Question> {
        self.question.get_or_init(|| repeat::question(self.vector.as_ref()?)).as_ref()
    }
}

/// The vector of a text that is not a message, such as a topic.
pub fn vector_of(text: &str) -> Option<Vector> {
    baton_encoder::shared().ok().map(|encoder| encoder.encode(text))
}

/// Capital letters throughout say how, not what: the encoder reads them as ordinary letters.
pub fn spoken_calmly(text: &str) -> String {
    if style::is_shouting(text) { text.to_lowercase() } else { text.to_owned() }
}

fn remembered() -> std::sync::MutexGuard<'static, HashMap<String, Arc<Reading>>> {
    REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_once() {
        let first = Reading::of("Where is my parcel from Tuesday?");
        assert!(Arc::ptr_eq(&first, &Reading::of("Where is my parcel from Tuesday?")));
        assert_eq!(first.language, Some(Language::En));
    }

    #[test]
    fn shouting_does_not_change_what_is_meant() {
        let calm = Reading::of("where is my order, i need it today").vector.clone().unwrap();
        let loud = Reading::of("WHERE IS MY ORDER, I NEED IT TODAY").vector.clone().unwrap();
        assert!(calm.cosine(&loud) > 0.98);
    }

    #[test]
    fn nothing_said_has_no_meaning() {
        assert!(Reading::of("").vector.is_none());
        assert!(Reading::of("> quoted").vector.is_none());
    }
}
