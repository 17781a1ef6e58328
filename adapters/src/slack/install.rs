//! Installing the app in one more workspace: Slack's consent page (OAuth v2) and what it answers.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use crate::contract::install::{Install, Installed};
use crate::contract::{Account, DeliveryError};

use super::Slack;
use super::api::{BOT_TOKEN, read};
use super::config::API_URL;

/// What the app may do, each for one thing Baton does.
const SCOPES: &[&str] = &[
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
];

#[async_trait]
impl Install for Slack {
    fn consent_page(&self, account: &Account, return_to: &str, state: &str) -> Result<String, String> {
        let client_id = account.text("client_id");
        if client_id.is_empty() || account.secret("client_secret").is_none() {
            return Err("Fill in the app's client id and client secret first (Slack: Basic Information).".into());
        }
        let base = account.text_or("api_url", API_URL).trim_end_matches('/');
        let page = format!("{}/oauth/v2/authorize", base.trim_end_matches("/api"));
        let scopes = SCOPES.join(",");
        let query = [("client_id", client_id), ("scope", &scopes), ("redirect_uri", return_to), ("state", state)];
        let page = Url::parse_with_params(&page, query).map_err(|_| "The address of Slack's API is no address.")?;
        Ok(page.into())
    }

    async fn complete(&self, account: &Account, return_to: &str, code: &str) -> Result<Installed, String> {
        let answer = self.exchange(account, return_to, code).await.map_err(|why| why.to_string())?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let token = text(&answer["access_token"]).ok_or("Slack gave no token; was the app's bot switched off?")?;
        let team = text(&answer["team"]["id"]).ok_or("Slack did not say which workspace it was")?;
        let name = text(&answer["team"]["name"]).unwrap_or_else(|| team.clone());
        let settings = vec![("team_id", json!(team)), ("bot_user_id", answer["bot_user_id"].clone())];
        Ok(Installed { name, place: "team_id", settings, secrets: vec![(BOT_TOKEN, SecretString::from(token))] })
    }
}

impl Slack {
    async fn exchange(&self, account: &Account, return_to: &str, code: &str) -> Result<Value, DeliveryError> {
        let url = format!("{}/oauth.v2.access", account.text_or("api_url", API_URL).trim_end_matches('/'));
        let secret = account.secret("client_secret").unwrap_or_default();
        let request = self.http.trusted()?.post(url).basic_auth(account.text("client_id"), Some(secret));
        let request = request.form(&[("code", code), ("redirect_uri", return_to)]);
        read(&self.http.ask(request).await?)
    }
}
