//! The `baton` binary: calls the library, where everything is compiled once.

use std::process::ExitCode;

/// Thousands of open streams and short-lived answers fragment the C library's heap: an idle stream cost 22.8 kB with it and costs
/// 17.5 kB with this one (`baton bench live`). How it is compiled is in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    baton::cli::main()
}
