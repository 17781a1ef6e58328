//! Words of a question that no article knows.
//!
//! May not weigh them: what they mean is for whoever reads meaning.

use super::{Index, QUERY_WORDS_MAX};
use crate::ai::signals::language::Language;
use crate::ai::signals::normalise;
use crate::ai::words;

/// Unknown words of a question whose meaning is weighed.
const STRANGERS_MAX: usize = 3;

impl Index {
    /// A question without each of its words that no article knows, where articles are written in its language.
    pub(in crate::ai::knowledge) fn without_strangers(
        &self,
        question: &str,
        language: Option<Language>,
    ) -> Vec<String> {
        let Some(asked) = language.filter(|language| self.languages.contains_key(language)) else { return Vec::new() };
        let tokens = normalise::tokens(question);
        let concepts = words::concept_of_each(&tokens);
        let is_strange = |(token, concept): (&String, Option<String>)| {
            !words::is_unspaced(token)
                && !words::terms_of(std::slice::from_ref(token), asked).is_empty()
                && !self.want_word(token, asked, concept).terms.iter().any(|(term, _)| self.postings.contains_key(term))
        };
        let strange: Vec<bool> = tokens.iter().zip(concepts).take(QUERY_WORDS_MAX).map(is_strange).collect();
        let without = |at: usize| {
            let others = tokens.iter().enumerate().filter(|(place, _)| *place != at);
            others.map(|(_, token)| token.as_str()).collect::<Vec<_>>().join(" ")
        };
        let places = strange.iter().enumerate().filter(|(_, strange)| **strange).map(|(at, _)| at);
        places.take(STRANGERS_MAX).map(without).collect()
    }
}
