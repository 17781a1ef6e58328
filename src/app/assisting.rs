//! Drafts for people on channels with assist, soon after the customer wrote.
//!
//! Works from hints and keeps nothing: a draft that is lost in a restart costs nobody an answer. Where no channel has assist,
//! it only looks now and then whether one has.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::Desk;
use crate::handoff::ConversationId;
use crate::realtime::Hint;

/// Quiet time before a draft is made, so that a burst gets one.
const GATHER: Duration = Duration::from_secs(2);
/// How often it is looked whether a channel has assist.
const LOOK: Duration = Duration::from_secs(5);

/// Starts it.
pub(super) fn spawn(desk: &Desk, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(run(desk.clone(), stopped.clone()))
}

async fn run(desk: Desk, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match desk.assists_anywhere().await {
            Ok(true) => assist(&desk, &mut stopped).await,
            Ok(false) => pause(LOOK, &mut stopped).await,
            Err(error) => {
                tracing::error!(worker = "assist", %error, "the settings could not be read; they will be read again");
                pause(LOOK, &mut stopped).await;
            }
        }
    }
}

/// Drafts until it is time to look at the settings again.
async fn assist(desk: &Desk, stopped: &mut watch::Receiver<bool>) {
    let mut hints = desk.bus.subscribe_to_all();
    let mut changed: HashSet<ConversationId> = HashSet::new();
    let look = tokio::time::sleep(LOOK);
    tokio::pin!(look);
    loop {
        tokio::select! {
            hint = hints.recv() => if let Ok(Hint::Changed { conversation, .. }) = hint {
                changed.insert(conversation);
            },
            () = &mut look => break,
            _ = stopped.changed() => return,
        }
    }
    pause(GATHER, stopped).await;
    for conversation in changed {
        if let Err(error) = desk.assist(conversation).await {
            tracing::warn!(worker = "assist", %conversation, %error, "no draft was made");
        }
    }
}

async fn pause(length: Duration, stopped: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(length) => {}
        _ = stopped.changed() => {}
    }
}
