//! An answer, read within limits, and what it means for a delivery.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;

use crate::contract::DeliveryError;

/// Longest `Retry-After` that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// A provider's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// Sends a request and reads its answer, as far as `bytes_max`.
    pub(super) async fn of(request: RequestBuilder, bytes_max: usize) -> Result<Self, DeliveryError> {
        let mut response = request.send().await.map_err(|why| not_answered(&why))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(piece) = response.chunk().await.map_err(|why| broken_off(&why))? {
            if body.len() + piece.len() > bytes_max {
                let why = format!("the answer is larger than {bytes_max} bytes");
                return Err(DeliveryError::Unknown { why });
            }
            body.extend_from_slice(&piece);
        }
        Ok(Self { status, headers, body: body.freeze() })
    }

    /// The body as JSON; nothing if it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// How long the provider wants to be left alone (`Retry-After` in seconds, RFC 9110 section 10.2.3).
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
    }

    /// What an answer means that is no success, as far as HTTP says: the provider's API may know better.
    pub fn trouble(&self, words: &str) -> DeliveryError {
        let why = if words.is_empty() { format!("the provider answered {}", self.status) } else { words.to_owned() };
        match self.status {
            // Nothing was done, and says so.
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                DeliveryError::Again { why, after: self.retry_after() }
            }
            status if status.is_client_error() || status.is_redirection() => DeliveryError::refused(why),
            // A gateway does not know what stands behind it did.
            _ => DeliveryError::Unknown { why },
        }
    }
}

/// What it means that there is no answer: before a connection stands nothing can have left.
fn not_answered(why: &reqwest::Error) -> DeliveryError {
    // The address may hold what nobody should read in a log.
    let words = innermost(why);
    if why.is_connect() || why.is_builder() {
        DeliveryError::Again { why: format!("the provider can not be reached: {words}"), after: None }
    } else {
        DeliveryError::Unknown { why: format!("the provider's answer did not arrive: {words}") }
    }
}

fn broken_off(why: &reqwest::Error) -> DeliveryError {
    DeliveryError::Unknown { why: format!("the provider's answer broke off: {}", innermost(why)) }
}

/// The cause at the bottom, which says what happened without the address.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
