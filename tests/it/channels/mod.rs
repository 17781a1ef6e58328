//! Channels with a provider, each against a server that speaks its protocol.

mod mail;
mod postbox;
