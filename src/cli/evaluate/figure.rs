//! One figure, and what it must not fall below.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::cli::CliError;

/// Rounding between processors is no fall.
const TOLERANCE: f64 = 0.002;

/// One number that says how good something is.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub name: String,
    pub value: f64,
    /// Lower is better.
    pub is_a_rate_of_mistakes: bool,
    /// How many lines it was measured on.
    pub lines: usize,
}

/// What a figure must not fall below (or, of mistakes, rise above).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    pub floor: f64,
    #[serde(default)]
    pub target: Option<f64>,
}

/// The committed floors.
#[derive(Debug)]
pub(super) struct Floors(BTreeMap<String, Mark>);

impl Floors {
    pub fn embedded() -> Result<Self, CliError> {
        let read = serde_json::from_str(include_str!("floors.json"));
        read.map(Self).map_err(|error| CliError::Words(format!("src/cli/evaluate/floors.json: {error}")))
    }

    pub fn of(&self, name: &str) -> Option<Mark> {
        self.0.get(name).copied()
    }

    pub fn is_below(&self, figure: &Figure) -> bool {
        self.of(&figure.name).is_some_and(|mark| match figure.is_a_rate_of_mistakes {
            true => figure.value > mark.floor + TOLERANCE,
            false => figure.value < mark.floor - TOLERANCE,
        })
    }
}

/// What was found among what was there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    found: usize,
    missed: usize,
    alarms: usize,
    quiet: usize,
}

impl Counts {
    pub fn of(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counts = Self::default();
        for (is_one, chosen) in pairs {
            match (is_one, chosen) {
                (true, true) => counts.found += 1,
                (true, false) => counts.missed += 1,
                (false, true) => counts.alarms += 1,
                (false, false) => counts.quiet += 1,
            }
        }
        counts
    }

    pub fn lines(self) -> usize {
        self.found + self.missed + self.alarms + self.quiet
    }

    pub fn f1(self) -> f64 {
        share(2 * self.found, 2 * self.found + self.missed + self.alarms)
    }

    pub fn recall(self) -> f64 {
        share(self.found, self.found + self.missed)
    }

    pub fn false_alarms(self) -> f64 {
        share(self.alarms, self.alarms + self.quiet)
    }
}

/// A part of a whole; nothing of nothing is nothing.
#[expect(clippy::cast_precision_loss, reason = "some thousand lines")]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

impl Figure {
    pub fn good(name: impl Into<String>, value: f64, lines: usize) -> Self {
        Self { name: name.into(), value, is_a_rate_of_mistakes: false, lines }
    }

    pub fn mistakes(name: impl Into<String>, value: f64, lines: usize) -> Self {
        Self { name: name.into(), value, is_a_rate_of_mistakes: true, lines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floors_can_be_read_and_bind() {
        let floors = Floors::embedded().unwrap();
        let name = floors.0.keys().next().unwrap().clone();
        let mark = floors.of(&name).unwrap();
        assert!(floors.is_below(&Figure::good(name.clone(), mark.floor - 0.1, 1)));
        assert!(floors.is_below(&Figure::mistakes(name, mark.floor + 0.1, 1)));
        assert!(!floors.is_below(&Figure::good("something new", 0.0, 1)));
    }

    #[test]
    fn rates_are_counted() {
        let counts = Counts::of([(true, true), (true, false), (false, true), (false, false), (false, false)]);
        assert!((counts.f1() - 0.5).abs() < 1e-9 && (counts.recall() - 0.5).abs() < 1e-9);
        assert!((counts.false_alarms() - 1.0 / 3.0).abs() < 1e-9);
        assert!(Counts::default().f1().abs() < 1e-9);
    }
}
