//! The inbox, as an agent's browser meets it: pages, plain forms, enhanced forms and the live stream.

mod actions;
mod conflicts;
mod escaping;
mod forgery;
mod lists;
mod live;
mod scene;
mod search;
mod sessions;
mod setup;
mod signing;
mod trouble;

pub use scene::Inbox;
