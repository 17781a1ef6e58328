//! Email: mailboxes read by IMAP, mail sent by SMTP.
//!
//! Knows nothing of conversations: it says which tokens and Message-IDs a mail refers to, and the desk finds where it belongs.
//! Invariant: reading and writing mails are pure functions; only `imap`, `smtp` and `oauth` talk to servers.

mod bounce;
mod channel;
mod compose;
mod config;
mod html;
mod html_tag;
mod html_text;
mod imap;
mod inbound;
mod listen;
mod mail;
mod nature;
mod oauth;
mod smtp;
mod strip;
mod strip_words;
mod text;
mod thread;
mod tls;
#[cfg(test)]
mod torture_test;

pub use bounce::Bounce;
pub use channel::Email;
pub use compose::{Letter, Unsendable, compose};
pub use mail::{Mail, MailFile, Mailbox, Unreadable, read};
pub use nature::Nature;
pub use thread::bare_subject;
