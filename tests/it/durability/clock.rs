//! The machine's clock jumps, while the program runs and while it does not.

use std::time::Duration;

use super::rehearsal::{Evidence, Rehearsal, seed};
use super::victim::Victim;
use crate::support::Database;

const DAY_S: i64 = 24 * 60 * 60;
/// Longer than any lease, and much shorter than a day.
const LEASE_OVER_S: i64 = 90;
/// Time for some load, in which a jump is noticed.
const A_WHILE: Duration = Duration::from_millis(2_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_by_a_day_holds_nothing_up() {
    let database = Database::create().await;
    let rehearsal = Rehearsal::begin(seed("a clock set back"), true, |chance| Victim::on(database, chance));
    rehearsal.victim.set_clock(DAY_S);
    let mut tomorrow = rehearsal.victim.start(&[]);
    tomorrow.is_ready();
    tokio::time::sleep(A_WHILE).await;
    // What it had claimed seems to be claimed until tomorrow.
    tomorrow.kill();
    rehearsal.victim.set_clock(0);
    let mut today = rehearsal.victim.start(&[]);
    today.is_ready();
    tokio::time::sleep(A_WHILE).await;
    rehearsal.victim.set_clock(DAY_S);
    tokio::time::sleep(A_WHILE).await;
    rehearsal.victim.set_clock(0);
    tokio::time::sleep(A_WHILE).await;
    rehearsal.victim.set_clock(LEASE_OVER_S);
    let evidence = Evidence { steady_clock: false, ..rehearsal.end(today).await };
    let findings = evidence.audit();
    assert!(findings.is_clean(), "{findings:#?}");
}

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
