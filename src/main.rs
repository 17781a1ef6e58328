//! The `baton` binary: calls the library, where everything is compiled once.

use std::process::ExitCode;

/// Thousands of open streams and short-lived answers fragment the C library's heap: an idle stream cost 22 kB with it, and 17 kB
/// with Debian's build of this allocator preloaded (`baton bench live`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    baton::cli::main()
}
