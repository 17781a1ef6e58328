//! Named places where a test can make the process stop, between two steps of a message's life.
//!
//! Invariant: without a test nothing is armed, and a check costs one atomic load.

use std::collections::HashSet;
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
}

impl Gap {
    /// Every gap.
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
}

/// What a step gets where a crash was asked for. It must give up at once, as if the process had died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped at {0:?} by a test")]
pub struct Crashed(pub Gap);

/// The gaps that are armed.
#[derive(Clone, Debug, Default)]
pub struct FailPoints(Arc<Armed>);

#[derive(Debug, Default)]
struct Armed {
    any: AtomicBool,
    gaps: Mutex<HashSet<Gap>>,
}

impl FailPoints {
    /// Arms a gap: the next step that reaches it stops there, once.
    pub fn arm(&self, gap: Gap) {
        self.0.gaps.lock().unwrap_or_else(PoisonError::into_inner).insert(gap);
        self.0.any.store(true, Ordering::Release);
    }

    /// Stops here if the gap is armed.
    ///
    /// # Errors
    /// [`Crashed`], once for each time the gap was armed.
    pub fn check(&self, gap: Gap) -> Result<(), Crashed> {
        if !self.0.any.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut gaps = self.0.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        if gaps.remove(&gap) {
            self.0.any.store(!gaps.is_empty(), Ordering::Release);
            return Err(Crashed(gap));
        }
        Ok(())
    }
}
