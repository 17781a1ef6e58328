//! Channels with a provider, each against a server that speaks its protocol.

mod letters;
mod mail;
mod mail_servers;
mod mail_trouble;
mod postbox;
