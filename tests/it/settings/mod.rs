//! The settings, page by page, through their forms: what is saved, what is refused, and what counts from then on.

mod access;
mod agents;
mod ai;
mod api_keys;
mod channels;
mod model;
mod office;
mod profile;
mod privacy;
mod teams;
mod time;

pub use office::Office;
