//! The channels as an agent sees them: a drawing and a word.

use crate::web::icon::Icon;

/// Where a conversation takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the channel of that name")]
pub enum ChannelKind {
    Web,
    Email,
    WhatsApp,
    Sms,
    Slack,
    Phone,
}

impl ChannelKind {
    /// Every kind, in the order they are shown.
    pub const ALL: [Self; 6] = [Self::Web, Self::Email, Self::WhatsApp, Self::Sms, Self::Slack, Self::Phone];

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Web => "Web chat",
            Self::Email => "Email",
            Self::WhatsApp => "WhatsApp",
            Self::Sms => "SMS",
            Self::Slack => "Slack",
            Self::Phone => "Phone",
        }
    }

    /// Its drawing.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Web => Icon::Chat,
            Self::Email => Icon::Mail,
            Self::WhatsApp => Icon::WhatsApp,
            Self::Sms => Icon::Mobile,
            Self::Slack => Icon::Hash,
            Self::Phone => Icon::Phone,
        }
    }
}
