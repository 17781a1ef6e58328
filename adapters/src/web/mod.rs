//! Web chat. The widget fetches what it shows, so there is nothing to send and no webhook to take.

use async_trait::async_trait;

use crate::contract::{
    Answers, Capabilities, Channel, ChannelKind, Credentials, Delivered, DeliveryError, Inbound, Markup, Outbound,
    ParseError, RawRequest, Refused,
};

mod config;

pub use config::{WebChatSettings, allows_origin};

/// Longest message a visitor or an agent may send, in characters.
pub const TEXT_CHARS_MAX: usize = 16_000;

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
            address_kind: "visitor",
            answers: Answers::Pull,
            markup: Markup::Markdown,
            text_chars_max: TEXT_CHARS_MAX,
            idempotent_sends: true,
            typing: true,
            reply_window: None,
        }
    }

    fn authenticate(&self, _: &Credentials, _: &RawRequest, _: i64) -> Result<(), Refused> {
        Err(Refused::NotAWebhook)
    }

    fn parse(&self, _: &RawRequest) -> Result<Vec<Inbound>, ParseError> {
        Ok(Vec::new())
    }

    async fn deliver(&self, _: &Credentials, _: &Outbound) -> Result<Delivered, DeliveryError> {
        Err(DeliveryError::Refused { why: "web chat is fetched by the widget, never sent".into() })
    }
}
