//! Cuts words into small pieces and numbers them, so that a head can weigh `oper`, `mensch` and `人工` without a dictionary.
//!
//! May not know any language. The numbers are hashes: what tools/detection/train.py was shown and what a message gives must be
//! the same numbers, so nothing here may change without training again.
//!
//! Invariant: the weights of one message have length one together.

use super::normalise::is_boundary;

/// How many numbers there are.
pub const BUCKETS: usize = 1 << 14;

/// Letters of a piece.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=4;

/// Words that are read. What a customer is after stands early.
const WORDS_MAX: usize = 160;

/// One piece that occurs in a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gram {
    /// Its number.
    pub bucket: u16,
    /// How much of the message it is.
    pub weight: f32,
    /// The word it first stands in.
    pub word: u16,
}

/// The pieces of folded words: two to four letters with the ends of the word marked, and neighbouring words.
pub fn of(tokens: &[String]) -> Vec<Gram> {
    let mut found: Vec<(u16, u16)> = Vec::new();
    let mut before: Option<&str> = None;
    for (at, token) in tokens.iter().take(WORDS_MAX).enumerate() {
        let word = u16::try_from(at).unwrap_or(u16::MAX);
        if is_boundary(token) {
            before = None;
            continue;
        }
        let letters: Vec<char> = std::iter::once(' ').chain(token.chars().take(40)).chain([' ']).collect();
        for length in LETTERS {
            found.extend(letters.windows(length).map(|piece| (bucket(piece.iter().copied()), word)));
        }
        let whole = token.chars().chain(['#']);
        found.push((bucket(whole), word));
        if let Some(before) = before {
            found.push((bucket(before.chars().chain(['_']).chain(token.chars())), word));
        }
        before = Some(token);
    }
    found.sort_unstable();
    weighed(&found)
}

/// Twice the same piece weighs more than once, but not twice as much.
fn weighed(found: &[(u16, u16)]) -> Vec<Gram> {
    let mut grams: Vec<Gram> = Vec::new();
    for same in found.chunk_by(|a, b| a.0 == b.0) {
        #[expect(clippy::cast_precision_loss, reason = "a message has few pieces")]
        let weight = (same.len() as f32).sqrt();
        grams.push(Gram { bucket: same[0].0, weight, word: same[0].1 });
    }
    let length = grams.iter().map(|gram| gram.weight * gram.weight).sum::<f32>().sqrt();
    grams.iter_mut().for_each(|gram| gram.weight /= length);
    grams
}

/// FNV-1a over the letters.
fn bucket(piece: impl Iterator<Item = char>) -> u16 {
    let hash = piece.fold(0x811c_9dc5_u32, |hash, letter| (hash ^ u32::from(letter)).wrapping_mul(0x0100_0193));
    u16::try_from((hash ^ (hash >> 14)) as usize % BUCKETS).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_share_pieces_share_numbers() {
        let numbers = |word: &str| of(&[word.to_owned()]).iter().map(|gram| gram.bucket).collect::<Vec<_>>();
        let (one, other) = (numbers("operator"), numbers("operatoru"));
        let shared = one.iter().filter(|number| other.contains(number)).count();
        assert!(shared * 10 >= one.len() * 7, "{shared} of {}", one.len());
    }

    #[test]
    fn the_pieces_of_a_message_have_length_one() {
        let tokens: Vec<String> = "give me a human human human".split(' ').map(str::to_owned).collect();
        let length: f32 = of(&tokens).iter().map(|gram| gram.weight * gram.weight).sum();
        assert!((length - 1.0).abs() < 1e-4);
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn a_number_stays_what_it_was_when_the_heads_were_trained() {
        assert_eq!(bucket("人工".chars()), bucket("人工".chars()));
        assert_eq!(of(&["agent".to_owned()]).len(), 16);
    }
}
