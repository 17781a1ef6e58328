//! Web chat. The widget fetches what it shows, so there is nothing to send and no webhook to take.

use async_trait::async_trait;

use crate::contract::{
    Account, Answers, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, Files, Intake, Markup, Outbound,
    ParseError, Parsed, RawRequest, Refused,
};

mod config;

pub use config::{WebChatSettings, allows_origin};

/// Longest message a visitor or an agent may send, in characters.
pub const TEXT_CHARS_MAX: usize = 16_000;

const FILES_MAX: usize = 10;
const FILE_BYTES_MAX: u64 = 5 * 1024 * 1024;

/// Web chat.
#[derive(Clone, Copy, Debug)]
pub struct WebChat;

#[async_trait]
impl Channel for WebChat {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Web
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            answers: Answers::Pull,
            intake: Intake::Own,
            markup: Markup::Markdown,
            idempotent_sends: true,
            typing: true,
            files: Some(Files { count_max: FILES_MAX, bytes_max: FILE_BYTES_MAX, kinds: &[] }),
            ..Capabilities::text("visitor", TEXT_CHARS_MAX)
        }
    }

    fn authenticate(&self, _: &Account, _: &RawRequest, _: i64) -> Result<(), Refused> {
        Err(Refused::NotAWebhook)
    }

    fn parse(&self, _: &Account, _: &RawRequest) -> Result<Parsed, ParseError> {
        Ok(Parsed::default())
    }

    async fn deliver(&self, _: &Account, _: &Outbound) -> Result<Delivered, DeliveryError> {
        Err(DeliveryError::refused("web chat is fetched by the widget, never sent"))
    }
}
