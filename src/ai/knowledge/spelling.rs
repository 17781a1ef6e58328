//! Finds the known word that a mistyped one was meant to be, by shared triples of letters.
//!
//! May not correct short words: every other one is a neighbour, and Paris is not parts.
//!
//! Invariant: deterministic; of equally near words the first in order is chosen.

use std::collections::{BTreeMap, BTreeSet};

/// Shortest word that is corrected, in letters.
const LETTERS_MIN: usize = 6;

/// Known words by their triples of letters.
#[derive(Debug, Default)]
pub struct Spelling {
    uses: BTreeMap<String, usize>,
    by_triple: BTreeMap<[char; 3], BTreeSet<String>>,
}

impl Spelling {
    /// A known word was used once more.
    pub fn add(&mut self, word: &str) {
        let uses = self.uses.entry(word.to_owned()).or_default();
        *uses += 1;
        if *uses == 1 {
            for triple in triples(word) {
                self.by_triple.entry(triple).or_default().insert(word.to_owned());
            }
        }
    }

    /// A known word was used once less.
    pub fn remove(&mut self, word: &str) {
        let Some(uses) = self.uses.get_mut(word) else { return };
        *uses -= 1;
        if *uses == 0 {
            self.uses.remove(word);
            for triple in triples(word) {
                if let Some(words) = self.by_triple.get_mut(&triple) {
                    words.remove(word);
                }
            }
        }
    }

    /// The known word nearest to an unknown one, if one is near enough.
    pub fn nearest(&self, word: &str) -> Option<&str> {
        let letters = word.chars().count();
        if letters < LETTERS_MIN || word.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for known in triples(word).iter().filter_map(|triple| self.by_triple.get(triple)).flatten() {
            *shared.entry(known).or_default() += 1;
        }
        let allowed = if letters >= 8 { 2 } else { 1 };
        shared
            .into_iter()
            .filter(|(known, _)| {
                known.chars().count() >= LETTERS_MIN && known.chars().count().abs_diff(letters) <= allowed
            })
            .map(|(known, count)| (distance(word, known), std::cmp::Reverse(count), known))
            .filter(|(distance, ..)| *distance <= allowed)
            .min()
            .map(|(.., known)| known)
    }
}

/// Triples of letters, with the ends of the word marked.
fn triples(word: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = std::iter::once('^').chain(word.chars()).chain(std::iter::once('$')).collect();
    letters.windows(3).map(|triple| [triple[0], triple[1], triple[2]]).collect()
}

/// Letters to change, add, leave out or swap.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let swap = if swapped { rows[i - 2][j - 2] + 1 } else { usize::MAX };
                change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(swap)
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_corrected_and_other_words_left_alone() {
        let mut spelling = Spelling::default();
        for word in ["delivery", "warranty", "return", "lamp"] {
            spelling.add(word);
        }
        assert_eq!(spelling.nearest("delivrey"), Some("delivery"));
        assert_eq!(spelling.nearest("waranty"), Some("warranty"));
        assert_eq!(spelling.nearest("retrun"), Some("return"));
        assert_eq!(spelling.nearest("camp"), None);
        assert_eq!(spelling.nearest("elephant"), None);
        spelling.remove("return");
        assert_eq!(spelling.nearest("retrun"), None);
    }
}
