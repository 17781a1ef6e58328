//! A stand-in Slack: a workspace with people and channels, its Web API, and the events it sends, signed as Slack signs them.
//!
//! Behaves as the provider documents it, for `baton demo` and tests. Invariant: it knows nothing of Baton but the address events
//! go to.

mod demo;
mod events;
mod files;
mod methods;
mod server;
mod strict;
mod workspace;

pub(super) use demo::{CUSTOMER, DIRECT, SCOPE, SUPPORT, TEAM_MEMBERS, account, open};
pub use events::signed;
pub use server::routes;
pub use workspace::{APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, Call, Post, Trouble, Workspace};
