//! `baton bench ingest`: customers' messages through the front doors, webhook and widget, each answered when it is durable.
//!
//! Afterwards every message that was acknowledged is looked for. Invariant: the yardstick is measured in the same call, by
//! the same client, on the same disk.

use clap::Args;

use crate::cli::CliError;

use super::client::{Connection, Failed};
use super::customers::{Visitor, Webhook, visitors};
use super::figures::{Figures, Tally};
use super::load::{Worker, drive, for_each};
use super::random::Random;
use super::stored::{self, Acknowledged};
use super::target::{Database, Target, Wanted};
use super::{Common, words, yardstick};

/// Different texts that are sent.
const TEXTS: usize = 512;
/// Customers of a server that limits new contacts by address, as a real one does.
const CUSTOMERS_ELSEWHERE: usize = 100;
/// Share of the time that is measured with one connection.
const ALONE_SHARE: u32 = 4;

/// The numbers of customers that every run knows.
const KNOWN: u32 = 0;

/// Options of `baton bench ingest`.
#[derive(Clone, Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    /// Percent of the messages that come in as webhooks; the others come from widgets. With --url all come from widgets.
    #[arg(long, default_value_t = 50.0, value_name = "PERCENT")]
    webhook_share: f64,
    /// Percent of the webhooks that come from somebody new: a contact, a conversation, a handoff, a notice to send.
    #[arg(long, default_value_t = 4.0, value_name = "PERCENT")]
    new_share: f64,
    /// Customers that are known already, on each way in.
    #[arg(long, default_value_t = 1_000, value_name = "COUNT")]
    customers: usize,
    /// Leave the AI on.
    #[arg(long)]
    ai: bool,
    /// Leave the yardstick out.
    #[arg(long)]
    no_baseline: bool,
}

pub(super) async fn run(options: Options) -> Result<(), CliError> {
    let common = options.common.clone();
    let database = Database::of(common.database.as_deref())?;
    let baseline = match common.url.is_none() && !options.no_baseline {
        true => Some(yardstick::measure(&common, options.share_of_new(), options.customers).await?),
        false => None,
    };
    let wanted = Wanted { ai: options.ai, ..Wanted::default() };
    let target = Target::reach(&common, &database, &wanted).await?;
    let crowd = Crowd::gather(&target, &options).await?;
    let cpu_before = target.cpu_seconds();
    let (tally, mut senders) =
        drive("ingest", crowd.senders(&target, common.connections()).await?, common.time()).await?;
    let cpu = target.cpu_seconds().zip(cpu_before).map(|(after, before)| after - before);
    let memory_mb = target.memory_mb();
    let alone = crowd.senders(&target, 1).await?;
    let (alone, last) = drive("one connection", alone, common.time() / ALONE_SHARE).await?;
    senders.extend(last);
    let acknowledged: Vec<Acknowledged> = senders.into_iter().flat_map(|sender| sender.acknowledged).collect();
    let stored = stored::count(&target, &acknowledged, common.connections()).await?;
    target.stop()?;

    let mut figures = Figures::default();
    figures.load("", &tally);
    figures.put("acknowledged", acknowledged.len()).put("stored", stored);
    figures.number("single_p50_ms", alone.latency.ms(0.5)).number("single_p99_ms", alone.latency.ms(0.99));
    match &baseline {
        Some(baseline) => baseline.compare(&mut figures, &tally, &alone),
        None => _ = figures.put("baseline_per_second", serde_json::Value::Null),
    }
    let per_message = cpu.map(|cpu| cpu * 1e6 / tally.latency.count() as f64);
    figures.put("connections", common.connections()).number("seconds", tally.took.as_secs_f64());
    figures.number("server_cpu_us_per_message", per_message.unwrap_or(f64::NAN));
    figures.number("server_memory_mb", memory_mb.unwrap_or(f64::NAN));
    figures.put("errors", tally.errors + alone.errors);
    told_errors(&mut figures, &[&tally, &alone]);
    figures.tell(common.json, common.compare.as_deref())?;
    match stored < acknowledged.len() {
        true => Err(CliError::Words(format!("{} acknowledged messages are lost", acknowledged.len() - stored))),
        false => Ok(()),
    }
}

/// The first error in words, if there was one.
pub(super) fn told_errors(figures: &mut Figures, tallies: &[&Tally]) {
    if let Some(first) = tallies.iter().find_map(|tally| tally.first_error.clone()) {
        figures.put("first_error", first);
    }
}

impl Options {
    /// The share of all messages that is from somebody new.
    fn share_of_new(&self) -> f64 {
        self.webhook_share / 100.0 * self.new_share
    }
}

/// Everybody who writes.
struct Crowd {
    visitors: Vec<Visitor>,
    phones: usize,
    webhook_share: f64,
    new_share: f64,
}

impl Crowd {
    /// Makes the customers known, before the clock runs.
    async fn gather(target: &Target, options: &Options) -> Result<Self, CliError> {
        let common = &options.common;
        let elsewhere = target.own.is_none();
        let count = if elsewhere { options.customers.min(CUSTOMERS_ELSEWHERE) } else { options.customers };
        let visitors = visitors(target, count.max(common.connections()), common.connections()).await?;
        let phones = if target.provider.is_some() { count.max(common.connections()) } else { 0 };
        let webhook_share = if elsewhere { 0.0 } else { options.webhook_share };
        let crowd = Self { visitors, phones, webhook_share, new_share: options.new_share };
        let senders = crowd.senders(target, common.connections()).await?;
        for_each("phones write first", senders, common.connections(), |senders| async move {
            for mut sender in senders {
                for phone in sender.phones.clone() {
                    sender.text(&phone_number(KNOWN, phone)).await?;
                }
            }
            Ok(vec![()])
        })
        .await?;
        Ok(crowd)
    }

    /// One sender a connection, each with customers of its own: nobody waits for another one's conversation.
    async fn senders(&self, target: &Target, connections: usize) -> Result<Vec<Sender>, CliError> {
        let mut senders = Vec::with_capacity(connections);
        for place in 0..connections {
            let mut random = Random::new(place as u64 + 1);
            senders.push(Sender {
                connection: Connection::open(&target.place).await?,
                webhook: target.provider.as_ref().map(Webhook::of).transpose()?,
                visitors: self.visitors.iter().skip(place).step_by(connections).cloned().collect(),
                phones: (place..self.phones).step_by(connections).collect(),
                webhook_share: self.webhook_share,
                new_share: self.new_share,
                texts: (0..TEXTS).map(|_| words::sentence(&mut random, 12)).collect(),
                name: super::new_id().simple().to_string(),
                run: a_run(),
                newcomers: 0,
                next_visitor: 0,
                acknowledged: Vec::new(),
                random,
                ids: Random::new(super::new_id().as_u128() as u64),
            });
        }
        Ok(senders)
    }
}

/// One connection and the customers whose messages it carries.
struct Sender {
    connection: Connection,
    webhook: Option<Webhook>,
    visitors: Vec<Visitor>,
    phones: Vec<usize>,
    webhook_share: f64,
    new_share: f64,
    texts: Vec<String>,
    /// What makes ids of webhooks unlike any other's.
    name: String,
    run: u32,
    newcomers: usize,
    next_visitor: usize,
    acknowledged: Vec<Acknowledged>,
    random: Random,
    /// Unlike those of any other run.
    ids: Random,
}

impl Worker for Sender {
    async fn step(&mut self) -> Result<(), Failed> {
        if !self.random.percent(self.webhook_share) {
            return self.chat().await;
        }
        if self.random.percent(self.new_share) {
            self.newcomers += 1;
            return self.text(&phone_number(self.run, self.newcomers)).await;
        }
        match self.random.pick(&self.phones).copied() {
            Some(phone) => self.text(&phone_number(KNOWN, phone)).await,
            None => self.chat().await,
        }
    }
}

impl Sender {
    /// A text from a phone, as its provider delivers it.
    async fn text(&mut self, phone: &str) -> Result<(), Failed> {
        let Some(webhook) = &self.webhook else { return Ok(()) };
        let id = format!("{}-{}", self.name, self.acknowledged.len());
        let text = self.random.pick(&self.texts).map_or("", String::as_str);
        webhook.deliver(&mut self.connection, &id, phone, text).await?;
        self.acknowledged.push(Acknowledged { provider_id: id, visitor: None });
        Ok(())
    }

    /// A message in a widget. Visitors take turns, so that nobody writes faster than people may.
    async fn chat(&mut self) -> Result<(), Failed> {
        self.next_visitor = (self.next_visitor + 1) % self.visitors.len().max(1);
        let Some(visitor) = self.visitors.get(self.next_visitor) else { return Ok(()) };
        let id = self.ids.id();
        let text = self.random.pick(&self.texts).map_or("", String::as_str);
        visitor.say(&mut self.connection, id, text).await?;
        let by = (visitor.headers.clone(), visitor.session.clone());
        self.acknowledged.push(Acknowledged { provider_id: id.to_string(), visitor: Some(by) });
        Ok(())
    }
}

/// A number nobody has. Those of one `run` are unlike those of another one.
pub(super) fn phone_number(run: u32, place: usize) -> String {
    format!("+999{run:010}{place:06}")
}

/// What tells the numbers of this run from those of any other.
pub(super) fn a_run() -> u32 {
    super::new_id().as_u128() as u32
}
