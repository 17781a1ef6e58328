//! `baton settings export` and `import`: everything admins decide, as one text file that can be kept under version control.
//!
//! The file holds no secret: it names the environment variable each one is read from. People, teams and channels are named, never numbered,
//! so that a file fits another installation. What a file does not mention stays as it is; nothing is deleted.
//!
//! Invariant: export, import into an empty installation, export again gives the same bytes; and an import is one transaction.

mod apply;
mod document;
mod gather;
mod references;
mod sections;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use similar::{ChangeTag, TextDiff};

use crate::boot::Boot;
use crate::store::seal::MasterKey;
use crate::store::{Store, Tx};

use super::{CliError, say, say_problem};
use document::Document;

/// Lines around a change that are shown with it.
const CONTEXT_LINES: usize = 2;

/// Options of `baton settings`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
enum Command {
    /// Write every setting as TOML, to a file or to standard output.
    Export {
        /// The file; standard output without one.
        file: Option<PathBuf>,
    },
    /// Bring the settings to what a file says, all of it or nothing.
    Import {
        /// The file, as `baton settings export` writes it.
        file: PathBuf,
        /// Say what would change, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) async fn run(boot: Boot, options: Options) -> Result<(), CliError> {
    let key = MasterKey::parse(boot.master_key()).map_err(|why| CliError::Words(why.to_string()))?;
    let store = Store::open(boot.database_url()).await?;
    store.migrate().await?;
    let outcome = match options.command {
        Command::Export { file } => export(&store, &key, file.as_deref()).await,
        Command::Import { file, dry_run } => import(&store, &key, &file, dry_run).await,
    };
    store.close().await?;
    outcome
}

async fn export(store: &Store, key: &MasterKey, file: Option<&Path>) -> Result<(), CliError> {
    let tx = store.begin().await?;
    let text = written(&tx, key).await?;
    drop(tx);
    match file {
        Some(file) => {
            std::fs::write(file, text)?;
            say(&format!("The settings are in {}.", file.display()));
        }
        None => say(text.trim_end()),
    }
    Ok(())
}

async fn import(store: &Store, key: &MasterKey, file: &Path, dry_run: bool) -> Result<(), CliError> {
    let text = std::fs::read_to_string(file)?;
    let wanted = Document::read(&text).map_err(|why| CliError::Words(format!("{}: {why}", file.display())))?;
    let tx = store.begin().await?;
    let before = written(&tx, key).await?;
    let outcome = apply::apply(&tx, key, &wanted, &|name: &str| std::env::var(name).ok()).await?;
    if !outcome.problems.is_empty() {
        outcome.problems.iter().for_each(|problem| say_problem(problem));
        let count = outcome.problems.len();
        return Err(CliError::Words(format!("nothing was changed: {count} things in {} are wrong", file.display())));
    }
    let after = written(&tx, key).await?;
    say_changes(&before, &after, &outcome.notes);
    if dry_run {
        say("Nothing was changed: this was a dry run.");
        return Ok(());
    }
    tx.commit().await?;
    say("The settings are as the file says.");
    Ok(())
}

async fn written(tx: &Tx, key: &MasterKey) -> Result<String, CliError> {
    gather::gather(&**tx, key).await?.write().map_err(CliError::Words)
}

fn say_changes(before: &str, after: &str, notes: &[String]) {
    let diff = TextDiff::from_lines(before, after);
    for group in diff.grouped_ops(CONTEXT_LINES) {
        say("@@");
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            say(&format!("{sign}{}", change.value().trim_end_matches('\n')));
        }
    }
    if before == after && notes.is_empty() {
        say("Everything is as the file says already.");
    }
    notes.iter().for_each(|note| say(note));
}
