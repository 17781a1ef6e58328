//! The phone company: its numbers, its signature, and what Baton asks of its API.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use baton_adapters::twilio;
use secrecy::SecretString;
use tokio::sync::Notify;

/// Documents that are kept.
const DOCUMENTS_MAX: usize = 50;

/// What goes wrong on a line that follows the provider's documents.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Baton can not be reached.
    #[error("Baton can not be reached: {0}")]
    Unreachable(String),
    /// Baton refused a request.
    #[error("Baton answered {status} to {url}")]
    Refused {
        /// With this.
        status: u16,
        /// To this.
        url: String,
    },
    /// A document says what the provider does not document.
    #[error("a document is not what the provider documents: {0}")]
    Undocumented(String),
    /// The caller did what the call does not wait for.
    #[error("the call does not wait for this; it waits for {0}")]
    NotNow(String),
}

/// A number that is answered by Baton.
#[derive(Clone, Debug)]
pub struct Number {
    /// The number.
    pub number: String,
    /// Where Baton is asked about its calls.
    pub voice_url: String,
    /// The account it belongs to.
    pub account_sid: String,
    /// Where the provider keeps recordings.
    pub recordings_url: String,
    /// What its requests are signed with.
    pub auth_token: SecretString,
}

/// The phone company. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    http: reqwest::Client,
    calls: Arc<AtomicU32>,
    redirects: Arc<Mutex<HashMap<String, String>>>,
    told: Arc<Notify>,
    /// The last documents that Baton served.
    documents: Arc<Mutex<VecDeque<String>>>,
    /// Whether pauses last.
    in_real_time: bool,
}

impl Exchange {
    /// A phone company that asks over this client.
    pub fn over(http: reqwest::Client) -> Self {
        Self { http, ..Self::default() }
    }

    /// The same, but pauses last as long as the documents say.
    #[must_use]
    pub fn in_real_time(self) -> Self {
        Self { in_real_time: true, ..self }
    }

    /// Waits as a document says.
    pub(super) async fn pause(&self, seconds: u64) {
        if self.in_real_time {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
    }

    /// Ends when a call is told to go on elsewhere.
    pub(super) async fn told(&self) {
        self.told.notified().await;
    }

    /// A name for a call.
    pub(super) fn new_sid(&self) -> String {
        format!("CA{:032x}", self.calls.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The last documents that Baton served, oldest first.
    pub fn documents(&self) -> Vec<String> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Baton asks, over the API, that a call go on with another document.
    pub fn redirect(&self, call: &str, url: &str) {
        self.redirects.lock().unwrap_or_else(PoisonError::into_inner).insert(call.to_owned(), url.to_owned());
        self.told.notify_one();
    }

    /// The document a call was told to go on with.
    pub(super) fn redirected(&self, call: &str) -> Option<String> {
        self.redirects.lock().unwrap_or_else(PoisonError::into_inner).remove(call)
    }

    /// Asks Baton, signed.
    pub(super) async fn ask(&self, number: &Number, url: &str, form: &[(&str, &str)]) -> Result<String, Trouble> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let signature = twilio::sign(&number.auth_token, url, body.as_bytes());
        let request = self
            .http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature)
            .body(body);
        let response = request.send().await.map_err(|why| Trouble::Unreachable(why.to_string()))?;
        let status = response.status().as_u16();
        if !(200..300).contains(&status) {
            return Err(Trouble::Refused { status, url: url.to_owned() });
        }
        let document = response.text().await.map_err(|why| Trouble::Unreachable(why.to_string()))?;
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        documents.push_back(document.clone());
        let surplus = documents.len().saturating_sub(DOCUMENTS_MAX);
        documents.drain(..surplus);
        Ok(document)
    }
}
