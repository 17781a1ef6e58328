//! `baton backup`: a consistent copy while Baton runs.

use std::path::PathBuf;

use clap::Args;

use crate::boot::Boot;
use crate::store::Store;

use super::{CliError, say};

/// Options of `baton backup`.
#[derive(Debug, Args)]
pub struct Options {
    /// The file to write. It must not exist.
    file: PathBuf,
}

pub(super) async fn run(boot: Boot, options: &Options) -> Result<(), CliError> {
    if options.file.exists() {
        return Err(CliError::Words(format!("{} exists already; name a new file", options.file.display())));
    }
    if !Store::exists(boot.database_url()) {
        let words = "there is no database to copy; check BATON_DATABASE_URL and the folder you are in";
        return Err(CliError::Words(words.into()));
    }
    let path = options.file.to_str().ok_or_else(|| CliError::Words("the file's name is not valid UTF-8".into()))?;
    let store = Store::open(boot.database_url()).await?;
    store.backup_to(path).await?;
    store.close().await?;
    say(&format!("Wrote {path}. Keep the master key too: without it, channel credentials in it can not be opened."));
    Ok(())
}
