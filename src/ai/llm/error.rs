//! Why a model gave no usable answer.

use std::time::Duration;

use crate::ai::assistant::Stopped;

/// Longest quotation of a server's own words.
const WORDS_CHARS_MAX: usize = 300;

/// Why a model gave no usable answer, in words an admin can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// No connection, or it broke.
    #[error("the model's server can not be reached: {0}")]
    Unreachable(String),
    /// It answered with an error.
    #[error("the model's server answered {status}: {words}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// Its own words.
        words: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// It reported an error in the middle of its answer.
    #[error("the model's server broke off: {0}")]
    BrokeOff(String),
    /// It took longer than the channel allows.
    #[error("the model took too long")]
    TooSlow,
    /// What came is not what was asked for.
    #[error("the model's answer can not be used: {0}")]
    Unusable(String),
    /// It declined to answer.
    #[error("the model declined to answer: {0}")]
    Declined(String),
    /// It failed too often lately and is left alone for a while.
    #[error("the model failed several times and is left alone for a while")]
    LeftAlone,
    /// The conversation has used the tokens it may use.
    #[error("the conversation has used its tokens")]
    BudgetSpent,
    /// The settings lack something.
    #[error("{0}")]
    NotSetUp(String),
    /// The conversation has a new owner.
    #[error("the conversation has a new owner")]
    Stopped,
}

impl From<Stopped> for ModelError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl ModelError {
    /// Whether asking again at once may help. True only of what can happen before the first word.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Status { status, .. } => matches!(status, 408 | 409 | 425 | 429 | 500..=599),
            _ => false,
        }
    }

    /// Whether it says something about the server's health, which the breaker counts.
    pub fn is_the_servers(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::BrokeOff(_) | Self::TooSlow => true,
            Self::Status { status, .. } => !matches!(status, 400 | 413 | 422),
            _ => false,
        }
    }

    /// One word for the counters.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Status { .. } => "status",
            Self::BrokeOff(_) => "broke_off",
            Self::TooSlow => "too_slow",
            Self::Unusable(_) => "unusable",
            Self::Declined(_) => "declined",
            Self::LeftAlone => "left_alone",
            Self::BudgetSpent => "budget_spent",
            Self::NotSetUp(_) => "not_set_up",
            Self::Stopped => "stopped",
        }
    }
}

/// A server's words, short enough to show.
pub fn quoted(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(WORDS_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
