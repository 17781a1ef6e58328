//! WhatsApp by Meta's Cloud API: signed JSON in, the messages endpoint of a phone number out.

use std::time::Duration;

use async_trait::async_trait;

use crate::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, FieldSpec, Files, InboundFile, MediaRef,
    Outbound, ParseError, Parsed, RawRequest, Refused, Signal, TemplateInfo,
};
use crate::http::Http;

mod api;
mod config;
mod deliver;
mod errors;
mod intake;
mod media;
mod message;
mod signature;
#[cfg(test)]
mod tests;

pub use signature::sign;

/// Longest text, in characters.
pub const TEXT_CHARS_MAX: usize = 4_096;
/// How long after the customer's last message free text may be sent.
const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// Largest file that is sent.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Most answers to choose from.
const QUICK_REPLIES_MAX: usize = 10;

/// WhatsApp by Meta's Cloud API.
#[derive(Clone, Debug, Default)]
pub struct Whatsapp {
    http: Http,
}

#[async_trait]
impl Channel for Whatsapp {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Whatsapp
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            typing: true,
            receipts: true,
            templates: true,
            opt_outs: true,
            reply_window: Some(WINDOW),
            // One file makes one message; the others go along as links.
            files: Some(Files {
                count_max: 1,
                bytes_max: FILE_BYTES_MAX,
                kinds: &["image/jpeg", "image/png", "video/mp4", "audio/", "application/pdf", "text/plain"],
            }),
            quick_replies_max: QUICK_REPLIES_MAX,
            ..Capabilities::text("whatsapp", TEXT_CHARS_MAX)
        }
    }

    fn fields(&self) -> &'static [FieldSpec] {
        config::FIELDS
    }

    fn check_settings(&self, account: &Account) -> Vec<(&'static str, String)> {
        config::check(account)
    }

    fn authenticate(&self, account: &Account, request: &RawRequest, _: i64) -> Result<(), Refused> {
        signature::check(account, request)
    }

    fn parse(&self, account: &Account, request: &RawRequest) -> Result<Parsed, ParseError> {
        intake::parse(account, request)
    }

    async fn deliver(&self, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        deliver::send(&self.http, account, message).await
    }

    async fn fetch(&self, account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
        media::fetch(&self.http, account, media).await
    }

    async fn test(&self, account: &Account) -> Result<String, String> {
        api::test(&self.http, account).await
    }

    async fn signal(&self, account: &Account, signal: &Signal) -> Result<(), DeliveryError> {
        deliver::signal(&self.http, account, signal).await
    }

    async fn templates(&self, account: &Account) -> Result<Vec<TemplateInfo>, String> {
        api::templates(&self.http, account).await
    }
}
