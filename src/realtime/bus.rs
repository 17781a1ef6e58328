//! Hints between whoever changes a conversation and whoever shows it, in this process.
//!
//! May not carry anything that is not in the database or replaceable. Invariant: publishing never waits and never fails;
//! a listener that is too slow is told that it missed something and looks at the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::broadcast;

use crate::handoff::{AgentId, ConversationId, MessageId, Seq};

/// Hints a slow listener may be behind before it is told to look at the database.
const BACKLOG: usize = 1024;

/// Something worth showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A conversation changed, and its timeline now ends at `last`.
    Changed {
        /// Which.
        conversation: ConversationId,
        /// Last place of the timeline.
        last: Seq,
        /// Whether this change was a handoff, or a repeated call for somebody to notice one.
        notify: bool,
    },
    /// Somebody is typing. Shown for `ttl` and then forgotten; zero is "not any more".
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        who: Who,
        /// How long to show it.
        ttl: Duration,
    },
    /// The AI wrote some more of a message that is not stored yet.
    Delta {
        /// Where.
        conversation: ConversationId,
        /// Id the message will have.
        message: MessageId,
        /// Characters sent before.
        offset: usize,
        /// The new characters.
        text: String,
    },
    /// The message begun by earlier deltas will not come.
    DeltaCancelled {
        /// Where.
        conversation: ConversationId,
        /// Id the message would have had.
        message: MessageId,
    },
}

/// Who is typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The customer.
    Contact,
    /// The AI.
    Ai,
    /// A person, with the name customers see.
    Agent(AgentId, String),
}

/// The way hints travel.
#[derive(Clone, Debug)]
pub struct Bus {
    hints: broadcast::Sender<Hint>,
    changes: Arc<AtomicU64>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { hints: broadcast::channel(BACKLOG).0, changes: Arc::default() }
    }
}

impl Bus {
    /// Tells everybody who listens, if anybody does.
    pub fn publish(&self, hint: Hint) {
        if matches!(hint, Hint::Changed { .. }) {
            self.changes.fetch_add(1, Ordering::Release);
        }
        // An error only says that nobody listens.
        drop(self.hints.send(hint));
    }

    /// How many changes of conversations were announced: whoever keeps something made from them sees that it is old.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Listens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }
}
