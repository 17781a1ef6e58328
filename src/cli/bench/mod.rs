//! `baton bench`: measures an installation, and rehearses with one that is thrown away.
//!
//! May not be reached from `baton serve`. Invariant: what it makes can be told from real data by its addresses and tokens.

mod client;
mod customers;
mod deliver;
mod figures;
mod fill;
mod inbox;
mod ingest;
mod live;
mod load;
mod loopback;
mod progress;
mod random;
mod screen;
mod serve;
mod shifted;
mod sink;
mod stored;
mod story;
mod target;
mod words;
mod yardstick;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use uuid::Uuid;

use crate::clock::{Clock as _, SystemClock};

use super::CliError;

/// Connections that are busy at the same time, if nobody says how many.
const CONNECTIONS: usize = 32;

/// Options of `baton bench`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

/// What to measure or rehearse.
#[derive(Debug, Subcommand)]
enum What {
    /// Messages in through webhooks and widgets, beside a bare server that stores the same rows.
    Ingest(ingest::Options),
    /// An agent's pages: lists, a long thread, search, on databases of growing size; and the cold start on them.
    Inbox(inbox::Options),
    /// Many customers and agents with open streams: how long until everybody sees what was said.
    Live(live::Options),
    /// Whole handoffs: a question, an answer, a wish for a person, a takeover, a reply, the end.
    Story(story::Options),
    /// Messages that leave, while others come in.
    Deliver(deliver::Options),
    /// Fill a database with made-up conversations.
    Fill(fill::Options),
    /// Run a real server for measuring and rehearsing only. Its passwords and secrets are public: never show it customers.
    Serve(serve::Options),
    /// The yardstick's server.
    #[command(hide = true)]
    BareServe(yardstick::BareOptions),
}

/// What every measurement takes.
#[derive(Clone, Debug, Args)]
struct Common {
    /// A running server, as http://HOST:PORT. Without it, a server of our own is started.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// With --url: the token of a web chat.
    #[arg(long, value_name = "TOKEN")]
    widget: Option<String>,
    /// With --url: who signs in to the inbox.
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,
    /// With --url: their password.
    #[arg(long, value_name = "PASSWORD", env = "BATON_BENCH_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Database of our own server, as in BATON_DATABASE_URL; it is written to. Without it: a SQLite file that is removed.
    #[arg(long, value_name = "URL", conflicts_with = "url")]
    database: Option<String>,
    /// Connections that are busy at the same time [default: 32; of the inbox, 8].
    #[arg(long, value_name = "COUNT", value_parser = at_least_one)]
    connections: Option<usize>,
    /// How long each thing is measured.
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Print the figures as JSON and nothing else.
    #[arg(long)]
    json: bool,
    /// What --json printed before; the ratio to it is shown for each figure.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
}

impl Common {
    fn connections(&self) -> usize {
        self.connections.unwrap_or(CONNECTIONS)
    }

    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| (1..=10_000).contains(count)).ok_or_else(|| "a number from 1 to 10000".into())
}

/// An id that no other run has.
fn new_id() -> Uuid {
    SystemClock.new_id()
}

pub(super) async fn run(file: Option<&Path>, options: Options) -> Result<(), CliError> {
    match options.what {
        What::Ingest(options) => load::apart(|| ingest::run(options)).await,
        What::Inbox(options) => load::apart(|| inbox::run(options)).await,
        What::Live(options) => load::apart(|| live::run(options)).await,
        What::Story(options) => load::apart(|| story::run(options)).await,
        What::Deliver(options) => load::apart(|| deliver::run(options)).await,
        What::Fill(options) => load::apart(|| fill::run(options)).await,
        What::Serve(options) => serve::run(file, options).await,
        What::BareServe(options) => yardstick::serve(options).await,
    }
}
