//! Channels with a provider, each against a server that speaks its protocol.

mod composed;
mod faults;
mod letters;
mod line;
mod mail;
mod mail_servers;
mod mail_trouble;
mod merging;
mod postbox;
mod sms;
mod story;
mod whatsapp;

pub use line::{Line, MAYA};
