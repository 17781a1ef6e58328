//! What the protocols have in common: a request goes out, pieces come back.

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::error::ModelError;
use super::prompt::Prompt;
use super::quirks::Quirks;
use super::settings::{Provider, Usage};
use super::setup::Setup;
use super::sse::Event;
use super::{anthropic, openai};

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where to.
    pub url: Url,
    /// What beside the body. The key is marked as sensitive.
    pub headers: HeaderMap,
    /// JSON.
    pub body: Vec<u8>,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// More of the JSON object.
    Text(String),
    /// Tokens used so far; later ones replace earlier ones.
    Sent(u64),
    /// The same for what came back.
    Received(u64),
    /// The end, as the model or its server wanted it.
    Ended(Ending),
    /// The server reports an error.
    Failed(String),
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is complete.
    Complete,
    /// It reached the longest answer allowed.
    TooLong,
    /// The model or a filter declined; its words, if any.
    Declined(String),
}

/// The request for a turn.
///
/// # Errors
/// [`ModelError::NotSetUp`] where the settings do not make one.
pub fn request(setup: &Setup, prompt: &Prompt, quirks: Quirks) -> Result<Request, ModelError> {
    if setup.settings.model.is_empty() {
        return Err(ModelError::NotSetUp("No model is named in the settings.".to_owned()));
    }
    match setup.settings.provider {
        Provider::OpenAi => openai::request(setup, prompt, quirks),
        Provider::Anthropic => anthropic::request(setup, prompt, quirks),
    }
}

/// The pieces in an event of the stream.
pub fn read(provider: Provider, event: &Event) -> Vec<Piece> {
    match provider {
        Provider::OpenAi => openai::read(event),
        Provider::Anthropic => anthropic::read(event),
    }
}

/// The pieces of an answer that came in one piece, from a server that does not stream.
pub fn read_whole(provider: Provider, body: &str) -> Vec<Piece> {
    match provider {
        Provider::OpenAi => openai::read_whole(body),
        Provider::Anthropic => anthropic::read_whole(body),
    }
}

/// What an error's body says, in the server's own words.
pub fn words_of(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let places = [&value["error"]["message"], &value["error"], &value["message"], &value["detail"]];
    let words = places.into_iter().find_map(|place| place.as_str());
    super::error::quoted(words.unwrap_or(body))
}

/// The address of an end point below the base, whose query (such as Azure's `api-version`) stays.
pub(super) fn endpoint(setup: &Setup, path: &str) -> Result<Url, ModelError> {
    let wrong = |why: String| ModelError::NotSetUp(format!("The base URL is no address: {why}"));
    let mut url = Url::parse(setup.settings.url()).map_err(|why| wrong(why.to_string()))?;
    let base = url.path().trim_end_matches('/').to_owned();
    if !base.ends_with(path) {
        url.path_segments_mut()
            .map_err(|()| wrong("it can not have a path".into()))?
            .pop_if_empty()
            .extend(path.trim_start_matches('/').split('/'));
    }
    Ok(url)
}

/// Headers every request has.
pub(super) fn headers() -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// A header that is not logged.
pub(super) fn secret_header(
    headers: &mut HeaderMap,
    name: HeaderName,
    prefix: &str,
    secret: &SecretString,
) -> Result<(), ModelError> {
    let mut value = HeaderValue::from_str(&format!("{prefix}{}", secret.expose_secret()))
        .map_err(|_| ModelError::NotSetUp("The key has characters that no header can carry.".to_owned()))?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// Tokens of both kinds, as the pieces tell them.
pub(super) fn usage(sent: Option<u64>, received: Option<u64>) -> impl Iterator<Item = Piece> {
    sent.map(Piece::Sent).into_iter().chain(received.map(Piece::Received))
}

/// Counts a piece.
pub fn count(usage: &mut Usage, piece: &Piece) {
    match piece {
        Piece::Sent(tokens) => usage.input = *tokens,
        Piece::Received(tokens) => usage.output = *tokens,
        Piece::Text(_) | Piece::Ended(_) | Piece::Failed(_) => {}
    }
}
