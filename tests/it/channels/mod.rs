//! Channels with a provider, each against a server that speaks its protocol.

pub mod bad_days;
mod composed;
mod faults;
mod faults_mail;
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
