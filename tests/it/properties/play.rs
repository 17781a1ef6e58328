//! Plays a sequence: three tasks act, five workers of two processes work, and the clock does as it is told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use baton::clock::Clock as _;
use baton::desk::receive::{Extra, Incoming, Place};
use baton::desk::reply::Reply;
use baton::desk::{Desk, DeskError};
use baton::fail::FailPoints;
use baton::handoff::conversation::Outcome;
use baton::handoff::people::Actor;
use baton::handoff::{Author, ChannelId, ConversationId, MessageId, Owner, Seq};
use baton::store::agents::Agent;
use baton::store::channels::{self, Channel};
use baton::store::conversations::{self, OfContact, Record};
use baton::store::timeline::{self, Delivery, Item, Message};
use baton::store::{contacts, outbox, turns};
use baton_adapters::Registry;
use chrono::TimeDelta;
use serde_json::json;
use tokio::sync::{Mutex, RwLock};

use super::acts::{Act, CUSTOMERS, Mood};
use super::provider::{Obedient, Provider};
use crate::support::{Setting, TestApp};

/// Tasks that act at the same time.
const ACTORS: usize = 3;
/// What a worker waits for when nothing is due, in real time.
const IDLE: Duration = Duration::from_millis(1);
/// Steps after which a drain is one that never ends.
const STEPS_MAX: usize = 20_000;
/// How often a request that a crash cut off is made again.
const REQUESTS_MAX: usize = 40;

/// A desk on which one sequence after the other is played, each with customers of its own.
pub struct Stage {
    pub app: TestApp,
    pub provider: Provider,
    fail: FailPoints,
    channel: Arc<Channel>,
    agents: Vec<Agent>,
    sequences: AtomicU64,
}

/// One sequence being played.
pub struct Play<'a> {
    pub stage: &'a Stage,
    pub customers: Vec<Customer>,
    /// What the AI had not sent when its ownership ended: it may not arrive any more, unless it had arrived.
    pub silenced: Mutex<HashMap<MessageId, usize>>,
    /// What a person has had sent again: order and copies are theirs to answer for.
    pub tried_again: Mutex<HashSet<MessageId>>,
    /// Promises that broke while it was played.
    pub broken: Mutex<Vec<String>>,
    counted: Mutex<HashMap<&'static str, u64>>,
    /// A send lasts less than its lease: the clock does not jump while a courier is on its way.
    sending: RwLock<()>,
    over: AtomicBool,
}

/// Somebody who writes in.
pub struct Customer {
    pub phone: String,
    /// Provider ids and texts, all of them acknowledged.
    pub events: Mutex<Vec<(String, String)>>,
}

impl Stage {
    pub async fn set(idempotent: bool) -> Self {
        let (provider, fail) = (Provider::new(idempotent), FailPoints::default());
        let registry = Registry::standard().with(provider.clone());
        let setting = Setting { registry, assistant: Some(Arc::new(Obedient::default())), fail: fail.clone() };
        let app = TestApp::start_in(setting, &[("turn_debounce_ms", "0"), ("turn_deadline_ms", "60")]).await;
        let agents = vec![app.agent("Ines").await, app.agent("Omar").await];
        let channel = Channel {
            id: ChannelId(app.clock.new_id()),
            kind: "sms".into(),
            name: "Text messages".into(),
            token: "texts".into(),
            autopilot: true,
            settings: json!({}),
            created_at: app.clock.now(),
        };
        let tx = app.desk().store.begin().await.expect("a transaction");
        channels::insert(&*tx, &app.site().key, &channel, None).await.expect("a channel");
        tx.commit().await.expect("committed");
        app.site().reload_channels().await.expect("channels");
        Self { app, provider, fail, channel: Arc::new(channel), agents, sequences: AtomicU64::new(0) }
    }

    pub fn desk(&self) -> &Desk {
        self.app.desk()
    }

    /// Plays a sequence to its end and says which promises broke, or what was in it.
    pub async fn play(&self, acts: &[Act]) -> Result<HashMap<&'static str, u64>, Vec<String>> {
        let number = self.sequences.fetch_add(1, Ordering::Relaxed);
        let customer = |n| Customer { phone: format!("+1555{:07}", number * 10 + n), events: Mutex::new(Vec::new()) };
        let play = Play {
            stage: self,
            customers: (0..CUSTOMERS as u64).map(customer).collect(),
            silenced: Mutex::default(),
            tried_again: Mutex::default(),
            broken: Mutex::default(),
            counted: Mutex::default(),
            sending: RwLock::new(()),
            over: AtomicBool::new(false),
        };
        let act = |actor: usize| {
            let (play, mine) = (&play, acts.iter().skip(actor).step_by(ACTORS));
            async move {
                for act in mine {
                    play.act(act).await;
                }
            }
        };
        let actors = async {
            tokio::join!(act(0), act(1), act(2));
            play.over.store(true, Ordering::Release);
        };
        tokio::join!(
            actors,
            play.work(Work::Turns),
            play.work(Work::Turns),
            play.work(Work::Sends),
            play.work(Work::Sends),
            play.work(Work::Timers)
        );
        self.disarm();
        self.provider.recover();
        play.drain().await;
        let mut broken = play.broken.lock().await.clone();
        broken.extend(play.audit().await);
        if broken.is_empty() { Ok(play.counted.lock().await.clone()) } else { Err(broken) }
    }

    /// Gaps that nothing reached stay out of the next sequence.
    fn disarm(&self) {
        for gap in baton::fail::Gap::ALL {
            let _ = self.fail.check(gap);
        }
    }
}

#[derive(Clone, Copy)]
enum Work {
    Turns,
    Sends,
    Timers,
}

impl Play<'_> {
    /// A worker, which begins a new life after each crash.
    async fn work(&self, work: Work) {
        let (desk, courier) = (self.stage.desk(), self.stage.app.courier());
        let mut id = desk.clock.new_id();
        while !self.over.load(Ordering::Acquire) {
            let step = match work {
                Work::Turns => desk.run_due_turn(id).await,
                Work::Sends => {
                    let _on_its_way = self.sending.read().await;
                    courier.deliver_due(id).await
                }
                Work::Timers => desk.fire_due_timer().await,
            };
            match step {
                Ok(true) => tokio::task::yield_now().await,
                Ok(false) => tokio::time::sleep(IDLE).await,
                Err(DeskError::Crashed(_)) => {
                    id = desk.clock.new_id();
                    self.count("crashes").await;
                }
                Err(error) => self.broke(format!("a worker's step failed: {error}")).await,
            }
        }
    }

    /// Healthy workers and passing time, until nothing waits.
    async fn drain(&self) {
        let (desk, courier) = (self.stage.desk(), self.stage.app.courier());
        let id = desk.clock.new_id();
        for _ in 0..STEPS_MAX {
            let turned = desk.run_due_turn(id).await.expect("a turn");
            let sent = courier.deliver_due(id).await.expect("a delivery");
            if turned || sent {
                continue;
            }
            let db = desk.store.reader();
            let (turn, row) = (turns::next_due(db).await.expect("turns"), outbox::next_due(db).await.expect("rows"));
            match [turn, row].into_iter().flatten().min() {
                None => return,
                Some(due) => self.stage.app.clock.set((due + TimeDelta::milliseconds(1)).max(desk.clock.now())),
            }
        }
        self.broke("the workers never come to rest".into()).await;
    }

    pub async fn broke(&self, why: String) {
        self.broken.lock().await.push(why);
    }

    async fn count(&self, what: &'static str) {
        *self.counted.lock().await.entry(what).or_default() += 1;
    }

    async fn act(&self, act: &Act) {
        match *act {
            Act::Write(customer, mood) => self.write(customer, mood).await,
            Act::Repeat(customer, back) => self.repeat(customer, back).await,
            Act::Tick(seconds) => self.stage.app.advance(TimeDelta::seconds(seconds)),
            Act::Jump(hours) => {
                let _nobody_sends = self.sending.write().await;
                self.stage.app.advance(TimeDelta::hours(hours));
                self.count("clock jumps").await;
            }
            Act::Trouble(trouble) => self.stage.provider.trouble(trouble),
            Act::Stop(gap) => self.stage.fail.arm(gap),
            Act::AskForPerson(customer)
            | Act::Reply(_, customer)
            | Act::ReplyTwice(_, customer)
            | Act::BothTakeOver(customer)
            | Act::TakeOver(_, customer)
            | Act::Assign(_, customer, _)
            | Act::HandBack(_, customer)
            | Act::Resolve(_, customer)
            | Act::Reopen(_, customer)
            | Act::Snooze(_, customer)
            | Act::Acknowledge(_, customer)
            | Act::TryAgain(customer) => {
                if let Some(record) = self.conversations(customer).await.into_iter().next() {
                    self.act_on(act, &record).await;
                }
            }
        }
    }

    async fn act_on(&self, act: &Act, record: &Record) {
        let (desk, id, seen) = (self.stage.desk(), record.core.id, record.core.epoch);
        let agent = |index: usize| self.stage.agents[index].id;
        let done = match *act {
            Act::AskForPerson(_) => desk.ask_for_person(id).await,
            Act::Reply(by, _) => self.reply(by, id, 1).await,
            Act::ReplyTwice(by, _) => self.reply(by, id, 2).await,
            Act::BothTakeOver(_) => {
                let (one, other) = tokio::join!(desk.take_over(id, agent(0), seen), desk.take_over(id, agent(1), seen));
                self.of_two_one_wins(&one, &other).await;
                one.or(other)
            }
            Act::TakeOver(by, _) => desk.take_over(id, agent(by), seen).await,
            Act::Assign(by, _, to) => desk.assign(id, agent(by), to.map(agent)).await,
            Act::HandBack(by, _) => desk.hand_back(id, agent(by), "").await,
            Act::Resolve(by, _) => desk.resolve(id, Actor::Agent(agent(by)), Outcome::Resolved).await,
            Act::Reopen(by, _) => desk.reopen(id, agent(by)).await,
            Act::Snooze(by, _) => desk.snooze(id, agent(by), desk.clock.now() + TimeDelta::minutes(5)).await,
            Act::Acknowledge(by, _) => desk.acknowledge(id, agent(by)).await,
            Act::TryAgain(_) => return self.try_again(id).await,
            _ => return,
        };
        match done {
            Ok(record) if record.core.owner.is_human() => self.note_silenced(&record).await,
            Ok(_) | Err(DeskError::Rejected(_) | DeskError::Invalid(_) | DeskError::Unseen { .. }) => {}
            Err(error) => self.broke(format!("{act:?} failed: {error}")).await,
        }
    }

    async fn of_two_one_wins(&self, one: &Result<Record, DeskError>, other: &Result<Record, DeskError>) {
        self.count("claims at once").await;
        if let (Ok(one), Ok(other)) = (one, other)
            && one.core.epoch == other.core.epoch
            && one.core.owner != other.core.owner
        {
            self.broke("two agents were both told that they have the conversation".into()).await;
        }
    }

    async fn write(&self, customer: usize, mood: Mood) {
        let events = &self.customers[customer].events;
        let number = events.lock().await.len();
        let event = self.stage.desk().clock.new_id().to_string();
        let text = format!("{mood:?} {number} {event}");
        if self.provider_sends(customer, &event, &text).await {
            events.lock().await.push((event, text));
            self.count("customer messages").await;
        }
    }

    async fn repeat(&self, customer: usize, back: usize) {
        let known = self.customers[customer].events.lock().await.iter().rev().nth(back).cloned();
        let Some((event, text)) = known else { return };
        tokio::join!(self.provider_sends(customer, &event, &text), self.provider_sends(customer, &event, &text));
        self.count("repeated events").await;
    }

    /// A provider goes on until it hears that the event is stored.
    async fn provider_sends(&self, customer: usize, event: &str, text: &str) -> bool {
        for _ in 0..REQUESTS_MAX {
            let incoming = Incoming {
                channel: self.stage.channel.clone(),
                provider_id: event.to_owned(),
                message: MessageId(self.stage.desk().clock.new_id()),
                place: Place::Address { kind: "phone", value: self.customers[customer].phone.clone(), name: None },
                text: text.to_owned(),
                attachments: Vec::new(),
                shown_before: Vec::new(),
                language: None,
                extra: Extra::default(),
            };
            match self.stage.desk().receive(incoming).await {
                Ok(_) => return true,
                Err(DeskError::Crashed(_) | DeskError::Interrupted) => {}
                Err(error) => {
                    self.broke(format!("a customer's message was not stored: {error}")).await;
                    return false;
                }
            }
        }
        self.broke("a customer's message was never acknowledged".into()).await;
        false
    }

    async fn reply(&self, by: usize, id: ConversationId, times: usize) -> Result<Record, DeskError> {
        let (desk, agent) = (self.stage.desk(), self.stage.agents[by].id);
        let message = MessageId(desk.clock.new_id());
        let text = format!("Agent {message}");
        let send = || desk.reply(id, Reply { agent, message, text: text.clone(), attachments: Vec::new(), seen: None });
        self.count("agent messages").await;
        if times == 2 {
            let (one, other) = tokio::join!(send(), send());
            return one.or(other);
        }
        let record = send().await?;
        if record.core.owner != Owner::Agent(agent) {
            self.broke(format!("promise 3: {agent} wrote and {:?} owns the conversation", record.core.owner)).await;
        }
        Ok(record)
    }

    async fn try_again(&self, id: ConversationId) {
        let stuck = |message: &Message| matches!(message.delivery, Delivery::Parked | Delivery::Unknown);
        let Some(message) = self.messages(id).await.into_iter().find(stuck) else { return };
        self.tried_again.lock().await.insert(message.id);
        match self.stage.desk().retry(id, message.id).await {
            Ok(()) => self.count("messages tried again").await,
            Err(DeskError::Invalid(_)) => {}
            Err(error) => self.broke(format!("trying again failed: {error}")).await,
        }
    }

    /// What the AI has not sent by now, people having taken over, the customer must never get. Somebody else may have given
    /// the conversation back meanwhile: what the AI says after that is of a later epoch.
    async fn note_silenced(&self, record: &Record) {
        let counts = self.stage.provider.counts();
        for message in self.messages(record.core.id).await {
            let waits = matches!(message.delivery, Delivery::Queued | Delivery::Parked | Delivery::Discarded);
            if message.author == Author::Ai && message.epoch < record.core.epoch && waits {
                let had = counts.get(&self.key(message.id).await.unwrap_or_default()).copied().unwrap_or(0);
                self.silenced.lock().await.entry(message.id).or_insert(had);
            }
        }
        self.count("ends of the AI's ownership, or more").await;
    }

    /// The name under which the provider knows a message.
    pub async fn key(&self, message: MessageId) -> Option<String> {
        let row = outbox::of_message(self.stage.desk().store.reader(), message).await.expect("the outbox");
        row.map(|row| row.id.to_string())
    }

    /// The customer's conversations, newest first.
    pub async fn conversations(&self, customer: usize) -> Vec<Record> {
        let db = self.stage.desk().store.reader();
        let phone = &self.customers[customer].phone;
        let Some(contact) = contacts::by_identity(db, "phone", phone).await.expect("contacts") else {
            return Vec::new();
        };
        let wanted =
            OfContact { contact: contact.id, channel: self.stage.channel.id, verified: true, external_id: None };
        conversations::of_contact(db, &wanted, None, 100).await.expect("conversations")
    }

    pub async fn items(&self, id: ConversationId) -> Vec<Item> {
        timeline::after(self.stage.desk().store.reader(), id, Seq(0), 5_000).await.expect("a timeline")
    }

    pub async fn messages(&self, id: ConversationId) -> Vec<Message> {
        let messages = self.items(id).await.into_iter().filter_map(|item| match item {
            Item::Message(message) => Some(message),
            Item::Line(_) => None,
        });
        messages.collect()
    }
}
