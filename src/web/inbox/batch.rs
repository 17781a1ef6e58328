//! Conversations that changed at about the same time, read once and rendered once for every page that shows them alike.
//!
//! May not write. Invariant: two pages get the same bytes unless they would look different, and then each looks as if it had
//! been loaded now.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::handoff::policy::Reason;
use crate::handoff::{AgentId, ConversationId, Owner};
use crate::realtime::Who;
use crate::store::{StoreError, inbox};
use crate::web::event_stream::Event;
use crate::web::html::SafeHtml;
use crate::web::refusal::Refusal;
use crate::web::site::Site;

use super::feed::{Gathered, signed_out};
use super::lists::stored_view;
use super::nav::View;
use super::patch::{Patch, PatchAction, Patches};
use super::present::{self, People};

/// What changed.
#[derive(Debug)]
pub struct Batch {
    rows: Vec<inbox::Row>,
    /// The events that make handoffs noticed.
    handoffs: Vec<Bytes>,
    typing: HashMap<ConversationId, (Who, Duration)>,
    signed_out: HashSet<Uuid>,
    people: People,
    now: DateTime<Utc>,
    rendered: Mutex<Rendered>,
}

/// A page, as far as rows are concerned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sight {
    /// The list it shows.
    pub view: View,
    /// Whose page it is.
    pub me: AgentId,
    /// The number of the conversation that is open on it.
    pub open: Option<i64>,
}

/// How a row looks to somebody.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Look {
    number: i64,
    view: View,
    mine: bool,
    selected: bool,
}

#[derive(Debug, Default)]
struct Rendered {
    rows: HashMap<Look, SafeHtml>,
    events: HashMap<Sight, Bytes>,
}

impl Batch {
    /// Reads what changed. `browsers` are those that watch.
    pub async fn load(site: &Site, gathered: Gathered, browsers: Vec<Uuid>) -> Result<Self, StoreError> {
        let desk = &site.desk;
        let ids: Vec<_> = gathered.changed.keys().copied().collect();
        let rows = if ids.is_empty() { Vec::new() } else { inbox::rows_of(desk.store.reader(), &ids).await? };
        let noticed = rows.iter().filter(|row| gathered.changed.get(&row.id) == Some(&true));
        Ok(Self {
            handoffs: noticed.map(handoff).collect(),
            typing: gathered.typing,
            signed_out: signed_out(desk, browsers).await?.into_iter().collect(),
            people: People::load(&site.directory, AgentId(Uuid::nil())).await?,
            now: desk.clock.now(),
            rows,
            rendered: Mutex::default(),
        })
    }

    /// Whether whoever signed out, or was signed out, reads no further.
    pub fn ends(&self, session: Uuid) -> bool {
        self.signed_out.contains(&session)
    }

    /// Whether a conversation changed.
    pub fn holds(&self, id: ConversationId) -> bool {
        self.rows.iter().any(|row| row.id == id)
    }

    /// Who began or stopped to type in a conversation.
    pub fn typing(&self, id: ConversationId) -> Option<&(Who, Duration)> {
        self.typing.get(&id)
    }

    /// The events that make handoffs noticed: sound, title, a notice that leads to each.
    pub fn handoffs(&self) -> &[Bytes] {
        &self.handoffs
    }

    /// The event that changes the rows of a page, if any row changed.
    pub fn rows(&self, sight: &Sight) -> Result<Option<Bytes>, Refusal> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        // Pages differ by their reader and by what is open only where that is among the rows.
        let mut alike = sight.clone();
        if !self.rows.iter().any(|row| is_of(row, sight.me)) {
            alike.me = AgentId(Uuid::nil());
        }
        alike.open = sight.open.filter(|open| self.rows.iter().any(|row| row.number.0 == *open));
        let mut rendered = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = rendered.events.get(&alike) {
            return Ok(Some(event.clone()));
        }
        let mut patches = Patches::default();
        self.changes(&mut rendered, &alike, &mut patches)?;
        let event = Event::named("patch", patches.html()).encode();
        rendered.events.insert(alike, event.clone());
        Ok(Some(event))
    }

    /// The same as patches, for a page on which more has changed than rows.
    pub fn add_rows(&self, sight: &Sight, patches: &mut Patches) -> Result<(), Refusal> {
        let mut rendered = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        self.changes(&mut rendered, sight, patches)
    }

    fn changes(&self, rendered: &mut Rendered, sight: &Sight, patches: &mut Patches) -> Result<(), Refusal> {
        let view = stored_view(&sight.view, sight.me)?;
        for row in &self.rows {
            let number = row.number.0;
            // The open conversation stays in the list while it is read, even when it has left the view.
            if view.holds(row) || sight.open == Some(number) {
                patches.add(self.row(rendered, row, sight)?);
            } else {
                patches.push(&Patch::remove(format!("row-{number}"))).map_err(broken)?;
            }
        }
        Ok(())
    }

    fn row(&self, rendered: &mut Rendered, row: &inbox::Row, sight: &Sight) -> Result<SafeHtml, Refusal> {
        let number = row.number.0;
        let (mine, selected) = (is_of(row, sight.me), sight.open == Some(number));
        let look = Look { number, view: sight.view.clone(), mine, selected };
        if let Some(html) = rendered.rows.get(&look) {
            return Ok(html.clone());
        }
        let row = present::row(row, &self.people.seen_by(sight.me), &sight.view, selected, self.now);
        let html = Patch::new(PatchAction::Append, "rows", row).html().map_err(broken)?;
        metrics::counter!("baton_inbox_rows_rendered_total").increment(1);
        rendered.rows.insert(look, html.clone());
        Ok(html)
    }
}

fn is_of(row: &inbox::Row, agent: AgentId) -> bool {
    row.owner == Owner::Agent(agent)
}

fn handoff(row: &inbox::Row) -> Bytes {
    let number = row.number.0;
    let detail = json!({
        "number": number,
        "contact": row.customer,
        "reason": row.handoff_reason.map_or("handed off", Reason::words),
        "url": format!("/inbox/conversations/{number}?view=unassigned"),
    });
    Event::named("handoff", detail.to_string()).encode()
}

fn broken(error: askama::Error) -> Refusal {
    Refusal::Broken(error.to_string())
}
