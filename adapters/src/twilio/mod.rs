//! What Twilio's channels share: the signature of its webhooks, its API and its words for what went wrong.
//!
//! May not know what is sent. Invariant: a request that Twilio may have carried out is never called undone.

mod api;
mod errors;
mod form;
pub mod signature;

pub use api::{Api, FIELDS};
pub use errors::{meaning, refusal};
pub use form::Form;

use crate::contract::HookReply;

/// What a webhook of Twilio's is answered when nothing is to be said. A text would be sent on to the customer.
pub const EMPTY_TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

/// The answer that says nothing.
pub fn silence() -> HookReply {
    HookReply::ok("text/xml; charset=utf-8", EMPTY_TWIML)
}
