//! Why a use case did not happen, by what the caller must do.

use crate::fail::Crashed;
use crate::handoff::Rejection;
use crate::store::StoreError;

/// Why a use case did not happen. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The conversation's state does not allow it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// There is no such thing, or the caller may not see it.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The conversation is another customer's.
    #[error("the conversation belongs to somebody else")]
    NotTheirs,
    /// The process stops; whether it happened is not known, and asking again is safe.
    #[error("the process is stopping")]
    Interrupted,
    /// What was sent can not be used; the words say what to change.
    #[error("{0}")]
    Invalid(String),
    /// New messages arrived that the writer has not seen.
    #[error("{count} new messages arrived meanwhile")]
    Unseen {
        /// How many.
        count: usize,
    },
    /// The store failed; trying again may help.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A test stopped the process here.
    #[error(transparent)]
    Crashed(#[from] Crashed),
}
