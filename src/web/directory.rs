//! Who works here: the names of agents and teams, which every page shows and which hardly ever change.
//!
//! Kept in memory. Invariant: a change made by this process is seen by the next page; one made by another process, such as
//! `baton user` or another node, within [`KEPT`].

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::store::agents::{self, Agent};
use crate::store::teams::{self, Team};
use crate::store::{Store, StoreError};

/// How long names are believed.
const KEPT: Duration = Duration::from_secs(2);

/// Names, as they were at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Everybody, those who left too, by name.
    pub agents: Vec<Agent>,
    /// Every team, by name.
    pub teams: Vec<Team>,
}

/// The names, read when they are asked for and too old.
#[derive(Debug)]
pub struct Directory {
    store: Store,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    names: Option<(Arc<Names>, Instant)>,
    /// How often they were forgotten: what was read before then may be out of date.
    changes: u64,
}

impl Directory {
    /// Nothing is read yet.
    pub fn new(store: Store) -> Self {
        Self { store, kept: RwLock::default() }
    }

    /// The names.
    pub async fn names(&self) -> Result<Arc<Names>, StoreError> {
        let changes = {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            match &kept.names {
                Some((names, read_at)) if read_at.elapsed() < KEPT => return Ok(names.clone()),
                _ => kept.changes,
            }
        };
        let db = self.store.reader();
        let names = Arc::new(Names { agents: agents::everybody(db).await?, teams: teams::all(db).await? });
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.changes == changes {
            kept.names = Some((names.clone(), Instant::now()));
        }
        Ok(names)
    }

    /// Has them read again, after a change.
    pub fn forget(&self) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.names = None;
        kept.changes += 1;
    }
}
