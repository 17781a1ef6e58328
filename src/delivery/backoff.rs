//! How long to wait before the next try: twice as long each time, with jitter, never before the provider's own wish.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::TimeDelta;
use uuid::Uuid;

const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The wait after try number `attempt`. `seed` spreads the retries of many messages.
pub(super) fn delay(attempt: i32, provider_wish: Option<Duration>, seed: Uuid) -> TimeDelta {
    let tries_before = usize::try_from(attempt.max(1) - 1).unwrap_or(0);
    let mut waits = ExponentialBuilder::default()
        .with_min_delay(FIRST)
        .with_max_delay(LONGEST)
        .with_jitter()
        .with_jitter_seed(seed.as_u64_pair().1)
        .without_max_times()
        .build();
    let wait = waits.nth(tries_before).unwrap_or(LONGEST);
    TimeDelta::from_std(wait.max(provider_wish.unwrap_or_default())).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_has_an_end_and_respects_the_provider() {
        let seed = Uuid::from_u128(7);
        assert!(delay(1, None, seed) < delay(4, None, seed));
        assert!(delay(100, None, seed) <= TimeDelta::minutes(31));
        let hour: TimeDelta = (1..super::super::ATTEMPTS_MAX).map(|attempt| delay(attempt, None, seed)).sum();
        assert!(hour > TimeDelta::hours(1), "a provider that is down for an hour is asked again: {hour}");
        let wish = Some(Duration::from_secs(3600));
        assert_eq!(delay(1, wish, seed), TimeDelta::hours(1));
    }
}
