//! Goes round twice a minute: notes who is at the desk, gives out what waits, and looks for what was forgotten.

use std::time::Duration;

use tokio::sync::watch;

use crate::web::site::Site;

/// Time between two rounds.
const EVERY: Duration = Duration::from_secs(30);

/// Goes round until the process stops. A round that fails is followed by the next.
pub(super) async fn run(site: Site, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = go(&site).await {
            metrics::counter!("baton_worker_failures_total", "worker" => "rounds").increment(1);
            tracing::error!(worker = "rounds", %error, "a round failed; the next one follows");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn go(site: &Site) -> Result<(), crate::desk::DeskError> {
    site.desk.seen(&site.feed.people()).await?;
    let done = site.desk.go_round().await?;
    if done != Default::default() {
        tracing::info!(?done, "a round found something to do");
    }
    Ok(())
}
