//! The real program under load, killed again and again; then the audit.
//!
//! `BATON_TEST_KILLS=N` sets the number of kills, `BATON_TEST_SEED=N` repeats a run's choices (the machine's own timing stays its own), and
//! what came of it is added to the file that `BATON_TEST_SUMMARY` names.

#![expect(clippy::print_stderr, reason = "seeds and figures are for whoever reads the run")]

use std::io::Write as _;
use std::time::{Duration, Instant};

use baton::fail::Gap;

use super::auditor::Findings;
use super::rehearsal::{Rehearsal, seed};
use super::stored::Stored;
use super::victim::Victim;

/// Longer than any lease, and than the first wait before people are told again.
const LEASE_OVER_S: i64 = 61;
/// Longer than any wait before a message is tried again.
const ALL_DUE_S: i64 = 40 * 60;
/// Longest wait for the load to come by a gap.
const GAP_MAX: Duration = Duration::from_millis(2_000);

/// How a run is set up.
struct Plan {
    name: &'static str,
    kills: u64,
    idempotent: bool,
}

impl Plan {
    /// So many kills; or of the `BATON_TEST_KILLS` that all runs have together, this many of a hundred.
    fn of(name: &'static str, idempotent: bool, on_sqlite: u64, on_postgres: u64, share: u64) -> Self {
        let default = if std::env::var_os("BATON_TEST_POSTGRES_URL").is_some() { on_postgres } else { on_sqlite };
        let asked: Option<u64> =
            std::env::var("BATON_TEST_KILLS").ok().map(|n| n.parse().expect("BATON_TEST_KILLS is a number"));
        Self { name, kills: asked.map_or(default, |all| (all * share).div_ceil(100)), idempotent }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_however_often_the_process_is_killed() {
    run(Plan::of("a provider that knows keys", true, 150, 45, 75)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_without_keys_gets_nothing_twice_however_often_the_process_is_killed() {
    run(Plan::of("a provider without keys", false, 50, 15, 25)).await;
}

async fn run(plan: Plan) {
    let seed = seed(plan.name);
    let database = crate::support::Database::create().await;
    let rehearsal = Rehearsal::begin(seed, plan.idempotent, |chance| Victim::on(database, chance));
    let began = Instant::now();
    let mut ahead = 0;
    let mut at_gaps = 0;
    for kill in 0..plan.kills {
        rehearsal.victim.set_clock(ahead);
        let gap = Gap::ALL[usize::try_from(kill / 2).expect("a small number") % Gap::ALL.len()];
        at_gaps += u64::from(live_and_die(&rehearsal, (kill % 2 == 0).then_some(gap)));
        ahead += if rehearsal.chance.percent(70) { LEASE_OVER_S } else { 0 };
    }
    eprintln!("{}: {} kills in {:.0?}, {at_gaps} of them at a named gap", plan.name, plan.kills, began.elapsed());
    rehearsal.victim.set_clock(ahead + ALL_DUE_S);
    let mut last = rehearsal.victim.start(&[]);
    last.is_ready();
    let evidence = rehearsal.end(last).await;
    let findings = evidence.audit();
    report(&plan, &findings, &evidence.stored);
    assert!(findings.is_clean(), "{}, BATON_TEST_SEED={seed}: {findings:#?}", plan.name);
    assert!(findings.messages > 0, "somebody wrote");
}

/// One life: at the gap it was given, or at a random moment, it is killed. `true`: at the gap.
fn live_and_die(rehearsal: &Rehearsal, gap: Option<Gap>) -> bool {
    let chance = &rehearsal.chance;
    let stop = gap.map(|gap| ("BATON_TEST_STOP_AT", format!("{}:{}", gap.as_str(), 1 + chance.below(8))));
    let mut life = rehearsal.victim.start(stop.as_slice());
    if gap.is_none() && chance.percent(15) {
        // Not even up yet.
        std::thread::sleep(chance.millis(1, 250));
        life.kill();
        return false;
    }
    life.is_ready();
    let reached = match gap {
        Some(gap) => life.stands_at(gap, GAP_MAX),
        None => {
            std::thread::sleep(chance.millis(20, 1_200));
            false
        }
    };
    life.kill();
    reached
}

/// Says what came of it, to whoever reads the test's output and to the summary.
fn report(plan: &Plan, findings: &Findings, stored: &Stored) {
    let facts = [
        format!("kills survived: {}", plan.kills),
        format!("messages audited: {}", findings.messages),
        format!("losses: {}", findings.losses.len()),
        format!("duplicates: {}", findings.duplicates.len()),
        format!("AI messages after a take-over: {}", findings.late_ai.len()),
    ];
    eprintln!("{}: {} ({})", plan.name, facts.join(", "), extent(stored));
    if let Some(summary) = std::env::var_os("BATON_TEST_SUMMARY") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(summary).expect("the summary's file");
        file.write_all(format!("{}\n", facts.join("\n")).as_bytes()).expect("written");
    }
}

/// How much happened, so that an empty run does not pass for a good one.
fn extent(stored: &Stored) -> String {
    let by = |author: &str| stored.messages.iter().filter(|message| message.author_kind == author).count();
    let rows = |state: &str| stored.outbox.iter().filter(|row| row.state == state).count();
    format!(
        "{} conversations; {} by customers, {} by the AI, {} by people; {} sent, {} discarded, {} parked, {} unknown",
        stored.conversations.len(),
        by("contact"),
        by("ai"),
        by("agent"),
        rows("sent"),
        rows("discarded"),
        rows("parked"),
        rows("unknown"),
    )
}
