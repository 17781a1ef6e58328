//! The core: who owns a conversation, and what follows from each thing that happens to it.
//!
//! Pure data in, data out. Nothing here is async, reads a clock, draws a random number, touches a database
//! or knows the name of a channel. The rest of Baton loads a [`Conversation`], hands it to
//! [`transition::apply`] with an [`Event`], and carries out the returned [`Effect`]s in one transaction.
//!
//! Invariant: ownership changes only here, and each change of owner raises the epoch by exactly one.

pub mod ids;
pub mod owner;
pub mod people;
pub mod message;
pub mod conversation;
pub mod event;
pub mod effect;
pub mod rejection;
pub mod transition;
pub mod policy;
pub mod call;
pub mod hours;
pub mod routing;
pub mod waiting;
pub mod escalation;
pub mod after;

#[cfg(test)]
mod hours_test;
#[cfg(test)]
mod model_check;
#[cfg(test)]
mod table_test;
#[cfg(test)]
mod transcript_test;

pub use conversation::{Conversation, Status};
pub use effect::Effect;
pub use event::Event;
pub use ids::*;
pub use message::{Author, NewMessage};
pub use owner::{Epoch, Fence, Owner, Seq};
pub use rejection::Rejection;
pub use transition::{Transition, apply};
