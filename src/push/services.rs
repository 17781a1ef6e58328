//! The way to the push services.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde_json::json;
use url::Url;

use super::browser::Target;
use super::encrypt::encrypt;
use super::{Identity, PushError};
use crate::outbound::Clients;

/// Longest wait for a service's answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest `Retry-After` that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60 * 60);

/// Longest line. At most four bytes each, six where JSON escapes them.
const LINE_CHARS_MAX: usize = 240;

/// What a browser shows, as its service worker reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// Where a click leads, a path of this installation.
    pub url: String,
    /// A notice takes the place of an earlier one with the same tag.
    pub tag: String,
}

/// What to tell one browser.
pub struct Notice<'a> {
    /// What it shows.
    pub text: &'a Text,
    /// Of those that wait for a browser that is off, the last of each topic counts. At most 32 characters of base64url.
    pub topic: Option<&'a str>,
    /// How long the service keeps it for a browser that is off.
    pub kept_for: Duration,
    /// Whom the service's operators may turn to: an https or mailto address.
    pub contact: &'a str,
}

/// What a push service made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took it.
    Taken,
    /// The browser does not want any more, for good.
    Gone,
    /// It may take it later.
    Later(String, Option<Duration>),
    /// It will not take it.
    Refused(String),
}

/// The way to the push services.
pub struct Services {
    /// Whether services on this machine may be called, and without TLS.
    pub private_allowed: bool,
    // Made with the first notice: most installations never send one.
    client: Mutex<Option<Client>>,
}

impl Text {
    /// As it is sent. Long lines are cut: a service takes little, and a screen shows less.
    fn bytes(&self) -> Vec<u8> {
        let cut = |text: &str| text.chars().take(LINE_CHARS_MAX).collect::<String>();
        let text = json!({ "title": cut(&self.title), "body": cut(&self.body), "url": self.url, "tag": self.tag });
        text.to_string().into_bytes()
    }
}

/// Whom operators of a service may turn to about an installation at this address (RFC 8292 section 2.1).
pub fn contact(public_url: &str) -> String {
    let host = Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    match host {
        Some(_) if public_url.starts_with("https://") => public_url.to_owned(),
        Some(host) => format!("mailto:postmaster@{host}"),
        None => "mailto:postmaster@localhost".to_owned(),
    }
}

impl Services {
    /// The way to them; `private_allowed` includes services on this machine.
    pub fn new(private_allowed: bool) -> Self {
        Self { private_allowed, client: Mutex::default() }
    }

    /// Encrypts and sends.
    ///
    /// # Errors
    /// Where nothing could be sent for reasons of our own.
    pub async fn send(
        &self,
        identity: &Identity,
        target: &Target,
        notice: &Notice<'_>,
        now: DateTime<Utc>,
    ) -> Result<Outcome, PushError> {
        let Ok(body) = encrypt(&target.keys, &notice.text.bytes()) else {
            return Ok(Outcome::Refused("the browser's keys are none".to_owned()));
        };
        let origin = target.endpoint.origin().ascii_serialization();
        let mut request = self
            .client()?
            .post(target.endpoint.clone())
            .timeout(ANSWER_TIMEOUT)
            .header(AUTHORIZATION, identity.authorization(&origin, notice.contact, now)?)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("ttl", notice.kept_for.as_secs())
            .header("urgency", "high")
            .body(body);
        if let Some(topic) = notice.topic {
            request = request.header("topic", topic);
        }
        Ok(match request.send().await {
            Ok(answer) => read(&answer),
            // The address is the browser's secret and must not get into a log.
            Err(why) => Outcome::Later(format!("the push service can not be reached: {}", why.without_url()), None),
        })
    }

    fn client(&self) -> Result<Client, PushError> {
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*kept {
            return Ok(client.clone());
        }
        let clients = Clients::new()?;
        let client = if self.private_allowed { clients.unguarded } else { clients.guarded };
        *kept = Some(client.clone());
        Ok(client)
    }
}

fn read(answer: &Response) -> Outcome {
    let status = answer.status();
    let why = || format!("the push service answered {status}");
    match status {
        status if status.is_success() => Outcome::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Outcome::Later(why(), retry_after(answer)),
        status if status.is_server_error() => Outcome::Later(why(), retry_after(answer)),
        _ => Outcome::Refused(why()),
    }
}

fn retry_after(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}
