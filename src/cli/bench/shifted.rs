//! A clock that is wrong, for rehearsing what a machine's wrong clock does to what is stored.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::clock::{Clock, SystemClock};

/// A file that says how many seconds the clock is ahead of the machine's; behind it if negative.
const FILE: &str = "BATON_TEST_CLOCK_FILE";

/// The machine's clock, ahead of itself by what a file says at the moment of each look.
pub(super) struct Shifted {
    file: Option<PathBuf>,
    /// As the file said last: it may be half written, or gone for a moment.
    ahead_s: AtomicI64,
}

impl Shifted {
    /// As wrong as the environment says; right if it says nothing.
    pub(super) fn from_environment() -> Self {
        Self { file: std::env::var_os(FILE).map(PathBuf::from), ahead_s: AtomicI64::new(0) }
    }
}

impl Clock for Shifted {
    fn now(&self) -> DateTime<Utc> {
        let Some(file) = &self.file else { return SystemClock.now() };
        if let Some(seconds) = std::fs::read_to_string(file).ok().and_then(|words| words.trim().parse().ok()) {
            self.ahead_s.store(seconds, Ordering::Relaxed);
        }
        SystemClock.now() + TimeDelta::try_seconds(self.ahead_s.load(Ordering::Relaxed)).unwrap_or_default()
    }

    fn new_id(&self) -> Uuid {
        SystemClock.new_id()
    }
}
