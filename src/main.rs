//! The `baton` binary: parses the command line and calls the library.

use std::process::ExitCode;

use clap::Parser as _;

use baton::cli::{Command, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match Command::run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            baton::cli::say_error(&error);
            ExitCode::FAILURE
        }
    }
}
