//! How near two texts are in what a customer wants: the encoder's space, with directions that tell intents apart made longer.
//!
//! `metric.bin` is trained by `tools/knowledge/train_metric.py`, which says how. May not see text.
//!
//! Invariant: a point has length one, so that the product of two points is their nearness.

use std::sync::LazyLock;

use baton_encoder::{DIMENSIONS, Vector};

/// How many directions a point has.
const DIRECTIONS: usize = 192;

static METRIC: LazyLock<Vec<f32>> = LazyLock::new(|| read(include_bytes!("metric.bin")));

/// Where a text stands among intents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point(Vec<f32>);

impl Point {
    /// The point of a vector.
    pub fn of(vector: &Vector) -> Self {
        let rows = METRIC.chunks_exact(DIMENSIONS);
        Self::along(rows.map(|row| dot(row, vector.as_slice())).collect())
    }

    /// The point between several.
    pub fn middle(points: &[Point]) -> Self {
        let mut sum = vec![0.0; DIRECTIONS];
        for point in points {
            sum.iter_mut().zip(&point.0).for_each(|(sum, number)| *sum += number);
        }
        Self::along(sum)
    }

    /// 1 for the same intent, about 0 for intents that have nothing to do with each other.
    pub fn nearness(&self, other: &Self) -> f32 {
        dot(&self.0, &other.0)
    }

    fn along(mut numbers: Vec<f32>) -> Self {
        let length = dot(&numbers, &numbers).sqrt().max(f32::MIN_POSITIVE);
        numbers.iter_mut().for_each(|number| *number /= length);
        Self(numbers)
    }
}

/// A scale for each direction, then its signed bytes.
fn read(file: &[u8]) -> Vec<f32> {
    let (scales, weights) = file.split_at(DIRECTIONS * 4);
    let scales = scales.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four));
    let rows = weights.chunks_exact(DIMENSIONS).zip(scales);
    rows.flat_map(|(row, scale)| row.iter().map(move |weight| f32::from(weight.cast_signed()) * scale)).collect()
}

/// Summed in lanes, so that a processor may do several at once.
fn dot(one: &[f32], two: &[f32]) -> f32 {
    let mut lanes = [0.0; 16];
    for (one, two) in one.as_chunks::<16>().0.iter().zip(two.as_chunks::<16>().0) {
        for (lane, (one, two)) in lanes.iter_mut().zip(one.iter().zip(two)) {
            *lane += one * two;
        }
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_size_it_must_have() {
        assert_eq!(METRIC.len(), DIRECTIONS * DIMENSIONS);
    }

    #[test]
    fn the_same_wish_is_nearer_than_the_same_subject() {
        let encoder = baton_encoder::shared().expect("the weights are whole");
        let point = |text: &str| Point::of(&encoder.encode(text));
        let wish = point("I want to cancel my order");
        let nearer = wish.nearness(&point("please stop the order I placed"));
        let farther = wish.nearness(&point("when will my order arrive"));
        assert!(nearer > farther + 0.2, "{nearer} {farther}");
        let middle = Point::middle(&[wish.clone(), point("cancel the order")]);
        assert!(middle.nearness(&wish) > 0.8);
    }
}
