//! `baton bench inbox`: what an agent's pages cost as the number of conversations grows, from a cold start on.

use std::rc::Rc;
use std::time::Duration;

use clap::Args;

use crate::cli::CliError;
use crate::store::{Store, bulk};

use super::client::{Connection, Failed};
use super::customers::Agent;
use super::figures::{Figures, Tally};
use super::fill::fill;
use super::load::{Worker, drive};
use super::random::Random;
use super::target::{Database, Target, Wanted};
use super::{Common, words};

/// Connections, if none are asked for: an office of agents who click at the same time.
const CONNECTIONS: usize = 8;
/// How long a server is left alone before its idle memory is read.
const REST: Duration = Duration::from_secs(1);

/// Options of `baton bench inbox`.
#[derive(Clone, Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Conversations to fill a database with, one after the other size.
    #[arg(
        long,
        default_value = "10000,100000",
        value_delimiter = ',',
        value_name = "COUNTS",
        conflicts_with = "database"
    )]
    sizes: Vec<usize>,
    /// Messages in each of them, on average.
    #[arg(long, default_value_t = 10, value_name = "COUNT")]
    messages_per_conversation: usize,
    /// Number of the conversation that is opened; the newest one otherwise.
    #[arg(long, value_name = "NUMBER")]
    open: Option<i64>,
}

pub(super) async fn run(mut options: Options) -> Result<(), CliError> {
    options.common.connections.get_or_insert(CONNECTIONS);
    let mut sizes = Vec::new();
    if options.common.url.is_some() || options.common.database.is_some() {
        let database = Database::of(options.common.database.as_deref())?;
        sizes.push(measure(&options, &database, None).await?);
    } else {
        for conversations in &options.sizes {
            let database = Database::scratch()?;
            let filled = fill(&database, *conversations, options.messages_per_conversation).await?;
            let mut size = Size::default();
            size.figures.put("conversations", filled.conversations).put("messages", filled.messages);
            size.figures.number("fill_seconds", filled.seconds);
            let mut measured = measure(&options, &database, Some(filled.long.0)).await?;
            measured.compare(sizes.last());
            size.figures.append(&measured.figures);
            sizes.push(Size { figures: size.figures, ..measured });
        }
    }
    let sets: Vec<Figures> = sizes.into_iter().map(|size| size.figures).collect();
    let mut figures = Figures::default();
    figures.put("connections", options.common.connections()).each("sizes", &sets)?;
    figures.tell(options.common.json, options.common.compare.as_deref())
}

/// What was measured at one size.
#[derive(Default)]
struct Size {
    figures: Figures,
    /// The medians in milliseconds, by name.
    medians: Vec<(&'static str, f64)>,
}

impl Size {
    /// How much slower than at the size before.
    fn compare(&mut self, before: Option<&Self>) {
        for (name, median) in self.medians.clone() {
            let earlier = before.and_then(|before| before.medians.iter().find(|(known, _)| *known == name));
            if let Some((_, earlier)) = earlier {
                self.figures.number(&format!("{name}_growth"), median / earlier);
            }
        }
    }
}

async fn measure(options: &Options, database: &Database, open: Option<i64>) -> Result<Size, CliError> {
    let common = &options.common;
    let target = Target::reach(common, database, &Wanted { ai: true, ..Wanted::default() }).await?;
    let mut size = Size::default();
    if let Some(own) = &target.own {
        tokio::time::sleep(REST).await;
        size.figures.number("ready_ms", own.process.ready_after.as_secs_f64() * 1_000.0);
        size.figures.number("idle_mb", target.memory_mb().unwrap_or(f64::NAN));
    }
    let newest = match (options.open.or(open), &target.own) {
        (Some(number), _) => number,
        (None, Some(own)) => newest(&own.database).await?,
        (None, None) => return Err(CliError::Words("--url needs --open: the number of a conversation".into())),
    };
    let agent = Agent::sign_in(&target).await?;
    let lists = ["/inbox/all", "/inbox/unassigned"].map(str::to_owned).to_vec();
    let thread = vec![format!("/inbox/conversations/{newest}?view=all")];
    let office = common.connections();
    let pages = [
        ("list", lists, office),
        ("open", thread.clone(), office),
        ("open_single", thread, 1),
        ("search", searches(), office),
        ("search_single", searches(), 1),
    ];
    for (name, paths, connections) in pages {
        let tally = browse(&target, &agent, name, paths, connections, common.time()).await?;
        size.figures.load(&format!("{name}_"), &tally).put(&format!("{name}_errors"), tally.errors);
        size.medians.push((name, tally.latency.ms(0.5)));
        if let Some(why) = tally.first_error {
            return Err(CliError::Words(why));
        }
    }
    size.figures.number("server_memory_mb", target.memory_mb().unwrap_or(f64::NAN));
    target.stop()?;
    Ok(size)
}

async fn newest(url: &str) -> Result<i64, CliError> {
    let store = Store::open(url).await?;
    let number = bulk::last_number(store.reader()).await?;
    store.close().await?;
    Ok(number.0)
}

/// Searches for one and for two words.
fn searches() -> Vec<String> {
    let mut random = Random::new(11);
    let query = |nth: usize| {
        let first = words::word(&mut random);
        let words = if nth.is_multiple_of(2) { first } else { format!("{first}+{}", words::word(&mut random)) };
        format!("/inbox/search?q={words}")
    };
    (0..200).map(query).collect()
}

async fn browse(
    target: &Target,
    agent: &Agent,
    what: &str,
    paths: Vec<String>,
    connections: usize,
    time: Duration,
) -> Result<Tally, CliError> {
    let paths = Rc::new(paths);
    let mut readers = Vec::with_capacity(connections);
    for nth in 0..connections {
        let connection = Connection::open(&target.place).await?;
        readers.push(Reader { connection, agent: agent.clone(), paths: paths.clone(), next: nth });
    }
    Ok(drive(what, readers, time).await?.0)
}

/// One browser that loads pages.
struct Reader {
    connection: Connection,
    agent: Agent,
    paths: Rc<Vec<String>>,
    next: usize,
}

impl Worker for Reader {
    async fn step(&mut self) -> Result<(), Failed> {
        self.next += 1;
        let Some(path) = self.paths.get(self.next % self.paths.len().max(1)) else { return Ok(()) };
        self.connection.get(path, &self.agent.headers).await.map(|_| ())
    }
}
