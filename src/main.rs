//! The `baton` binary: parses the command line and calls the library.

use std::process::ExitCode;

use clap::Parser as _;

use baton::cli::{Command, Options};

/// Thousands of idle streams and short bursts of work share the heap. The C library's allocator keeps what a burst took, in one
/// arena a thread; this one gives whole pages back and touches only what is used of a large block.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
