//! What an admin sets for a business number.

use crate::contract::{Account, FieldKind, FieldSpec};

/// Where the API is.
pub(super) const BASE_URL: &str = "https://graph.facebook.com";
/// Its version.
pub(super) const VERSION: &str = "v23.0";

/// The fields of the form.
pub(super) const FIELDS: &[FieldSpec] = &[
    FieldSpec::required(
        "phone_number_id",
        "Phone number ID",
        "A long number, not the phone number itself. In the app's dashboard under WhatsApp, API setup.",
        FieldKind::Line,
    ),
    FieldSpec::required(
        "access_token",
        "Access token",
        "Of a system user with the permission whatsapp_business_messaging. The token on the API setup page ends after a day.",
        FieldKind::Secret,
    ),
    FieldSpec::required(
        "app_secret",
        "App secret",
        "In the app's dashboard under App settings, Basic. Meta signs its calls with it.",
        FieldKind::Secret,
    ),
    FieldSpec::required(
        "verify_token",
        "Verify token",
        "Words you make up. Type the same ones at Meta, beside the address above, so that it knows whom it calls.",
        FieldKind::Secret,
    ),
    FieldSpec::optional(
        "business_account_id",
        "Business account ID",
        "Beside the phone number ID. Needed to offer your templates in the composer.",
        FieldKind::Line,
    ),
    FieldSpec::optional(
        "app_answerer",
        "Who answers in the WhatsApp Business app",
        "The email address of that person here. What they write in the app takes the conversation in their name.",
        FieldKind::Line,
    ),
    FieldSpec::base_url("base_url", "Address of the API", BASE_URL),
    FieldSpec::optional("api_version", "Version of the API", "Changed when Meta retires a version.", FieldKind::Line)
        .default(VERSION)
        .advanced(),
];

/// What is wrong with the settings.
pub(super) fn check(account: &Account) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let mut complain = |field, words: &str| wrong.push((field, words.to_owned()));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(account.text("phone_number_id")) {
        complain("phone_number_id", "A phone number ID is digits only.");
    }
    let business = account.text("business_account_id");
    if !business.is_empty() && !is_number(business) {
        complain("business_account_id", "A business account ID is digits only.");
    }
    let version = account.text_or("api_version", VERSION);
    if !version.starts_with('v') || !version[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        complain("api_version", "A version is written as v23.0.");
    }
    let answerer = account.text("app_answerer");
    if !answerer.is_empty() && !answerer.contains('@') {
        complain("app_answerer", "Write the email address the person signs in with.");
    }
    wrong
}
