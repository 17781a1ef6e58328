//! Has summaries written where a language model is set up, one after the other, soon after they are asked for.
//!
//! Nobody waits for one, so a stop does not either.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::Desk;

/// How often it is looked whether one is wanted.
const PAUSE: Duration = Duration::from_millis(500);

/// Starts it.
pub(super) fn spawn(desk: &Desk, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (desk, mut stopped) = (desk.clone(), stopped.clone());
    tokio::spawn(async move {
        tokio::select! {
            () = run(desk) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    })
}

async fn run(desk: Desk) {
    loop {
        if desk.assistant.summarises() {
            match desk.write_due_summary().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    metrics::counter!("baton_worker_failures_total", "worker" => "summaries").increment(1);
                    tracing::error!(worker = "summaries", %error, "a summary could not be written; the next one is tried");
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
