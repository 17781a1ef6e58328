//! Who may do what how often. Kept in memory: a restart forgives.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Rate limits by client address and by name.
pub struct Limits {
    sign_in_by_address: DefaultKeyedRateLimiter<IpAddr>,
    sign_in_by_email: DefaultKeyedRateLimiter<String>,
    new_contacts: DefaultKeyedRateLimiter<IpAddr>,
    messages: DefaultKeyedRateLimiter<uuid::Uuid>,
    uploads: DefaultKeyedRateLimiter<uuid::Uuid>,
    clock: DefaultClock,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in_by_address: RateLimiter::keyed(per_minute(20, 20)),
            sign_in_by_email: RateLimiter::keyed(per_minute(5, 10)),
            new_contacts: RateLimiter::keyed(per_minute(60, 120)),
            messages: RateLimiter::keyed(per_minute(120, 60)),
            uploads: RateLimiter::keyed(per_minute(30, 20)),
            clock: DefaultClock::default(),
        }
    }
}

/// Too often. Try again after this many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; try again in {retry_after_s} s")]
pub struct TooMany {
    /// Seconds to wait.
    pub retry_after_s: u64,
}

impl Limits {
    /// One more try to sign in.
    pub fn sign_in(&self, from: IpAddr, email: &str) -> Result<(), TooMany> {
        self.check(&self.sign_in_by_address, &from)?;
        self.check(&self.sign_in_by_email, &email.to_lowercase())
    }

    /// One more visitor nobody vouches for.
    pub fn new_contact(&self, from: IpAddr) -> Result<(), TooMany> {
        self.check(&self.new_contacts, &from)
    }

    /// One more message of a contact.
    pub fn message(&self, contact: uuid::Uuid) -> Result<(), TooMany> {
        self.check(&self.messages, &contact)
    }

    /// One more upload of a contact.
    pub fn upload(&self, contact: uuid::Uuid) -> Result<(), TooMany> {
        self.check(&self.uploads, &contact)
    }

    fn check<K: Clone + Eq + std::hash::Hash>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<(), TooMany> {
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            TooMany { retry_after_s: wait.as_secs() + 1 }
        })
    }
}

fn per_minute(count: u32, burst: u32) -> Quota {
    let one = NonZeroU32::MIN;
    Quota::per_minute(NonZeroU32::new(count).unwrap_or(one)).allow_burst(NonZeroU32::new(burst).unwrap_or(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_try_at_one_password_must_wait() {
        let limits = Limits::default();
        let from = IpAddr::from([127, 0, 0, 1]);
        for _ in 0..10 {
            limits.sign_in(from, "ines@example.com").expect("within the limit");
        }
        let refused = limits.sign_in(from, "INES@example.com").expect_err("over the limit");
        assert!(refused.retry_after_s > 0);
        limits.sign_in(from, "omar@example.com").expect("somebody else may try");
    }
}
