//! Access tokens for mailboxes that take no password (RFC 6749, sections 4.4 and 6), kept until shortly before they end.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::form_urlencoded::Serializer;

use crate::contract::{Account, DeliveryError};
use crate::http::Http;

/// How long before its end a token is replaced.
const EARLY: Duration = Duration::from_secs(120);
/// How long a token lasts whose end is not told.
const USUAL: Duration = Duration::from_secs(600);

/// Tokens by what they were asked for with.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<HashMap<String, (String, Instant)>>);

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Denied {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    /// A token that is good for a while.
    pub(super) async fn get(&self, http: &Http, account: &Account) -> Result<String, DeliveryError> {
        let asked = request(account)?;
        let mut known = self.0.lock().await;
        if let Some((token, until)) = known.get(&asked).filter(|(_, until)| *until > Instant::now()) {
            let _ = until;
            return Ok(token.clone());
        }
        let (token, lasts) = fetch(http, account.text("oauth_token_url"), asked.clone()).await?;
        known.insert(asked, (token.clone(), Instant::now() + lasts.saturating_sub(EARLY)));
        Ok(token)
    }

    /// Forgets an account's token, after it was refused.
    pub(super) async fn forget(&self, account: &Account) {
        if let Ok(asked) = request(account) {
            self.0.lock().await.remove(&asked);
        }
    }
}

fn request(account: &Account) -> Result<String, DeliveryError> {
    if account.text("oauth_token_url").is_empty() {
        return Err(DeliveryError::refused("the OAuth token address is missing"));
    }
    let mut form = Serializer::new(String::new());
    form.append_pair("client_id", account.text("oauth_client_id"));
    match account.secret("oauth_refresh_token") {
        Some(token) => form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token),
        None => form.append_pair("grant_type", "client_credentials"),
    };
    if let Some(secret) = account.secret("oauth_client_secret") {
        form.append_pair("client_secret", secret);
    }
    if !account.text("oauth_scope").is_empty() {
        form.append_pair("scope", account.text("oauth_scope"));
    }
    Ok(form.finish())
}

async fn fetch(http: &Http, url: &str, form: String) -> Result<(String, Duration), DeliveryError> {
    let request = http.trusted()?.post(url).header("Content-Type", "application/x-www-form-urlencoded").body(form);
    let answer = http.ask(request).await?;
    if let (true, Some(granted)) = (answer.status.is_success(), answer.json::<Granted>()) {
        return Ok((granted.access_token, granted.expires_in.map_or(USUAL, Duration::from_secs)));
    }
    let denied: Denied = answer.json().unwrap_or_default();
    let words = [denied.error, denied.error_description].join(" ");
    if answer.status.is_server_error() {
        return Err(DeliveryError::Again { why: format!("no access token: {words}"), after: answer.retry_after() });
    }
    Err(DeliveryError::Refused {
        why: format!("the provider gives no access token: {} {}", answer.status, words.trim()),
        refusal: crate::contract::Refusal::Unauthorized,
    })
}
