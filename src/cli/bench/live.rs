//! `baton bench live`: customers and agents with open streams, and messages at an even pace. Measures the time from the
//! commit, told to whoever sent the message, until it is on each screen that shows it; and what an open stream costs.
//!
//! Every second message is a customer's, every other one an agent's reply. All agents look at every conversation.

use std::rc::Rc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use clap::Args;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cli::CliError;
use crate::clock::{Clock as _, SystemClock};
use crate::store::sessions::Session;
use crate::store::{Store, agents, sessions};
use crate::web::session::hash;

use super::client::{Connection, Failed, headers};
use super::customers::{Agent, Visitor, visitors};
use super::figures::{Figures, Latency};
use super::fill::agent;
use super::load::{Worker, drive, for_each};
use super::random::Random;
use super::screen::{Screen, Seen, mark};
use super::story::reply;
use super::target::{Database, Target, Wanted};
use super::{Common, words};

/// Streams opened at a time.
const OPENERS: usize = 32;
/// How long streams are left alone before the memory is read, and before the first message.
const REST: Duration = Duration::from_secs(2);
/// How long screens may take to show the last messages.
const LAST: Duration = Duration::from_secs(2);
/// Files besides the streams.
const OTHER_FILES: u64 = 200;
const NO_PASSWORD: &str = "none";

/// Options of `baton bench live`.
#[derive(Clone, Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Customers with an open chat.
    #[arg(long, default_value_t = 5_000, value_name = "COUNT", value_parser = super::at_least_one)]
    customers: usize,
    /// Agents with an open inbox.
    #[arg(long, default_value_t = 200, value_name = "COUNT", value_parser = super::at_least_one)]
    agents: usize,
    /// Messages a second.
    #[arg(long, default_value_t = 200, value_name = "COUNT", value_parser = super::at_least_one)]
    rate: usize,
}

pub(super) async fn run(options: Options) -> Result<(), CliError> {
    let common = &options.common;
    allow_files((options.customers + options.agents) as u64 + OTHER_FILES)?;
    let database = Database::of(common.database.as_deref())?;
    let mut target = Target::reach(common, &database, &Wanted::default()).await?;
    let customers = Rc::new(visitors(&target, options.customers, common.connections()).await?);
    let staff = Rc::new(match &target.own {
        Some(own) => employ(&own.database, options.agents).await?,
        None => vec![Agent::sign_in(&target).await?; options.agents],
    });
    if target.own.is_some() {
        // A fresh process, so that what the set-up left in memory is not taken for the streams'.
        target.stop()?;
        target = Target::start(&database, &Wanted::default())?;
    }
    let mut figures = Figures::default();
    let (stop, stopped) = watch::channel(false);
    let screens = Screens::open(&target, &customers, &staff, &stopped, common.time().min(REST), &mut figures).await?;

    let workers = common.connections().min(options.rate);
    let begin = Instant::now();
    let mut senders = Vec::with_capacity(workers);
    for nth in 0..workers {
        senders.push(Sender {
            connection: Connection::open(&target.place).await?,
            customers: customers.clone(),
            staff: staff.clone(),
            next: nth,
            workers,
            begin,
            every: Duration::from_secs_f64(1.0 / options.rate as f64),
            sent: Vec::new(),
            random: Random::new(super::new_id().as_u128() as u64),
        });
    }
    let (tally, senders) = drive("live", senders, common.time()).await?;
    tokio::time::sleep(LAST).await;
    stop.send_replace(true);
    let mut sent: Vec<Sent> = senders.into_iter().flat_map(|sender| sender.sent).collect();
    sent.sort_unstable_by_key(|message| message.number);
    screens.judge(&sent, options.customers, &mut figures).await?;
    figures.load("send_", &tally).put("messages", sent.len()).put("errors", tally.errors);
    figures.put("customers", options.customers).put("agents", options.agents);
    figures.number("server_memory_mb", target.memory_mb().unwrap_or(f64::NAN));
    super::ingest::told_errors(&mut figures, &[&tally]);
    target.stop()?;
    figures.tell(common.json, common.compare.as_deref())
}

/// Lets this process, and the server it starts, have as many open connections as the system allows.
fn allow_files(needed: u64) -> Result<(), CliError> {
    let limit = getrlimit(Resource::Nofile);
    if limit.maximum.is_some_and(|most| most < needed) {
        let most = limit.maximum.unwrap_or_default();
        let why = format!("{needed} open files are needed and the system allows {most}; ask for fewer customers");
        return Err(CliError::Words(why));
    }
    let raised = Rlimit { current: limit.maximum.or(Some(needed)), maximum: limit.maximum };
    Ok(setrlimit(Resource::Nofile, raised).map_err(std::io::Error::from)?)
}

/// Agents who are signed in. Written straight into the database of our own server: hundreds of passwords would be checked
/// otherwise, slowly on purpose.
async fn employ(url: &str, count: usize) -> Result<Vec<Agent>, CliError> {
    let store = Store::open(url).await?;
    let now = SystemClock.now();
    let mut staff = Vec::with_capacity(count);
    let tx = store.begin().await?;
    for _ in 0..count {
        let token = super::new_id().simple().to_string();
        let person = agent(&format!("{token}@example.com"), &words::name(&mut Random::new(staff.len() as u64)));
        agents::insert(&*tx, &person, NO_PASSWORD).await?;
        let session = Session {
            id: super::new_id(),
            agent: person.id,
            csrf: token.clone(),
            expires_at: now + TimeDelta::days(1),
        };
        sessions::insert(&*tx, &session, &hash(&token), now).await?;
        let headers = headers(&[("cookie", &format!("baton_session={token}"))])?;
        staff.push(Agent { headers, csrf: token });
    }
    tx.commit().await?;
    store.close().await?;
    Ok(staff)
}

/// A message that was sent.
struct Sent {
    number: usize,
    asked: Instant,
    /// When its sender was told that it is stored.
    stored: Instant,
}

/// One connection that sends every so manyth message.
struct Sender {
    connection: Connection,
    customers: Rc<Vec<Visitor>>,
    staff: Rc<Vec<Agent>>,
    next: usize,
    workers: usize,
    begin: Instant,
    every: Duration,
    sent: Vec<Sent>,
    random: Random,
}

impl Worker for Sender {
    async fn step(&mut self) -> Result<(), Failed> {
        let number = self.next;
        self.next += self.workers;
        let text = format!("{} {}", mark(number), words::sentence(&mut self.random, 8));
        let id = self.random.id();
        let (Some(visitor), Some(agent)) =
            (self.customers.get(number % self.customers.len()), self.staff.get(number % self.staff.len()))
        else {
            return Ok(());
        };
        let asked = Instant::now();
        if number.is_multiple_of(2) {
            visitor.say(&mut self.connection, id, &text).await?;
        } else {
            reply(&mut self.connection, agent, &visitor.number, &id.to_string(), &text).await?;
        }
        self.sent.push(Sent { number, asked, stored: Instant::now() });
        Ok(())
    }

    async fn pause(&mut self) {
        let due = self.begin + self.every * u32::try_from(self.next).unwrap_or(u32::MAX);
        tokio::time::sleep_until(due.into()).await;
    }
}

/// Every open stream.
struct Screens {
    customers: JoinSet<(usize, Seen, bool)>,
    agents: JoinSet<(usize, Seen, bool)>,
}

impl Screens {
    /// Opens them, and notes what they cost the server.
    async fn open(
        target: &Target,
        customers: &[Visitor],
        staff: &[Agent],
        stop: &watch::Receiver<bool>,
        rest: Duration,
        figures: &mut Figures,
    ) -> Result<Self, CliError> {
        tokio::time::sleep(rest).await;
        let before = target.memory_mb();
        let paths =
            customers.iter().map(|one| (format!("/widget/v1/sessions/{}/live", one.session), one.headers.clone()));
        let customers = open_all(target, "customers connect", paths.collect(), stop).await?;
        tokio::time::sleep(rest).await;
        let between = target.memory_mb();
        let paths = staff.iter().map(|one| ("/inbox/live?view=all".to_owned(), one.headers.clone()));
        let agents = open_all(target, "agents connect", paths.collect(), stop).await?;
        tokio::time::sleep(rest).await;
        let after = target.memory_mb();
        let kb = |from: Option<f64>, to: Option<f64>, count: usize| {
            from.zip(to).map_or(f64::NAN, |(from, to)| (to - from) * 1_024.0 / count as f64)
        };
        figures.number("kb_per_customer", kb(before, between, customers.len()));
        figures.number("kb_per_agent", kb(between, after, agents.len()));
        figures.number("kb_per_connection", kb(before, after, customers.len() + agents.len()));
        figures.number("connected_memory_mb", after.unwrap_or(f64::NAN));
        Ok(Self { customers, agents })
    }

    /// How long each message took to each screen that shows it.
    async fn judge(self, sent: &[Sent], customers: usize, figures: &mut Figures) -> Result<(), CliError> {
        let (mut to_customer, mut to_agent, mut all, mut from_send) =
            (Latency::new()?, Latency::new()?, Latency::new()?, Latency::new()?);
        let (mut missed, mut broken) = (0_u64, 0_u64);
        for (screen, seen, was_open) in self.customers.join_all().await {
            broken += u64::from(!was_open);
            for message in sent.iter().filter(|message| message.number % customers == screen) {
                match seen.get(&message.number) {
                    Some(at) => {
                        to_customer.record(at.saturating_duration_since(message.stored));
                        from_send.record(at.saturating_duration_since(message.asked));
                    }
                    None => missed += 1,
                }
            }
        }
        for (_, seen, was_open) in self.agents.join_all().await {
            broken += u64::from(!was_open);
            // A row shows the last words: what was overtaken by newer ones is on the screen with them.
            let mut shown: std::collections::HashMap<usize, Instant> = std::collections::HashMap::new();
            for message in sent.iter().rev() {
                let row = message.number % customers;
                if let Some(at) = seen.get(&message.number) {
                    shown.insert(row, *at);
                }
                match shown.get(&row) {
                    Some(at) => {
                        to_agent.record(at.saturating_duration_since(message.stored));
                        from_send.record(at.saturating_duration_since(message.asked));
                    }
                    None => missed += 1,
                }
            }
        }
        all.add(&to_customer)?;
        all.add(&to_agent)?;
        figures.latency("", &all).latency("customer_", &to_customer).latency("agent_", &to_agent);
        figures.latency("from_send_", &from_send);
        figures.put("shown", all.count()).put("missed", missed).put("broken_streams", broken);
        Ok(())
    }
}

async fn open_all(
    target: &Target,
    what: &str,
    pages: Vec<(String, http::HeaderMap)>,
    stop: &watch::Receiver<bool>,
) -> Result<JoinSet<(usize, Seen, bool)>, CliError> {
    let place = target.place.clone();
    let opened = for_each(what, pages.into_iter().enumerate().collect(), OPENERS, move |share| {
        let place = place.clone();
        async move {
            let mut open = Vec::with_capacity(share.len());
            for (nth, (path, headers)) in share {
                open.push((nth, Screen::open(&place, &path, &headers).await?));
            }
            Ok(open)
        }
    })
    .await?;
    let mut watching = JoinSet::new();
    for (nth, screen) in opened {
        let stop = stop.clone();
        watching.spawn_local(async move {
            let (seen, was_open) = screen.watch(stop).await;
            (nth, seen, was_open)
        });
    }
    Ok(watching)
}
