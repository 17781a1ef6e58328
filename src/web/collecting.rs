//! What chats ask before a handoff, kept in memory: each look at a conversation has to know whether there is a form to show.
//!
//! Invariant: a change made by this process is seen by the next look; one made by another, such as an import, within [`KEPT`].

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::handoff::collection::CollectionSettings;
use crate::handoff::policy::HandoffSettings;
use crate::store::{Store, StoreError, settings};

/// How long it is believed.
const KEPT: Duration = Duration::from_secs(2);

/// The settings, read when they are asked for and too old.
#[derive(Debug)]
pub struct Collecting {
    store: Store,
    kept: RwLock<Option<(Arc<CollectionSettings>, Instant)>>,
}

impl Collecting {
    /// Nothing is read yet.
    pub fn new(store: Store) -> Self {
        Self { store, kept: RwLock::default() }
    }

    /// The settings.
    pub async fn settings(&self) -> Result<Arc<CollectionSettings>, StoreError> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((settings, read_at)) = kept
            && read_at.elapsed() < KEPT
        {
            return Ok(settings);
        }
        let read = Arc::new(settings::load::<HandoffSettings>(self.store.reader()).await?.value.collection);
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some((read.clone(), Instant::now()));
        Ok(read)
    }

    /// Has them read again, after a change.
    pub fn forget(&self) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
