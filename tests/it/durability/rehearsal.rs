//! A rehearsal: the program, a crowd that uses it, a world that it talks to; and the evidence left when everybody went home.

#![expect(clippy::print_stderr, reason = "seeds and figures are for whoever reads the run")]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use baton::store::Store;
use tokio::task::JoinSet;

use super::auditor::{Findings, audit};
use super::chance::Chance;
use super::customers::{Scene, chat, write_texts};
use super::ledger::Promises;
use super::people::Person;
use super::provider::{Arrival, Moods, Provider};
use super::stored::Stored;
use super::victim::{BENCH, Life, OMAR, Victim};

/// Longest time for what was begun to come to its end, once nothing breaks any more.
const QUIET_MAX: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What goes on.
pub struct Rehearsal {
    pub victim: Victim,
    pub chance: Chance,
    seed: u64,
    world: Provider,
    scene: Arc<Scene>,
    crowd: JoinSet<()>,
    idempotent: bool,
}

/// What an audit needs.
#[derive(Clone)]
pub struct Evidence {
    pub promises: Promises,
    pub stored: Stored,
    pub arrivals: Vec<Arrival>,
    pub idempotent: bool,
    /// Whether the program's clock only went forward, so that its times say what came first.
    pub steady_clock: bool,
}

impl Evidence {
    pub fn audit(&self) -> Findings {
        audit(self)
    }
}

/// The seed of this run: named by `BATON_TEST_SEED`, or a new one. It is printed, so that a run can be repeated.
pub fn seed(name: &str) -> u64 {
    let named = std::env::var("BATON_TEST_SEED").ok().map(|n| n.parse().expect("BATON_TEST_SEED is a number"));
    let seed = named.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
    eprintln!("{name}: BATON_TEST_SEED={seed}");
    seed
}

impl Rehearsal {
    /// Everybody comes. They wait for the program to be started.
    pub fn begin(seed: u64, idempotent: bool, victim: impl FnOnce(&Chance) -> Victim) -> Self {
        let chance = Chance::from_seed(seed);
        let world = Provider::start(Moods { slow: 6, busy: 10, taken_and_gone: 2, gone: 2 }, chance.branch(1));
        let url = world.url();
        let mut victim = victim(&chance).with(&["--provider", &url]);
        if !idempotent {
            victim = victim.with(&["--not-idempotent"]);
        }
        victim.add_omar();
        let scene = Scene::at(victim.url());
        let mut crowd = JoinSet::new();
        for name in 1..=3 {
            crowd.spawn(write_texts(scene.clone(), chance.branch(10 + name), name));
            crowd.spawn(chat(scene.clone(), chance.branch(20 + name)));
        }
        for (name, email) in [(31, BENCH), (32, OMAR)] {
            crowd.spawn(Person::new(scene.clone(), chance.branch(name), email).work());
        }
        Self { victim, chance, seed, world, scene, crowd, idempotent }
    }

    /// What clients were promised so far.
    pub fn promises(&self) -> Promises {
        self.scene.ledger.promises()
    }

    /// Everybody finishes what they are at. The program runs until nothing is left to do, then stops in order.
    pub async fn end(self, mut life: Life) -> Evidence {
        self.world.calm_down();
        self.scene.over.store(true, Ordering::Relaxed);
        self.crowd.join_all().await;
        let store = Store::open(&self.victim.database_url()).await.expect("the database");
        loop {
            settle(&store, self.seed).await;
            life.stop();
            if Stored::left(store.reader()).await.is_empty() {
                break;
            }
            // Between the look and the stop a customer was told that they still wait. The next life sends it.
            life = self.victim.start(&[]);
            life.is_ready();
        }
        let stored = Stored::read(store.reader()).await;
        store.close().await.expect("closed");
        let promises = self.scene.ledger.promises();
        self.victim.remove().await;
        Evidence { promises, stored, arrivals: self.world.arrivals(), idempotent: self.idempotent, steady_clock: true }
    }
}

/// Waits until there is nothing left to do.
async fn settle(store: &Store, seed: u64) {
    let deadline = Instant::now() + QUIET_MAX;
    loop {
        let left = Stored::left(store.reader()).await;
        if left.is_empty() {
            return;
        }
        let now = chrono::Utc::now();
        assert!(
            Instant::now() < deadline,
            "work is left after {QUIET_MAX:?} at {now}, BATON_TEST_SEED={seed}: {left:#?}"
        );
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
