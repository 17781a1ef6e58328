//! What a text means, as a direction.

use std::sync::Arc;

/// How many numbers a vector has.
pub const DIMENSIONS: usize = 512;

/// A direction: 512 numbers, of length one together. Cloning one copies a pointer.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector(Arc<[f32; DIMENSIONS]>);

impl Vector {
    /// How alike two texts are: 1 for the same direction, about 0 for texts that have nothing to do with each other.
    pub fn cosine(&self, other: &Self) -> f32 {
        dot(self.as_slice(), other.as_slice())
    }

    /// The 512 numbers.
    pub fn as_slice(&self) -> &[f32] {
        &self.0[..]
    }

    /// The direction between several. `None` when there are none, or when they cancel each other out.
    pub fn mean<'a>(vectors: impl IntoIterator<Item = &'a Vector>) -> Option<Vector> {
        let mut sum = [0.0; DIMENSIONS];
        for vector in vectors {
            sum.iter_mut().zip(vector.as_slice()).for_each(|(sum, number)| *sum += number);
        }
        Self::along(sum)
    }

    /// The bytes to store: 2,048 of them.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// The vector that was stored. `None` when these are not the bytes of one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Vector> {
        let numbers: Vec<f32> = bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        let numbers: [f32; DIMENSIONS] = numbers.try_into().ok().filter(|_| bytes.len() == DIMENSIONS * 4)?;
        let length = dot(&numbers, &numbers);
        ((length - 1.0).abs() < 1e-3).then(|| Vector(Arc::new(numbers)))
    }

    /// A direction for numbers that have none.
    pub(crate) fn first_axis() -> Vector {
        let mut numbers = [0.0; DIMENSIONS];
        numbers[0] = 1.0;
        Vector(Arc::new(numbers))
    }

    /// Brings numbers to length one.
    pub(crate) fn along(mut numbers: [f32; DIMENSIONS]) -> Option<Vector> {
        let length = dot(&numbers, &numbers).sqrt();
        if !length.is_finite() || length < 1e-6 {
            return None;
        }
        numbers.iter_mut().for_each(|number| *number /= length);
        Some(Vector(Arc::new(numbers)))
    }
}

/// The sum of products, in sixteen lanes, so that every processor may do several at once. Not inlined: here it is quick in a debug
/// build too, whoever asks.
#[inline(never)]
pub fn dot(one: &[f32], two: &[f32]) -> f32 {
    let ((one, one_rest), (two, two_rest)) = (one.as_chunks::<16>(), two.as_chunks::<16>());
    let mut lanes = [0.0; 16];
    for (one, two) in one.iter().zip(two) {
        for lane in 0..16 {
            lanes[lane] += one[lane] * two[lane];
        }
    }
    lanes.iter().sum::<f32>() + one_rest.iter().zip(two_rest).map(|(one, two)| one * two).sum::<f32>()
}
