//! Sends a request and reads the answer, within a deadline.
//!
//! A request that fails before the first word is sent again, after a pause, while there is time; one that fails later is not,
//! because its words may have been shown. Invariant: nothing here waits past the deadline.

use std::collections::VecDeque;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use tokio::time::{Instant, sleep, timeout_at};

use super::error::ModelError;
use super::prompt::Prompt;
use super::quirks::Known;
use super::settings::{Provider, Usage};
use super::setup::Setup;
use super::sse::Decoder;
use super::wire::{self, Ending, Piece, Request};

/// Tries in all.
const TRIES_MAX: usize = 3;
/// Pause before the second try.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Longest silence in the middle of an answer.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// Longest answer, in bytes, whatever is in it.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longest error message that is read.
const ERROR_BYTES_MAX: usize = 64 * 1024;
/// Times a request is sent again because the server does not know one of its members.
const QUIRKS_MAX: usize = 6;

/// An answer that is on its way. Dropping it closes the connection, and the model stops writing.
#[derive(Debug)]
pub struct Answer {
    response: reqwest::Response,
    provider: Provider,
    decoder: Decoder,
    pieces: VecDeque<Piece>,
    until: Instant,
    bytes: usize,
    text: String,
    ended: Option<Ending>,
    closed: bool,
    /// Tokens, as far as the server has told.
    pub usage: Usage,
}

/// Sends a request and waits for the first words of the answer.
///
/// # Errors
/// [`ModelError`], when no try succeeded or no time was left for another.
pub async fn begin(
    http: &reqwest::Client,
    known: &Known,
    setup: &Setup,
    prompt: &Prompt,
    until: Instant,
) -> Result<Answer, ModelError> {
    let mut pauses = ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_jitter()
        .with_max_times(TRIES_MAX - 1)
        .build();
    loop {
        let error = match begin_once(http, known, setup, prompt, until).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let pause = match pauses.next() {
            Some(pause) if error.may_pass() => pause.max(wish(&error)),
            _ => return Err(error),
        };
        if Instant::now() + pause >= until {
            return Err(error);
        }
        tracing::debug!(%error, ?pause, "asking the model again");
        sleep(pause).await;
    }
}

fn wish(error: &ModelError) -> Duration {
    match error {
        ModelError::Status { retry_after, .. } => retry_after.unwrap_or_default(),
        _ => Duration::ZERO,
    }
}

/// One try. A refusal of a member the server does not know costs no try.
async fn begin_once(
    http: &reqwest::Client,
    known: &Known,
    setup: &Setup,
    prompt: &Prompt,
    until: Instant,
) -> Result<Answer, ModelError> {
    let server = format!("{} {}", setup.settings.url(), setup.settings.model);
    let mut quirks = known.of(&server);
    for _ in 0..QUIRKS_MAX {
        let request = wire::request(setup, prompt, quirks)?;
        match open(http, request, setup.settings.provider, until).await {
            Err(ModelError::Status { status: status @ (400 | 404 | 422), words, retry_after }) => {
                match quirks.without(&words) {
                    Some(others) => quirks = others,
                    None => return Err(ModelError::Status { status, words, retry_after }),
                }
            }
            Err(error) => return Err(error),
            Ok(mut answer) => {
                known.learn(&server, quirks);
                answer.first_words().await?;
                return Ok(answer);
            }
        }
    }
    Err(ModelError::Unusable("the server refuses every form of the request".to_owned()))
}

async fn open(
    http: &reqwest::Client,
    request: Request,
    provider: Provider,
    until: Instant,
) -> Result<Answer, ModelError> {
    let call = http.post(request.url).headers(request.headers).body(request.body).send();
    let response =
        timeout_at(until, call).await.map_err(|_| ModelError::TooSlow)?.map_err(|error| unreachable(&error))?;
    let mut answer = Answer {
        response,
        provider,
        decoder: Decoder::default(),
        pieces: VecDeque::new(),
        until,
        bytes: 0,
        text: String::new(),
        ended: None,
        closed: false,
        usage: Usage::default(),
    };
    let status = answer.response.status();
    if !status.is_success() {
        let seconds = answer.response.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
        let words = wire::words_of(&answer.body(ERROR_BYTES_MAX).await.unwrap_or_default());
        let words = if words.is_empty() { status.canonical_reason().unwrap_or("no reason").to_owned() } else { words };
        return Err(ModelError::Status {
            status: status.as_u16(),
            words,
            retry_after: seconds.map(Duration::from_secs),
        });
    }
    let kind = answer.response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        let body = answer.body(ANSWER_BYTES_MAX).await?;
        answer.pieces.extend(wire::read_whole(provider, &body));
        answer.closed = true;
    }
    Ok(answer)
}

impl Answer {
    /// Everything of the object that has come.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// More of the object; `None` when the answer is complete.
    ///
    /// # Errors
    /// [`ModelError`], when the answer is not going to be complete.
    pub async fn next(&mut self) -> Result<Option<String>, ModelError> {
        loop {
            while let Some(piece) = self.pieces.pop_front() {
                wire::count(&mut self.usage, &piece);
                match piece {
                    Piece::Text(text) => {
                        self.text.push_str(&text);
                        return Ok(Some(text));
                    }
                    Piece::Failed(words) => return Err(ModelError::BrokeOff(words)),
                    Piece::Ended(Ending::Declined(words)) => return Err(ModelError::Declined(words)),
                    // What comes first says more: "too long" is followed by the protocol's own end.
                    Piece::Ended(ending) => self.ended = self.ended.take().or(Some(ending)),
                    Piece::Sent(_) | Piece::Received(_) => {}
                }
            }
            if self.closed {
                return match self.ended {
                    Some(Ending::TooLong) => Err(ModelError::Unusable("it reached the longest answer allowed".into())),
                    // A server that closes without an end may still have said everything; the object tells.
                    _ => Ok(None),
                };
            }
            self.read().await?;
        }
    }

    /// Waits until there are words, or the end.
    async fn first_words(&mut self) -> Result<(), ModelError> {
        while !self.closed && !self.pieces.iter().any(|piece| matches!(piece, Piece::Text(_) | Piece::Ended(_))) {
            if let Some(Piece::Failed(words)) = self.pieces.iter().find(|piece| matches!(piece, Piece::Failed(_))) {
                // Nothing was said yet, so this is like a refusal.
                return Err(ModelError::Status { status: 503, words: words.clone(), retry_after: None });
            }
            self.read().await?;
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<(), ModelError> {
        let silent_until = self.until.min(Instant::now() + SILENCE_MAX);
        let chunk = timeout_at(silent_until, self.response.chunk()).await.map_err(|_| ModelError::TooSlow)?;
        let too_long = |_| ModelError::Unusable("the stream holds an endless event".to_owned());
        let events = match chunk.map_err(|error| unreachable(&error))? {
            Some(bytes) => {
                self.bytes += bytes.len();
                if self.bytes > ANSWER_BYTES_MAX {
                    return Err(ModelError::Unusable("the stream has no end".to_owned()));
                }
                self.decoder.feed(&bytes).map_err(too_long)?
            }
            None => {
                self.closed = true;
                self.decoder.finish().into_iter().collect()
            }
        };
        self.pieces.extend(events.iter().flat_map(|event| wire::read(self.provider, event)));
        Ok(())
    }

    async fn body(&mut self, bytes_max: usize) -> Result<String, ModelError> {
        let mut body = Vec::new();
        loop {
            let chunk = timeout_at(self.until, self.response.chunk()).await.map_err(|_| ModelError::TooSlow)?;
            match chunk.map_err(|error| unreachable(&error))? {
                Some(chunk) if body.len() + chunk.len() <= bytes_max => body.extend_from_slice(&chunk),
                Some(_) => return Err(ModelError::Unusable("the answer is too long".to_owned())),
                None => return Ok(String::from_utf8_lossy(&body).into_owned()),
            }
        }
    }
}

/// The innermost cause says what happened; the outer ones say that something did.
fn unreachable(error: &reqwest::Error) -> ModelError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    ModelError::Unreachable(super::error::quoted(&cause.to_string()))
}
