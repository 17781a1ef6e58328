//! Alarms: how workers learn that there is something to do, and when, without asking the database each time.
//!
//! An alarm only saves time: a worker looks at the database now and then whatever the alarm says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

/// Wakes the workers.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    /// Those that run AI turns.
    pub turns: Alarm,
    /// Those that send.
    pub delivery: Alarm,
    /// The one that fires timers.
    pub timers: Alarm,
    /// The one that pulls calls out of what they are doing.
    pub calls: Alarm,
    /// The one that fetches files.
    pub media: Alarm,
    /// The one that goes between conversations and the team's own place.
    pub team: Alarm,
    /// Whether something that is said may have to be told there.
    pub team_listens: Flag,
}

impl Wake {
    /// Wakes all of them.
    pub fn all(&self, now: DateTime<Utc>) {
        self.turns.ring_at(now);
        self.delivery.ring_at(now);
        self.timers.ring_at(now);
        self.calls.ring_at(now);
        self.media.ring_at(now);
        self.team.ring_at(now);
    }
}

/// Something that is so or not, as far as was seen last. Clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Flag(Arc<AtomicBool>);

impl Flag {
    /// Notes how it is.
    pub fn set(&self, so: bool) {
        self.0.store(so, Ordering::Release);
    }

    /// How it was seen last.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The next time known at which a kind of worker has something to do. Clones are the same alarm.
#[derive(Clone, Debug)]
pub struct Alarm(Arc<State>);

#[derive(Debug)]
struct State {
    bell: Notify,
    /// In microseconds since 1970; `i64::MAX` is none known.
    due: AtomicI64,
}

impl Default for Alarm {
    fn default() -> Self {
        Self(Arc::new(State { bell: Notify::new(), due: AtomicI64::new(i64::MAX) }))
    }
}

impl Alarm {
    /// Something is due at a time. A worker that would sleep past it is woken.
    pub fn ring_at(&self, due: DateTime<Utc>) {
        let due = due.timestamp_micros();
        if self.0.due.fetch_min(due, Ordering::AcqRel) > due {
            self.0.bell.notify_one();
        }
    }

    /// Wakes one worker to look at once, whatever is known.
    pub fn ring(&self) {
        self.0.due.store(0, Ordering::Release);
        self.0.bell.notify_one();
    }

    /// Keeps what the caller found when it looked, and wakes nobody.
    pub fn note(&self, due: DateTime<Utc>) {
        self.0.due.fetch_min(due.timestamp_micros(), Ordering::AcqRel);
    }

    /// Forgets what was known: the caller is about to look for itself.
    pub fn clear(&self) {
        self.0.due.store(i64::MAX, Ordering::Release);
    }

    /// What is known.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        match self.0.due.load(Ordering::Acquire) {
            i64::MAX => None,
            micros => DateTime::from_timestamp_micros(micros),
        }
    }

    /// Ends at the next ring.
    pub async fn rung(&self) {
        self.0.bell.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_an_earlier_time_wakes_a_sleeper() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let alarm = Alarm::default();
        alarm.ring_at(at(20));
        alarm.rung().await;
        alarm.ring_at(at(30));
        assert_eq!(alarm.due(), Some(at(20)));
        let again = tokio::time::timeout(std::time::Duration::from_millis(1), alarm.rung()).await;
        assert!(again.is_err(), "a later time is no news");
        alarm.ring_at(at(10));
        alarm.rung().await;
        alarm.clear();
        assert_eq!(alarm.due(), None);
        alarm.note(at(5));
        let woken = tokio::time::timeout(std::time::Duration::from_millis(1), alarm.rung()).await;
        assert!(woken.is_err(), "whoever looked knows already");
        alarm.ring();
        alarm.rung().await;
        assert!(alarm.due() < Some(at(1)), "whoever is rung for looks at once");
        alarm.clear();
        alarm.note(at(5));
        assert_eq!(alarm.due(), Some(at(5)));
    }
}
