//! A clock that is wrong by a fixed time, for rehearsing what a machine's wrong clock does to what is stored.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::cli::CliError;
use crate::clock::{Clock, SystemClock};

/// Seconds the clock is ahead of the machine's; behind it if negative.
const AHEAD: &str = "BATON_TEST_CLOCK_AHEAD_S";

/// The machine's clock, ahead of itself.
pub(super) struct Shifted(TimeDelta);

impl Shifted {
    /// As far ahead as the environment says; not at all if it says nothing.
    pub(super) fn from_environment() -> Result<Self, CliError> {
        let Ok(words) = std::env::var(AHEAD) else { return Ok(Self(TimeDelta::zero())) };
        let seconds = words.parse().ok().and_then(TimeDelta::try_seconds);
        seconds.map(Self).ok_or_else(|| CliError::Words(format!("{AHEAD}: {words:?} is no number of seconds")))
    }
}

impl Clock for Shifted {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.0
    }

    fn new_id(&self) -> Uuid {
        SystemClock.new_id()
    }
}
