//! The real program under load, killed again and again; then the audit.
//!
//! `BATON_KILLS=N` sets the number of kills, `BATON_SEED=N` repeats a run's choices (the machine's own timing stays its own), and
//! what came of it is added to the file that `BATON_PROOF_SUMMARY` names.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use baton::fail::Gap;
use baton::store::Store;
use tokio::task::JoinSet;

use super::auditor::{Findings, audit};
use super::chance::Chance;
use super::customers::{Scene, chat, write_texts};
use super::people::Person;
use super::provider::{Moods, Provider};
use super::stored::Stored;
use super::victim::{BENCH, OMAR, Victim};

/// Longer than any lease, and than the first wait before people are told again.
const LEASE_OVER_S: u64 = 61;
/// Longer than any wait before a message is tried again.
const ALL_DUE_S: u64 = 40 * 60;
/// Longest time for what was begun to come to its end, once nothing is killed any more.
const QUIET_MAX: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Longest wait for the load to come by a gap.
const GAP_MAX: Duration = Duration::from_millis(2_500);

/// How a run is set up.
struct Plan {
    name: &'static str,
    kills: u64,
    idempotent: bool,
}

impl Plan {
    /// So many kills, or the part of `BATON_KILLS` that this run is of all of them.
    fn of(name: &'static str, on_sqlite: u64, on_postgres: u64, share: u64) -> Self {
        let on_postgres_now = std::env::var_os("BATON_TEST_POSTGRES_URL").is_some();
        let default = if on_postgres_now { on_postgres } else { on_sqlite };
        let asked: Option<u64> = std::env::var("BATON_KILLS").ok().map(|n| n.parse().expect("BATON_KILLS is a number"));
        let kills = asked.map_or(default, |all| (all * share).div_ceil(100));
        Self { name, kills, idempotent: share > 50 }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_however_often_the_process_is_killed() {
    run(Plan::of("a provider that knows keys", 150, 45, 75)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_without_keys_gets_nothing_twice_however_often_the_process_is_killed() {
    run(Plan::of("a provider without keys", 50, 15, 25)).await;
}

async fn run(plan: Plan) {
    let seed = std::env::var("BATON_SEED").ok().map(|n| n.parse().expect("BATON_SEED is a number"));
    let seed = seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
    eprintln!("{}: {} kills with BATON_SEED={seed}", plan.name, plan.kills);
    let chance = Chance::from_seed(seed);
    let world = Provider::start(Moods { slow: 6, busy: 5, taken_and_gone: 2, gone: 2 }, chance.branch(1));
    let url = world.url();
    let mut victim = Victim::new(&chance).await.with(&["--provider", &url]);
    if !plan.idempotent {
        victim = victim.with(&["--not-idempotent"]);
    }
    victim.add_omar();
    let scene = Scene::at(victim.url());
    let crowd = crowd(&scene, &chance);
    let began = Instant::now();
    let mut ahead = 0;
    let mut at_gaps = 0;
    for kill in 0..plan.kills {
        let gap = Gap::ALL[usize::try_from(kill / 2).expect("a small number") % Gap::ALL.len()];
        at_gaps += u64::from(live_and_die(&victim, &chance, (kill % 2 == 0).then_some(gap), ahead));
        ahead += if chance.percent(70) { LEASE_OVER_S } else { 0 };
    }
    eprintln!("{}: {} kills in {:.0?}, {at_gaps} of them at a named gap", plan.name, plan.kills, began.elapsed());
    world.calm_down();
    let mut last = victim.start(&[("BATON_TEST_CLOCK_AHEAD_S", (ahead + ALL_DUE_S).to_string())]);
    last.is_ready();
    scene.over.store(true, Ordering::Relaxed);
    crowd.join_all().await;
    let store = Store::open(&victim.database_url()).await.expect("the database");
    settle(&store).await;
    last.stop();
    let stored = Stored::read(store.reader()).await;
    store.close().await.expect("closed");
    let findings = audit(&scene.ledger.promises(), &stored, &world.arrivals(), plan.idempotent);
    report(&plan, &findings, &stored);
    assert!(findings.is_clean(), "{}, BATON_SEED={seed}: {findings:#?}", plan.name);
    assert!(findings.messages > 0, "somebody wrote");
    victim.remove().await;
}

/// Everybody who uses it meanwhile.
fn crowd(scene: &Arc<Scene>, chance: &Chance) -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    for name in 1..=3 {
        crowd.spawn(write_texts(scene.clone(), chance.branch(10 + name), name));
    }
    for name in 1..=3 {
        crowd.spawn(chat(scene.clone(), chance.branch(20 + name)));
    }
    crowd.spawn(Person::new(scene.clone(), chance.branch(31), BENCH).work());
    crowd.spawn(Person::new(scene.clone(), chance.branch(32), OMAR).work());
    crowd
}

/// One life: at the gap it was given, or at a random moment, it is killed. `true`: at the gap.
fn live_and_die(victim: &Victim, chance: &Chance, gap: Option<Gap>, ahead: u64) -> bool {
    let mut settings = vec![("BATON_TEST_CLOCK_AHEAD_S", ahead.to_string())];
    if let Some(gap) = gap {
        settings.push(("BATON_TEST_STOP_AT", format!("{}:{}", gap.as_str(), 1 + chance.below(6))));
    }
    let mut life = victim.start(&settings);
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
            std::thread::sleep(chance.millis(20, 900));
            false
        }
    };
    // What is on its way between two processes at this moment stays on its way.
    life.kill();
    reached
}

/// Waits until there is nothing left to do.
async fn settle(store: &Store) {
    let deadline = Instant::now() + QUIET_MAX;
    while !Stored::is_quiet(store.reader()).await {
        assert!(Instant::now() < deadline, "work is left after {QUIET_MAX:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
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
    if let Some(summary) = std::env::var_os("BATON_PROOF_SUMMARY") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(summary).expect("the summary's file");
        writeln!(file, "{}", facts.join("\n")).expect("written");
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
