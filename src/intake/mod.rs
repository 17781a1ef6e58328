//! Runtimes for what Baton must fetch itself: files of providers, mailboxes, sockets.
//!
//! May not know a channel by name and decides nothing: what comes in goes to [`crate::desk::Desk::take_in`]. Invariant: what
//! waits to be fetched is a row, so that a restart forgets nothing.

mod connections;
mod ear;
mod media;

pub use connections::run as keep_connections;
pub use media::Fetcher;
