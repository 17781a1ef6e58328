//! Baton: the AI answers customers, and hands over to a person in one durable transaction.
//!
//! The modules, in reading order:

pub mod handoff;
pub mod clock;
pub mod fail;
pub mod store;
pub mod realtime;
pub mod outbound;
pub mod ai;
pub mod importing;
pub mod push;
pub mod desk;
pub mod delivery;
pub mod intake;
pub mod web;
pub mod sandbox;
pub mod boot;
pub mod app;
pub mod cli;
