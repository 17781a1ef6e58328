//! Streams a draft to whoever watches, and stops the assistant as soon as the conversation has another owner.
//!
//! Invariant: where the customer reads along, words are in the turn's row before they are shown, and are shown only by the
//! worker that holds it. So whoever ends the AI's ownership stores exactly what was shown.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use crate::ai::assistant::{DraftSink, Spent, Stopped};
use crate::handoff::event::Act;
use crate::handoff::{Event, MessageId};
use crate::realtime::{Hint, Lagged, Who};
use crate::store::model_usage::ModelUsage;
use crate::store::turns::ClaimedTurn;
use crate::store::{conversations, model_usage, proposed_calls, timeline, turns};

use super::{Desk, DeskError};

/// How long "the AI is typing" is shown without a further sign.
const TYPING_TTL: Duration = Duration::from_secs(8);

/// The way out of a draft in progress.
pub(super) struct TurnSink {
    desk: Desk,
    turn: ClaimedTurn,
    message: MessageId,
    stopped: Arc<AtomicBool>,
    written: tokio::sync::Mutex<Written>,
    read_along: OnceCell<bool>,
    watcher: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

/// What was written of the answer, and how much of it is shown.
#[derive(Default)]
struct Written {
    text: String,
    shown_bytes: usize,
}

impl TurnSink {
    /// Shows that the AI is typing, and watches for a change of owner.
    pub(super) fn open(desk: &Desk, turn: &ClaimedTurn, message: MessageId) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let watcher = tokio::spawn(watch(desk.clone(), *turn, stopped.clone()));
        let conversation = turn.conversation;
        desk.bus.publish(Hint::Typing { conversation, who: Who::Ai, ttl: TYPING_TTL });
        Self {
            desk: desk.clone(),
            turn: *turn,
            message,
            stopped,
            written: tokio::sync::Mutex::default(),
            read_along: OnceCell::new(),
            watcher: Mutex::new(Some(watcher)),
        }
    }

    /// Ends the stream. What was streamed and is stored neither as an answer nor as a part of one is taken back.
    pub(super) async fn close(&self, stored: bool) {
        if let Some(watcher) = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watcher.abort();
        }
        let was_shown = self.written.lock().await.shown_bytes > 0;
        if !stored && was_shown && !self.is_kept().await {
            self.take_back().await;
        }
        self.desk.bus.publish(Hint::Typing { conversation: self.turn.conversation, who: Who::Ai, ttl: Duration::ZERO });
    }

    /// Whether whoever ended the AI's ownership has stored what was shown.
    async fn is_kept(&self) -> bool {
        let found = timeline::message(self.desk.store.reader(), self.message).await;
        // Not knowing, it is left: a widget that connects again shows what is stored.
        found.map_or(true, |message| message.is_some())
    }

    /// Whether the customer sees the answer while it is written.
    async fn is_read_along(&self) -> bool {
        let conversation = self.turn.conversation;
        let looked = self.read_along.get_or_try_init(|| async move {
            let record = conversations::find(self.desk.store.reader(), conversation).await?;
            Ok::<_, DeskError>(record.is_some_and(|record| self.desk.is_fetched(&record)))
        });
        looked.await.copied().unwrap_or(true)
    }

    /// Writes down what is about to be shown. `false`: the turn is not this worker's any more.
    async fn keep(&self, text: &str) -> Result<bool, DeskError> {
        let tx = self.desk.store.begin().await?;
        let is_held = turns::show(&*tx, &self.turn, self.message, text).await?;
        tx.commit().await?;
        Ok(is_held)
    }

    /// Shows what is written and not shown yet.
    fn show(&self, written: &mut Written) {
        let (shown, new) = written.text.split_at(written.shown_bytes);
        let (conversation, message, offset) = (self.turn.conversation, self.message, shown.chars().count());
        self.desk.bus.publish(Hint::Delta { conversation, message, offset, text: new.to_owned() });
        written.shown_bytes = written.text.len();
    }

    /// Shows no more of what was shown. `true`: something was.
    async fn take_back(&self) -> bool {
        let written = std::mem::take(&mut *self.written.lock().await);
        if written.shown_bytes > 0 {
            let (conversation, message) = (self.turn.conversation, self.message);
            self.desk.bus.publish(Hint::DeltaCancelled { conversation, message });
        }
        !written.text.is_empty()
    }

    async fn is_ours(&self) -> bool {
        match conversations::find(self.desk.store.reader(), self.turn.conversation).await {
            Ok(record) => record.is_some_and(|record| record.core.epoch == self.turn.fence.epoch),
            // Not knowing is not a reason to stop: the commit is fenced all the same.
            Err(_) => true,
        }
    }

    /// Writes a line about a call. `false`: the call may not be made.
    async fn write_act(&self, act: &Act) -> Result<bool, DeskError> {
        let tx = self.desk.store.begin().await?;
        let record = self.desk.load(&tx, self.turn.conversation).await?;
        if let Act::Called { confirmed, .. } = act {
            let is_held = turns::is_held(&*tx, &self.turn).await?;
            if !is_held || (*confirmed && !proposed_calls::take(&*tx, self.turn.conversation).await?) {
                return Ok(false);
            }
        }
        let event = Event::AiActed { fence: self.turn.fence, act: act.clone() };
        let changed = match self.desk.happen(&tx, &record, &event).await {
            Ok(changed) => changed,
            Err(DeskError::Rejected(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        tx.commit().await?;
        self.desk.publish(&changed);
        Ok(true)
    }

    async fn write_spent(&self, spent: Spent) -> Result<(), DeskError> {
        let used = ModelUsage {
            requests: 1,
            input_tokens: spent.input_tokens,
            output_tokens: spent.output_tokens,
            cost_micros: spent.cost_micros,
        };
        let tx = self.desk.store.begin().await?;
        model_usage::add(&*tx, self.turn.conversation, used, self.desk.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

#[async_trait]
impl DraftSink for TurnSink {
    async fn push(&self, text: &str) -> Result<(), Stopped> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(Stopped);
        }
        let mut written = self.written.lock().await;
        written.text.push_str(text);
        if self.is_read_along().await {
            match self.keep(&written.text).await {
                Ok(true) => {}
                Ok(false) => {
                    self.stopped.store(true, Ordering::Release);
                    return Err(Stopped);
                }
                // What can not be written down is not shown; it goes out with the next words, or with the whole.
                Err(error) => {
                    tracing::warn!(conversation = %self.turn.conversation, %error, "a part of an answer could not be kept");
                    return Ok(());
                }
            }
        }
        self.show(&mut written);
        Ok(())
    }

    async fn retract(&self) {
        if self.take_back().await
            && self.is_read_along().await
            && let Err(error) = self.keep("").await
        {
            tracing::warn!(conversation = %self.turn.conversation, %error, "what was taken back could not be forgotten");
        }
    }

    async fn check(&self) -> Result<(), Stopped> {
        if !self.is_ours().await {
            self.stopped.store(true, Ordering::Release);
        }
        if self.stopped.load(Ordering::Acquire) { Err(Stopped) } else { Ok(()) }
    }

    async fn spent(&self, spent: Spent) {
        if let Err(error) = self.write_spent(spent).await {
            tracing::error!(conversation = %self.turn.conversation, %error, "what the model was paid could not be written down");
        }
    }

    async fn acted(&self, act: &Act) -> Result<(), Stopped> {
        match self.write_act(act).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Stopped),
            Err(error) => {
                tracing::error!(conversation = %self.turn.conversation, %error, "a call could not be written down");
                Err(Stopped)
            }
        }
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
