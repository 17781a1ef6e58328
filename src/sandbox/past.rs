//! The clock that the demo's history is made with: it stands in the past and is moved from line to line.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::clock::{Clock, SystemClock};

/// A clock in the past. Its ids are as hard to guess as real ones.
pub(super) struct PastClock(Mutex<DateTime<Utc>>);

impl PastClock {
    pub(super) fn at(moment: DateTime<Utc>) -> Self {
        Self(Mutex::new(moment))
    }

    pub(super) fn set(&self, moment: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = moment;
    }

    pub(super) fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for PastClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_id(&self) -> Uuid {
        SystemClock.new_id()
    }
}
