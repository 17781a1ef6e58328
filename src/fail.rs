//! Named places where a test can make the process stop, between two steps of a message's life.
//!
//! Invariant: without a test nothing is armed, and a check costs one atomic load.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A gap between two numbered steps (ARCHITECTURE.md, "Life of a message").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gap {
    /// Step 2, before the commit: nothing is stored.
    BeforeReceiveCommit,
    /// Step 3: stored, the provider not answered yet.
    AfterReceiveCommit,
    /// Step 4: a turn is claimed, nothing drafted.
    AfterTurnClaim,
    /// Step 4: drafted, not committed.
    BeforeTurnCommit,
    /// Step 4: committed, not published.
    AfterTurnCommit,
    /// Step 5: claimed and the attempt opened, nothing sent.
    AfterAttemptOpened,
    /// Step 5: sent, the outcome not recorded.
    AfterSend,
    /// Step 5: a timer fired, not committed.
    BeforeTimerCommit,
    /// The team was told in its own place, the outcome not recorded.
    AfterTeamPost,
}

impl Gap {
    /// Every gap in a message's life; what the team is told of it in its own place comes after.
    pub const ALL: [Self; 8] = [
        Self::BeforeReceiveCommit,
        Self::AfterReceiveCommit,
        Self::AfterTurnClaim,
        Self::BeforeTurnCommit,
        Self::AfterTurnCommit,
        Self::AfterAttemptOpened,
        Self::AfterSend,
        Self::BeforeTimerCommit,
    ];

    /// Its name outside the program.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeReceiveCommit => "before_receive_commit",
            Self::AfterReceiveCommit => "after_receive_commit",
            Self::AfterTurnClaim => "after_turn_claim",
            Self::BeforeTurnCommit => "before_turn_commit",
            Self::AfterTurnCommit => "after_turn_commit",
            Self::AfterAttemptOpened => "after_attempt_opened",
            Self::AfterSend => "after_send",
            Self::BeforeTimerCommit => "before_timer_commit",
            Self::AfterTeamPost => "after_team_post",
        }
    }
}

/// What a step gets where a crash was asked for. It must give up at once, as if the process had died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped at {0:?} by a test")]
pub struct Crashed(pub Gap);

/// A gap, and the pass through it that is the last: `after_send`, or `after_send:3` for the third.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopAt {
    /// Where.
    pub gap: Gap,
    /// At which pass, from 1.
    pub pass: u32,
}

/// Words that name no gap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no place to stop at; write the name of a gap, such as after_send, or after_send:3 for its third pass"
)]
pub struct NoSuchGap(String);

impl FromStr for StopAt {
    type Err = NoSuchGap;

    fn from_str(words: &str) -> Result<Self, NoSuchGap> {
        let (name, pass) = words.split_once(':').unwrap_or((words, "1"));
        let gap = Gap::ALL.into_iter().find(|gap| gap.as_str() == name);
        let pass = pass.parse().ok().filter(|pass| *pass > 0);
        gap.zip(pass).map(|(gap, pass)| Self { gap, pass }).ok_or_else(|| NoSuchGap(words.to_owned()))
    }
}

/// The gaps that are armed.
#[derive(Clone, Debug, Default)]
pub struct FailPoints(Arc<Armed>);

#[derive(Debug, Default)]
struct Armed {
    any: AtomicBool,
    gaps: Mutex<HashMap<Gap, Stop>>,
}

/// How a gap stops who reaches it.
#[derive(Clone, Copy, Debug)]
enum Stop {
    /// The step gives up, as if the process had died.
    Step,
    /// The thread goes no further, from this many passes on.
    Thread { passes_left: u32 },
}

impl FailPoints {
    /// Arms a gap: the next step that reaches it stops there, once.
    pub fn arm(&self, gap: Gap) {
        self.set(gap, Stop::Step);
    }

    /// Arms a gap for a process that is about to be killed: whoever reaches it from the named pass on says so on standard
    /// error and goes no further.
    pub fn freeze(&self, at: StopAt) {
        self.set(at.gap, Stop::Thread { passes_left: at.pass - 1 });
    }

    /// Stops here if the gap is armed.
    ///
    /// # Errors
    /// [`Crashed`], once for each time the gap was armed.
    pub fn check(&self, gap: Gap) -> Result<(), Crashed> {
        if !self.0.any.load(Ordering::Acquire) {
            return Ok(());
        }
        if self.reach(gap)? { stand_still(gap) } else { Ok(()) }
    }

    fn set(&self, gap: Gap, stop: Stop) {
        self.0.gaps.lock().unwrap_or_else(PoisonError::into_inner).insert(gap, stop);
        self.0.any.store(true, Ordering::Release);
    }

    /// One more pass through a gap: whether the thread must go no further.
    fn reach(&self, gap: Gap) -> Result<bool, Crashed> {
        let mut gaps = self.0.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        match gaps.get_mut(&gap) {
            None => Ok(false),
            Some(Stop::Thread { passes_left: 0 }) => Ok(true),
            Some(Stop::Thread { passes_left }) => {
                *passes_left -= 1;
                Ok(false)
            }
            Some(Stop::Step) => {
                gaps.remove(&gap);
                self.0.any.store(!gaps.is_empty(), Ordering::Release);
                Err(Crashed(gap))
            }
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the log may be switched off, and whoever kills the process waits for this line"
)]
fn stand_still(gap: Gap) -> ! {
    eprintln!("stopped at {}", gap.as_str());
    loop {
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_to_stop_at_is_a_gap_and_a_pass() {
        assert_eq!("after_send".parse(), Ok(StopAt { gap: Gap::AfterSend, pass: 1 }));
        for gap in Gap::ALL {
            assert_eq!(format!("{}:3", gap.as_str()).parse(), Ok(StopAt { gap, pass: 3 }));
        }
        for wrong in ["", "after_lunch", "after_send:0", "after_send:", "after_send:1:2"] {
            assert!(wrong.parse::<StopAt>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn passes_before_the_named_one_go_through() {
        let points = FailPoints::default();
        points.freeze(StopAt { gap: Gap::AfterSend, pass: 2 });
        assert_eq!(points.check(Gap::AfterSend), Ok(()));
        assert_eq!(points.check(Gap::AfterTurnClaim), Ok(()));
        assert_eq!(points.reach(Gap::AfterSend), Ok(true));
    }
}
