//! Web Push: a notice for one browser, encrypted so that only this browser reads it, and given to the push service the browser
//! named (RFC 8030, 8188, 8291, 8292).
//!
//! May not know what is told, nor to whom. Invariant: an endpoint is a stranger's word. It is called over TLS at a public address
//! only, by a client that follows no redirect, and nothing of its answer is read but the status and how long to wait.

mod browser;
mod encrypt;
mod identity;
mod services;

pub use browser::{ENDPOINT_BYTES_MAX, Keys, Target, Unusable};
pub use identity::{Identity, SECRET};
pub use services::{Notice, Outcome, Services, Text, contact};

/// Why a notice could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The browser's keys are none, or the system has no randomness.
    #[error("the notice could not be encrypted for this browser")]
    Encryption,
    /// The installation's own key can not be used.
    #[error("the key that notices are signed with can not be read; restore the master key it was saved with")]
    Identity,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// TLS can not be set up.
    #[error("TLS can not be set up: {0}")]
    Tls(#[from] reqwest::Error),
}

impl From<ring::error::Unspecified> for PushError {
    fn from(_: ring::error::Unspecified) -> Self {
        Self::Encryption
    }
}
