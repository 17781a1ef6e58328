//! What every channel promises. Nothing in here knows a provider.

mod account;
mod capabilities;
mod channel;
mod fields;
mod inbound;
pub mod install;
mod intake;
mod outbound;
pub mod team;
pub mod voice;

pub use account::{Account, Credentials, SIGNING};
pub use capabilities::{Answers, Capabilities, Files, Intake, Markup};
pub use channel::{Channel, ChannelKind, UnknownKind};
pub use fields::{FieldKind, FieldSpec};
pub use inbound::{
    Consent, Echo, HookReply, Identity, Inbound, InboundFile, InboundMessage, MediaRef, Moved, ParseError, Parsed,
    RawRequest, Refused, Status, StatusReport, ThreadKey, ThreadRule,
};
pub use intake::{Interrupted, ListenError, Sink};
pub use outbound::{Delivered, DeliveryError, Outbound, OutboundFile, Refusal, Signal, Template, TemplateInfo};
