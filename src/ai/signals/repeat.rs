//! Is it the same question in other words?
//!
//! Two vectors are compared in a space in which the ways of asking one thing count for little. May not look at who said it.
//!
//! Invariant: without the encoder there is no answer, and the caller falls back on shared words.

use std::sync::LazyLock;

use baton_encoder::DIMENSIONS;

use super::reading::Reading;
use super::weights::{Matrix, Unusable, Weights, dot, to_unit};

static SPACE: LazyLock<Option<Space>> = LazyLock::new(|| {
    let read = Space::read(include_bytes!("weights/repeat.bin"));
    read.inspect_err(|error| tracing::error!(%error, "the detector of repeated questions has no weights")).ok()
});

/// The trained space.
#[derive(Debug)]
struct Space {
    middle: [f32; DIMENSIONS],
    turn: Matrix,
    /// Where two messages are taken for the same question, and how sharply the probability rises.
    border: f32,
    slope: f32,
}

/// How surely two messages ask the same; a half at the border.
pub fn probability(one: &Reading, other: &Reading) -> Option<f32> {
    let space = SPACE.as_ref()?;
    let likeness = dot(one.question()?, other.question()?);
    Some(1.0 / (1.0 + (-space.slope * (likeness - space.border)).exp()))
}

/// What a message asks, as a direction in that space.
pub fn question(vector: &baton_encoder::Vector) -> Option<Vec<f32>> {
    let space = SPACE.as_ref()?;
    let shifted: Vec<f32> =
        vector.as_slice().iter().zip(&space.middle).map(|(number, middle)| number - middle).collect();
    let mut question = space.turn.times(&shifted);
    to_unit(&mut question);
    Some(question)
}

impl Space {
    fn read(file: &[u8]) -> Result<Self, Unusable> {
        let mut weights = Weights::read(file)?;
        let [border, slope] = weights.take_row("calibration")?;
        Ok(Self { middle: weights.take_row("middle")?, turn: weights.take("turn", DIMENSIONS)?, border, slope })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> f32 {
        probability(&Reading::of(one), &Reading::of(other)).unwrap()
    }

    #[test]
    fn the_same_question_in_other_words_is_told_from_another_one() {
        assert!(same("When will my order arrive?", "my order has not come, when will I get it?") > 0.5);
        assert!(same("When will my order arrive?", "Can I pay by invoice?") < 0.1);
        assert!(same("Where is my parcel?", "Wo ist mein Paket?") > 0.5);
    }

    #[test]
    fn nothing_said_is_no_question() {
        assert_eq!(probability(&Reading::of(""), &Reading::of("hello")), None);
    }
}
