//! `/inbox/live`: the changes of one agent's open page, as patches made of the page's own partials.
//!
//! On every (re)connection the list and the thread are brought up to date from the store, so a stream that broke has lost
//! nothing. Hints only say where to look.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::handoff::{ConversationId, Epoch, MessageId, Seq};
use crate::realtime::Who;
use crate::store::timeline::{Delivery, Item as Stored};
use crate::store::{attachments, sessions};
use crate::web::event_stream::{self, Event, HEARTBEAT, STILL_HERE};
use crate::web::frame::nav;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::batch::{Batch, Sight};
use super::changes::{frame_changes, line_changes, push, tail};
use super::conversation::note_seen;
use super::feed::{News, Watching, sleep_until};
use super::lists::{list, stored_view};
use super::nav::View;
use super::patch::{PatchAction, Patches};
use super::present::{self, Opened};
use super::thread::Presence;

/// How long a browser waits before it connects again, in milliseconds.
const RETRY_MS: u32 = 2_000;

/// What the page shows.
#[derive(Debug, Deserialize)]
pub struct Query {
    view: String,
    conversation: Option<i64>,
}

/// `GET /inbox/live?view=&conversation=`.
pub async fn stream(site: web::Data<Site>, who: SignedIn, query: web::Query<Query>) -> Result<HttpResponse, Refusal> {
    let view = View::parse(&query.view).ok_or(Refusal::NotFound("view"))?;
    stored_view(&view, who.agent.id)?;
    Ok(event_stream::respond(LivePage::open(site, who, view, query.conversation).into_chunks()))
}

/// One open page.
struct LivePage {
    site: web::Data<Site>,
    who: SignedIn,
    /// The list, and the conversation that is open beside it.
    sight: Sight,
    open_id: Option<ConversationId>,
    /// How far each message of the thread's end had come when it was last shown, and how much of its files was there.
    shown: HashMap<MessageId, (Delivery, i64)>,
    last: Seq,
    /// The epoch the composer was shown under: it says who has the conversation, and nothing else of it changes.
    composed_under: Option<Epoch>,
    writing: Option<(String, Instant)>,
    /// The counts as they were sent last.
    counts: Bytes,
    news: Watching,
    stopped: watch::Receiver<bool>,
    chunks: VecDeque<Bytes>,
    is_new: bool,
}

impl LivePage {
    fn open(site: web::Data<Site>, who: SignedIn, view: View, open: Option<i64>) -> Self {
        Self {
            sight: Sight { view, me: who.agent.id, open },
            open_id: None,
            shown: HashMap::new(),
            last: Seq(0),
            composed_under: None,
            writing: None,
            counts: Bytes::new(),
            news: site.feed.watch(who.session.id, who.agent.id),
            stopped: site.stopped.clone(),
            chunks: VecDeque::from([event_stream::hello(RETRY_MS)]),
            is_new: true,
            site,
            who,
        }
    }

    /// The stream as a response body. It ends when the process stops, the agent is signed out or the store fails; the browser
    /// connects again then, and is brought up to date or asked to sign in.
    fn into_chunks(self) -> impl futures_util::Stream<Item = Result<Bytes, Refusal>> {
        futures_util::stream::unfold(self, |mut page| async move {
            match page.next().await {
                Ok(chunk) => chunk.map(|chunk| (Ok(chunk), page)),
                Err(error) => {
                    tracing::error!(%error, "a live page could not be brought up to date");
                    None
                }
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        loop {
            if let Some(chunk) = self.chunks.pop_front() {
                if self.chunks.is_empty() {
                    // Most streams are idle most of the time, and there are thousands.
                    self.chunks.shrink_to_fit();
                }
                return Ok(Some(chunk));
            }
            if std::mem::take(&mut self.is_new) {
                self.catch_up().await?;
            } else if !self.wait().await? {
                return Ok(None);
            }
        }
    }

    /// Waits for one thing to happen. `false`: the stream is over.
    async fn wait(&mut self) -> Result<bool, Refusal> {
        let writing_ends = self.writing.as_ref().map(|(_, ends)| *ends);
        let news = tokio::select! {
            news = self.news.next() => news,
            _ = self.stopped.changed() => return Ok(false),
            () = sleep_until(writing_ends) => {
                self.writing = None;
                self.show_presence()?;
                return Ok(true);
            }
            () = tokio::time::sleep(HEARTBEAT) => {
                self.chunks.push_back(STILL_HERE);
                return Ok(true);
            }
        };
        match news {
            News::Batch(batch) if batch.ends(self.who.session.id) => return Ok(false),
            // Boxed, so that an idle page does not hold the room a busy one needs.
            News::Batch(batch) => Box::pin(self.show(&batch)).await?,
            News::Counts(counts) => self.show_counts(counts.event(&self.sight.view, self.sight.me)?),
            News::Missed if !self.is_signed_in().await? => return Ok(false),
            News::Missed => self.catch_up().await?,
        }
        Ok(true)
    }

    /// Whoever signed out, or was signed out, reads no further.
    async fn is_signed_in(&self) -> Result<bool, Refusal> {
        let (db, now, id) = (self.site.desk.store.reader(), self.site.desk.clock.now(), self.who.session.id);
        Ok(sessions::that_go_on(db, [id], now).await?.contains(&id))
    }

    async fn show(&mut self, batch: &Batch) -> Result<(), Refusal> {
        let open_changed = self.open_id.is_some_and(|open| batch.holds(open));
        if let Some((who, ttl)) = self.open_id.and_then(|open| batch.typing(open)) {
            self.show_typing(who, *ttl)?;
        }
        if open_changed && self.writing.take().is_some() {
            // What was being written has come, or something else has; whoever still writes says so again.
            self.show_presence()?;
        }
        self.chunks.extend(batch.handoffs().iter().cloned());
        if open_changed {
            let mut patches = Patches::default();
            batch.add_rows(&self.sight, &mut patches)?;
            self.show_thread(&mut patches).await?;
            self.push(&patches);
        } else {
            self.chunks.extend(batch.rows(&self.sight)?);
        }
        Ok(())
    }

    /// Brings the whole page up to date from the store.
    async fn catch_up(&mut self) -> Result<(), Refusal> {
        Box::pin(self.read_everything()).await
    }

    async fn read_everything(&mut self) -> Result<(), Refusal> {
        let feed = self.site.feed.clone();
        let _turn = feed.turn_to_catch_up().await;
        let mut patches = Patches::default();
        let Sight { view, open, .. } = &self.sight;
        let list = list(&self.site, &self.who, view, None, *open).await?;
        push(&mut patches, PatchAction::Morph, "list".into(), list)?;
        let nav = nav(&self.site, &self.who, Some(view.clone())).await?;
        self.show_thread(&mut patches).await?;
        push(&mut patches, PatchAction::Morph, "nav-counts".into(), nav)?;
        self.counts = Bytes::new();
        self.push(&patches);
        Ok(())
    }

    fn show_counts(&mut self, event: Bytes) {
        if self.counts != event {
            self.chunks.push_back(event.clone());
            self.counts = event;
        }
    }

    async fn show_thread(&mut self, patches: &mut Patches) -> Result<(), Refusal> {
        let Some(number) = self.sight.open else { return Ok(()) };
        let opened = Opened::load(&self.site, &self.who, number).await?;
        self.open_id = Some(opened.record.core.id);
        frame_changes(patches, &self.site, &self.who, &opened, &self.sight.view).await?;
        if self.composed_under.replace(opened.record.core.epoch) != Some(opened.record.core.epoch) {
            let composer = present::composer(&self.site, &self.who, &opened);
            push(patches, PatchAction::Morph, format!("composer-{number}"), composer)?;
        }
        let lines = tail(&self.site, &opened).await?;
        let fetched = self.fetched(&opened, &lines).await?;
        let lines: Vec<Stored> = lines.into_iter().filter(|line| self.is_news(line, &fetched)).collect();
        line_changes(patches, &self.site, &self.who, &opened, &lines).await?;
        self.last = opened.record.core.last_seq;
        note_seen(&self.site, &opened).await
    }

    /// The bytes there are of each message's files: what a provider still has comes later.
    async fn fetched(&self, opened: &Opened, lines: &[Stored]) -> Result<HashMap<MessageId, i64>, Refusal> {
        let mut bytes = HashMap::new();
        if lines.iter().any(|line| matches!(line, Stored::Message(message) if message.has_attachments)) {
            let db = self.site.desk.store.reader();
            for file in attachments::of_conversation(db, opened.record.core.id).await? {
                *bytes.entry(file.message).or_insert(0) += file.size_bytes;
            }
        }
        Ok(bytes.into_iter().filter_map(|(message, bytes)| Some((message?, bytes))).collect())
    }

    /// Whether a line is new on the page, or looks different now.
    fn is_news(&mut self, line: &Stored, fetched: &HashMap<MessageId, i64>) -> bool {
        match line {
            Stored::Message(message) => {
                let now = (message.delivery, fetched.get(&message.id).copied().unwrap_or(0));
                self.shown.insert(message.id, now) != Some(now)
            }
            Stored::Line(line) => line.seq > self.last,
        }
    }

    fn show_typing(&mut self, who: &Who, ttl: Duration) -> Result<(), Refusal> {
        let name = match who {
            Who::Contact => "The customer".to_owned(),
            Who::Ai => "The AI".to_owned(),
            Who::Agent(agent, _) if *agent == self.sight.me => return Ok(()),
            Who::Agent(_, name) => name.clone(),
        };
        self.writing = (!ttl.is_zero()).then(|| (name, Instant::now() + ttl));
        self.show_presence()
    }

    fn show_presence(&mut self) -> Result<(), Refusal> {
        let Some(number) = self.sight.open else { return Ok(()) };
        let writing = self.writing.iter().map(|(name, _)| name.clone()).collect();
        let mut patches = Patches::default();
        let presence = Presence { number, writing, viewing: Vec::new() };
        push(&mut patches, PatchAction::Morph, format!("presence-{number}"), presence)?;
        self.push(&patches);
        Ok(())
    }

    fn push(&mut self, patches: &Patches) {
        let html = patches.html();
        if !html.is_empty() {
            self.chunks.push_back(Event::named("patch", html).encode());
        }
    }
}
