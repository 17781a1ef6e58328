//! Who gets a handoff now: the rules of the settings, and the people as they are.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::handoff::AgentId;
use crate::handoff::event::Target;
use crate::handoff::hours::OfficeHours;
use crate::handoff::people::Duty;
use crate::handoff::routing::{Candidate, Facts, Roster, Routed, Routing};
use crate::store::conversations::Record;
use crate::store::{StoreError, Tx, agents, contacts, settings, teams};

use super::Desk;
use super::office::Office;

impl Desk {
    /// Who gets a conversation. `not` had it and did not answer.
    pub(super) async fn route(
        &self,
        tx: &Tx,
        record: &Record,
        topic: Option<&str>,
        not: Option<AgentId>,
    ) -> Result<Routed, StoreError> {
        let routing = settings::load::<Routing>(&**tx).await?.value;
        if routing == Routing::default() {
            return Ok(Routed { target: Target::Queue, for_somebody: false });
        }
        let asks = routing.rules.iter().any(|rule| rule.attribute.is_some());
        let attributes = if asks { attributes(tx, record).await? } else { BTreeMap::new() };
        let facts = Facts {
            channel: record.core.channel,
            topic,
            language: record.language.as_deref(),
            attributes: &attributes,
            not,
        };
        let meant = routing.meant(&facts);
        let hours = settings::load::<OfficeHours>(&**tx).await?.value;
        let team = meant.team().or(record.core.team);
        let open = Office::at(&hours, record.core.channel, team, self.clock.now()).open;
        let mut roster = self.roster(tx).await?;
        if !open {
            // Nobody is given anything while the office is closed; whoever is there all the same may take it.
            roster.people.iter_mut().for_each(|one| one.online = false);
        }
        Ok(routing.route(&facts, None, &roster))
    }

    /// Everybody who has not left, as they are now.
    pub async fn roster(&self, tx: &Tx) -> Result<Roster, StoreError> {
        let loads = agents::loads(&**tx).await?;
        let now = self.clock.now();
        let candidate = |id: AgentId, duty: Duty| Candidate {
            agent: id,
            online: duty.is_online(now),
            capacity: duty.capacity,
            load: loads.get(&id).copied().unwrap_or_default(),
            given: duty.given_at,
        };
        let people = agents::all(&**tx).await?;
        let people = people.into_iter().map(|agent| candidate(agent.id, agent.duty)).collect();
        Ok(Roster { people, teams: teams::memberships(&**tx).await? })
    }
}

/// What is known of the contact, as words: what the page told of the conversation counts before what is stored.
async fn attributes(tx: &Tx, record: &Record) -> Result<BTreeMap<String, String>, StoreError> {
    let mut known = BTreeMap::new();
    if let Some(contact) = contacts::find(&**tx, record.core.contact).await? {
        collect(&contact.custom_data, &mut known);
    }
    collect(&record.attributes, &mut known);
    Ok(known)
}

fn collect(facts: &Value, known: &mut BTreeMap<String, String>) {
    for (name, value) in facts.as_object().into_iter().flatten() {
        let words = match value {
            Value::String(words) => words.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => continue,
        };
        known.insert(name.clone(), words);
    }
}
