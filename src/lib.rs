//! Baton: the AI answers customers, and hands over to a person in one durable transaction.

pub mod handoff;
pub mod clock;
pub mod store;
