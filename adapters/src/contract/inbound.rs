//! What comes in.

use bytes::Bytes;
use http::{HeaderMap, Method};

/// A request exactly as it arrived.
#[derive(Clone, Debug)]
pub struct RawRequest {
    /// Its method.
    pub method: Method,
    /// The address it was sent to, as configured publicly, with its query.
    pub url: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte for byte.
    pub body: Bytes,
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The signature header is missing.
    #[error("the request is not signed")]
    Unsigned,
    /// The signature does not fit.
    #[error("the signature does not fit; check the channel's secret and its public address")]
    BadSignature,
    /// The request is too old, or from the future.
    #[error("the request's time is too far from this server's clock")]
    BadTime,
    /// The channel has no secret to check with.
    #[error("the channel has no signing secret yet")]
    NoSecret,
    /// The channel takes no requests of this kind.
    #[error("this channel takes no webhooks")]
    NotAWebhook,
}

/// Why a request can not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request can not be read: {0}")]
pub struct ParseError(pub String);

/// Something a request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// The customer wrote.
    Message(InboundMessage),
    /// Something Baton has no use for, with its name for the log.
    Ignored(String),
}

/// What a customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The provider's name for this event; a second one with the same name is the same event.
    pub provider_id: String,
    /// Who wrote it.
    pub from: Identity,
    /// The customer's name, if the provider tells.
    pub name: Option<String>,
    /// What they wrote.
    pub text: String,
}

/// Something a customer is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// `email`, `phone`, `whatsapp`, `slack`, `visitor`.
    pub kind: &'static str,
    /// The address, number or id.
    pub value: String,
}
