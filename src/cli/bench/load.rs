//! Keeps a number of connections busy for a length of time.
//!
//! Invariant: every connection waits for its answer before it asks again, so the server is never asked for more than it
//! answers, and what is in flight at the end is waited for and counted.

use std::time::{Duration, Instant};

use tokio::task::{JoinSet, LocalSet};

use crate::cli::CliError;

use super::client::Failed;
use super::figures::Tally;
use super::progress::Progress;

/// How long a connection rests after a failure, so that a server in trouble is not flooded.
const REST: Duration = Duration::from_millis(20);

/// One connection's work.
pub(super) trait Worker {
    /// One request and its answer, or a few that belong together.
    fn step(&mut self) -> impl Future<Output = Result<(), Failed>>;
}

/// Runs on a thread of its own: what drives the server takes no turn from anything else in this process, and needs no
/// locks.
pub(super) async fn apart<T, F, Work>(work: F) -> Result<T, CliError>
where
    T: Send + 'static,
    F: FnOnce() -> Work + Send + 'static,
    Work: Future<Output = Result<T, CliError>>,
{
    let (sender, outcome) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("bench".into()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = runtime.map_err(CliError::from).and_then(|runtime| LocalSet::new().block_on(&runtime, work()));
        // Nobody waits any more only if the command was given up.
        let _ = sender.send(outcome);
    })?;
    let outcome = outcome.await.map_err(|_| CliError::Words("the measurement ended badly".into()))?;
    let _ = thread.join();
    outcome
}

/// Runs every worker, one after the other step, for `time`; the workers come back with what they know.
pub(super) async fn drive<W: Worker + 'static>(
    what: &str,
    workers: Vec<W>,
    time: Duration,
) -> Result<(Tally, Vec<W>), CliError> {
    let _progress = Progress::time(what, time);
    let begin = Instant::now();
    let mut running = JoinSet::new();
    for worker in workers {
        running.spawn_local(repeat(worker, begin, time));
    }
    let (mut total, mut back) = (Tally::new()?, Vec::new());
    while let Some(ended) = running.join_next().await {
        let (tally, worker) = ended.map_err(|why| CliError::Words(format!("a connection ended badly: {why}")))??;
        total.add(tally)?;
        back.push(worker);
    }
    Ok((total, back))
}

async fn repeat<W: Worker>(mut worker: W, begin: Instant, time: Duration) -> Result<(Tally, W), CliError> {
    let mut tally = Tally::new()?;
    let mut now = begin;
    while now.duration_since(begin) < time {
        let asked = Instant::now();
        let outcome = worker.step().await;
        now = Instant::now();
        match outcome {
            Ok(()) => tally.latency.record(now.duration_since(asked)),
            Err(why) => {
                tally.errors += 1;
                tally.first_error.get_or_insert_with(|| why.to_string());
                tokio::time::sleep(REST).await;
                now = Instant::now();
            }
        }
    }
    tally.took = now.duration_since(begin);
    Ok((tally, worker))
}

/// Does something for each of `items`, at most `connections` at a time, in any order.
pub(super) async fn for_each<T, R, F, Work>(
    what: &str,
    items: Vec<T>,
    connections: usize,
    work: F,
) -> Result<Vec<R>, CliError>
where
    T: 'static,
    R: 'static,
    F: Fn(Vec<T>) -> Work,
    Work: Future<Output = Result<Vec<R>, CliError>> + 'static,
{
    let mut shares: Vec<Vec<T>> = (0..connections.max(1)).map(|_| Vec::new()).collect();
    let count = shares.len();
    let total = items.len() as u64;
    for (place, item) in items.into_iter().enumerate() {
        shares[place % count].push(item);
    }
    let progress = Progress::steps(what, total);
    let mut running = JoinSet::new();
    for share in shares.into_iter().filter(|share| !share.is_empty()) {
        running.spawn_local(work(share));
    }
    let mut done = Vec::new();
    while let Some(ended) = running.join_next().await {
        let share = ended.map_err(|why| CliError::Words(format!("a connection ended badly: {why}")))??;
        progress.advance(share.len() as u64);
        done.extend(share);
    }
    Ok(done)
}
