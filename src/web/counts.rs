//! The numbers beside the views. They are counted aside, for everybody at once, and not for each page.
//!
//! Invariant: however many pages are asked for, counting takes at most a twentieth of the time.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::realtime::Bus;
use crate::store::inbox::{self, Tally};
use crate::store::{Store, StoreError};

/// Numbers no change of this process has touched are believed this long: another node may have made one.
const KEPT: Duration = Duration::from_secs(3);
/// Between two counts for pages lies this many times what one takes.
const REST: u32 = 20;

/// Keeps the numbers.
#[derive(Debug)]
pub struct Counter {
    store: Store,
    bus: Bus,
    counting: Mutex<()>,
    latest: RwLock<Option<Counted>>,
}

#[derive(Clone, Debug)]
struct Counted {
    tally: Arc<Tally>,
    at: Instant,
    took: Duration,
    /// Changes the bus had announced before.
    changes: u64,
}

impl Counter {
    /// Nothing is counted yet.
    pub fn new(store: Store, bus: Bus) -> Self {
        Self { store, bus, counting: Mutex::default(), latest: RwLock::default() }
    }

    /// The latest numbers, for a page: soon after a count they may be a moment old. An open page is told what they become.
    pub async fn latest(&self) -> Result<Arc<Tally>, StoreError> {
        let Some(latest) = self.kept() else { return self.now().await };
        if self.is_outdated(&latest)
            && latest.at.elapsed() > latest.took * REST
            && let Ok(_alone) = self.counting.try_lock()
        {
            return self.count().await;
        }
        Ok(latest.tally)
    }

    /// The numbers as they are now.
    pub async fn now(&self) -> Result<Arc<Tally>, StoreError> {
        let _alone = self.counting.lock().await;
        match self.kept().filter(|kept| !self.is_outdated(kept)) {
            Some(kept) => Ok(kept.tally),
            None => self.count().await,
        }
    }

    async fn count(&self) -> Result<Arc<Tally>, StoreError> {
        let (changes, begun) = (self.bus.changes(), Instant::now());
        let tally = Arc::new(inbox::tally(self.store.reader()).await?);
        let counted = Counted { tally: tally.clone(), at: Instant::now(), took: begun.elapsed(), changes };
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some(counted);
        Ok(tally)
    }

    fn kept(&self) -> Option<Counted> {
        self.latest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_outdated(&self, counted: &Counted) -> bool {
        counted.changes != self.bus.changes() || counted.at.elapsed() > KEPT
    }
}
