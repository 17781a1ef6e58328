//! A mail server in this process: SMTP in, IMAP out, with the failures real ones have on request.
//!
//! May use everything. Invariant: it listens on this machine alone, and no mail leaves it.

mod imap;
mod imap_words;
mod letters;
mod post;
mod server;
mod smtp;
mod wire;

pub use letters::{Draft, Shown};
pub use post::{NOWHERE, Post};
pub use server::{MailServer, Ports};
