//! Chat completions, as OpenAI, Azure, Ollama, vLLM and gateways serve them at `/chat/completions`.

use http::header::{AUTHORIZATION, HeaderName};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::error::ModelError;
use super::prompt::Prompt;
use super::quirks::{Quirks, Shape};
use super::setup::Setup;
use super::sse::Event;
use super::wire::{self, Ending, Piece, Request};

/// Hosts whose keys go into a header of their own.
const AZURE: &str = ".azure.com";

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct Format<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<Schema<'a>>,
}

#[derive(Serialize)]
struct Schema<'a> {
    name: &'static str,
    strict: bool,
    schema: &'a RawValue,
}

/// The request for a turn.
pub(super) fn request(setup: &Setup, prompt: &Prompt, quirks: Quirks) -> Result<Request, ModelError> {
    let settings = &setup.settings;
    let limit = Some(settings.reply_tokens_max).filter(|limit| *limit > 0);
    let format = match quirks.shape {
        Shape::Schema => {
            let schema = Schema { name: "turn", strict: true, schema: &prompt.schema };
            Some(Format { kind: "json_schema", json_schema: Some(schema) })
        }
        Shape::Object => Some(Format { kind: "json_object", json_schema: None }),
        Shape::Words => None,
    };
    let body = Body {
        model: &settings.model,
        messages: [
            Message { role: "system", content: &prompt.system },
            Message { role: "user", content: &prompt.user },
        ],
        stream: true,
        stream_options: (!quirks.no_stream_options).then(|| json!({ "include_usage": true })),
        max_completion_tokens: limit.filter(|_| !quirks.old_limit),
        max_tokens: limit.filter(|_| quirks.old_limit),
        response_format: format,
    };
    let url = wire::endpoint(setup, "/chat/completions")?;
    let mut headers = wire::headers();
    if let Some(key) = &setup.key {
        match url.host_str().is_some_and(|host| host.ends_with(AZURE)) {
            true => wire::secret_header(&mut headers, HeaderName::from_static("api-key"), "", key)?,
            false => wire::secret_header(&mut headers, AUTHORIZATION, "Bearer ", key)?,
        }
    }
    let body = serde_json::to_vec(&body).map_err(|why| ModelError::NotSetUp(why.to_string()))?;
    Ok(Request { url, headers, body })
}

/// The pieces in an event of the stream.
pub(super) fn read(event: &Event) -> Vec<Piece> {
    match event.data.trim() {
        "" => Vec::new(),
        "[DONE]" => vec![Piece::Ended(Ending::Complete)],
        data => match serde_json::from_str::<Value>(data) {
            Ok(value) => pieces(&value, "delta"),
            Err(error) => vec![Piece::Failed(format!("an event is no JSON: {error}"))],
        },
    }
}

/// The pieces of an answer that was not streamed.
pub(super) fn read_whole(body: &str) -> Vec<Piece> {
    match serde_json::from_str::<Value>(body) {
        Ok(value) => pieces(&value, "message"),
        Err(error) => vec![Piece::Failed(format!("the answer is no JSON: {error}"))],
    }
}

fn pieces(value: &Value, part: &str) -> Vec<Piece> {
    if value.get("error").is_some_and(|error| !error.is_null()) {
        return vec![Piece::Failed(wire::words_of(&value.to_string()))];
    }
    let mut pieces = Vec::new();
    let choice = &value["choices"][0];
    if let Some(text) = choice[part]["content"].as_str().filter(|text| !text.is_empty()) {
        pieces.push(Piece::Text(text.to_owned()));
    }
    let usage = &value["usage"];
    pieces.extend(wire::usage(usage["prompt_tokens"].as_u64(), usage["completion_tokens"].as_u64()));
    if let Some(words) = choice[part]["refusal"].as_str().filter(|words| !words.is_empty()) {
        pieces.push(Piece::Ended(Ending::Declined(words.to_owned())));
    }
    // A stream goes on after "stop": the tokens used come last.
    match choice["finish_reason"].as_str() {
        Some("length") => pieces.push(Piece::Ended(Ending::TooLong)),
        Some("content_filter") => pieces.push(Piece::Ended(Ending::Declined("its content filter stopped it".into()))),
        Some(_) if part == "message" => pieces.push(Piece::Ended(Ending::Complete)),
        _ => {}
    }
    pieces
}
