//! Puts new messages into the search index soon after they were stored, many at a time.
//!
//! A search does the same before it looks, so nothing depends on this being quick: it only keeps that wait short.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::Desk;
use crate::store::{Store, search};

/// Time to gather messages, so that a batch is worth its commit.
const GATHER: Duration = Duration::from_millis(300);
/// Pause after a failure, so that a broken database is not hammered.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// Starts it where the database does not index by itself.
pub(super) fn spawn(desk: &Desk, stopped: &watch::Receiver<bool>) -> Option<JoinHandle<()>> {
    let work = run(desk.clone(), stopped.clone());
    (!desk.store.is_postgres()).then(|| tokio::spawn(work))
}

async fn run(desk: Desk, mut stopped: watch::Receiver<bool>) {
    let mut hints = desk.bus.subscribe_to_all();
    while !*stopped.borrow() {
        if step(&desk.store).await {
            continue;
        }
        tokio::select! {
            _ = hints.recv() => {}
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(GATHER) => {}
            _ = stopped.changed() => return,
        }
        // What was announced meanwhile is about to be indexed.
        hints = desk.bus.subscribe_to_all();
    }
}

/// Whether there is more to do at once.
async fn step(store: &Store) -> bool {
    match search::index_all_new(store).await {
        Ok(more) => more,
        Err(error) => {
            metrics::counter!("baton_worker_failures_total", "worker" => "indexer").increment(1);
            tracing::error!(worker = "indexer", %error, "a worker's step failed; it will be tried again");
            tokio::time::sleep(FAILURE_PAUSE).await;
            true
        }
    }
}
