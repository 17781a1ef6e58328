//! `/inbox/live`: the changes of one agent's open page, as patches made of the page's own partials.
//!
//! On every (re)connection the list and the thread are brought up to date from the store, so a stream that broke has lost
//! nothing. Hints only say where to look.

use std::collections::HashMap;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template as _;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;

use crate::handoff::{ConversationId, Epoch, MessageId, Seq};
use crate::realtime::{Hint, Who};
use crate::store::timeline::{Delivery, Item as Stored};
use crate::store::{contacts, conversations, inbox, sessions};
use crate::web::event_stream::{self, Event};
use crate::web::frame::nav;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::changes::{frame_changes, line_changes, push, tail};
use super::conversation::note_seen;
use super::lists::{list, stored_view};
use super::nav::View;
use super::patch::{Patch, PatchAction, Patches};
use super::present::{self, Opened, People};
use super::thread::Presence;

/// Time to gather hints before the page is changed, so that a burst changes it once.
const GATHER: Duration = Duration::from_millis(40);

/// What the page shows.
#[derive(Debug, Deserialize)]
pub struct Query {
    view: String,
    conversation: Option<i64>,
}

/// `GET /inbox/live?view=&conversation=`.
pub async fn stream(site: web::Data<Site>, who: SignedIn, query: web::Query<Query>) -> Result<HttpResponse, Refusal> {
    let view = View::parse(&query.view).ok_or(Refusal::NotFound("view"))?;
    let hints = site.desk.bus.subscribe();
    let (sender, response) = event_stream::open();
    let page = LivePage {
        site: site.get_ref().clone(),
        who,
        view,
        open: query.conversation,
        open_id: None,
        shown: HashMap::new(),
        last: Seq(0),
        composed_under: None,
        writing: None,
        sender,
    };
    actix_web::rt::spawn(page.run(hints));
    Ok(response)
}

/// One open page.
struct LivePage {
    site: Site,
    who: SignedIn,
    view: View,
    open: Option<i64>,
    open_id: Option<ConversationId>,
    /// How far each message of the thread's end had come when it was last shown.
    shown: HashMap<MessageId, Delivery>,
    last: Seq,
    /// The epoch the composer was shown under: it says who has the conversation, and nothing else of it changes.
    composed_under: Option<Epoch>,
    writing: Option<(String, Instant)>,
    sender: mpsc::Sender<Event>,
}

/// What a while of hints came to.
#[derive(Default)]
struct Gathered {
    changed: HashMap<ConversationId, bool>,
    writing: Option<(String, Duration)>,
    missed: bool,
}

impl LivePage {
    async fn run(mut self, mut hints: broadcast::Receiver<Hint>) {
        let mut stopped = self.site.stopped.clone();
        if let Err(error) = self.catch_up().await {
            tracing::error!(%error, "a live page could not be brought up to date");
            return;
        }
        loop {
            let writing_ends = self.writing.as_ref().map(|(_, ends)| *ends);
            let first = tokio::select! {
                hint = hints.recv() => hint,
                _ = stopped.changed() => return,
                () = self.sender.closed() => return,
                () = sleep_until(writing_ends) => {
                    self.writing = None;
                    if self.show_presence().await.is_err() { return }
                    continue;
                }
            };
            let mut gathered = Gathered::default();
            if !self.note(&mut gathered, first) {
                return;
            }
            tokio::time::sleep(GATHER).await;
            while let Ok(hint) = hints.try_recv() {
                self.note(&mut gathered, Ok(hint));
            }
            if let Err(error) = self.show(gathered).await {
                tracing::debug!(%error, "a live page ends; if somebody still reads it, the browser connects again");
                return;
            }
        }
    }

    /// Takes a hint in. `false`: there will be no more.
    fn note(&self, gathered: &mut Gathered, hint: Result<Hint, RecvError>) -> bool {
        match hint {
            Ok(Hint::Changed { conversation, notify, .. }) => {
                *gathered.changed.entry(conversation).or_default() |= notify;
            }
            Ok(Hint::Typing { conversation, who, ttl }) if self.open_id == Some(conversation) => match who {
                Who::Contact => gathered.writing = Some(("The customer".into(), ttl)),
                Who::Ai => gathered.writing = Some(("The AI".into(), ttl)),
                Who::Agent(agent, name) if agent != self.who.agent.id => gathered.writing = Some((name, ttl)),
                Who::Agent(..) => {}
            },
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => gathered.missed = true,
            Err(RecvError::Closed) => return false,
        }
        true
    }

    /// Whoever signed out, or was signed out, reads no further.
    async fn require_session(&self) -> Result<(), Refusal> {
        let (db, now) = (self.site.desk.store.reader(), self.site.desk.clock.now());
        match sessions::goes_on(db, self.who.session.id, now).await? {
            true => Ok(()),
            false => Err(Refusal::SignIn { then: None }),
        }
    }

    async fn show(&mut self, gathered: Gathered) -> Result<(), Refusal> {
        self.require_session().await?;
        if let Some((name, ttl)) = gathered.writing {
            self.writing = (!ttl.is_zero()).then(|| (name, Instant::now() + ttl));
            self.show_presence().await?;
        }
        if gathered.missed {
            return self.catch_up().await;
        }
        if self.writing.is_some() && self.open_id.is_some_and(|open| gathered.changed.contains_key(&open)) {
            // What was being written has come, or something else has; whoever still writes says so again.
            self.writing = None;
            self.show_presence().await?;
        }
        if gathered.changed.is_empty() {
            return Ok(());
        }
        let mut patches = Patches::default();
        for (id, notify) in &gathered.changed {
            self.show_row(&mut patches, *id).await?;
            if *notify {
                self.announce(*id).await?;
            }
        }
        if self.open_id.is_some_and(|open| gathered.changed.contains_key(&open)) {
            self.show_thread(&mut patches).await?;
        }
        self.show_counts(&mut patches).await?;
        self.send_patches(&patches).await
    }

    /// Brings the whole page up to date from the store.
    async fn catch_up(&mut self) -> Result<(), Refusal> {
        let mut patches = Patches::default();
        let list = list(&self.site, &self.who, &self.view, None, self.open).await?;
        push(&mut patches, PatchAction::Morph, "list".into(), list)?;
        self.show_thread(&mut patches).await?;
        self.show_counts(&mut patches).await?;
        self.send_patches(&patches).await
    }

    async fn show_counts(&self, patches: &mut Patches) -> Result<(), Refusal> {
        let nav = nav(&self.site, &self.who, Some(self.view.clone())).await?;
        push(patches, PatchAction::Morph, "nav-counts".into(), nav)
    }

    async fn show_row(&self, patches: &mut Patches, id: ConversationId) -> Result<(), Refusal> {
        let db = self.site.desk.store.reader();
        let view = stored_view(&self.view, self.who.agent.id)?;
        let Some((row, belongs)) = inbox::row(db, view, id).await? else { return Ok(()) };
        let number = row.number.0;
        // The open conversation stays in the list while it is read, even when it has left the view.
        if !belongs && self.open != Some(number) {
            return patches.push(&Patch::remove(format!("row-{number}"))).map_err(|e| Refusal::Broken(e.to_string()));
        }
        let people = People::load(&self.site, self.who.agent.id).await?;
        let row = present::row(&row, &people, &self.view, self.open == Some(number), self.site.desk.clock.now());
        push(patches, PatchAction::Append, "rows".into(), row)
    }

    async fn show_thread(&mut self, patches: &mut Patches) -> Result<(), Refusal> {
        let Some(number) = self.open else { return Ok(()) };
        let opened = Opened::load(&self.site, &self.who, number).await?;
        self.open_id = Some(opened.record.core.id);
        frame_changes(patches, &self.site, &self.who, &opened, &self.view)?;
        if self.composed_under.replace(opened.record.core.epoch) != Some(opened.record.core.epoch) {
            let composer = present::composer(&self.site, &self.who, &opened);
            push(patches, PatchAction::Morph, format!("composer-{number}"), composer)?;
        }
        let lines: Vec<Stored> =
            tail(&self.site, &opened).await?.into_iter().filter(|line| self.is_news(line)).collect();
        line_changes(patches, &self.site, &self.who, &opened, &lines).await?;
        self.last = opened.record.core.last_seq;
        note_seen(&self.site, &opened).await
    }

    /// Whether a line is new on the page, or looks different now.
    fn is_news(&mut self, line: &Stored) -> bool {
        match line {
            Stored::Message(message) => self.shown.insert(message.id, message.delivery) != Some(message.delivery),
            Stored::Line(line) => line.seq > self.last,
        }
    }

    async fn show_presence(&self) -> Result<(), Refusal> {
        let Some(number) = self.open else { return Ok(()) };
        let writing = self.writing.iter().map(|(name, _)| name.clone()).collect();
        let mut patches = Patches::default();
        let presence = Presence { number, writing, viewing: Vec::new() };
        push(&mut patches, PatchAction::Morph, format!("presence-{number}"), presence)?;
        self.send_patches(&patches).await
    }

    /// Makes the handoff noticed: sound, title, a notice that leads to it.
    async fn announce(&self, id: ConversationId) -> Result<(), Refusal> {
        let db = self.site.desk.store.reader();
        let Some(record) = conversations::find(db, id).await? else { return Ok(()) };
        let contact = contacts::find(db, record.core.contact).await?.and_then(|contact| contact.name);
        let number = record.number.0;
        let reason = record.handoff_reason.map_or("handed off", crate::web::words::reason);
        let detail = json!({
            "number": number,
            "contact": contact,
            "reason": reason,
            "url": format!("/inbox/conversations/{number}?view=unassigned"),
        });
        self.send(Event::named("handoff", detail.to_string())).await
    }

    async fn send_patches(&self, patches: &Patches) -> Result<(), Refusal> {
        let html = patches.render().map_err(|error| Refusal::Broken(error.to_string()))?;
        if html.is_empty() {
            return Ok(());
        }
        self.send(Event::named("patch", html)).await
    }

    async fn send(&self, event: Event) -> Result<(), Refusal> {
        self.sender.send(event).await.map_err(|_| Refusal::Broken("the page is gone".into()))
    }
}

async fn sleep_until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}
