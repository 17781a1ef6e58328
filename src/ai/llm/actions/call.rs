//! Makes a call.
//!
//! Invariant: a secret is put into the request and nowhere else; nothing of an answer beyond [`ANSWER_CHARS_MAX`] goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::{Action, Arguments, Carrier, Place, plain};
use crate::ai::llm::error::quoted;
use crate::outbound::{Clients, may_call};

/// Longest wait for an answer.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(8);
/// Longest answer that is read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Longest answer a model is shown.
pub const ANSWER_CHARS_MAX: usize = 4_000;

/// What a call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The answer, for the model.
    pub answer: String,
    /// A few words for the timeline.
    pub outcome: String,
    /// Whether it failed.
    pub failed: bool,
}

/// What a call needs beside its arguments.
pub struct Means<'a> {
    /// The clients.
    pub clients: &'a Clients,
    /// Whether private addresses may be called.
    pub private_addresses: bool,
    /// The secrets, by the name of their scheme.
    pub secrets: &'a BTreeMap<String, SecretString>,
    /// When the turn is over.
    pub until: Instant,
    /// Sent with whatever changes something, so that a repetition is recognised.
    pub idempotency_key: Option<String>,
}

/// Makes a call. A failure is an outcome like any other: the model tells the customer.
pub async fn make(action: &Action, arguments: &Arguments, means: &Means<'_>) -> Called {
    match attempt(action, arguments, means).await {
        Ok(called) => called,
        Err(why) => {
            Called { answer: format!("The call failed: {why}."), outcome: format!("failed: {why}"), failed: true }
        }
    }
}

async fn attempt(action: &Action, arguments: &Arguments, means: &Means<'_>) -> Result<Called, String> {
    let mut url = address(action, arguments)?;
    if !means.private_addresses && !may_call(&url) {
        return Err("its address is not on the public internet".to_owned());
    }
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/plain;q=0.5"));
    for scheme in &action.security {
        let secret =
            means.secrets.get(&scheme.name).ok_or_else(|| format!("the secret “{}” is not set", scheme.name))?;
        sign(&mut url, &mut headers, &scheme.carrier, secret.expose_secret())?;
    }
    let client = if means.private_addresses { &means.clients.unguarded } else { &means.clients.guarded };
    let mut request = client.request(action.method.clone(), url).headers(headers);
    if let Some(key) = &means.idempotency_key {
        request = request.header(HeaderName::from_static("idempotency-key"), key);
    }
    if let Some(body) = body(action, arguments) {
        request = request.header(http::header::CONTENT_TYPE, "application/json").body(body.to_string());
    }
    let until = means.until.min(Instant::now() + CALL_TIMEOUT);
    let slow = |_| "it took too long".to_owned();
    let mut response = timeout_at(until, request.send()).await.map_err(slow)?.map_err(|error| cause(&error))?;
    let mut body = Vec::new();
    while let Some(chunk) = timeout_at(until, response.chunk()).await.map_err(slow)?.map_err(|error| cause(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            return Err("its answer is too long".to_owned());
        }
    }
    let status = response.status();
    let text = readable(&String::from_utf8_lossy(&body));
    let answer = format!("Status {}.\n{text}", status.as_u16());
    Ok(Called { answer, outcome: format!("answered {}", status.as_u16()), failed: !status.is_success() })
}

/// The address with its parameters. Values can not leave their segment.
fn address(action: &Action, arguments: &Arguments) -> Result<Url, String> {
    let mut url = action.base.clone();
    let mut segments = url.path_segments_mut().map_err(|()| "its address can not have a path".to_owned())?;
    segments.pop_if_empty();
    for segment in action.path.split('/').filter(|segment| !segment.is_empty()) {
        let mut filled = segment.to_owned();
        for name in super::openapi::braces(segment) {
            let value = arguments.0.get(name).map(plain).ok_or_else(|| format!("the argument {name} is missing"))?;
            filled = filled.replace(&format!("{{{name}}}"), &value);
        }
        segments.push(&filled);
    }
    drop(segments);
    let named = |place| action.parameters.iter().filter(move |parameter| parameter.place == place);
    let fixed = named(Place::Fixed).filter_map(|parameter| Some((&parameter.name, parameter.fixed.clone()?)));
    let given =
        named(Place::Query).filter_map(|parameter| Some((&parameter.name, plain(arguments.0.get(&parameter.name)?))));
    let pairs: Vec<(&String, String)> = fixed.chain(given).collect();
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    Ok(url)
}

fn body(action: &Action, arguments: &Arguments) -> Option<Value> {
    let mut names = action.parameters.iter().filter(|parameter| parameter.place == Place::Body).peekable();
    names.peek()?;
    let members =
        names.filter_map(|parameter| Some((parameter.name.clone(), arguments.0.get(&parameter.name)?.clone())));
    Some(Value::Object(members.collect::<Map<_, _>>()))
}

fn sign(url: &mut Url, headers: &mut HeaderMap, carrier: &Carrier, secret: &str) -> Result<(), String> {
    let (name, value) = match carrier {
        Carrier::Query(name) => {
            url.query_pairs_mut().append_pair(name, secret);
            return Ok(());
        }
        Carrier::Bearer => (AUTHORIZATION, format!("Bearer {secret}")),
        Carrier::Basic => (AUTHORIZATION, format!("Basic {}", STANDARD.encode(secret))),
        Carrier::Header(name) => (name.parse().map_err(|_| format!("“{name}” is no header"))?, secret.to_owned()),
    };
    let mut value =
        HeaderValue::from_str(&value).map_err(|_| "its secret has characters no header can carry".to_owned())?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// An answer without its line breaks and indentation, cut.
fn readable(body: &str) -> String {
    let compact = serde_json::from_str::<Value>(body).map_or_else(|_| body.to_owned(), |value| value.to_string());
    match compact.char_indices().nth(ANSWER_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &compact[..end]),
        None => compact,
    }
}

/// The innermost cause, without the address, which may hold a secret.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    match cause.downcast_ref::<reqwest::Error>() {
        Some(_) => "it can not be reached".to_owned(),
        None => quoted(&cause.to_string()),
    }
}
