//! The provider's REST API: forms in, JSON out, one account's credentials.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use serde::Deserialize;

use super::errors::{meaning, refusal};
use super::{ACCOUNT_SID, API_KEY_SECRET, API_KEY_SID, AUTH_TOKEN, BASE_URL};
use crate::contract::{Account, DeliveryError, Refusal};
use crate::http::{Answer, Http};

/// How long a full queue is left alone.
const QUEUE_PAUSE: Duration = Duration::from_secs(60);

/// The API of one account.
pub struct Api<'a> {
    http: &'a Http,
    base: &'a str,
    sid: &'a str,
    user: &'a str,
    password: &'a str,
}

/// What the API says of a request it did not like.
#[derive(Debug, Default, Deserialize)]
struct Complaint {
    code: Option<u32>,
    message: Option<String>,
}

impl<'a> Api<'a> {
    /// The API of an account.
    ///
    /// # Errors
    /// [`DeliveryError::Refused`] if the account has no credentials yet.
    pub fn of(http: &'a Http, account: &'a Account) -> Result<Self, DeliveryError> {
        let base = account.text_or(BASE_URL.name, BASE_URL.default).trim_end_matches('/');
        let sid = account.text(ACCOUNT_SID.name);
        let token = account.secret(AUTH_TOKEN.name).unwrap_or_default();
        let key = Some(account.text(API_KEY_SID.name)).filter(|key| !key.is_empty());
        let (user, password) = match key.zip(account.secret(API_KEY_SECRET.name)) {
            Some(pair) => pair,
            None => (sid, token),
        };
        if sid.is_empty() || password.is_empty() {
            let why = "the account SID or the auth token is not set; see Settings, Channels".to_owned();
            return Err(DeliveryError::Refused { why, refusal: Refusal::Unauthorized });
        }
        Ok(Self { http, base, sid, user, password })
    }

    /// Where the API is.
    pub fn base_url(&self) -> &'a str {
        self.base
    }

    /// The `Authorization` of every request.
    pub fn authorization(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))
    }

    /// Posts a form to a resource of the account, such as `Messages`.
    ///
    /// # Errors
    /// [`DeliveryError`], in the API's own words where it gave any.
    pub async fn post(&self, resource: &str, form: &[(&str, &str)]) -> Result<Answer, DeliveryError> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.call(Method::POST, &format!("/{resource}.json"), Some(body)).await
    }

    /// Reads a list of the account, such as `IncomingPhoneNumbers`, as far as a query says.
    ///
    /// # Errors
    /// As [`Api::post`].
    pub async fn list(&self, resource: &str, query: &[(&str, &str)]) -> Result<Answer, DeliveryError> {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        self.call(Method::GET, &format!("/{resource}.json?{query}"), None).await
    }

    /// Reads the account itself.
    ///
    /// # Errors
    /// As [`Api::post`].
    pub async fn account(&self) -> Result<Answer, DeliveryError> {
        self.call(Method::GET, ".json", None).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<String>) -> Result<Answer, DeliveryError> {
        let sid: String = url::form_urlencoded::byte_serialize(self.sid.as_bytes()).collect();
        let url = format!("{}/2010-04-01/Accounts/{sid}{path}", self.base);
        let mut request = self.http.trusted()?.request(method, url).header("Authorization", self.authorization());
        if let Some(body) = body {
            request = request.header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        }
        judged(self.http.ask(request).await?)
    }
}

/// An answer that is a success, or what it means that it is none.
fn judged(answer: Answer) -> Result<Answer, DeliveryError> {
    if answer.status.is_success() {
        return Ok(answer);
    }
    let complaint: Complaint = answer.json().unwrap_or_default();
    let code = complaint.code.unwrap_or_default();
    let words = complaint.message.unwrap_or_default();
    let why = match (meaning(code), code) {
        (Some(meaning), code) => format!("{meaning} (Twilio error {code}: {words})"),
        (None, 0) => words,
        (None, code) => format!("{words} (Twilio error {code})"),
    };
    Err(match (answer.status, code) {
        (StatusCode::UNAUTHORIZED, _) => {
            let why = if why.is_empty() { meaning(20_003).unwrap_or_default().to_owned() } else { why };
            DeliveryError::Refused { why, refusal: Refusal::Unauthorized }
        }
        (_, 20_429) => DeliveryError::Again { why, after: answer.retry_after() },
        (_, 21_611) => DeliveryError::Again { why, after: Some(answer.retry_after().unwrap_or(QUEUE_PAUSE)) },
        (status, code) if status.is_client_error() && refusal(code) != Refusal::Other => {
            DeliveryError::Refused { why, refusal: refusal(code) }
        }
        _ => answer.trouble(&why),
    })
}
