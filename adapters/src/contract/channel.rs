//! The trait, the kinds, and the secrets a channel is given.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{Capabilities, Delivered, DeliveryError, Inbound, Outbound, ParseError, RawRequest, Refused};

/// The kinds of channel, by the words the public API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Chat on a web page.
    Web,
    /// A mailbox.
    Email,
    /// A WhatsApp business number.
    Whatsapp,
    /// A phone number for text messages.
    Sms,
    /// A Slack workspace.
    Slack,
    /// A phone number for calls.
    PhoneVoice,
}

impl ChannelKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Web, Self::Email, Self::Whatsapp, Self::Sms, Self::Slack, Self::PhoneVoice];

    /// The word for it on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Email => "email",
            Self::Whatsapp => "whatsapp",
            Self::Sms => "sms",
            Self::Slack => "slack",
            Self::PhoneVoice => "phone_voice",
        }
    }
}

impl fmt::Display for ChannelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no kind of channel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no channel kind {0:?}; the kinds are web, email, whatsapp, sms, slack and phone_voice")]
pub struct UnknownKind(pub String);

impl FromStr for ChannelKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

/// A channel's secrets. Several are given while one is being replaced; any of them is accepted.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// Secrets that requests from the provider are signed with, current first.
    pub signing: Vec<SecretString>,
    /// What Baton shows the provider.
    pub access: Option<SecretString>,
}

/// One kind of channel.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Which kind.
    fn kind(&self) -> ChannelKind;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Whether the request comes from the provider. Called before anything is parsed; fails closed.
    ///
    /// # Errors
    /// [`Refused`] if a signature, secret or timestamp is missing or wrong.
    fn authenticate(&self, credentials: &Credentials, request: &RawRequest, unix_seconds: i64) -> Result<(), Refused>;

    /// What the request says. Unknown fields and kinds of event are skipped, not refused.
    ///
    /// # Errors
    /// [`ParseError`] if the bytes are not what the provider documents.
    fn parse(&self, request: &RawRequest) -> Result<Vec<Inbound>, ParseError>;

    /// Sends one message. Called only where [`Capabilities::answers`] is [`super::Answers::Push`].
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn deliver(&self, credentials: &Credentials, message: &Outbound) -> Result<Delivered, DeliveryError>;
}
