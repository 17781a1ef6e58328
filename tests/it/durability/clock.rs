//! The machine's clock jumps, while the program runs and while it does not.

use std::time::Duration;

use super::rehearsal::{Rehearsal, seed};
use super::victim::Victim;
use crate::support::Database;

/// Longer than any lease.
const LEASE_OVER_S: i64 = 90;
/// Time for some load, in which a jump is noticed.
const A_WHILE: Duration = Duration::from_millis(2_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_forward_ends_leases_early_and_doubles_nothing() {
    let database = Database::create().await;
    let rehearsal = Rehearsal::begin(seed("a clock set forward"), false, |chance| Victim::on(database, chance));
    let mut life = rehearsal.victim.start(&[]);
    life.is_ready();
    for jump in 1..=8 {
        tokio::time::sleep(A_WHILE / 4).await;
        // Whoever is at work finds its lease over, and perhaps somebody else at it.
        rehearsal.victim.set_clock(jump * LEASE_OVER_S);
    }
    let findings = rehearsal.end(life).await.audit();
    assert!(findings.is_clean(), "{findings:#?}");
}
