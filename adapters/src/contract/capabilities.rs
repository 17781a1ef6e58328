//! What a channel can do. The rest of Baton branches on this and never on a channel's name.

use std::time::Duration;

/// How an answer reaches the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Baton calls the provider.
    Push,
    /// The customer's side fetches it: stored is sent.
    Pull,
    /// It is said on a call. What a person writes is sent by Baton, as it is after a call.
    Spoken,
}

/// The text a channel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Markdown, rendered by the customer's side from cleaned HTML.
    Markdown,
    /// Nothing but characters.
    Plain,
}

/// What a channel can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Kind of identity that is the customer's address here, such as `phone`.
    pub address_kind: &'static str,
    /// How an answer reaches the customer.
    pub answers: Answers,
    /// The text it shows.
    pub markup: Markup,
    /// Longest message, in characters.
    pub text_chars_max: usize,
    /// Whether the provider drops a second send with the same key, so that an unknown outcome may be tried again.
    pub idempotent_sends: bool,
    /// Whether the customer can see that somebody is typing.
    pub typing: bool,
    /// How long after the customer's last message free text may be sent; `None` is always.
    pub reply_window: Option<Duration>,
}
