//! The embedded default: answers from articles, without a key and without a network.
//!
//! May not invent: see [`super`]. Takes well under five milliseconds a turn.
//!
//! Invariant: pure in what it is given. The same turn over the same library gives the same draft.

pub mod answer;
pub mod asking;
pub mod assistant;
pub mod clarify;
pub mod people;
pub mod phrases;
pub mod small_talk;

#[cfg(test)]
pub(crate) mod cast;
#[cfg(test)]
mod transcript_test;

pub use assistant::LocalAssistant;
