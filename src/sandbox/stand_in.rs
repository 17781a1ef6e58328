//! Channels whose provider is not there: what is sent is accepted and goes no further.

use async_trait::async_trait;
use baton_adapters::Registry;
use baton_adapters::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, Intake, Outbound, ParseError, Parsed,
    RawRequest, Refused,
};

/// Longest text a stand-in accepts, in characters.
const TEXT_CHARS_MAX: usize = 4_096;

/// A channel whose provider is not there.
#[derive(Clone, Copy, Debug)]
pub struct StandIn(pub ChannelKind);

/// The real channels, and a stand-in for every kind this build has none of.
pub fn registry() -> Registry {
    let real = Registry::standard();
    let missing = ChannelKind::ALL.into_iter().filter(|kind| real.get(*kind).is_none());
    missing.fold(real.clone(), |registry, kind| registry.with(StandIn(kind)))
}

/// What stories of the past are told on: everything but web chat goes nowhere.
pub fn told_registry() -> Registry {
    ChannelKind::ALL
        .into_iter()
        .filter(|kind| *kind != ChannelKind::Web)
        .fold(Registry::standard(), |registry, kind| registry.with(StandIn(kind)))
}

/// The kind of identity that is an address on a channel.
pub(super) fn address_kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Web => "visitor",
        ChannelKind::Email => "email",
        ChannelKind::Whatsapp => "whatsapp",
        ChannelKind::Sms | ChannelKind::PhoneVoice => "phone",
        ChannelKind::Slack => "slack",
    }
}

#[async_trait]
impl Channel for StandIn {
    fn kind(&self) -> ChannelKind {
        self.0
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            idempotent_sends: true,
            intake: Intake::Own,
            ..Capabilities::text(address_kind(self.0), TEXT_CHARS_MAX)
        }
    }

    fn authenticate(&self, _: &Account, _: &RawRequest, _: i64) -> Result<(), Refused> {
        Err(Refused::NotAWebhook)
    }

    fn parse(&self, _: &Account, _: &RawRequest) -> Result<Parsed, ParseError> {
        Ok(Parsed::default())
    }

    async fn deliver(&self, _: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        Ok(Delivered { provider_id: Some(format!("stand-in-{}", message.key)), thread: None })
    }
}
