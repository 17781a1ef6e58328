//! The provider's REST API: forms in, JSON out, one account's credentials.

use serde::Deserialize;

use crate::contract::{Account, DeliveryError, Refusal};
use crate::http::{Answer, Http};

use super::{ACCOUNT_SID, AUTH_TOKEN, BASE_URL};

/// The API of one account.
pub struct Api<'a> {
    http: &'a Http,
    base: &'a str,
    sid: &'a str,
    token: &'a str,
}

/// What the API says of a request it did not like.
#[derive(Debug, Default, Deserialize)]
struct Complaint {
    code: Option<i64>,
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
        if sid.is_empty() || token.is_empty() {
            let why = "the account SID or the auth token is not set; see Settings, Channels".to_owned();
            return Err(DeliveryError::Refused { why, refusal: Refusal::Unauthorized });
        }
        Ok(Self { http, base, sid, token })
    }

    /// Posts a form to a resource of the account, such as `Messages`.
    ///
    /// # Errors
    /// [`DeliveryError`], in the API's own words where it gave any.
    pub async fn post(&self, resource: &str, form: &[(&str, &str)]) -> Result<Answer, DeliveryError> {
        let url = format!("{}/2010-04-01/Accounts/{}/{resource}.json", self.base, self.sid);
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .http
            .trusted()?
            .post(url)
            .basic_auth(self.sid, Some(self.token))
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        judged(self.http.ask(request).await?)
    }

    /// Reads the account itself.
    ///
    /// # Errors
    /// As [`Api::post`].
    pub async fn account(&self) -> Result<Answer, DeliveryError> {
        let url = format!("{}/2010-04-01/Accounts/{}.json", self.base, self.sid);
        judged(self.http.ask(self.http.trusted()?.get(url).basic_auth(self.sid, Some(self.token))).await?)
    }
}

/// An answer that is a success, or what it means that it is none.
fn judged(answer: Answer) -> Result<Answer, DeliveryError> {
    if answer.status.is_success() {
        return Ok(answer);
    }
    let complaint: Complaint = answer.json().unwrap_or_default();
    let words = match (&complaint.message, complaint.code) {
        (Some(message), Some(code)) => format!("{message} (Twilio error {code})"),
        (Some(message), None) => message.clone(),
        (None, _) => String::new(),
    };
    Err(match answer.trouble(&words) {
        DeliveryError::Refused { why, .. } => DeliveryError::Refused { why, refusal: refusal(&answer, complaint.code) },
        other => other,
    })
}

/// What a refusal means beyond this request: 21610 is a recipient who replied STOP, 20003 are wrong credentials.
fn refusal(answer: &Answer, code: Option<i64>) -> Refusal {
    match code {
        Some(21_610) => Refusal::OptedOut,
        Some(20_003) => Refusal::Unauthorized,
        _ if answer.status == http::StatusCode::UNAUTHORIZED => Refusal::Unauthorized,
        _ => Refusal::Other,
    }
}
