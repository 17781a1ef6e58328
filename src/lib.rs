//! Baton: the AI answers customers, and hands over to a person in one durable transaction.
//!
//! The modules, in reading order:

pub mod ai;
pub mod app;
pub mod boot;
pub mod cli;
pub mod clock;
pub mod delivery;
pub mod desk;
pub mod fail;
pub mod handoff;
pub mod realtime;
pub mod sandbox;
pub mod store;
pub mod web;
