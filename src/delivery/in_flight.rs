//! What this process is sending at this moment.
//!
//! A lease ends by the clock, and a machine's clock can jump. Whatever it says, a message that somebody in this very process is
//! still sending was not abandoned: it is not given up as lost, and nothing of its conversation overtakes it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::handoff::OutboxId;
use crate::store::outbox::Attempt;

/// The attempts under way, each with its message; every clone knows the same.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<HashSet<(OutboxId, Uuid)>>>);

/// An attempt under way, until this is dropped.
pub(super) struct Flight {
    attempt: (OutboxId, Uuid),
    among: InFlight,
}

impl InFlight {
    /// A message leaves.
    pub(super) fn begin(&self, attempt: &Attempt) -> Flight {
        let attempt = (attempt.row.id, attempt.id);
        self.change(|attempts| attempts.insert(attempt));
        Flight { attempt, among: self.clone() }
    }

    /// Whether somebody here is still sending it.
    pub(super) fn has(&self, row: OutboxId) -> bool {
        self.change(|attempts| attempts.iter().any(|(sent, _)| *sent == row))
    }

    fn change<T>(&self, how: impl FnOnce(&mut HashSet<(OutboxId, Uuid)>) -> T) -> T {
        how(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.among.change(|attempts| attempts.remove(&self.attempt));
    }
}
