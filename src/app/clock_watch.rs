//! Notices that the machine's clock was set back, so that no work waits for a time that is far away again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::desk::{Desk, DeskError};
use crate::store::rewound;

/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What machines correct all the time is not worth a look at the database.
const SET_BACK_MIN: TimeDelta = TimeDelta::seconds(5);
/// Deliveries are leased for at least this long.
const LEASE_MIN: Duration = Duration::from_secs(60);

/// How long the rows are looked through again after the clock was set back: whoever read the clock before may write after. Longer than
/// anybody waits for the database.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Looks at the clock until the process stops; at its start too, since the last one may have lived in the future.
pub(super) async fn run(desk: Desk, mut stopped: watch::Receiver<bool>) {
    let mut latest = DateTime::<Utc>::MAX_UTC;
    let mut look_until = Instant::now();
    while !*stopped.borrow() {
        let now = desk.clock.now();
        if latest.signed_duration_since(now) > SET_BACK_MIN {
            (latest, look_until) = (now, Instant::now() + LOOK_AGAIN);
        }
        latest = latest.max(now);
        if Instant::now() < look_until
            && let Err(error) = put_right(&desk).await
        {
            tracing::error!(%error, "work could not be checked for times in the future; trying again");
            look_until = Instant::now() + LOOK_AGAIN;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn put_right(desk: &Desk) -> Result<(), DeskError> {
    let lease = TimeDelta::from_std(desk.pace.lease.max(LEASE_MIN)).unwrap_or(TimeDelta::MAX);
    let tx = desk.store.begin().await?;
    let rows = rewound::make_due(&*tx, lease, desk.clock.now()).await?;
    tx.commit().await?;
    if rows > 0 {
        tracing::warn!(rows, "the clock was set back; work that waited for a time in the future is due now");
        desk.wake.all(desk.clock.now());
    }
    Ok(())
}
