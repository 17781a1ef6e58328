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
use crate::realtime::{Hint, Lagged};
use crate::store::inbox::{self, View};

/// Quiet time before a draft is made, so that a burst gets one.
const GATHER: Duration = Duration::from_secs(2);
/// How often it is looked whether a channel has assist.
const LOOK: Duration = Duration::from_secs(5);
/// Conversations looked at when a channel has just got assist.
const CAUGHT_UP_MAX: u64 = 50;

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

/// Drafts for as long as a channel has assist. What comes while a draft is being made waits among the hints.
async fn assist(desk: &Desk, stopped: &mut watch::Receiver<bool>) {
    let mut hints = desk.bus.subscribe_to_all();
    let mut changed = just_changed(desk).await;
    loop {
        draft_all(desk, std::mem::take(&mut changed)).await;
        let look = tokio::time::sleep(LOOK);
        tokio::select! {
            hint = hints.recv() => note(&mut changed, hint),
            () = look => {}
            _ = stopped.changed() => return,
        }
        if !changed.is_empty() {
            pause(GATHER, stopped).await;
        }
        while let Some(hint) = hints.try_recv() {
            note(&mut changed, hint);
        }
        if *stopped.borrow() || !desk.assists_anywhere().await.unwrap_or(false) {
            return;
        }
    }
}

/// What customers wrote since it was last looked whether a channel has assist.
async fn just_changed(desk: &Desk) -> HashSet<ConversationId> {
    let since = desk.clock.now() - 2 * LOOK;
    let rows = inbox::page(desk.store.reader(), View::HandedOff, None, CAUGHT_UP_MAX).await.unwrap_or_default();
    rows.into_iter().filter(|row| row.last_at > since).map(|row| row.id).collect()
}

fn note(changed: &mut HashSet<ConversationId>, hint: Result<Hint, Lagged>) {
    if let Ok(Hint::Changed { conversation, .. }) = hint {
        changed.insert(conversation);
    }
}

async fn draft_all(desk: &Desk, changed: HashSet<ConversationId>) {
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
