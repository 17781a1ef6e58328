//! What every channel promises. Nothing in here knows a provider.

mod capabilities;
mod channel;
mod inbound;
mod outbound;

pub use capabilities::{Answers, Capabilities, Markup};
pub use channel::{Channel, ChannelKind, Credentials, UnknownKind};
pub use inbound::{Identity, Inbound, InboundMessage, ParseError, RawRequest, Refused};
pub use outbound::{Delivered, DeliveryError, Outbound};
