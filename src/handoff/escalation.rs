//! How people are told of a handoff that nobody has noticed yet: the rungs of a ladder, and the waits between the tellings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An unnoticed handoff is announced again at most this many doublings of the first wait later.
const DOUBLINGS_MAX: u32 = 5;

/// Which rung is climbed at which telling. The first telling is the handoff itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ladder {
    /// From which telling on browsers get a push message; `None` is never.
    pub push: Option<u8>,
    /// From which telling on people get an email.
    pub email: Option<u8>,
    /// From which telling on it is written to Slack.
    pub slack: Option<u8>,
    /// From which telling on administrators are told as well.
    pub supervisor: Option<u8>,
    /// The wait after the first telling, in seconds; `None` leaves it to the start-up settings.
    pub first_wait_s: Option<u32>,
    /// Whether each wait is twice as long as the one before.
    pub doubles: bool,
}

/// A way in which people are told, beside the open inboxes, which always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// A message of the browser, whether the inbox is open or not.
    Push,
    /// An email.
    Email,
    /// A line in the team's Slack.
    Slack,
    /// The administrators, by push and email.
    Supervisor,
}

impl Rung {
    /// Every rung, lowest first.
    pub const ALL: [Self; 4] = [Self::Push, Self::Email, Self::Slack, Self::Supervisor];
}

impl Default for Ladder {
    fn default() -> Self {
        Self { push: Some(1), email: Some(3), slack: Some(1), supervisor: Some(4), first_wait_s: None, doubles: true }
    }
}

impl Ladder {
    /// From which telling on a rung is used.
    pub fn starts(&self, rung: Rung) -> Option<u8> {
        match rung {
            Rung::Push => self.push,
            Rung::Email => self.email,
            Rung::Slack => self.slack,
            Rung::Supervisor => self.supervisor,
        }
    }

    /// The rungs of a telling; the first is 1.
    pub fn rungs(&self, telling: i32) -> impl Iterator<Item = Rung> {
        let starts = move |rung: &Rung| self.starts(*rung).is_some_and(|first| telling >= i32::from(first));
        Rung::ALL.into_iter().filter(starts)
    }

    /// How long to wait after a telling. `own` is the wait of the start-up settings.
    pub fn wait(&self, telling: i32, own: Duration) -> Duration {
        let first = self.first_wait_s.map_or(own, |seconds| Duration::from_secs(seconds.into()));
        let doublings = u32::try_from(telling - 1).unwrap_or(0).min(DOUBLINGS_MAX);
        if self.doubles { first * 2_u32.pow(doublings) } else { first }
    }

    /// How long after the handoff a telling comes.
    pub fn comes_after(&self, telling: u8, own: Duration) -> Duration {
        (1..i32::from(telling)).map(|earlier| self.wait(earlier, own)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_telling_climbs_as_far_as_it_may_and_waits_longer() {
        let ladder = Ladder { slack: None, ..Ladder::default() };
        let rungs = |telling| ladder.rungs(telling).collect::<Vec<_>>();
        assert_eq!(rungs(1), [Rung::Push]);
        assert_eq!(rungs(3), [Rung::Push, Rung::Email]);
        assert_eq!(rungs(9), [Rung::Push, Rung::Email, Rung::Supervisor]);
        let minute = Duration::from_secs(60);
        let waits = [1, 2, 3, 6, 60].map(|telling| ladder.wait(telling, minute).as_secs() / 60);
        assert_eq!(waits, [1, 2, 4, 32, 32]);
        assert_eq!(ladder.comes_after(4, minute), 7 * minute);
        let steady = Ladder { first_wait_s: Some(30), doubles: false, ..ladder };
        assert_eq!(steady.wait(8, minute), Duration::from_secs(30));
    }
}
