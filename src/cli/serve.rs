//! `baton serve`.

use std::net::TcpListener;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::app::{App, Parts};
use crate::boot::Boot;
use crate::clock::SystemClock;
use crate::store::agents;

use super::{CliError, logging, say};

pub(super) async fn run(boot: Boot) -> Result<(), CliError> {
    logging::start(&boot)?;
    if boot.master_key().is_empty() {
        let advice = "BATON_MASTER_KEY is not set. Make one with `baton doctor --new-key`, keep it safe, and set it.";
        return Err(CliError::Words(advice.into()));
    }
    let listener = listen(&boot)?;
    let app = App::build(boot, Parts::real(Arc::new(SystemClock)), listener).await?;
    let url = app.site().public_url.clone();
    say(&format!("Baton listens on http://{}", app.address()));
    if agents::none_yet(app.site().desk.store.reader()).await? {
        say(&format!("Nobody is set up yet. Open {url}/setup"));
    } else {
        say(&format!("Inbox: {url}/inbox"));
    }
    Ok(app.run_until(asked_to_stop()?).await?)
}

/// Binds the address of the settings.
pub(super) fn listen(boot: &Boot) -> Result<TcpListener, CliError> {
    TcpListener::bind(boot.listen).map_err(|why| {
        CliError::Words(format!("can not listen on {}: {why}. Choose another with BATON_LISTEN.", boot.listen))
    })
}

/// Ends when the process is asked to stop: SIGTERM, or Ctrl-C.
pub(super) fn asked_to_stop() -> Result<impl Future<Output = ()>, CliError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
