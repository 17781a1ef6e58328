//! What a live stream sends. The store is the source: a hint only says that there is something to read.
//!
//! Invariant: an event's `id` is a place up to which everything was sent, so a stream that breaks anywhere resumes without
//! a gap. Pulled by the socket, so a slow reader costs nothing but its own place among the hints.

use std::collections::VecDeque;
use std::hash::{Hash as _, Hasher as _};

use actix_web::web::{self, Bytes};
use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;

use crate::handoff::event::Entry;
use crate::handoff::{ConversationId, Owner, Seq};
use crate::realtime::{Hint, Lagged, Subscription, Who};
use crate::store::conversations::{self, Record};
use crate::store::handoffs;
use crate::store::timeline::{self, Item};
use crate::web::event_stream::{self, HEARTBEAT, STILL_HERE};
use crate::web::site::Site;

use super::history::mark_fetched;
use super::refusal::Problem;
use super::render::Renderer;
use super::visitor::Visitor;

/// How long a widget waits before it connects again, in milliseconds.
const RETRY_MS: u32 = 3_000;
/// Items read at a time.
const PAGE: u64 = 200;

/// A live stream of one conversation.
pub(super) struct Stream {
    site: web::Data<Site>,
    renderer: Renderer,
    conversation: ConversationId,
    hints: Subscription,
    stopped: watch::Receiver<bool>,
    /// Everything up to here was put into `chunks`.
    sent: Seq,
    /// What the conversation looked like when it was sent last; thousands of streams need not each keep it.
    session: u64,
    ai_owns: bool,
    chunks: VecDeque<Bytes>,
    /// Items of a page that has left, for the team to see as delivered.
    fetched: Vec<Item>,
    is_new: bool,
}

impl Stream {
    /// A stream that goes on after a place. It listens before it reads anything it sends, so that nothing falls between the
    /// replay and the present.
    pub(super) fn open(visitor: &Visitor, conversation: ConversationId, after: Seq) -> Self {
        Self {
            site: visitor.site.clone(),
            renderer: Renderer::new(visitor),
            conversation,
            hints: visitor.site.desk.bus.subscribe_to(conversation),
            stopped: visitor.site.stopped.clone(),
            sent: after,
            session: 0,
            ai_owns: false,
            chunks: VecDeque::from([event_stream::hello(RETRY_MS)]),
            fetched: Vec::new(),
            is_new: true,
        }
    }

    /// The stream as a response body. Ends when the process stops or the store fails; the widget connects again then.
    pub(super) fn into_chunks(self) -> impl futures_util::Stream<Item = Result<Bytes, Problem>> {
        futures_util::stream::try_unfold(self, |mut stream| async move {
            Ok(stream.next().await?.map(|chunk| (chunk, stream)))
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            if let Some(chunk) = self.chunks.pop_front() {
                if self.chunks.is_empty() {
                    // Most streams are idle most of the time, and there are thousands.
                    self.chunks.shrink_to_fit();
                }
                return Ok(Some(chunk));
            }
            let left = std::mem::take(&mut self.fetched);
            if !left.is_empty() {
                Box::pin(mark_fetched(&self.site, self.conversation, &left)).await?;
            } else if std::mem::take(&mut self.is_new) {
                self.check_place().await?;
                self.catch_up().await?;
            } else if !self.wait().await? {
                return Ok(None);
            }
        }
    }

    /// Waits for one thing to happen. `false`: the stream is over.
    async fn wait(&mut self) -> Result<bool, Problem> {
        let hint = tokio::select! {
            _ = self.stopped.wait_for(|stopped| *stopped) => return Ok(false),
            () = tokio::time::sleep(HEARTBEAT) => {
                self.chunks.push_back(STILL_HERE);
                return Ok(true);
            }
            hint = self.hints.recv() => hint,
        };
        match hint {
            Ok(hint) => self.take(hint).await?,
            Err(Lagged) => self.catch_up().await?,
        }
        Ok(true)
    }

    async fn take(&mut self, hint: Hint) -> Result<(), Problem> {
        match hint {
            Hint::Changed { .. } => self.catch_up().await?,
            Hint::Typing { who, ttl, .. } => {
                let (kind, name) = match who {
                    Who::Contact => return Ok(()),
                    Who::Ai => ("ai", self.renderer.ai_name().to_owned()),
                    Who::Agent(_, name) => ("agent", name),
                };
                let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
                self.push("typing", None, &json!({"kind": kind, "name": name, "ttl_ms": ttl_ms}))?;
            }
            // A few words may still be on their way when a person has taken over. They stay here.
            Hint::Delta { message, offset, text, .. } if self.ai_owns => {
                self.push("delta", None, &json!({"publicId": message, "offset": offset, "text": text}))?;
            }
            Hint::DeltaCancelled { message, .. } => {
                self.push("delta_cancel", None, &json!({"publicId": message}))?;
            }
            Hint::Delta { .. } => {}
        }
        Ok(())
    }

    /// A place this conversation never reached is another one's, or older than a restored backup.
    async fn check_place(&mut self) -> Result<(), Problem> {
        let last = Box::pin(self.record()).await?.core.last_seq;
        if self.sent > last {
            self.sent = last;
            self.push("reset", Some(last), &json!({}))?;
        }
        Ok(())
    }

    /// Sends everything after `sent`, then the conversation if it looks different.
    async fn catch_up(&mut self) -> Result<(), Problem> {
        // Boxed, so that a stream that waits, as most do most of the time, does not hold the room that reading needs.
        Box::pin(self.read_on()).await
    }

    async fn read_on(&mut self) -> Result<(), Problem> {
        loop {
            let items = timeline::after(self.site.desk.store.reader(), self.conversation, self.sent, PAGE).await?;
            let record = self.record().await?;
            let is_last = (items.len() as u64) < PAGE;
            for item in &items {
                self.push_item(&record, item).await?;
                self.sent = item.seq();
            }
            self.fetched.extend(items);
            if is_last {
                return self.push_session(&record).await;
            }
        }
    }

    async fn push_item(&mut self, record: &Record, item: &Item) -> Result<(), Problem> {
        let handed_off = match item {
            Item::Line(line) => match line.entry {
                Entry::HandedOff { handoff, .. } => handoffs::find(self.site.desk.store.reader(), handoff).await?,
                _ => None,
            },
            Item::Message(_) => None,
        };
        for shown in self.renderer.history(record, std::slice::from_ref(item)).await? {
            // The place counts as sent only with the last event of it.
            self.push("message", handed_off.is_none().then_some(item.seq()), &shown)?;
        }
        if let Some(handoff) = handed_off {
            let payload = json!({
                "conversation_id": handoff.conversation,
                "summary": handoff.summary.text,
                "sentiment": handoff.sentiment,
                "reason": handoff.reason,
            });
            self.push("handoff", Some(item.seq()), &payload)?;
        }
        Ok(())
    }

    async fn push_session(&mut self, record: &Record) -> Result<(), Problem> {
        self.ai_owns = record.core.owner == Owner::Ai;
        let session = json_of(&self.renderer.session(record).await?)?;
        let looks = looks_of(&session);
        if looks != self.session {
            self.chunks.push_back(event("session", Some(self.sent), &session));
            self.session = looks;
        }
        Ok(())
    }

    async fn record(&self) -> Result<Record, Problem> {
        let record = conversations::find(self.site.desk.store.reader(), self.conversation).await?;
        record.ok_or(Problem::NotFound("session"))
    }

    fn push(&mut self, name: &str, id: Option<Seq>, data: &impl Serialize) -> Result<(), Problem> {
        self.chunks.push_back(event(name, id, &json_of(data)?));
        Ok(())
    }
}

/// Two texts that differ look the same once in 2^64 times.
fn looks_of(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn json_of(data: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(data).map_err(|why| Problem::Broken(format!("an event could not be written: {why}")))
}

/// One event. JSON has no line ends of its own, so one data line holds it.
fn event(name: &str, id: Option<Seq>, data: &str) -> Bytes {
    let id = id.map(|seq| format!("id: {}\n", seq.0)).unwrap_or_default();
    Bytes::from(format!("{id}event: {name}\ndata: {data}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_block_of_lines() {
        assert_eq!(event("message", Some(Seq(7)), "{}"), "id: 7\nevent: message\ndata: {}\n\n");
        assert_eq!(event("typing", None, "{}"), "event: typing\ndata: {}\n\n");
        let text = json_of(&json!({"text": "two\nlines\r\n"})).expect("JSON");
        assert!(!text.contains(['\n', '\r']));
    }
}
