//! The names a page needs: agents and teams, read once a request.

use std::sync::Arc;

use uuid::Uuid;

use crate::handoff::{AgentId, Owner, TeamId};
use crate::store::agents::{self, Agent};
use crate::store::teams::{self, Team};
use crate::store::{Store, StoreError, conversations::Record};
use crate::web::frame::initials;
use crate::web::inbox::badge::OwnerBadge;

/// Everybody's names, and whose page it is. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct People {
    agents: Arc<[Agent]>,
    teams: Arc<[Team]>,
    /// Whose page it is.
    pub me: AgentId,
}

impl People {
    /// Reads the names.
    pub async fn load(store: &Store, me: AgentId) -> Result<Self, StoreError> {
        let db = store.reader();
        Ok(Self { agents: agents::everybody(db).await?.into(), teams: teams::all(db).await?.into(), me })
    }

    /// No names: enough for rows that show none.
    pub fn unnamed() -> Self {
        Self { agents: Arc::default(), teams: Arc::default(), me: AgentId(Uuid::nil()) }
    }

    /// The same names on another agent's page.
    pub fn seen_by(&self, me: AgentId) -> Self {
        Self { me, ..self.clone() }
    }

    /// An agent's name, also of one who has left.
    pub fn name(&self, id: AgentId) -> String {
        self.agents.iter().find(|agent| agent.id == id).map_or_else(|| "A former colleague".into(), |a| a.name.clone())
    }

    /// A team's name.
    pub fn team(&self, id: TeamId) -> Option<String> {
        self.teams.iter().find(|team| team.id == id).map(|team| team.name.clone())
    }

    /// The agents who can be given work.
    pub fn active(&self) -> impl Iterator<Item = &Agent> {
        self.agents.iter().filter(|agent| agent.disabled_at.is_none())
    }

    /// Every team.
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// Whose turn it is, as a badge.
    pub fn badge(&self, record: &Record) -> OwnerBadge {
        match record.core.owner {
            Owner::Ai => OwnerBadge::Ai,
            Owner::Queue => OwnerBadge::Waiting(record.core.team.and_then(|team| self.team(team))),
            Owner::Agent(agent) => {
                let name = self.name(agent);
                OwnerBadge::Agent { initials: initials(&name), name, me: agent == self.me }
            }
        }
    }
}
