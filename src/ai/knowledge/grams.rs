//! Runs of letters: what is left in common when words are bent, joined or mistyped.
//!
//! Invariant: pure; a word shorter than a run is one run.

use crate::ai::signals::normalise;
use crate::ai::words;

/// Letters of a run.
const LETTERS: usize = 4;
/// The same where a letter is a syllable.
const SYLLABLES: usize = 2;

/// The runs of letters in folded words.
pub(super) fn grams(tokens: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    let mut unspaced: Vec<char> = Vec::new();
    for token in tokens {
        if words::is_unspaced(token) {
            unspaced.extend(token.chars());
            continue;
        }
        end_unspaced(&mut unspaced, &mut out);
        if !normalise::is_boundary(token) {
            let letters: Vec<char> = std::iter::once('^').chain(token.chars()).chain(std::iter::once('$')).collect();
            let is_hangul = token.chars().any(|letter| matches!(letter, '\u{AC00}'..='\u{D7AF}'));
            let length = if is_hangul { SYLLABLES } else { LETTERS }.min(letters.len());
            out.extend(letters.windows(length).map(String::from_iter));
        }
    }
    end_unspaced(&mut unspaced, &mut out);
    out
}

/// Han and kana have no words to see: their letters alone, in twos and in threes.
fn end_unspaced(letters: &mut Vec<char>, out: &mut Vec<String>) {
    for length in 1..=3 {
        out.extend(letters.windows(length).map(String::from_iter));
    }
    letters.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bent_words_and_unspaced_ones_share_runs() {
        let of = |text: &str| grams(&normalise::tokens(text));
        let shared = |a: &str, b: &str| of(a).iter().filter(|gram| of(b).contains(gram)).count();
        assert!(shared("Rücksendungen", "Rücksendung") >= 8);
        assert!(shared("Versandkosten", "Versand") >= 4);
        assert!(shared("退货政策", "怎么退货") >= 3);
        assert_eq!(of("a"), ["^a$"]);
    }
}
