//! What the channels of one provider share: how its requests are signed, how its API is asked, its words for what went wrong.
//!
//! May not know a channel. Invariant: a request that the provider may have carried out is never called undone.

mod errors;
mod form;
mod media;
mod rest;
mod signature;

pub use errors::{meaning, refusal};
pub use form::Form;
pub use media::fetch;
pub use rest::Api;
pub use signature::{sign, verify};

use crate::contract::{FieldKind, FieldSpec, HookReply};

/// Setting: names the account.
pub const ACCOUNT_SID: FieldSpec = FieldSpec::required(
    "account_sid",
    "Account SID",
    "Begins with AC. Twilio Console, Account Info. Test credentials work too: they send nothing.",
    FieldKind::Line,
);
/// Secret: signs webhooks and opens the API.
pub const AUTH_TOKEN: FieldSpec = FieldSpec::required(
    "auth_token",
    "Auth token",
    "Twilio Console, Account Info. Webhooks are signed with it; while you replace it, the one before is believed too.",
    FieldKind::Secret,
);
/// Setting: names a key that opens the API instead of the token.
pub const API_KEY_SID: FieldSpec = FieldSpec::optional(
    "api_key_sid",
    "API key SID",
    "Begins with SK. With a key of its own, sending goes on while the auth token is replaced.",
    FieldKind::Line,
)
.advanced();
/// Secret: belongs to the key.
pub const API_KEY_SECRET: FieldSpec =
    FieldSpec::optional("api_key_secret", "API key secret", "Shown once, when the key is made.", FieldKind::Secret)
        .advanced();
/// Setting: where the API is.
pub const BASE_URL: FieldSpec = FieldSpec::base_url("api_base_url", "Address of the API", "https://api.twilio.com");

/// What a webhook is answered when nothing is to be said. A text would be sent on to the customer.
const EMPTY_TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

/// The answer that says nothing.
pub fn silence() -> HookReply {
    HookReply::ok("text/xml; charset=utf-8", EMPTY_TWIML)
}
