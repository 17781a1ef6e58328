//! Notices that the machine's clock was set back, so that no work waits for a time that is far away again.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;

use crate::desk::{Desk, DeskError};
use crate::store::rewound;

/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What machines correct all the time is not worth a look at the database.
const SET_BACK_MIN: TimeDelta = TimeDelta::seconds(5);
/// Deliveries are leased for at least this long.
const LEASE_MIN: Duration = Duration::from_secs(60);

/// Looks at the clock until the process stops; at its start too, since the last one may have lived in the future.
pub(super) async fn run(desk: Desk, mut stopped: watch::Receiver<bool>) {
    let mut latest = None;
    while !*stopped.borrow() {
        let now = desk.clock.now();
        if latest.is_none_or(|latest| now + SET_BACK_MIN < latest) {
            match put_right(&desk).await {
                Ok(()) => latest = Some(now),
                Err(error) => {
                    tracing::error!(%error, "work could not be checked for times in the future; trying again")
                }
            }
        } else {
            latest = latest.max(Some(now));
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
