//! What goes out.

use std::time::Duration;

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// The same for every try of the same message; given to providers that take an idempotency key.
    pub key: String,
    /// The customer's address on this channel.
    pub to: String,
    /// The text, in the channel's markup and within its limit.
    pub text: String,
    /// Name of the person who wrote it, if a person did.
    pub author_name: Option<String>,
}

/// The provider has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The provider's name for the message, if it gives one.
    pub provider_id: Option<String>,
}

/// The provider does not have it, or may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Not now. Try again, not before the time the provider asked for.
    #[error("{why}")]
    Again {
        /// In words.
        why: String,
        /// What the provider asked for (`Retry-After`, RFC 9110 section 10.2.3).
        after: Option<Duration>,
    },
    /// Never. A person must change something first.
    #[error("{why}")]
    Refused {
        /// In words, with the provider's own.
        why: String,
    },
    /// The request left and no answer came: the customer may have it or not.
    #[error("{why}")]
    Unknown {
        /// In words.
        why: String,
    },
}
