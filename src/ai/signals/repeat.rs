//! Is it the same question in other words?
//!
//! Two vectors are compared in a space in which the ways of asking one thing count for little, and by the intents of support they
//! belong to. May not look at who said it.
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
    /// Ways in which the intents of support lie apart, and the middle of each intent along them.
    directions: Matrix,
    intents: Matrix,
    /// How much each of the numbers of [`Question::compared`] speaks for the same question.
    weights: [f32; COMPARED],
    /// Where two messages are taken for the same question.
    border: f32,
    /// How soon a message belongs to one intent alone.
    sharpness: f32,
}

/// Numbers that two questions are compared by.
const COMPARED: usize = 4;

/// What a message asks.
#[derive(Debug)]
pub struct Question {
    /// A direction of meaning.
    direction: Vec<f32>,
    /// The roots of how likely each known intent is.
    shares: Vec<f32>,
}

/// How surely two messages ask the same; a half at the border.
pub fn probability(one: &Reading, other: &Reading) -> Option<f32> {
    let space = SPACE.as_ref()?;
    let odds = dot(&one.question()?.compared(other.question()?), &space.weights) - space.border;
    Some(1.0 / (1.0 + (-odds).exp()))
}

/// What a message asks, in that space.
pub fn question(vector: &baton_encoder::Vector) -> Option<Question> {
    let space = SPACE.as_ref()?;
    let shifted: Vec<f32> =
        vector.as_slice().iter().zip(&space.middle).map(|(number, middle)| number - middle).collect();
    let mut direction = space.turn.times(&shifted);
    to_unit(&mut direction);
    Some(Question { direction, shares: space.shares(vector.as_slice()) })
}

impl Question {
    /// How alike the directions are, how far the intents are the same, and how surely both are of an intent that is known: two
    /// messages of one known intent are the same question though they lie apart.
    fn compared(&self, other: &Self) -> [f32; COMPARED] {
        let most = |shares: &[f32]| shares.iter().copied().fold(0.0, f32::max).powi(2);
        let same = dot(&self.shares, &other.shares);
        let sure = most(&self.shares).min(most(&other.shares));
        [dot(&self.direction, &other.direction), same, sure, same * sure]
    }
}

impl Space {
    fn read(file: &[u8]) -> Result<Self, Unusable> {
        let mut weights = Weights::read(file)?;
        let [border, sharpness] = weights.take_row("calibration")?;
        let directions = weights.take("directions", DIMENSIONS)?;
        let intents = directions.rows().len();
        Ok(Self {
            middle: weights.take_row("middle")?,
            turn: weights.take("turn", DIMENSIONS)?,
            intents: weights.take("intents", intents)?,
            directions,
            weights: weights.take_row("compared")?,
            border,
            sharpness,
        })
    }

    fn shares(&self, vector: &[f32]) -> Vec<f32> {
        let mut along = self.directions.times(vector);
        to_unit(&mut along);
        let near: Vec<f32> = self.intents.times(&along).iter().map(|near| (self.sharpness * near).exp()).collect();
        let all: f32 = near.iter().sum();
        near.into_iter().map(|near| (near / all).sqrt()).collect()
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
