//! Messages, as Anthropic serves them at `/messages`.
//!
//! The object is the input of one tool the model must call. With `eager_input_streaming` its members are streamed as they are
//! written; without it a whole reply would come at once.

use http::header::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::error::ModelError;
use super::prompt::Prompt;
use super::quirks::Quirks;
use super::setup::Setup;
use super::sse::Event;
use super::wire::{self, Ending, Piece, Request};

const VERSION: &str = "2023-06-01";
const TOOL: &str = "turn";
/// The protocol wants a limit; this is used where the admin sets none.
const TOKENS_MAX: u32 = 4_096;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    system: &'a str,
    messages: [Message<'a>; 1],
    stream: bool,
    tools: [Tool<'a>; 1],
    tool_choice: Value,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    description: &'static str,
    input_schema: &'a RawValue,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    eager_input_streaming: bool,
}

/// The request for a turn.
pub(super) fn request(setup: &Setup, prompt: &Prompt, quirks: Quirks) -> Result<Request, ModelError> {
    let settings = &setup.settings;
    let choice = match quirks.no_forced_tool {
        true => json!({ "type": "auto" }),
        false => json!({ "type": "tool", "name": TOOL, "disable_parallel_tool_use": true }),
    };
    let body = Body {
        model: &settings.model,
        max_tokens: if settings.reply_tokens_max > 0 { settings.reply_tokens_max } else { TOKENS_MAX },
        system: &prompt.system,
        messages: [Message { role: "user", content: &prompt.user }],
        stream: true,
        tools: [Tool {
            name: TOOL,
            description: "Takes your turn in the conversation. Call it exactly once.",
            input_schema: &prompt.schema,
            eager_input_streaming: !quirks.no_eager_input,
        }],
        tool_choice: choice,
    };
    let mut headers = wire::headers();
    headers.insert(HeaderName::from_static("anthropic-version"), HeaderValue::from_static(VERSION));
    if let Some(key) = &setup.key {
        wire::secret_header(&mut headers, HeaderName::from_static("x-api-key"), "", key)?;
    }
    let body = serde_json::to_vec(&body).map_err(|why| ModelError::NotSetUp(why.to_string()))?;
    Ok(Request { url: wire::endpoint(setup, "/messages")?, headers, body })
}

/// The pieces in an event of the stream.
pub(super) fn read(event: &Event) -> Vec<Piece> {
    if event.data.trim().is_empty() {
        return Vec::new();
    }
    let value: Value = match serde_json::from_str(&event.data) {
        Ok(value) => value,
        Err(error) => return vec![Piece::Failed(format!("an event is no JSON: {error}"))],
    };
    match value["type"].as_str().unwrap_or(&event.name) {
        "message_start" => tokens(&value["message"]["usage"]).collect(),
        "content_block_delta" => {
            let delta = &value["delta"];
            let text = delta["partial_json"].as_str().or_else(|| delta["text"].as_str());
            text.filter(|text| !text.is_empty()).map(|text| Piece::Text(text.to_owned())).into_iter().collect()
        }
        "message_delta" => {
            let ended = ending(&value["delta"]).filter(|ending| *ending != Ending::Complete).map(Piece::Ended);
            tokens(&value["usage"]).chain(ended).collect()
        }
        "message_stop" => vec![Piece::Ended(Ending::Complete)],
        "error" => vec![Piece::Failed(wire::words_of(&event.data))],
        _ => Vec::new(),
    }
}

/// The pieces of an answer that was not streamed.
pub(super) fn read_whole(body: &str) -> Vec<Piece> {
    let value: Value = match serde_json::from_str(body) {
        Ok(value) => value,
        Err(error) => return vec![Piece::Failed(format!("the answer is no JSON: {error}"))],
    };
    if value["type"] == "error" {
        return vec![Piece::Failed(wire::words_of(body))];
    }
    let blocks = value["content"].as_array().map(Vec::as_slice).unwrap_or_default();
    let input = blocks.iter().find(|block| block["type"] == "tool_use").map(|block| block["input"].to_string());
    let text = input.or_else(|| blocks.iter().find_map(|block| block["text"].as_str().map(str::to_owned)));
    let ended = ending(&value).unwrap_or(Ending::Complete);
    tokens(&value["usage"]).chain(text.map(Piece::Text)).chain([Piece::Ended(ended)]).collect()
}

fn ending(value: &Value) -> Option<Ending> {
    Some(match value["stop_reason"].as_str()? {
        "max_tokens" | "model_context_window_exceeded" => Ending::TooLong,
        "refusal" => Ending::Declined("the model refused".to_owned()),
        _ => Ending::Complete,
    })
}

/// What is read from and written to a cache was sent too.
fn tokens(usage: &Value) -> impl Iterator<Item = Piece> {
    let sent = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]
        .iter()
        .filter_map(|name| usage[*name].as_u64())
        .reduce(u64::saturating_add);
    wire::usage(sent, usage["output_tokens"].as_u64())
}
