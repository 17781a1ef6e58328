//! Text messages by Twilio: signed webhooks in, the Messages resource out.

use async_trait::async_trait;

use crate::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, FieldSpec, Files, HookReply, InboundFile,
    MediaRef, Outbound, ParseError, Parsed, RawRequest, Refused,
};
use crate::http::Http;
use crate::twilio;

mod config;
mod deliver;
mod intake;
pub mod segments;
#[cfg(test)]
mod tests;

/// Longest text Twilio takes, in characters.
pub const TEXT_CHARS_MAX: usize = 1_600;

/// Text messages by Twilio.
#[derive(Clone, Debug, Default)]
pub struct Sms {
    http: Http,
}

#[async_trait]
impl Channel for Sms {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            receipts: true,
            segments: true,
            opt_outs: true,
            files: Some(Files { count_max: 10, bytes_max: 5 * 1024 * 1024, kinds: &["image/"] }),
            ..Capabilities::text("phone", TEXT_CHARS_MAX)
        }
    }

    fn fields(&self) -> &'static [FieldSpec] {
        config::FIELDS
    }

    fn check_settings(&self, account: &Account) -> Vec<(&'static str, String)> {
        config::check(account)
    }

    fn authenticate(&self, account: &Account, request: &RawRequest, _: i64) -> Result<(), Refused> {
        twilio::verify(account.credentials.get(twilio::AUTH_TOKEN.name), request)
    }

    fn parse(&self, account: &Account, request: &RawRequest) -> Result<Parsed, ParseError> {
        intake::parse(account, request)
    }

    fn shrug(&self) -> HookReply {
        twilio::silence()
    }

    async fn deliver(&self, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        deliver::send(&self.http, account, message).await
    }

    async fn fetch(&self, account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
        deliver::fetch(&self.http, account, media).await
    }

    async fn test(&self, account: &Account) -> Result<String, String> {
        deliver::test(&self.http, account).await
    }
}
