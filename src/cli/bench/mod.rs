//! `baton bench`: measures an installation, and rehearses with one that is thrown away.
//!
//! May not be reached from `baton serve`. Invariant: what it makes can be told from real data by its addresses and tokens.

mod loopback;
mod serve;
mod shifted;

use std::path::Path;

use clap::{Args, Subcommand};

use super::CliError;

/// Options of `baton bench`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

/// What to measure or rehearse.
#[derive(Debug, Subcommand)]
enum What {
    /// Run a real server for measuring and rehearsing only. Its passwords and secrets are public: never show it customers.
    Serve(serve::Options),
}

pub(super) async fn run(file: Option<&Path>, options: Options) -> Result<(), CliError> {
    match options.what {
        What::Serve(options) => serve::run(file, options).await,
    }
}
