//! Hints between whoever changes a conversation and whoever shows it, in this process.
//!
//! May not carry anything that is not in the database or replaceable. Invariant: publishing never waits and never fails, and
//! costs as much as there are listeners to that conversation; a listener that is too slow is told that it missed something
//! and looks at the database.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::handoff::{AgentId, ConversationId, MessageId, Seq};

/// Hints a listener to one conversation may be behind before it is told to look at the database.
const BACKLOG: usize = 256;
/// The same for a listener to everything.
const BACKLOG_OF_ALL: usize = 8_192;
/// Room a queue keeps once it is empty. Thousands of them are idle at a time.
const ROOM_KEPT: usize = 4;

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

impl Hint {
    /// The conversation it is about.
    pub const fn conversation(&self) -> ConversationId {
        match self {
            Self::Changed { conversation, .. }
            | Self::Typing { conversation, .. }
            | Self::Delta { conversation, .. }
            | Self::DeltaCancelled { conversation, .. } => *conversation,
        }
    }
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

/// A listener was too slow: hints were dropped, and the database says what they were about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hints were dropped because they were not read in time")]
pub struct Lagged;

/// The way hints travel. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Bus(Arc<Mutex<Listeners>>);

/// Who listens to what. Both lists hold what a dropped [`Subscription`] has not yet taken out.
#[derive(Debug, Default)]
struct Listeners {
    of_one: HashMap<ConversationId, Vec<Arc<Mailbox>>>,
    of_all: Vec<Arc<Mailbox>>,
    changes: u64,
}

impl Bus {
    /// Tells everybody who listens, if anybody does.
    pub fn publish(&self, hint: Hint) {
        let mut listeners = lock(&self.0);
        if matches!(hint, Hint::Changed { .. }) {
            listeners.changes += 1;
        }
        let of_one = listeners.of_one.get(&hint.conversation()).into_iter().flatten();
        for mailbox in of_one.chain(&listeners.of_all) {
            mailbox.put(hint.clone());
        }
    }

    /// How many changes were announced: whoever keeps something made of conversations sees by it that it is old.
    pub fn changes(&self) -> u64 {
        lock(&self.0).changes
    }

    /// Listens to one conversation from now on.
    pub fn subscribe_to(&self, conversation: ConversationId) -> Subscription {
        let mailbox = Arc::new(Mailbox::with_room_for(BACKLOG));
        lock(&self.0).of_one.entry(conversation).or_default().push(mailbox.clone());
        Subscription { bus: self.clone(), conversation: Some(conversation), mailbox }
    }

    /// Listens to every conversation from now on. Each such listener is woken by everything that happens.
    pub fn subscribe_to_all(&self) -> Subscription {
        let mailbox = Arc::new(Mailbox::with_room_for(BACKLOG_OF_ALL));
        lock(&self.0).of_all.push(mailbox.clone());
        Subscription { bus: self.clone(), conversation: None, mailbox }
    }
}

/// A place among the listeners, given up when it is dropped.
#[derive(Debug)]
pub struct Subscription {
    bus: Bus,
    conversation: Option<ConversationId>,
    mailbox: Arc<Mailbox>,
}

impl Subscription {
    /// The next hint, as soon as there is one. Nothing is lost where the wait is given up.
    ///
    /// # Errors
    /// [`Lagged`], once, in the place of the hints that were dropped.
    pub async fn recv(&mut self) -> Result<Hint, Lagged> {
        loop {
            if let Some(heard) = self.try_recv() {
                return heard;
            }
            self.mailbox.arrived.notified().await;
        }
    }

    /// The next hint, if there is one already. Errors are those of [`Self::recv`].
    pub fn try_recv(&mut self) -> Option<Result<Hint, Lagged>> {
        self.mailbox.take()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut listeners = lock(&self.bus.0);
        let others = |mailbox: &Arc<Mailbox>| !Arc::ptr_eq(mailbox, &self.mailbox);
        let Some(conversation) = self.conversation else { return listeners.of_all.retain(others) };
        if let Some(room) = listeners.of_one.get_mut(&conversation) {
            room.retain(others);
            if room.is_empty() {
                listeners.of_one.remove(&conversation);
            }
        }
    }
}

/// What one listener has not read yet.
#[derive(Debug)]
struct Mailbox {
    waiting: Mutex<Waiting>,
    arrived: Notify,
    backlog: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    hints: VecDeque<Hint>,
    lagged: bool,
}

impl Mailbox {
    fn with_room_for(backlog: usize) -> Self {
        Self { waiting: Mutex::default(), arrived: Notify::new(), backlog }
    }

    fn put(&self, hint: Hint) {
        let mut waiting = lock(&self.waiting);
        if waiting.hints.len() >= self.backlog {
            // Whoever looks at the database now sees what all of these were about.
            waiting.hints.clear();
            waiting.lagged = true;
        }
        waiting.hints.push_back(hint);
        drop(waiting);
        self.arrived.notify_one();
    }

    fn take(&self) -> Option<Result<Hint, Lagged>> {
        let mut waiting = lock(&self.waiting);
        if std::mem::take(&mut waiting.lagged) {
            return Some(Err(Lagged));
        }
        let hint = waiting.hints.pop_front()?;
        if waiting.hints.is_empty() {
            waiting.hints.shrink_to(ROOM_KEPT);
        }
        Some(Ok(hint))
    }
}

/// No code that holds one of these locks can panic half way through a change.
fn lock<Guarded>(mutex: &Mutex<Guarded>) -> MutexGuard<'_, Guarded> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MAYA: ConversationId = ConversationId(Uuid::from_u128(1));
    const OMAR: ConversationId = ConversationId(Uuid::from_u128(2));

    fn changed(conversation: ConversationId, last: i64) -> Hint {
        Hint::Changed { conversation, last: Seq(last), notify: false }
    }

    #[tokio::test]
    async fn a_listener_hears_its_conversation_and_no_other() {
        let bus = Bus::default();
        bus.publish(changed(MAYA, 1));
        let (mut maya, mut also_maya, mut all) =
            (bus.subscribe_to(MAYA), bus.subscribe_to(MAYA), bus.subscribe_to_all());
        bus.publish(changed(OMAR, 2));
        bus.publish(changed(MAYA, 3));
        assert_eq!(maya.recv().await, Ok(changed(MAYA, 3)));
        assert_eq!(also_maya.recv().await, Ok(changed(MAYA, 3)));
        assert_eq!(maya.try_recv(), None);
        assert_eq!((all.try_recv(), all.try_recv()), (Some(Ok(changed(OMAR, 2))), Some(Ok(changed(MAYA, 3)))));
    }

    #[tokio::test]
    async fn a_waiting_listener_is_woken() {
        let bus = Bus::default();
        let mut maya = bus.subscribe_to(MAYA);
        let heard = tokio::spawn(async move { maya.recv().await });
        tokio::task::yield_now().await;
        bus.publish(changed(MAYA, 1));
        assert_eq!(heard.await.expect("no panic"), Ok(changed(MAYA, 1)));
    }

    #[tokio::test]
    async fn a_wait_that_is_given_up_loses_nothing() {
        let bus = Bus::default();
        let mut maya = bus.subscribe_to(MAYA);
        for last in 1..=3 {
            tokio::select! {
                biased;
                _ = maya.recv() => panic!("nothing was said"),
                () = std::future::ready(()) => {}
            }
            bus.publish(changed(MAYA, last));
            assert_eq!(maya.recv().await, Ok(changed(MAYA, last)));
        }
    }

    #[tokio::test]
    async fn a_slow_listener_is_told_once_that_it_missed_something_and_then_hears_the_newest() {
        let bus = Bus::default();
        let mut maya = bus.subscribe_to(MAYA);
        let newest = BACKLOG as i64 + 1;
        (1..=newest).for_each(|last| bus.publish(changed(MAYA, last)));
        assert_eq!(maya.recv().await, Err(Lagged));
        assert_eq!(maya.recv().await, Ok(changed(MAYA, newest)));
        assert_eq!(maya.try_recv(), None);
    }

    #[test]
    fn who_has_gone_leaves_nothing_behind() {
        let bus = Bus::default();
        let (one, other, all) = (bus.subscribe_to(MAYA), bus.subscribe_to(MAYA), bus.subscribe_to_all());
        drop(one);
        assert_eq!(lock(&bus.0).of_one[&MAYA].len(), 1);
        drop((other, all));
        assert!(lock(&bus.0).of_one.is_empty() && lock(&bus.0).of_all.is_empty());
    }

    #[test]
    fn a_listener_costs_little_once_a_burst_is_over() {
        let bus = Bus::default();
        let mut maya = bus.subscribe_to(MAYA);
        (0..200).for_each(|last| bus.publish(changed(MAYA, last)));
        while maya.try_recv().is_some() {}
        assert!(lock(&maya.mailbox.waiting).hints.capacity() <= ROOM_KEPT);
    }
}
