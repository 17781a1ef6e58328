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

/// How what customers write gets here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// The provider calls `/hooks/{token}`.
    Hook,
    /// A runtime of `intake` fetches it or holds a socket.
    Runtime,
    /// Through Baton's own pages.
    Own,
}

/// The text a channel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Markdown, rendered by the customer's side from cleaned HTML, or by the adapter.
    Markdown,
    /// Nothing but characters: the adapter is given Markdown and flattens it.
    Plain,
}

/// The files a channel takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Files {
    /// Most of one message.
    pub count_max: usize,
    /// Largest of them.
    pub bytes_max: u64,
    /// Beginnings of the media types it takes; empty takes all.
    pub kinds: &'static [&'static str],
}

/// What a channel can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Kind of identity that is the customer's address here, such as `phone`.
    pub address_kind: &'static str,
    /// How an answer reaches the customer.
    pub answers: Answers,
    /// How what customers write gets here.
    pub intake: Intake,
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
    /// Whether messages name the thread they belong to, so that a customer may have several at once.
    pub threads: bool,
    /// Whether the provider tells what became of a message after it took it.
    pub receipts: bool,
    /// The files it takes from Baton; `None` is none.
    pub files: Option<Files>,
    /// Whether a message has a subject and copies.
    pub subject: bool,
    /// Whether messages that were approved beforehand can be sent, window or not.
    pub templates: bool,
    /// Whether a message is counted in segments, each of which costs.
    pub segments: bool,
    /// Most quick replies under a message.
    pub quick_replies_max: usize,
    /// Whether customers can say that they want no more messages, and must be believed.
    pub opt_outs: bool,
}

impl Capabilities {
    /// A channel that pushes plain text to an address and takes webhooks. Others say what differs.
    pub const fn text(address_kind: &'static str, text_chars_max: usize) -> Self {
        Self {
            address_kind,
            answers: Answers::Push,
            intake: Intake::Hook,
            markup: Markup::Plain,
            text_chars_max,
            idempotent_sends: false,
            typing: false,
            reply_window: None,
            threads: false,
            receipts: false,
            files: None,
            subject: false,
            templates: false,
            segments: false,
            quick_replies_max: 0,
            opt_outs: false,
        }
    }
}
