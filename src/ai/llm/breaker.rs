//! Leaves a server alone that fails, and tries again after a while. Pure: the time is an argument.

use chrono::{DateTime, TimeDelta, Utc};

/// Failures in a row that open it.
pub const FAILURES_MAX: u32 = 3;
/// How long it stays open the first time.
pub const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
/// The longest it stays open.
pub const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);
/// After so long a trial counts as lost.
pub const TRIAL_MAX: TimeDelta = TimeDelta::minutes(2);

/// Whether a server may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It may.
    Closed {
        /// Failures in a row.
        failures: u32,
    },
    /// It may not before a time.
    Open {
        /// When one trial may pass.
        until: DateTime<Utc>,
        /// How long it was opened for.
        pause: TimeDelta,
    },
    /// One trial is on its way.
    HalfOpen {
        /// When it began.
        since: DateTime<Utc>,
        /// How long it had been open.
        pause: TimeDelta,
    },
}

/// The state of one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker(State);

impl Default for Breaker {
    fn default() -> Self {
        Self(State::Closed { failures: 0 })
    }
}

impl Breaker {
    /// Its state.
    pub fn state(&self) -> State {
        self.0
    }

    /// Whether a request may pass now. Where it was open, this one is the trial.
    pub fn may_pass(&mut self, now: DateTime<Utc>) -> bool {
        match self.0 {
            State::Closed { .. } => true,
            State::Open { until, .. } if now < until => false,
            State::HalfOpen { since, .. } if now < since + TRIAL_MAX => false,
            State::Open { pause, .. } | State::HalfOpen { pause, .. } => {
                self.0 = State::HalfOpen { since: now, pause };
                true
            }
        }
    }

    /// Whether a request would be refused now. Unlike [`Breaker::may_pass`], asking changes nothing.
    pub fn is_shut(&self, now: DateTime<Utc>) -> bool {
        !self.clone().may_pass(now)
    }

    /// A request got an answer.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A request failed.
    pub fn failed(&mut self, now: DateTime<Utc>) {
        self.0 = match self.0 {
            State::Closed { failures } if failures + 1 < FAILURES_MAX => State::Closed { failures: failures + 1 },
            State::Closed { .. } => State::Open { until: now + FIRST_PAUSE, pause: FIRST_PAUSE },
            State::HalfOpen { pause, .. } => {
                let pause = (pause * 2).min(LONGEST_PAUSE);
                State::Open { until: now + pause, pause }
            }
            // One that was on its way when it opened.
            open @ State::Open { .. } => open,
        };
    }

    /// A request ended without saying anything about the server: the trial is still owed.
    pub fn learned_nothing(&mut self, now: DateTime<Utc>) {
        if let State::HalfOpen { pause, .. } = self.0 {
            self.0 = State::Open { until: now, pause };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_760_000_000, 0).expect("a time")
    }

    #[test]
    fn it_opens_after_failures_in_a_row_lets_one_trial_pass_and_closes_on_success() {
        let mut breaker = Breaker::default();
        breaker.failed(noon());
        breaker.failed(noon());
        breaker.succeeded();
        for _ in 0..FAILURES_MAX {
            assert!(breaker.may_pass(noon()), "successes in between start the count again");
            breaker.failed(noon());
        }
        assert!(!breaker.may_pass(noon()) && breaker.is_shut(noon()));
        assert!(!breaker.may_pass(noon() + FIRST_PAUSE - TimeDelta::milliseconds(1)));
        let later = noon() + FIRST_PAUSE;
        assert!(!breaker.is_shut(later), "asking is no trial");
        assert!(breaker.may_pass(later), "one trial");
        assert!(!breaker.may_pass(later), "and only one");
        breaker.succeeded();
        assert!(breaker.may_pass(later));
    }

    #[test]
    fn a_failed_trial_doubles_the_pause_up_to_a_limit_and_a_lost_one_is_made_up_for() {
        let mut breaker = Breaker::default();
        (0..FAILURES_MAX).for_each(|_| breaker.failed(noon()));
        let mut now = noon();
        for _ in 0..8 {
            let State::Open { until, .. } = breaker.state() else { panic!("open") };
            now = until;
            assert!(breaker.may_pass(now));
            breaker.failed(now);
        }
        let State::Open { until, pause } = breaker.state() else { panic!("open") };
        assert_eq!((pause, until), (LONGEST_PAUSE, now + LONGEST_PAUSE));
        assert!(breaker.may_pass(until));
        assert!(!breaker.may_pass(until + TimeDelta::seconds(1)));
        assert!(breaker.may_pass(until + TRIAL_MAX), "its process may have died");
        breaker.learned_nothing(until + TRIAL_MAX);
        assert!(breaker.may_pass(until + TRIAL_MAX), "the trial is still owed");
    }
}
