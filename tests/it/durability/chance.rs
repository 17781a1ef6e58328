//! Chance that can be repeated: the same seed gives the same numbers (SplitMix64, Steele, Lea and Flood 2014).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A source of numbers. Several may draw from it at once.
#[derive(Debug)]
pub struct Chance(AtomicU64);

impl Chance {
    pub fn from_seed(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// A source of its own for one who draws, so that the others' pace does not change what it gets.
    pub fn branch(&self, name: u64) -> Self {
        Self::from_seed(self.next() ^ name.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    pub fn next(&self) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15;
        let mut mixed = self.0.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end`, without `end`.
    pub fn below(&self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Whether it happens, in so many of a hundred cases.
    pub fn percent(&self, of_a_hundred: u64) -> bool {
        self.below(100) < of_a_hundred
    }

    pub fn millis(&self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }

    pub fn one_of<'a, T>(&self, these: &'a [T]) -> &'a T {
        &these[usize::try_from(self.below(these.len() as u64)).expect("a small number")]
    }

    pub fn uuid(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes((u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes())
            .into_uuid()
    }
}
