//! The trait, and the kinds.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::install::Install;
use super::team::TeamPlace;
use super::voice::Voice;
use super::{
    Account, Capabilities, Delivered, DeliveryError, FieldSpec, HookReply, InboundFile, Intake, ListenError, MediaRef,
    Outbound, ParseError, Parsed, RawRequest, Refused, Signal, Sink, TemplateInfo,
};

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

/// One kind of channel.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Which kind.
    fn kind(&self) -> ChannelKind;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// What an admin sets for an account, in the order of the form.
    fn fields(&self) -> &'static [FieldSpec] {
        &[]
    }

    /// What is wrong with an account's settings beyond what [`Channel::fields`] says: the field, and what to do.
    fn check_settings(&self, _account: &Account) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Whether the request comes from the provider. Called before anything is parsed; fails closed. Pure.
    ///
    /// # Errors
    /// [`Refused`] if a signature, secret or timestamp is missing or wrong.
    fn authenticate(&self, account: &Account, request: &RawRequest, unix_seconds: i64) -> Result<(), Refused>;

    /// What the request says, and how it is answered. Unknown fields and kinds of event are skipped, not refused. Pure.
    ///
    /// # Errors
    /// [`ParseError`] if the bytes are not what the provider documents.
    fn parse(&self, account: &Account, request: &RawRequest) -> Result<Parsed, ParseError>;

    /// Whether Baton holds a connection open for an account, because of what the channel is or what an admin set.
    fn listens(&self, _account: &Account) -> bool {
        self.capabilities().intake == Intake::Runtime
    }

    /// Whose account a request is for, where accounts share an address: the setting that tells them apart, and its value. Pure.
    fn addressee(&self, _request: &RawRequest) -> Option<(&'static str, String)> {
        None
    }

    /// The team's place to answer, where the provider has one.
    fn team(&self) -> Option<&dyn TeamPlace> {
        None
    }

    /// Making accounts by consent, where the provider has that.
    fn install(&self) -> Option<&dyn Install> {
        None
    }

    /// What a request that was believed and could not be read is answered.
    fn shrug(&self) -> HookReply {
        HookReply::empty()
    }

    /// Sends one message. Called only where [`Capabilities::answers`] is [`super::Answers::Push`].
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn deliver(&self, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError>;

    /// Hears what customers write, where [`Capabilities::intake`] is [`super::Intake::Runtime`]: connects, and gives everything
    /// to `sink` until it says stop.
    ///
    /// # Errors
    /// [`ListenError`] says whether to connect again.
    async fn listen(&self, _account: &Account, _sink: &dyn Sink) -> Result<(), ListenError> {
        Err(ListenError::NotNeeded)
    }

    /// Fetches a file a message named.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn fetch(&self, _account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
        Err(DeliveryError::refused(format!("this channel brings no files ({})", media.id)))
    }

    /// Tries the account out without sending anybody anything. What it found, in words.
    ///
    /// # Errors
    /// What is wrong, in the provider's own words where it gave any.
    async fn test(&self, _account: &Account) -> Result<String, String> {
        Ok("There is nothing to test: this channel asks nobody.".to_owned())
    }

    /// What carries speech, where the channel does.
    fn voice(&self) -> Option<&dyn Voice> {
        None
    }

    /// Tells the customer's side that somebody reads or types. May fail without harm, so it is tried once.
    ///
    /// # Errors
    /// [`DeliveryError`], for the log.
    async fn signal(&self, _account: &Account, _signal: &Signal) -> Result<(), DeliveryError> {
        Ok(())
    }

    /// The messages that were approved beforehand, where the channel has such.
    ///
    /// # Errors
    /// Why they can not be listed, in words.
    async fn templates(&self, _account: &Account) -> Result<Vec<TemplateInfo>, String> {
        Ok(Vec::new())
    }
}
