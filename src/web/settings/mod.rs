//! The settings: what administrators decide for everybody, and agents for themselves.
//!
//! Every form is an ordinary post; every error stands beside its field and says what to do.

pub mod agents;
pub mod channels;
pub mod handoff;
pub mod knowledge;
pub mod profile;
pub mod samples;
pub mod shell;
pub mod teams;
