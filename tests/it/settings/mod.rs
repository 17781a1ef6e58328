//! The settings, page by page, through their forms: what is saved, what is refused, and what counts from then on.

mod access;
mod agents;
mod ai;
mod api_keys;
mod channels;
mod handoff;
mod model;
mod office;
mod outside;
mod profile;
mod privacy;
mod rehearsal;
mod teams;
mod time;

pub use office::Office;
