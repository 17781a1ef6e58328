//! From what is stored to what a page shows.
//!
//! May read, may not write. Invariant: every word of a customer that reaches a page is escaped or cleaned on the way.

mod call;
mod contact;
mod cost;
mod items;
mod people;
mod rows;
mod thread;

pub use contact::{contact_panel, identities, name_of};
pub use items::{Seen, items};
pub use people::People;
pub use rows::{channel_kind, row};
pub(super) use thread::is_news;
pub use thread::{Opened, card, composer, header, mail_head, open};
