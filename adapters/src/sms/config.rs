//! What an admin sets for a number.

use crate::contract::{Account, FieldKind, FieldSpec};
use crate::twilio;

/// The fields of the form.
pub(super) const FIELDS: &[FieldSpec] = &[
    twilio::ACCOUNT_SID,
    twilio::AUTH_TOKEN,
    FieldSpec::optional(
        "sender",
        "Sender",
        "The number customers write to, such as +15550100142, or a short code. Leave it empty if you use a messaging service.",
        FieldKind::Line,
    ),
    FieldSpec::optional(
        "messaging_service_sid",
        "Messaging service",
        "Begins with MG. Twilio then chooses the number, and keeps it for each customer.",
        FieldKind::Line,
    ),
    FieldSpec::optional(
        "mms",
        "Send pictures as MMS",
        "Works for numbers of the United States and Canada. Everywhere else a picture goes out as a link.",
        FieldKind::Toggle,
    )
    .default("false"),
    twilio::API_KEY_SID,
    twilio::API_KEY_SECRET,
    twilio::BASE_URL,
];

/// Who a message is from, as the form says it: the parameter and its value.
pub(super) fn sender(account: &Account) -> (&'static str, String) {
    match account.text("messaging_service_sid") {
        "" => ("From", account.text("sender").to_owned()),
        service => ("MessagingServiceSid", service.to_owned()),
    }
}

/// What is wrong with the settings.
pub(super) fn check(account: &Account) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let mut complain = |field, words: &str| wrong.push((field, words.to_owned()));
    if !is_sid(account.text("account_sid"), "AC") {
        complain("account_sid", "An Account SID is AC and 32 digits or letters a to f.");
    }
    let (sender, service) = (account.text("sender"), account.text("messaging_service_sid"));
    if sender.is_empty() && service.is_empty() {
        complain("sender", "Say which number messages come from, or name a messaging service.");
    }
    if !sender.is_empty() && !is_sender(sender) {
        complain("sender", "Write a number as +15550100142, or a short code.");
    }
    if !service.is_empty() && !is_sid(service, "MG") {
        complain("messaging_service_sid", "A messaging service is MG and 32 digits or letters a to f.");
    }
    let key = account.text("api_key_sid");
    if !key.is_empty() && !is_sid(key, "SK") {
        complain("api_key_sid", "An API key is SK and 32 digits or letters a to f.");
    }
    if !key.is_empty() && account.secret("api_key_secret").is_none() {
        complain("api_key_secret", "The key needs its secret.");
    }
    wrong
}

fn is_sid(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_sender(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}
