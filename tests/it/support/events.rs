//! Reads a live stream, event by event.

use std::time::Duration;

use baton::handoff::{AgentId, ConversationId};
use baton::realtime::{Bus, Hint, Who};
use serde_json::Value;

/// Longest wait for an event that must come.
const EVENT_WAIT: Duration = Duration::from_secs(5);
/// Name of the agent whose typing marks the end of what was to come.
const MARKER: &str = "the end";

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub id: Option<i64>,
    pub name: String,
    pub data: Value,
}

/// An open stream.
pub struct Events {
    response: reqwest::Response,
    bus: Bus,
    conversation: ConversationId,
    text: String,
    /// What the server said about connecting again, in milliseconds.
    pub retry_ms: Option<u64>,
}

impl Events {
    pub fn of(response: reqwest::Response, bus: &Bus, conversation: ConversationId) -> Self {
        Self { response, bus: bus.clone(), conversation, text: String::new(), retry_ms: None }
    }

    /// The next event, which must come.
    pub async fn next(&mut self) -> Event {
        tokio::time::timeout(EVENT_WAIT, self.read()).await.expect("an event in time").expect("an open stream")
    }

    /// The next event of this name; others are passed over.
    pub async fn next_named(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await;
            if event.name == name {
                return event;
            }
        }
    }

    /// Everything that comes of what has happened so far: hints keep their order, so a mark behind them comes last.
    pub async fn rest(&mut self) -> Vec<Event> {
        let who = Who::Agent(AgentId(uuid::Uuid::nil()), MARKER.into());
        self.bus.publish(Hint::Typing { conversation: self.conversation, who, ttl: Duration::ZERO });
        let mut events = Vec::new();
        loop {
            let event = self.next().await;
            if event.name == "typing" && event.data["name"] == MARKER {
                return events;
            }
            events.push(event);
        }
    }

    /// Whether the server ends the stream.
    pub async fn ends(&mut self) -> bool {
        tokio::time::timeout(EVENT_WAIT, async { while self.read().await.is_some() {} }).await.is_ok()
    }

    async fn read(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(event) = self.parse(&block) {
                    return Some(event);
                }
            }
            let chunk = self.response.chunk().await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }

    fn parse(&mut self, block: &str) -> Option<Event> {
        let (mut id, mut name, mut data) = (None, None, None);
        for line in block.lines() {
            match line.split_once(": ") {
                Some(("id", value)) => id = Some(value.parse().expect("a number")),
                Some(("event", value)) => name = Some(value.to_owned()),
                Some(("data", value)) => data = Some(serde_json::from_str(value).expect("JSON")),
                Some(("retry", value)) => self.retry_ms = Some(value.parse().expect("a number")),
                _ => assert!(line.starts_with(':'), "{line:?} is no line of an event stream"),
            }
        }
        name.map(|name| Event { id, name, data: data.expect("an event has data") })
    }
}
