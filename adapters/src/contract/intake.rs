//! Channels that fetch what customers write, or hold a connection open for it.
//!
//! The adapter speaks the provider's protocol; who calls [`super::Channel::listen`], where it stood and what becomes of the events
//! is the caller's. Invariant: the place is stored after what came before it, so a crash repeats events and loses none.

use async_trait::async_trait;
use serde_json::Value;

use super::Inbound;

/// Where what was heard goes.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Where the last connection stood: what was given with the last events that were stored.
    ///
    /// # Errors
    /// [`Interrupted`] ends the connection.
    async fn cursor(&self) -> Result<Option<Value>, Interrupted>;

    /// Stores events, then the place behind them. All of it is stored when this returns.
    ///
    /// # Errors
    /// [`Interrupted`] ends the connection; the same events will be asked for again.
    async fn take(&self, events: Vec<Inbound>, cursor: Option<Value>) -> Result<(), Interrupted>;

    /// The connection stands and has said who it is.
    async fn connected(&self);

    /// Returns when the connection is to end.
    async fn stopped(&self);

    /// The time, in Unix seconds.
    fn now(&self) -> i64;
}

/// What was heard could not be stored, or the caller wants to stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Interrupted(pub String);

/// Why a connection ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// The connection broke, or could not be made. Try again soon.
    #[error("{0}")]
    Broken(String),
    /// A person must change something first. Tried again now and then, since it may have been done elsewhere.
    #[error("{0}")]
    Refused(String),
    /// The caller's doing.
    #[error("{0}")]
    Interrupted(#[from] Interrupted),
    /// The channel needs no connection.
    #[error("this channel needs no connection")]
    NotNeeded,
}
