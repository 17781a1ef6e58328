//! The numbers beside the views. They are counted aside, for everybody at once, and not for each page.
//!
//! Invariant: a page never waits for a count it does not start; whoever listens is told once the numbers are others.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, watch};

use crate::realtime::Bus;
use crate::store::inbox::{self, Counts};
use crate::store::{Store, StoreError};

/// Numbers no change of this process has touched are believed this long: another node may have made one.
const KEPT: Duration = Duration::from_secs(3);
/// Between two counts lies this many times what one takes: counting never takes more than a twentieth of the time.
const REST: u32 = 20;
/// The same for counts nobody asked for.
const REST_MIN: Duration = Duration::from_millis(200);

/// The numbers, as they were at one moment.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// The numbers.
    pub counts: Counts,
    at: Option<Instant>,
    took: Duration,
    /// Changes the bus had announced before.
    changes: u64,
}

/// Keeps the numbers.
#[derive(Debug)]
pub struct Counter {
    store: Store,
    bus: Bus,
    counting: Mutex<()>,
    latest: watch::Sender<Arc<Counted>>,
}

impl Counter {
    /// Nothing is counted yet.
    pub fn new(store: Store, bus: Bus) -> Self {
        Self { store, bus, counting: Mutex::default(), latest: watch::Sender::default() }
    }

    /// The latest numbers.
    pub async fn latest(&self) -> Result<Arc<Counted>, StoreError> {
        if self.is_due(Duration::ZERO)
            && let Ok(_alone) = self.counting.try_lock()
        {
            self.count().await?;
        } else if self.latest.borrow().at.is_none() {
            let _first = self.counting.lock().await;
            if self.latest.borrow().at.is_none() {
                self.count().await?;
            }
        }
        Ok(self.latest.borrow().clone())
    }

    /// Told when the numbers are others.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Counted>> {
        self.latest.subscribe()
    }

    /// Counts again soon after something changed, for those who listen.
    pub async fn run(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let mut hints = self.bus.subscribe();
        while !*stopped.borrow() {
            tokio::select! {
                hint = hints.recv() => if hint == Err(RecvError::Closed) { return },
                _ = stopped.changed() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(self.rest(REST_MIN)) => {}
                _ = stopped.changed() => return,
            }
            hints = hints.resubscribe();
            if self.latest.receiver_count() == 0 || !self.is_outdated() {
                continue;
            }
            let _alone = self.counting.lock().await;
            if let Err(error) = self.count().await {
                tracing::error!(%error, "the views could not be counted; they are after the next change");
            }
        }
    }

    async fn count(&self) -> Result<(), StoreError> {
        let (changes, begun) = (self.bus.changes(), Instant::now());
        let counts = inbox::counts(self.store.reader()).await?;
        let counted = Counted { counts, at: Some(Instant::now()), took: begun.elapsed(), changes };
        self.latest.send_if_modified(|latest| {
            let others = latest.counts != counted.counts;
            *latest = Arc::new(counted);
            others
        });
        Ok(())
    }

    fn is_due(&self, rest_min: Duration) -> bool {
        self.is_outdated() && self.rest(rest_min).is_zero()
    }

    fn is_outdated(&self) -> bool {
        let latest = self.latest.borrow();
        latest.changes != self.bus.changes() || latest.at.is_none_or(|at| at.elapsed() > KEPT)
    }

    /// Time until the next count may begin.
    fn rest(&self, at_least: Duration) -> Duration {
        let latest = self.latest.borrow();
        latest.at.map_or(Duration::ZERO, |at| (latest.took * REST).max(at_least).saturating_sub(at.elapsed()))
    }
}
