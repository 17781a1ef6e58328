//! Random sequences of what people, customers, providers and clocks do, with workers of several processes beside them,
//! through the real desk and a real database. Afterwards everything is drained and the promises of ARCHITECTURE.md are
//! looked for in what is stored and in what customers received.
//!
//! `BATON_TEST_SEQUENCES` says how many sequences run; `BATON_TEST_SEED` repeats one that failed. The order in which
//! tasks run is the machine's, so a repeated seed does the same things, not always at the same moments.

mod acts;
mod audit;
mod play;
mod provider;

use std::collections::HashMap;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use play::Stage;

/// Sequences on each kind of provider, unless the environment asks for more.
const SEQUENCES: u64 = 25;
/// Every run tries the same ones.
const FIRST_SEED: u64 = 1;
/// A failing sequence is played this often to make it shorter.
const SHRINKS_MAX: u32 = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_promises_hold_where_the_provider_knows_keys() {
    play_all(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_promises_hold_where_the_provider_knows_no_keys() {
    play_all(false).await;
}

#[expect(clippy::print_stdout, reason = "the figures are for whoever runs it with --nocapture")]
async fn play_all(idempotent: bool) {
    let stage = Stage::set(idempotent).await;
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let (first, count) = match number("BATON_TEST_SEED") {
        Some(seed) => (seed, 1),
        None => (FIRST_SEED, number("BATON_TEST_SEQUENCES").unwrap_or(SEQUENCES)),
    };
    let mut seen: HashMap<&'static str, u64> = HashMap::new();
    for seed in first..first + count {
        for (what, times) in play_one(&stage, seed) {
            *seen.entry(what).or_default() += times;
        }
    }
    let mut seen: Vec<_> = seen.into_iter().collect();
    seen.sort_unstable();
    println!("properties, provider knows keys: {idempotent}: {count} sequences, {seen:?}");
    summarise(&format!("sequences run: {count}"));
}

/// Plays the sequence of a seed; one that fails is made shorter and told.
fn play_one(stage: &Stage, seed: u64) -> HashMap<&'static str, u64> {
    let config = Config { cases: 1, max_shrink_iters: SHRINKS_MAX, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let seen = std::cell::RefCell::new(HashMap::new());
    let outcome = runner.run(&acts::sequence(), |acts| {
        let played = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(stage.play(&acts)));
        match played {
            Ok(counted) => {
                seen.replace(counted);
                Ok(())
            }
            Err(broken) => Err(TestCaseError::fail(broken.join("\n"))),
        }
    });
    match outcome {
        Ok(()) => seen.into_inner(),
        Err(TestError::Fail(why, acts)) => {
            panic!("seed {seed} (BATON_TEST_SEED={seed}) breaks a promise:\n{why}\nafter {acts:#?}")
        }
        Err(TestError::Abort(why)) => panic!("seed {seed} could not be played: {why}"),
    }
}

/// `bin/test` collects such lines.
fn summarise(line: &str) {
    use std::io::Write as _;
    let Some(path) = std::env::var_os("BATON_TEST_SUMMARY") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("BATON_TEST_SUMMARY");
    writeln!(file, "{line}").expect("BATON_TEST_SUMMARY can be written");
}
