//! `baton bench deliver`: texts that wait to leave, to a provider that takes each at once, while messages keep coming in.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use clap::Args;

use crate::cli::CliError;
use crate::clock::{Clock as _, SystemClock};
use crate::handoff::conversation::OpenHandoff;
use crate::handoff::message::Visibility;
use crate::handoff::policy::Reason;
use crate::handoff::{
    Author, ChannelId, ContactId, Conversation, ConversationId, HandoffId, MessageId, OutboxId, Owner, Seq,
    TicketNumber,
};
use crate::store::contacts::{self, Contact, Identity};
use crate::store::conversations::Record;
use crate::store::timeline::{Delivery, Message};
use crate::store::{Store, bulk, channels, outbox};

use super::client::{Connection, Failed};
use super::customers::Webhook;
use super::figures::Figures;
use super::fill::{look_after, record};
use super::ingest::{a_run, phone_number, told_errors};
use super::load::{Worker, drive};
use super::progress::Progress;
use super::random::Random;
use super::sink::Sink;
use super::target::{Database, Provider, Target, Wanted};
use super::{Common, words};

/// Conversations of one transaction.
const BATCH: usize = 1_000;
/// Connections that messages come in through.
const CONNECTIONS: usize = 32;
/// Texts that wait for each second of the measurement.
const WAITING_A_SECOND: usize = 3_000;

/// Options of `baton bench deliver`.
#[derive(Clone, Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Texts that wait at the start [default: 3000 for each second].
    #[arg(long, value_name = "COUNT")]
    waiting: Option<usize>,
    /// Texts of one conversation; they leave one after the other.
    #[arg(long, default_value_t = 2, value_name = "COUNT", value_parser = super::at_least_one)]
    texts_per_conversation: usize,
    /// Messages that come in meanwhile, a second.
    #[arg(long, default_value_t = 300, value_name = "COUNT", value_parser = super::at_least_one)]
    rate: usize,
}

pub(super) async fn run(options: Options) -> Result<(), CliError> {
    let common = options.common.clone();
    if common.url.is_some() {
        let why = "deliver plays the provider, so it starts a server of its own; leave --url out";
        return Err(CliError::Words(why.into()));
    }
    let database = Database::of(common.database.as_deref())?;
    let wanted = Wanted::default();
    Target::start(&database, &wanted)?.stop()?;
    let waiting = options.waiting.unwrap_or(WAITING_A_SECOND * common.seconds as usize);
    let backlog = Backlog::store(&database.url, waiting, options.texts_per_conversation).await?;
    let sink = Sink::open().await?;
    let target = Target::start(&database, &Wanted { provider: Some(sink.url.clone()), ..wanted })?;
    let begin = Instant::now();
    let writers = backlog.writers(&target, options.rate).await?;
    let (tally, _) = drive("deliver", writers, common.time()).await?;
    let memory_mb = target.memory_mb();
    let arrived = sink.arrived.borrow();
    let (count, took) = arrived.since(begin);
    let took = took.min(common.time() + Duration::from_secs(1));

    let mut figures = Figures::default();
    figures.number("deliveries_per_second", count as f64 / took.as_secs_f64());
    figures.put("delivered", arrived.count()).put("repeated", arrived.repeated);
    figures.put("waiting_at_start", backlog.texts).number("seconds", took.as_secs_f64());
    figures.load("incoming_", &tally).put("errors", tally.errors);
    figures.number("server_memory_mb", memory_mb.unwrap_or(f64::NAN));
    told_errors(&mut figures, &[&tally]);
    drop(arrived);
    target.stop()?;
    figures.tell(common.json, common.compare.as_deref())
}

/// Texts that wait, in conversations that people have.
struct Backlog {
    texts: usize,
    conversations: usize,
    /// Whose phone numbers they are.
    run: u32,
}

impl Backlog {
    /// Writes them, as the desk would have.
    async fn store(url: &str, texts: usize, each: usize) -> Result<Self, CliError> {
        let store = Store::open(url).await?;
        let all = channels::all(store.reader()).await?;
        let channel = all.iter().find(|channel| channel.kind == "sms").map(|channel| channel.id);
        let channel = channel.ok_or_else(|| CliError::Words("the database has no channel for texts".into()))?;
        let conversations = texts.div_ceil(each);
        let progress = Progress::steps("texts wait", conversations as u64);
        let (mut random, run) = (Random::new(5), a_run());
        for batch in (0..conversations).step_by(BATCH) {
            let number = bulk::last_number(store.reader()).await?.0;
            let places = batch..(batch + BATCH).min(conversations);
            let count = places.len() as u64;
            let made: Vec<Waiting> = places
                .map(|place| {
                    Waiting::new(
                        &mut random,
                        channel,
                        phone_number(run, place),
                        number + 1 + (place - batch) as i64,
                        each,
                    )
                })
                .collect();
            store_batch(&store, made).await?;
            progress.advance(count);
        }
        let tx = store.begin().await?;
        bulk::go_on_after(&*tx, bulk::last_number(&*tx).await?).await?;
        tx.commit().await?;
        store.close().await?;
        Ok(Self { texts: conversations * each, conversations, run })
    }

    /// Its customers keep writing.
    async fn writers(&self, target: &Target, rate: usize) -> Result<Vec<Writer>, CliError> {
        let provider: &Provider =
            target.provider.as_ref().ok_or_else(|| CliError::Words("the server has no provider".into()))?;
        let mut writers = Vec::with_capacity(CONNECTIONS);
        for nth in 0..CONNECTIONS {
            writers.push(Writer {
                connection: Connection::open(&target.place).await?,
                webhook: Webhook::of(provider)?,
                customers: self.conversations,
                run: self.run,
                every: Duration::from_secs_f64(CONNECTIONS as f64 / rate as f64),
                due: Instant::now(),
                name: super::new_id().simple().to_string(),
                sent: 0,
                random: Random::new(nth as u64 + 1),
            });
        }
        Ok(writers)
    }
}

/// One conversation whose texts wait.
struct Waiting {
    contact: Contact,
    record: Record,
    messages: Vec<Message>,
}

impl Waiting {
    fn new(random: &mut Random, channel: ChannelId, phone: String, number: i64, texts: usize) -> Self {
        let now = SystemClock.now();
        let contact = Contact {
            id: ContactId(SystemClock.new_id()),
            name: Some(words::name(random)),
            email: None,
            phone: Some(phone),
            avatar_url: None,
            language: None,
            verified: true,
            custom_data: serde_json::Value::Null,
            created_at: now,
        };
        let mut core = Conversation::new(ConversationId(SystemClock.new_id()), channel, contact.id);
        core.owner = Owner::Queue;
        // Acknowledged: nobody is reminded of what was made up.
        core.handoff = Some(OpenHandoff { id: HandoffId(SystemClock.new_id()), acknowledged: true });
        core.last_seq = Seq(texts as i64);
        let say = |seq| message(random, &core, seq, now);
        let messages: Vec<Message> = (1..=texts as i64).map(say).collect();
        let record =
            Record { handoff_reason: Some(Reason::AutopilotOff), ..record(core, TicketNumber(number), "sms", now) };
        Self { contact, record, messages }
    }
}

fn message(random: &mut Random, core: &Conversation, seq: i64, now: DateTime<Utc>) -> Message {
    Message {
        id: MessageId(SystemClock.new_id()),
        conversation: core.id,
        seq: Seq(seq),
        author: Author::System,
        visibility: Visibility::Public,
        text: words::sentence(random, 12),
        sources: Vec::new(),
        has_attachments: false,
        epoch: core.epoch,
        delivery: Delivery::Queued,
        delivery_detail: None,
        cut_off: false,
        vote: None,
        at: now,
    }
}

async fn store_batch(store: &Store, made: Vec<Waiting>) -> Result<(), CliError> {
    let now = SystemClock.now();
    let (mut people, mut records, mut messages) = (Vec::new(), Vec::new(), Vec::new());
    let tx = store.begin().await?;
    for waiting in made {
        let channel = waiting.record.core.channel;
        let rows = waiting.messages.iter().map(|message| outbox::Row {
            id: OutboxId(SystemClock.new_id()),
            conversation: message.conversation,
            seq: message.seq,
            message: message.id,
            channel,
            fence: None,
            state: outbox::State::Queued,
            attempts: 0,
        });
        for row in rows {
            outbox::insert(&*tx, &row, now).await?;
        }
        let phone = waiting.contact.phone.clone().unwrap_or_default();
        let identity = Identity { kind: "phone".into(), value: phone, verified: true };
        contacts::add_identity(&*tx, SystemClock.new_id(), waiting.contact.id, &identity, now).await?;
        people.push(waiting.contact);
        records.push(waiting.record);
        messages.extend(waiting.messages);
    }
    bulk::insert(&*tx, &people, &records, &messages).await?;
    look_after(&*tx, &records).await?;
    Ok(tx.commit().await?)
}

/// One connection that messages come in through, at an even pace.
struct Writer {
    connection: Connection,
    webhook: Webhook,
    customers: usize,
    run: u32,
    every: Duration,
    due: Instant,
    name: String,
    sent: usize,
    random: Random,
}

impl Worker for Writer {
    async fn step(&mut self) -> Result<(), Failed> {
        self.sent += 1;
        let id = format!("{}-{}", self.name, self.sent);
        let from = phone_number(self.run, self.random.below(self.customers));
        let text = words::sentence(&mut self.random, 12);
        self.webhook.deliver(&mut self.connection, &id, &from, &text).await
    }

    /// Not faster than asked for.
    async fn pause(&mut self) {
        self.due += self.every;
        tokio::time::sleep_until(self.due.into()).await;
    }
}
