//! The stand-in of a phone company: it asks Baton for documents, does what they say, and lets a test or a newcomer be the
//! caller, and the person whose phone rings.
//!
//! Invariant: a document is followed only as the provider documents it. What it does not document is an error, not a guess.

mod call;
mod exchange;
mod leg;
mod line;
mod relay;
mod twiml;

pub use call::{Call, Waits};
pub use exchange::{Exchange, Number, Trouble};
pub use line::{Line, Press, Shown, Speaker};
pub use relay::Relay;
