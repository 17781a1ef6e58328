//! A language model's server that is not there: it speaks the two protocols on a port of this machine, and behaves as well or
//! as badly as the test wants.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Characters of one event of a stream.
const PIECE_CHARS: usize = 7;

/// Which protocol it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    OpenAi,
    Anthropic,
}

/// What it was asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub path: String,
    pub headers: String,
    pub body: Value,
    /// The rules.
    pub system: String,
    /// The data.
    pub user: String,
}

/// How it behaves.
#[derive(Clone)]
pub enum Behave {
    /// Streams a text.
    Say(String),
    /// Streams so many characters of it, and the rest when the test lets it.
    Pause(String, usize),
    /// Streams so many characters of it, and then nothing more.
    Stall(String, usize),
    /// Streams so many characters of it, and closes the connection.
    CutOff(String, usize),
    /// Answers with a status, a header and a body.
    Status(u16, &'static str, String),
    /// Declines to answer, as its protocol has it.
    Decline,
    /// Reaches the longest answer.
    TooLong(String),
    /// Sends an error in the middle of the stream.
    BreakOff(String, usize),
    /// Answers in one piece, without streaming.
    Whole(String),
    /// Sends bytes that are no protocol.
    Noise,
    /// Closes every connection at once.
    Die,
}

type Mind = Arc<dyn Fn(&Asked) -> Behave + Send + Sync>;

/// A running server. It ends with the test.
pub struct ModelServer {
    pub protocol: Protocol,
    /// Told when an answer pauses.
    pub pauses: Arc<Notify>,
    /// Lets a paused answer go on.
    pub go_on: Arc<Notify>,
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl ModelServer {
    /// One that behaves like this, in order, and then like the last for ever.
    pub async fn start(protocol: Protocol, behaviours: impl IntoIterator<Item = Behave>) -> Self {
        let left = Mutex::new(behaviours.into_iter().collect::<VecDeque<_>>());
        Self::with_mind(protocol, move |_| {
            let mut left = left.lock().expect("no panic");
            if left.len() > 1 { left.pop_front().expect("one") } else { left.front().expect("one").clone() }
        })
        .await
    }

    /// One that decides by what it is asked.
    pub async fn with_mind(protocol: Protocol, mind: impl Fn(&Asked) -> Behave + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (pauses, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let mind: Mind = Arc::new(mind);
        let (kept, paused, let_go) = (asked.clone(), pauses.clone(), go_on.clone());
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                let connection = Connection { stream, protocol, pauses: paused.clone(), go_on: let_go.clone() };
                tokio::spawn(connection.serve(mind.clone(), kept.clone()));
            }
        });
        Self { protocol, pauses, go_on, address, asked, task }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A turn with these members, the others as they mostly are.
pub fn turn(members: &Value) -> String {
    let mut turn = json!({
        "handoff": null, "language": "en", "sentiment": "neutral", "resolved": false, "citations": [], "reply": "",
    });
    for (name, value) in members.as_object().expect("an object") {
        turn[name] = value.clone();
    }
    turn.to_string()
}

/// A turn that replies.
pub fn reply(text: &str) -> String {
    turn(&json!({ "reply": text }))
}

struct Connection {
    stream: TcpStream,
    protocol: Protocol,
    pauses: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Connection {
    async fn serve(mut self, mind: Mind, kept: Arc<Mutex<Vec<Asked>>>) {
        let Some(asked) = self.read().await else { return };
        let behave = mind(&asked);
        kept.lock().expect("no panic").push(asked);
        // A client that goes away in the middle of an answer is what some tests are about.
        let _ = self.behave(behave).await;
    }

    async fn read(&mut self) -> Option<Asked> {
        let mut bytes = Vec::new();
        let head = loop {
            let mut part = [0; 4096];
            let count = self.stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&part[..count]);
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
        };
        let headers = String::from_utf8_lossy(&bytes[..head]).into_owned();
        let length: usize = headers
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").and_then(|value| value.parse().ok()))
            .unwrap_or(0);
        while bytes.len() < head + 4 + length {
            let mut part = [0; 4096];
            let count = self.stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&part[..count]);
        }
        let body: Value = serde_json::from_slice(&bytes[head + 4..]).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (system, user) = match self.protocol {
            Protocol::OpenAi => (text(&body["messages"][0]["content"]), text(&body["messages"][1]["content"])),
            Protocol::Anthropic => (text(&body["system"]), text(&body["messages"][0]["content"])),
        };
        let path = headers.split(' ').nth(1).unwrap_or_default().to_owned();
        Some(Asked { path, headers, body, system, user })
    }

    async fn behave(&mut self, behave: Behave) -> std::io::Result<()> {
        match behave {
            Behave::Say(text) => {
                self.open().await?;
                self.say(&text).await?;
                self.close("stop").await
            }
            Behave::Pause(text, chars) => {
                let (first, rest) = split(&text, chars);
                self.open().await?;
                self.say(first).await?;
                self.pauses.notify_one();
                self.go_on.notified().await;
                self.say(rest).await?;
                self.close("stop").await
            }
            Behave::Stall(text, chars) => {
                self.open().await?;
                self.say(split(&text, chars).0).await?;
                self.pauses.notify_one();
                // Until the other side has had enough.
                self.stream.read(&mut [0; 1]).await.map(|_| ())
            }
            Behave::CutOff(text, chars) => {
                self.open().await?;
                self.say(split(&text, chars).0).await
            }
            Behave::Status(status, header, body) => {
                let length = body.len();
                self.send(&format!("HTTP/1.1 {status} X\r\n{header}content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")).await
            }
            Behave::Decline => {
                self.open().await?;
                match self.protocol {
                    Protocol::OpenAi => {
                        self.event(
                            "",
                            &json!({ "choices": [{ "delta": { "refusal": "I can not help with that." } }] }),
                        )
                        .await?;
                        self.close("stop").await
                    }
                    Protocol::Anthropic => self.close("refusal").await,
                }
            }
            Behave::TooLong(text) => {
                self.open().await?;
                self.say(&text).await?;
                let long = match self.protocol {
                    Protocol::OpenAi => "length",
                    Protocol::Anthropic => "max_tokens",
                };
                self.close(long).await
            }
            Behave::BreakOff(text, chars) => {
                self.open().await?;
                self.say(split(&text, chars).0).await?;
                let error =
                    json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
                self.event("error", &error).await
            }
            Behave::Whole(text) => {
                let body = self.whole(&text).to_string();
                self.send(&format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())).await
            }
            Behave::Noise => {
                self.open().await?;
                self.send("data: {\"choices\": [{\n\ndata: \u{1}\u{2}\n\n: x\n\ndata: []\n\n").await
            }
            Behave::Die => Ok(()),
        }
    }

    async fn open(&mut self) -> std::io::Result<()> {
        self.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n").await?;
        match self.protocol {
            Protocol::OpenAi => self.event("", &json!({ "choices": [{ "delta": { "role": "assistant" } }] })).await,
            Protocol::Anthropic => {
                let usage = json!({ "input_tokens": 1_000, "output_tokens": 1 });
                self.event("message_start", &json!({ "type": "message_start", "message": { "usage": usage } })).await?;
                let block = json!({ "type": "tool_use", "name": "turn", "input": {} });
                let start = json!({ "type": "content_block_start", "index": 0, "content_block": block });
                self.event("content_block_start", &start).await
            }
        }
    }

    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        let chars: Vec<char> = text.chars().collect();
        for piece in chars.chunks(PIECE_CHARS) {
            let piece: String = piece.iter().collect();
            match self.protocol {
                Protocol::OpenAi => {
                    self.event("", &json!({ "choices": [{ "delta": { "content": piece }, "finish_reason": null }] }))
                        .await?;
                }
                Protocol::Anthropic => {
                    let delta = json!({ "type": "input_json_delta", "partial_json": piece });
                    let event = json!({ "type": "content_block_delta", "index": 0, "delta": delta });
                    self.event("content_block_delta", &event).await?;
                }
            }
        }
        Ok(())
    }

    async fn close(&mut self, reason: &str) -> std::io::Result<()> {
        match self.protocol {
            Protocol::OpenAi => {
                self.event("", &json!({ "choices": [{ "delta": {}, "finish_reason": reason }] })).await?;
                let usage = json!({ "prompt_tokens": 1_000, "completion_tokens": 200 });
                self.event("", &json!({ "choices": [], "usage": usage })).await?;
                self.send("data: [DONE]\n\n").await
            }
            Protocol::Anthropic => {
                let reason = if reason == "stop" { "tool_use" } else { reason };
                let delta = json!({ "stop_reason": reason });
                let usage = json!({ "output_tokens": 200 });
                self.event("message_delta", &json!({ "type": "message_delta", "delta": delta, "usage": usage }))
                    .await?;
                self.event("message_stop", &json!({ "type": "message_stop" })).await
            }
        }
    }

    fn whole(&self, text: &str) -> Value {
        match self.protocol {
            Protocol::OpenAi => json!({
                "choices": [{ "message": { "content": text }, "finish_reason": "stop" }],
                "usage": { "prompt_tokens": 1_000, "completion_tokens": 200 },
            }),
            Protocol::Anthropic => {
                let input: Value = serde_json::from_str(text).unwrap_or_default();
                json!({
                    "type": "message", "content": [{ "type": "tool_use", "name": "turn", "input": input }],
                    "stop_reason": "tool_use", "usage": { "input_tokens": 1_000, "output_tokens": 200 },
                })
            }
        }
    }

    async fn event(&mut self, name: &str, data: &Value) -> std::io::Result<()> {
        let name = if name.is_empty() { String::new() } else { format!("event: {name}\n") };
        self.send(&format!("{name}data: {data}\n\n")).await
    }

    async fn send(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.write_all(text.as_bytes()).await?;
        self.stream.flush().await
    }
}

fn split(text: &str, chars: usize) -> (&str, &str) {
    let at = text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}
