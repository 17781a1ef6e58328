//! Channels with a provider, each against a server that speaks its protocol.

mod faults;
mod line;
mod mail;
mod postbox;
mod sms;
mod story;
mod whatsapp;
