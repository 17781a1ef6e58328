//! Identifiers as types, so that a contact's id can not be passed where a conversation's is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

id! {
    /// One exchange with one contact on one channel.
    ConversationId
    /// The customer.
    ContactId
    /// A configured channel account.
    ChannelId
    /// One thing said, or one internal note. Shown to widgets as `publicId`.
    MessageId
    /// A person who answers customers.
    AgentId
    /// A group of agents.
    TeamId
    /// A named week of office hours.
    ScheduleId
    /// One run of the AI over a conversation.
    TurnId
    /// One move from the AI to the queue or a person.
    HandoffId
    /// A file sent by anyone.
    AttachmentId
    /// One row of work for the outside world.
    OutboxId
    /// One phone call.
    CallId
    /// A knowledge article.
    ArticleId
}

/// The number people say to each other, shown as `#1042`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNumber(pub i64);

impl std::fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}
