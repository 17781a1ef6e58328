//! The counts beside the views, rendered once for every page that shows the same ones.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::web::Bytes;

use crate::handoff::AgentId;
use crate::store::inbox::Tally;
use crate::store::teams::Team;
use crate::web::event_stream::Event;
use crate::web::frame::nav_with;
use crate::web::refusal::Refusal;

use super::changes::push;
use super::nav::View;
use super::patch::{PatchAction, Patches};

/// How many conversations the views hold at one moment.
#[derive(Debug)]
pub struct Counts {
    tally: Tally,
    teams: Vec<Team>,
    /// By the view that is open and how many conversations are the reader's: nothing else differs between two pages.
    rendered: Mutex<HashMap<(View, u64), Bytes>>,
}

impl Counts {
    /// Counts that nobody has seen yet.
    pub fn new(tally: Tally, teams: Vec<Team>) -> Self {
        Self { tally, teams, rendered: Mutex::default() }
    }

    /// The event that shows them on the page of an agent.
    pub fn event(&self, view: &View, me: AgentId) -> Result<Bytes, Refusal> {
        let counts = self.tally.of(me);
        let key = (view.clone(), counts.mine);
        let mut rendered = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = rendered.get(&key) {
            return Ok(event.clone());
        }
        let mut patches = Patches::default();
        let nav = nav_with(counts, &self.teams, Some(view.clone()));
        push(&mut patches, PatchAction::Morph, "nav-counts".into(), nav)?;
        let event = Event::named("patch", patches.html()).encode();
        rendered.insert(key, event.clone());
        Ok(event)
    }
}
