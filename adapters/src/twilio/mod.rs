//! What the channels of one provider share: how its requests are signed, and how its API is asked.
//!
//! May not know a channel.

mod rest;
mod signature;

pub use rest::Api;
pub use signature::{sign, verify};

use crate::contract::{FieldKind, FieldSpec};

/// Setting: names the account.
pub const ACCOUNT_SID: FieldSpec =
    FieldSpec::required("account_sid", "Account SID", "Begins with AC. Twilio Console, Account Info.", FieldKind::Line);
/// Secret: signs webhooks and opens the API.
pub const AUTH_TOKEN: FieldSpec = FieldSpec::required(
    "auth_token",
    "Auth token",
    "Twilio Console, Account Info. Webhooks are signed with it, so an API key does not do.",
    FieldKind::Secret,
);
/// Setting: where the API is.
pub const BASE_URL: FieldSpec = FieldSpec::base_url("api_base_url", "Address of the API", "https://api.twilio.com");
