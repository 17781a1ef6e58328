//! What the same machine does with the same rows and nothing else: the measure that ingest is held against.
//!
//! On SQLite it is `benches/bare.rs`, a bare HTTP server in a process of its own, driven by the same client. On PostgreSQL it
//! is pgbench with one insert a transaction.

#[path = "../../../benches/bare.rs"]
pub(super) mod bare;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};
use clap::Args;
use http::HeaderMap;
use sea_orm::ConnectionTrait as _;
use serde_json::Value;

use crate::cli::{CliError, say};
use crate::clock::{Clock as _, SystemClock};
use crate::store::{Store, StoreError};

use super::client::{Connection, Failed, Place, headers};
use super::customers::event;
use super::figures::{Figures, Tally};
use super::load::{Worker, drive};
use super::random::Random;
use super::target::{Folder, Process};
use super::{Common, words};

/// Different texts that are sent.
const TEXTS: usize = 512;
/// Commits of one row set each, one after the other, for the time of a single one.
const COMMITS: u32 = 300;
/// Share of the time that is measured with one connection.
const ALONE_SHARE: u32 = 4;
const TABLE: &str = "baton_bench_yardstick";

/// What the yardstick reached.
pub(super) struct Yardstick {
    per_second: f64,
    more: Figures,
    /// One durable commit, in milliseconds.
    commit_ms: Option<f64>,
}

impl Yardstick {
    /// Puts a load beside it.
    pub(super) fn compare(&self, figures: &mut Figures, load: &Tally, alone: &Tally) {
        figures.number("baseline_per_second", self.per_second);
        figures.number("ratio", load.per_second() / self.per_second);
        figures.append(&self.more);
        if let Some(commit) = self.commit_ms {
            figures.number("commit_p50_ms", commit).number("latency_ratio", alone.latency.ms(0.5) / commit);
        }
    }
}

/// Measures it, with as many customers as the load has.
pub(super) async fn measure(common: &Common, share_of_new: f64, customers: usize) -> Result<Yardstick, CliError> {
    match common.database.as_deref().filter(|url| !url.starts_with("sqlite:")) {
        Some(url) => postgres(common, url).await,
        None => sqlite(common, share_of_new, customers.max(1)).await,
    }
}

async fn sqlite(common: &Common, share_of_new: f64, customers: usize) -> Result<Yardstick, CliError> {
    let folder = Folder::new()?;
    let path = folder.path().join("bare.db");
    let file = path.display().to_string();
    // Baton's own schema: the same tables, indices and search index.
    let store = Store::open(&format!("sqlite:{file}")).await?;
    store.migrate().await?;
    store.close().await?;
    let arguments = ["bare-serve", "--file", &file, "--customers", &customers.to_string()].map(str::to_owned);
    let (process, line) = Process::start(&arguments, &[])?;
    let ready: Value = serde_json::from_str(&line).map_err(|why| CliError::Words(why.to_string()))?;
    let address = ready["address"].as_str().and_then(|address| address.parse().ok());
    let address = address.ok_or_else(|| CliError::Words("the yardstick did not say where it is".into()))?;
    let place = Place { address, host: "bare".into() };
    let load = drive("yardstick", senders(&place, common.connections, share_of_new, customers).await?, common.time());
    let (tally, _) = load.await?;
    let alone = senders(&place, 1, share_of_new, customers).await?;
    let (alone, _) = drive("yardstick, one connection", alone, common.time() / ALONE_SHARE).await?;
    process.stop()?;
    let broken = |why| CliError::Words(format!("the yardstick failed: {why}"));
    if let Some(why) = tally.first_error {
        return Err(broken(why));
    }
    let commit = bare::commit_p50(&path, COMMITS, now).map_err(|why| broken(why.to_string()))?;
    let mut more = Figures::default();
    more.number("baseline_p50_ms", tally.latency.ms(0.5)).number("baseline_p99_ms", tally.latency.ms(0.99));
    more.number("baseline_single_p50_ms", alone.latency.ms(0.5));
    Ok(Yardstick { per_second: tally.per_second(), more, commit_ms: Some(commit.as_secs_f64() * 1_000.0) })
}

async fn senders(
    place: &Place,
    connections: usize,
    share_of_new: f64,
    customers: usize,
) -> Result<Vec<Sender>, CliError> {
    let mut senders = Vec::with_capacity(connections);
    for nth in 0..connections {
        let mut random = Random::new(nth as u64 + 1);
        senders.push(Sender {
            connection: Connection::open(place).await?,
            headers: headers(&[("content-type", "application/json")])?,
            texts: (0..TEXTS).map(|_| words::sentence(&mut random, 12)).collect(),
            name: super::new_id().simple().to_string(),
            sent: 0,
            customers,
            share_of_new,
            random,
        });
    }
    Ok(senders)
}

/// One connection to the bare server.
struct Sender {
    connection: Connection,
    headers: HeaderMap,
    texts: Vec<String>,
    name: String,
    sent: u64,
    customers: usize,
    share_of_new: f64,
    random: Random,
}

impl Worker for Sender {
    async fn step(&mut self) -> Result<(), Failed> {
        self.sent += 1;
        let id = format!("{}-{}", self.name, self.sent);
        let from = match self.random.percent(self.share_of_new) {
            true => "new".to_owned(),
            false => self.random.below(self.customers).to_string(),
        };
        let text = self.random.pick(&self.texts).map_or("", String::as_str);
        self.connection.post("/messages", &self.headers, event(&id, &from, text)).await.map(|_| ())
    }
}

/// Options of `baton bench bare-serve`.
#[derive(Debug, Args)]
pub(super) struct BareOptions {
    /// A SQLite file with Baton's schema.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Customers to begin with.
    #[arg(long, default_value_t = 1_000, value_name = "COUNT")]
    customers: u64,
}

/// `baton bench bare-serve`: the yardstick's server.
pub(super) async fn serve(options: BareOptions) -> Result<(), CliError> {
    let broken = |why: rusqlite::Error| CliError::Words(format!("the yardstick's database failed: {why}"));
    let writer = bare::Writer::open(&options.file, options.customers, now).map_err(broken)?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    say(&serde_json::json!({"ready": true, "address": listener.local_addr()?.to_string()}).to_string());
    Ok(bare::serve(listener, writer).await?)
}

fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// pgbench, one insert a transaction.
async fn postgres(common: &Common, url: &str) -> Result<Yardstick, CliError> {
    let store = Store::open(url).await?;
    let run = async |sql: String| store.reader().execute_unprepared(&sql).await.map_err(StoreError::from);
    run(format!("DROP TABLE IF EXISTS {TABLE}")).await?;
    run(format!(
        "CREATE TABLE {TABLE} (pk bigserial PRIMARY KEY, customer integer NOT NULL, text text NOT NULL, \
         created_at timestamptz NOT NULL DEFAULT now())"
    ))
    .await?;
    let measured = pgbench(common, url).await;
    run(format!("DROP TABLE IF EXISTS {TABLE}")).await?;
    store.close().await?;
    let (per_second, latency) = measured?;
    let mut more = Figures::default();
    more.number("baseline_mean_ms", latency);
    Ok(Yardstick { per_second, more, commit_ms: None })
}

/// Transactions a second and their mean latency in milliseconds.
async fn pgbench(common: &Common, url: &str) -> Result<(f64, f64), CliError> {
    let folder = Folder::new()?;
    let script = folder.path().join("insert.sql");
    let text = words::sentence(&mut Random::new(1), 12);
    std::fs::write(
        &script,
        format!("\\set c random(1, 1000)\nINSERT INTO {TABLE} (customer, text) VALUES (:c, '{text}');\n"),
    )?;
    let seconds = common.time().as_secs().to_string();
    let connections = common.connections.to_string();
    let arguments = ["-n", "-M", "prepared", "-j", "2", "-c", &connections, "-T", &seconds, "-f"].map(str::to_owned);
    let program = pgbench_program();
    let (script, url) = (script.clone(), url.to_owned());
    let ended = tokio::task::spawn_blocking(move || {
        Command::new(program).args(arguments).arg(script).arg(url).stderr(Stdio::inherit()).output()
    });
    let output = ended.await.map_err(|why| CliError::Words(why.to_string()))?;
    let output = output.map_err(|why| CliError::Words(format!("pgbench is needed as the yardstick: {why}")))?;
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    let figure = |name: &str| {
        let line = words.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    figure("tps = ")
        .zip(figure("latency average = "))
        .ok_or_else(|| CliError::Words(format!("pgbench said nothing that can be read: {words}")))
}

/// On the path, or where distributions keep it.
fn pgbench_program() -> PathBuf {
    let kept = |version: u32| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin/pgbench"));
    let on_path = std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).map(|folder| folder.join("pgbench")).find(|file| file.exists()));
    on_path.or_else(|| (13..=20).rev().map(kept).find(|file| file.exists())).unwrap_or_else(|| "pgbench".into())
}
