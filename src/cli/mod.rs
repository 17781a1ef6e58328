//! The command line.
//!
//! May not hold a rule of the product. Invariant: what a command prints to standard output is its answer; everything else is
//! the log, on standard error.

mod backup;
mod bench;
mod classify;
mod demo;
mod doctor;
mod evaluate;
mod json_lines;
mod key;
mod logging;
mod search;
mod serve;
mod settings;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::AppError;
use crate::boot::{Boot, BootError};
use crate::store::{Store, StoreError};

/// Baton answers your customers with AI and hands over to a person in one durable step.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Options {
    /// A settings file (TOML). `baton doctor --defaults` prints one that explains every setting.
    #[arg(long, global = true, env = "BATON_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run Baton.
    Serve,
    /// Run a believable shop with sample conversations: no keys, no network, nothing to install.
    Demo(demo::Options),
    /// Bring the database up to date and stop.
    Migrate,
    /// Check the configuration and say what is wrong, in words.
    Doctor(doctor::Options),
    /// Write a consistent copy of a SQLite database while Baton runs.
    Backup(backup::Options),
    /// Add a person, or give one a new password.
    User(user::Options),
    /// Write every setting to a file, or bring them to what a file says.
    Settings(settings::Options),
    /// Judge messages with the local detectors: JSON lines on standard input, JSON lines on standard output.
    Classify(classify::Options),
    /// Ask a file of passages questions from standard input, and see which passages answer.
    Search(search::Options),
    /// Measure the detectors and the search on a folder of labelled lines.
    Eval(evaluate::Options),
    /// Measure this installation, or rehearse with one that is thrown away.
    Bench(bench::Options),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The settings can not be used.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// Baton can not start.
    #[error(transparent)]
    App(#[from] AppError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or a socket failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Anything else, in words that say what to do.
    #[error("{0}")]
    Words(String),
}

/// The whole program: parses the command line and runs the command to its end. Here and not in the binary, so that what
/// is asynchronous is compiled once.
pub fn main() -> ExitCode {
    let options = Options::parse();
    let outcome =
        tokio::runtime::Runtime::new().map_err(CliError::from).and_then(|runtime| runtime.block_on(run(options)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), CliError> {
    let file = options.config.as_deref();
    match options.command {
        Command::Serve => serve::run(Boot::load(file, &[])?).await,
        Command::Demo(demo) => demo::run(file, demo).await,
        Command::Migrate => migrate(Boot::load(file, &[])?).await,
        Command::Doctor(doctor) => doctor::run(file, &doctor).await,
        Command::Backup(backup) => backup::run(Boot::load(file, &[])?, &backup).await,
        Command::User(user) => user::run(Boot::load(file, &[])?, user).await,
        Command::Settings(options) => settings::run(Boot::load(file, &[])?, options).await,
        Command::Classify(options) => classify::run(&options),
        Command::Search(search) => search::run(&search),
        Command::Eval(options) => evaluate::run(&options),
        Command::Bench(bench) => bench::run(file, bench).await,
    }
}

async fn migrate(boot: Boot) -> Result<(), CliError> {
    let store = Store::open(boot.database_url()).await?;
    store.migrate().await?;
    say("The database is up to date.");
    Ok(store.close().await?)
}

/// A command's answer.
#[expect(clippy::print_stdout, reason = "standard output is where a command answers")]
pub(crate) fn say(words: &str) {
    println!("{words}");
}

/// What is wrong with one of many, for the person who called.
#[expect(clippy::print_stderr, reason = "the answer is on standard output")]
pub(crate) fn say_problem(words: &str) {
    eprintln!("baton: {words}");
}

/// Why a command failed, for the person who called it.
#[expect(clippy::print_stderr, reason = "the log may not be set up yet")]
fn say_error(error: &CliError) {
    eprintln!("baton: {error}");
}
