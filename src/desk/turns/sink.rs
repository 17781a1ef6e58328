//! Streams a draft to whoever watches, and stops the assistant as soon as the conversation has another owner.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::ai::assistant::{DraftSink, Stopped};
use crate::handoff::{ConversationId, MessageId};
use crate::realtime::{Bus, Hint, Lagged, Who};
use crate::store::conversations;
use crate::store::turns::ClaimedTurn;

use super::Desk;

/// How long "the AI is typing" is shown without a further sign.
const TYPING_TTL: Duration = Duration::from_secs(8);

/// The way out of a draft in progress.
pub(super) struct TurnSink {
    bus: Bus,
    conversation: ConversationId,
    message: MessageId,
    stopped: Arc<AtomicBool>,
    sent_chars: AtomicUsize,
    watcher: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl TurnSink {
    /// Shows that the AI is typing, and watches for a change of owner.
    pub(super) fn open(desk: &Desk, turn: &ClaimedTurn, message: MessageId) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let watcher = tokio::spawn(watch(desk.clone(), *turn, stopped.clone()));
        let conversation = turn.conversation;
        desk.bus.publish(Hint::Typing { conversation, who: Who::Ai, ttl: TYPING_TTL });
        Self {
            bus: desk.bus.clone(),
            conversation,
            message,
            stopped,
            sent_chars: AtomicUsize::new(0),
            watcher: Mutex::new(Some(watcher)),
        }
    }

    /// Ends the stream. What was streamed and not stored is taken back.
    pub(super) fn close(&self, stored: bool) {
        if let Some(watcher) = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watcher.abort();
        }
        if !stored && self.sent_chars.load(Ordering::Relaxed) > 0 {
            self.bus.publish(Hint::DeltaCancelled { conversation: self.conversation, message: self.message });
        }
        self.bus.publish(Hint::Typing { conversation: self.conversation, who: Who::Ai, ttl: Duration::ZERO });
    }
}

impl DraftSink for TurnSink {
    fn push(&self, text: &str) -> Result<(), Stopped> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(Stopped);
        }
        let offset = self.sent_chars.fetch_add(text.chars().count(), Ordering::Relaxed);
        let (conversation, message) = (self.conversation, self.message);
        self.bus.publish(Hint::Delta { conversation, message, offset, text: text.to_owned() });
        Ok(())
    }
}

impl Drop for TurnSink {
    fn drop(&mut self) {
        if let Some(watcher) = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watcher.abort();
        }
    }
}

/// Raises the flag once the conversation's epoch is not the turn's any more.
async fn watch(desk: Desk, turn: ClaimedTurn, stopped: Arc<AtomicBool>) {
    let mut hints = desk.bus.subscribe_to(turn.conversation);
    loop {
        match hints.recv().await {
            Ok(Hint::Changed { .. }) | Err(Lagged) => {}
            Ok(_) => continue,
        }
        let moved = match conversations::find(desk.store.reader(), turn.conversation).await {
            Ok(record) => record.is_none_or(|record| record.core.epoch != turn.fence.epoch),
            // Not knowing is not a reason to stop: the commit is fenced all the same.
            Err(_) => false,
        };
        if moved {
            stopped.store(true, Ordering::Release);
            return;
        }
    }
}
