//! How often people are told of a handoff that nobody has noticed yet: the waits between the tellings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An unnoticed handoff is announced again at most this many doublings of the first wait later.
const DOUBLINGS_MAX: u32 = 5;
/// Longest first wait, an hour.
pub const FIRST_WAIT_S_MAX: u32 = 3_600;
/// Shortest first wait.
pub const FIRST_WAIT_S_MIN: u32 = 10;

/// The waits. The first telling is the handoff itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ladder {
    /// The wait after the first telling, in seconds; `None` leaves it to the start-up settings.
    pub first_wait_s: Option<u32>,
    /// Whether each wait is twice as long as the one before.
    pub doubles: bool,
}

impl Default for Ladder {
    fn default() -> Self {
        Self { first_wait_s: None, doubles: true }
    }
}

impl Ladder {
    /// How long to wait after a telling; the first is 1. `own` is the wait of the start-up settings.
    pub fn wait(&self, telling: i32, own: Duration) -> Duration {
        let first = self.first_wait_s.map_or(own, |seconds| Duration::from_secs(seconds.into()));
        let doublings = u32::try_from(telling - 1).unwrap_or(0).min(DOUBLINGS_MAX);
        if self.doubles { first * 2_u32.pow(doublings) } else { first }
    }

    /// What is wrong with it: the field, and what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let range = FIRST_WAIT_S_MIN..=FIRST_WAIT_S_MAX;
        match self.first_wait_s {
            Some(seconds) if !range.contains(&seconds) => {
                let why = format!("Write {FIRST_WAIT_S_MIN} to {FIRST_WAIT_S_MAX} seconds.");
                vec![("first_wait_s".to_owned(), why)]
            }
            Some(_) | None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_as_long_up_to_an_end_unless_it_is_steady() {
        let minute = Duration::from_secs(60);
        let waits = [1, 2, 3, 6, 60].map(|telling| Ladder::default().wait(telling, minute).as_secs() / 60);
        assert_eq!(waits, [1, 2, 4, 32, 32]);
        let steady = Ladder { first_wait_s: Some(30), doubles: false };
        assert_eq!(steady.wait(8, minute), Duration::from_secs(30));
        assert_eq!(steady.problems(), []);
        assert_eq!(Ladder { first_wait_s: Some(1), doubles: true }.problems().len(), 1);
    }
}
