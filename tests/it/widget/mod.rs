//! The widget API's promises.

mod access;
mod handoff;
mod live;
mod messages;
mod origins;
mod people;
mod rating;
mod sequence;
mod sessions;
mod triggers;
mod uploads;
