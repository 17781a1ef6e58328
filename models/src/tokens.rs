//! A text as rows of the embedding table: the most likely split into pieces of the vocabulary (Viterbi over a unigram model).

use crate::encoder::PIECES_MAX;
use crate::normalise::{Normaliser, is_inside};
use crate::vocabulary::Vocabulary;

const UNKNOWN: u32 = 0;
const BEGIN: u32 = 1;
const END: u32 = 2;

pub(crate) struct Tokens {
    pub normaliser: Normaliser,
    pub vocabulary: Vocabulary,
}

/// The best way to a place in the text.
#[derive(Clone, Copy)]
struct Way {
    score: f64,
    from: u32,
    row: u32,
}

impl Tokens {
    /// At least three rows, begin and end among them, and at most [`PIECES_MAX`].
    pub fn split(&self, text: &str) -> Vec<u32> {
        let normal = self.normaliser.normalise(text);
        let ways = self.ways(&normal);
        let mut backwards = Vec::new();
        let mut place = normal.len();
        while place > 0 {
            backwards.push(ways[place].row);
            place = ways[place].from as usize;
        }
        if backwards.is_empty() {
            backwards.push(UNKNOWN);
        }
        let inside = backwards.into_iter().rev().take(PIECES_MAX - 2);
        std::iter::once(BEGIN).chain(inside).chain([END]).collect()
    }

    fn ways(&self, normal: &[u8]) -> Vec<Way> {
        let mut ways = vec![Way { score: f64::NEG_INFINITY, from: 0, row: UNKNOWN }; normal.len() + 1];
        ways[0].score = 0.0;
        for from in (0..normal.len()).filter(|from| !is_inside(normal[*from])) {
            let start = ways[from].score;
            let mut reach = |to: usize, score: f32, row: u32| {
                let score = start + f64::from(score);
                if score > ways[to].score {
                    ways[to] = Way { score, from: from as u32, row };
                }
            };
            let next = from + 1 + normal[from + 1..].iter().take_while(|byte| is_inside(**byte)).count();
            let mut is_known = false;
            let mut node = self.vocabulary.root();
            for (place, byte) in normal.iter().enumerate().skip(from) {
                let Some(child) = self.vocabulary.child(node, *byte) else { break };
                node = child;
                if let Some(piece) = self.vocabulary.piece(node) {
                    is_known |= place + 1 == next;
                    reach(place + 1, piece.score, piece.row);
                }
            }
            if !is_known {
                reach(next, self.vocabulary.unknown_score, UNKNOWN);
            }
        }
        ways
    }
}
