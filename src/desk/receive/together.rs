//! Messages that arrive while another transaction is being written wait for it and then share the next one: one look-up,
//! a few statements, one commit, however many they are.
//!
//! Invariant: a message is answered for after its own commit. One that needs more than its row, or that disturbs the
//! transaction, gets a transaction of its own and disturbs nobody.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::fail::Gap;
use crate::handoff::effect::Effect;
use crate::handoff::{ConversationId, Fence, NewMessage, Owner, TurnId, apply};
use crate::store::Store;
use crate::store::arrivals::{self, Arrival, Asked, Found};
use crate::store::conversations::Record;

use super::super::change::{Changed, Due, note_message};
use super::super::{Desk, DeskError};
use super::alone::used_elsewhere;
use super::{Incoming, Place, Received};

/// Most messages of one transaction. While it is written, those that wait for the next one are read and checked.
const TOGETHER_MAX: usize = 16;

/// Transactions at a time on PostgreSQL: while one waits for its commit or an answer, the others go on.
const POSTGRES_LEADS_MAX: usize = 4;

/// Messages that wait for their transaction. Clones share the queue.
#[derive(Clone)]
pub struct Together {
    queue: Arc<Mutex<Queue>>,
    /// Where the queue is worked on while many messages come: not on the thread of a connection, which has others to serve.
    runtime: Handle,
    leads_max: usize,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// How many work on the queue.
    leads: usize,
    /// Whether messages came together the last time.
    is_busy: bool,
}

struct Waiting {
    incoming: Incoming,
    answer: oneshot::Sender<Result<Received, DeskError>>,
}

/// A task's work on the queue. Ends however the task ends.
struct Lead {
    queue: Together,
    is_over: bool,
}

impl Drop for Lead {
    fn drop(&mut self) {
        if !self.is_over {
            self.queue.lock().leads -= 1;
        }
    }
}

impl Together {
    /// An empty queue that is worked on by `runtime`, in as many transactions at a time as `store` has writers for.
    pub fn on(runtime: Handle, store: &Store) -> Self {
        let leads_max = if store.is_postgres() { POSTGRES_LEADS_MAX } else { 1 };
        Self { queue: Arc::default(), runtime, leads_max }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where to work on the queue now. A message that comes alone is worked on where it is: the way to another thread and back
    /// would be a good part of its time.
    fn workplace(&self) -> Handle {
        if self.lock().is_busy { self.runtime.clone() } else { Handle::current() }
    }

    /// Queues a message. A lead, if there may be one more.
    fn push(&self, waiting: Waiting) -> Option<Lead> {
        let mut queue = self.lock();
        queue.waiting.push(waiting);
        let is_wanted = queue.leads < self.leads_max;
        queue.leads += usize::from(is_wanted);
        is_wanted.then(|| Lead { queue: self.clone(), is_over: false })
    }

    /// The next messages; without any the lead has ended.
    fn take(&self) -> Vec<Waiting> {
        let mut queue = self.lock();
        let count = queue.waiting.len().min(TOGETHER_MAX);
        if count > 0 {
            queue.is_busy = count > 1;
        } else {
            queue.leads -= 1;
        }
        queue.waiting.drain(..count).collect()
    }
}

/// What can be stored with rows alone, and what becomes of it.
#[derive(Default)]
struct Gathered {
    rows: Vec<Row>,
    latest: HashMap<ConversationId, Record>,
}

struct Row {
    /// Place among those who asked.
    asked: usize,
    receipt: Uuid,
    message: NewMessage,
    after: Record,
    turn: Option<(TurnId, Fence, DateTime<Utc>)>,
}

impl Desk {
    /// Stores a message with those that arrive at the same time. Goes on if the caller goes away.
    pub(super) async fn receive_together(&self, incoming: Incoming) -> Result<Received, DeskError> {
        let (answer, outcome) = oneshot::channel();
        if let Some(lead) = self.together.push(Waiting { incoming, answer }) {
            let desk = self.clone();
            self.together.workplace().spawn(async move { desk.lead(lead).await });
        }
        outcome.await.map_err(|_| DeskError::Interrupted)?
    }

    async fn lead(&self, mut lead: Lead) {
        loop {
            let batch = lead.queue.take();
            lead.is_over = batch.is_empty();
            if lead.is_over {
                return;
            }
            self.receive_all(batch).await;
        }
    }

    async fn receive_all(&self, batch: Vec<Waiting>) {
        let (asked, answers): (Vec<Incoming>, Vec<_>) = batch.into_iter().map(|w| (w.incoming, w.answer)).unzip();
        let outcomes = match self.store_together(&asked).await {
            Ok(outcomes) => outcomes,
            Err(DeskError::Crashed(crashed)) => asked.iter().map(|_| Some(Err(DeskError::Crashed(crashed)))).collect(),
            Err(error) => {
                tracing::debug!(%error, messages = asked.len(), "messages that arrived together are stored one by one");
                asked.iter().map(|_| None).collect()
            }
        };
        for ((incoming, answer), outcome) in asked.into_iter().zip(answers).zip(outcomes) {
            // Whoever went away finds the message stored when they send it again.
            match outcome {
                Some(outcome) => drop(answer.send(outcome)),
                None => {
                    let desk = self.clone();
                    tokio::spawn(async move { drop(answer.send(desk.receive_alone(&incoming).await)) });
                }
            }
        }
    }

    /// One transaction for as many as possible. `None` is for those that need one of their own.
    async fn store_together(&self, asked: &[Incoming]) -> Result<Vec<Option<Result<Received, DeskError>>>, DeskError> {
        let now = self.clock.now();
        let places: Vec<arrivals::Place> = asked.iter().map(Incoming::place).collect();
        let questions: Vec<Asked<'_>> = asked
            .iter()
            .zip(&places)
            .map(|(one, place)| Asked { channel: one.channel.id, provider_id: &one.provider_id, place })
            .collect();
        let tx = self.store.begin().await?;
        let found = arrivals::find(&*tx, &questions).await?;
        let mut gathered = Gathered::default();
        let mut seen = HashSet::new();
        let mut outcomes: Vec<Option<Result<Received, DeskError>>> = Vec::with_capacity(asked.len());
        for (place, (incoming, found)) in asked.iter().zip(found).enumerate() {
            // The second of two at once finds the first one stored.
            let is_first = seen.insert((incoming.channel.id, incoming.provider_id.as_str()));
            outcomes.push(match found.filter(|_| is_first) {
                Some(found) => self.gather(&mut gathered, place, incoming, found, now),
                None => None,
            });
        }
        if gathered.rows.is_empty() {
            return Ok(outcomes);
        }
        let rows: Vec<Arrival<'_>> = gathered.rows.iter().map(|row| row.arrival(&asked[row.asked])).collect();
        self.fail.check(Gap::BeforeReceiveCommit)?;
        arrivals::store(tx, &rows, now).await?;
        self.fail.check(Gap::AfterReceiveCommit)?;
        for row in gathered.rows {
            let due = Due { turn: row.turn.map(|(_, _, due)| due), ..Due::default() };
            let changed = Changed { record: row.after, notify: false, due };
            self.publish(&changed);
            outcomes[row.asked] = Some(Ok(Received { record: changed.record, duplicate: false }));
        }
        Ok(outcomes)
    }

    /// Adds a message's rows, if rows are all it needs. Says what is known about it already.
    fn gather(
        &self,
        gathered: &mut Gathered,
        asked: usize,
        incoming: &Incoming,
        found: Found,
        now: DateTime<Utc>,
    ) -> Option<Result<Received, DeskError>> {
        if let Err(why) = incoming.check_place(&found.record) {
            return Some(Err(why));
        }
        let before = gathered.latest.get(&found.record.core.id).cloned().unwrap_or(found.record);
        match found.first {
            Some(first) if first == before.core.id => return Some(Ok(Received { record: before, duplicate: true })),
            Some(_) if matches!(incoming.place, Place::Conversation { .. }) => return Some(Err(used_elsewhere())),
            Some(_) => return None,
            None => {}
        }
        let needs_more = !incoming.shown_before.is_empty()
            || !incoming.attachments.is_empty()
            || incoming.extra.needs_more()
            || before.core.is_resolved()
            || incoming.leads_back(&before)
            || (!incoming.channel.autopilot && before.core.owner == Owner::Ai);
        if needs_more {
            return None;
        }
        let transition = apply(&before.core, &incoming.event(), now).ok()?;
        let (message, fence) = match transition.effects.as_slice() {
            [Effect::Store { message, .. }] => (message.clone(), None),
            [Effect::Store { message, .. }, Effect::RunTurn { fence }] => (message.clone(), Some(*fence)),
            _ => return None,
        };
        let mut after = Record { core: transition.next, updated_at: now, ..incoming.learned(&before) };
        note_message(&mut after, &message, now);
        let turn = fence.map(|fence| (TurnId(self.clock.new_id()), fence, now + self.quiet_time(&after)));
        gathered.latest.insert(after.core.id, after.clone());
        gathered.rows.push(Row { asked, receipt: self.clock.new_id(), message, after, turn });
        None
    }
}

impl Row {
    fn arrival<'a>(&'a self, incoming: &'a Incoming) -> Arrival<'a> {
        Arrival {
            receipt: self.receipt,
            provider_id: &incoming.provider_id,
            message: &self.message,
            after: &self.after,
            turn: self.turn,
        }
    }
}
