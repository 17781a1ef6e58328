//! The `baton` binary: calls the library, where everything is compiled once.

use std::process::ExitCode;

fn main() -> ExitCode {
    baton::cli::main()
}
