//! Calls of Twilio's REST API, and what their answers mean.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

use super::errors::{meaning, refusal};
use crate::contract::{Account, DeliveryError, FieldKind, FieldSpec, Refusal};
use crate::http::{Answer, Http};

const BASE_URL: &str = "https://api.twilio.com";
/// How long a full queue is left alone.
const QUEUE_PAUSE: Duration = Duration::from_secs(60);

/// What an admin sets to use an account of Twilio's.
pub const FIELDS: [FieldSpec; 5] = [
    FieldSpec::required(
        "account_sid",
        "Account SID",
        "Begins with AC; on the first page of the Twilio console. Test credentials work too: they send nothing.",
        FieldKind::Line,
    ),
    FieldSpec::required(
        "auth_token",
        "Auth token",
        "Beside the Account SID. Twilio signs its calls with it; while you rotate it, the one before is accepted as well.",
        FieldKind::Secret,
    ),
    FieldSpec::optional(
        "api_key_sid",
        "API key SID",
        "Begins with SK. With a key of its own, sending goes on while the auth token is rotated.",
        FieldKind::Line,
    )
    .advanced(),
    FieldSpec::optional("api_key_secret", "API key secret", "Shown once, when the key is made.", FieldKind::Secret)
        .advanced(),
    FieldSpec::base_url("base_url", "Address of the API", BASE_URL),
];

/// An account's way to the API.
pub struct Api<'a> {
    http: &'a Http,
    account: &'a Account,
}

/// An error as Twilio writes it.
#[derive(Deserialize)]
struct Trouble {
    code: Option<u32>,
    message: Option<String>,
}

impl<'a> Api<'a> {
    /// The way to the API.
    pub fn new(http: &'a Http, account: &'a Account) -> Self {
        Self { http, account }
    }

    /// Where the API is.
    pub fn base_url(&self) -> &'a str {
        self.account.text_or("base_url", BASE_URL).trim_end_matches('/')
    }

    /// The `Authorization` of every call.
    pub fn authorization(&self) -> String {
        let account = self.account;
        let key = account.secret("api_key_secret").filter(|_| !account.text("api_key_sid").is_empty());
        let pair = match key {
            Some(secret) => format!("{}:{secret}", account.text("api_key_sid")),
            None => format!("{}:{}", account.text("account_sid"), account.secret("auth_token").unwrap_or_default()),
        };
        format!("Basic {}", STANDARD.encode(pair))
    }

    /// Makes something of the account's: a message, a call.
    ///
    /// # Errors
    /// What the answer means.
    pub async fn create(&self, resource: &str, form: &[(&str, String)]) -> Result<Value, DeliveryError> {
        self.call(Method::POST, &format!("/{resource}.json"), form).await
    }

    /// Reads something of the account's; nothing after the account reads the account.
    ///
    /// # Errors
    /// What the answer means.
    pub async fn read(&self, resource: &str) -> Result<Value, DeliveryError> {
        self.call(Method::GET, resource, &[]).await
    }

    async fn call(&self, method: Method, path: &str, form: &[(&str, String)]) -> Result<Value, DeliveryError> {
        let sid: String = url::form_urlencoded::byte_serialize(self.account.text("account_sid").as_bytes()).collect();
        let url = format!("{}/2010-04-01/Accounts/{sid}{path}", self.base_url());
        let mut request = self.http.trusted()?.request(method, url).header("Authorization", self.authorization());
        if !form.is_empty() {
            request = request.form(form);
        }
        let answer = self.http.ask(request).await?;
        if answer.status.is_success() {
            let lost = || DeliveryError::Unknown { why: "Twilio's answer can not be read".into() };
            return answer.json().ok_or_else(lost);
        }
        Err(trouble(&answer))
    }
}

/// What an answer means that is no success.
fn trouble(answer: &Answer) -> DeliveryError {
    let told: Trouble = answer.json().unwrap_or(Trouble { code: None, message: None });
    let code = told.code.unwrap_or_default();
    let words = told.message.unwrap_or_default();
    let why = match (meaning(code), code) {
        (Some(meaning), _) => format!("{meaning} (Twilio {code}: {words})"),
        (None, 0) => String::new(),
        (None, code) => format!("Twilio {code}: {words}"),
    };
    match (answer.status, code) {
        (StatusCode::UNAUTHORIZED, _) => {
            let why = if why.is_empty() { meaning(20003).unwrap_or_default().to_owned() } else { why };
            DeliveryError::Refused { why, refusal: Refusal::Unauthorized }
        }
        (_, 20429) => DeliveryError::Again { why, after: answer.retry_after() },
        (_, 21611) => DeliveryError::Again { why, after: Some(answer.retry_after().unwrap_or(QUEUE_PAUSE)) },
        (status, code) if status.is_client_error() && refusal(code) != Refusal::Other => {
            DeliveryError::Refused { why, refusal: refusal(code) }
        }
        _ => answer.trouble(&why),
    }
}
