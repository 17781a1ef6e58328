//! The Web API: one call, and what its answer means.
//!
//! Slack answers 200 to almost everything and says in the body whether it did what was asked. Only that is read, and the few
//! members a call needs: an answer that grew a member must not look like a message that was not sent.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::contract::{Account, DeliveryError, Refusal};
use crate::http::Http;

use super::config::API_URL;

/// The name of the bot's token among the credentials.
pub(super) const BOT_TOKEN: &str = "bot_token";
/// The name of the app-level token, for sockets.
pub(super) const APP_TOKEN: &str = "app_token";

/// What a call is shown to Slack with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    /// The bot's token.
    Bot,
    /// The app-level token.
    App,
}

/// Calls a method with JSON.
pub(super) async fn call(
    http: &Http,
    account: &Account,
    shown: Shown,
    method: &str,
    arguments: &(impl Serialize + Sync),
) -> Result<Value, DeliveryError> {
    let url = format!("{}/{method}", account.text_or("api_url", API_URL).trim_end_matches('/'));
    let request = http.trusted()?.post(url).bearer_auth(token(account, shown)?).json(arguments);
    read(&http.ask(request).await?)
}

/// Calls a method that reads, with a form, as the methods that take no JSON want it.
pub(super) async fn ask(
    http: &Http,
    account: &Account,
    method: &str,
    arguments: &[(&str, &str)],
) -> Result<Value, DeliveryError> {
    let url = format!("{}/{method}", account.text_or("api_url", API_URL).trim_end_matches('/'));
    let request = http.trusted()?.post(url).bearer_auth(token(account, Shown::Bot)?).form(arguments);
    // Nothing is done twice by asking again.
    match http.ask(request).await.and_then(|answer| read(&answer)) {
        Err(DeliveryError::Unknown { why }) => Err(DeliveryError::Again { why, after: None }),
        outcome => outcome,
    }
}

fn token(account: &Account, shown: Shown) -> Result<&str, DeliveryError> {
    let name = match shown {
        Shown::Bot => BOT_TOKEN,
        Shown::App => APP_TOKEN,
    };
    let why = match shown {
        Shown::Bot => "the app is not installed in a workspace yet",
        Shown::App => "the app-level token is missing",
    };
    account.secret(name).ok_or_else(|| DeliveryError::Refused { why: why.into(), refusal: Refusal::Unauthorized })
}

/// What an answer means.
pub(super) fn read(answer: &crate::http::Answer) -> Result<Value, DeliveryError> {
    let body: Option<Value> = answer.json();
    if !answer.status.is_success() {
        let words = body.as_ref().and_then(|body| body["error"].as_str()).unwrap_or_default();
        return Err(answer.trouble(words));
    }
    let Some(body) = body else {
        return Err(DeliveryError::Unknown { why: "Slack's answer is no JSON".into() });
    };
    match body["error"].as_str() {
        _ if body["ok"] == true => Ok(body),
        Some(error) => Err(refusal(error, answer.retry_after())),
        None => Err(DeliveryError::Unknown { why: "Slack's answer does not say whether it worked".into() }),
    }
}

/// What Slack's word for an error means for the message.
fn refusal(error: &str, after: Option<Duration>) -> DeliveryError {
    let why = match error {
        "channel_not_found" => "Slack does not know the channel, or the app may not see it",
        "not_in_channel" => "the app is not in the channel; invite it there",
        "is_archived" => "the channel is archived",
        "missing_scope" => "the app lacks a permission; install it again with the manifest of the guide",
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired" => {
            "Slack does not accept the token any more; install the app again"
        }
        "ratelimited" | "rate_limited" => "Slack asks for a pause",
        _ => "Slack refused it",
    };
    let why = format!("{why} ({error})");
    match error {
        "ratelimited" | "rate_limited" => DeliveryError::Again { why, after },
        "internal_error" | "fatal_error" => DeliveryError::Unknown { why },
        "service_unavailable" | "request_timeout" | "team_added_to_org" => DeliveryError::Again { why, after },
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired" => {
            DeliveryError::Refused { why, refusal: Refusal::Unauthorized }
        }
        _ => DeliveryError::refused(why),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;
    use crate::http::Answer;

    fn answer(status: u16, body: &str, retry_after: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = retry_after {
            headers.insert("retry-after", HeaderValue::from_static(seconds));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        Answer { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    #[test]
    fn an_answer_says_whether_to_try_again() {
        let read = |status, body, after| super::read(&answer(status, body, after));
        assert_eq!(read(200, r#"{"ok":true,"ts":"1.1","new":{}}"#, None).expect("it worked")["ts"], "1.1");
        let limited = read(429, r#"{"ok":false,"error":"ratelimited"}"#, Some("30"));
        assert!(matches!(limited, Err(DeliveryError::Again { after: Some(wait), .. }) if wait.as_secs() == 30));
        let revoked = read(200, r#"{"ok":false,"error":"token_revoked"}"#, None);
        assert!(matches!(revoked, Err(DeliveryError::Refused { refusal: Refusal::Unauthorized, .. })));
        let refused = read(200, r#"{"ok":false,"error":"not_in_channel"}"#, None);
        assert!(matches!(refused, Err(DeliveryError::Refused { why, .. }) if why.contains("invite it")));
        for unclear in
            [(200, "<html>"), (200, "{}"), (502, "Bad Gateway"), (200, r#"{"ok":false,"error":"fatal_error"}"#)]
        {
            assert!(matches!(read(unclear.0, unclear.1, None), Err(DeliveryError::Unknown { .. })), "{unclear:?}");
        }
    }
}
