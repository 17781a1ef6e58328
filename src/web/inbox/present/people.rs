//! The names a page needs, and whose page it is.

use std::sync::Arc;

use crate::handoff::{AgentId, Owner, TeamId};
use crate::store::StoreError;
use crate::store::agents::Agent;
use crate::store::teams::Team;
use crate::web::directory::{Directory, Names};
use crate::web::frame::initials;
use crate::web::inbox::badge::OwnerBadge;

/// Everybody's names, and whose page it is. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct People {
    names: Arc<Names>,
    /// Whose page it is.
    pub me: AgentId,
}

impl People {
    /// The names as they are now.
    pub async fn load(directory: &Directory, me: AgentId) -> Result<Self, StoreError> {
        Ok(Self { names: directory.names().await?, me })
    }

    /// The same names on another agent's page.
    pub fn seen_by(&self, me: AgentId) -> Self {
        Self { me, ..self.clone() }
    }

    /// An agent's name, also of one who has left.
    pub fn name(&self, id: AgentId) -> String {
        let agent = self.names.agents.iter().find(|agent| agent.id == id);
        agent.map_or_else(|| "A former colleague".into(), |agent| agent.name.clone())
    }

    /// A team's name.
    pub fn team(&self, id: TeamId) -> Option<String> {
        self.teams().iter().find(|team| team.id == id).map(|team| team.name.clone())
    }

    /// The agents who can be given work.
    pub fn active(&self) -> impl Iterator<Item = &Agent> {
        self.names.agents.iter().filter(|agent| agent.disabled_at.is_none())
    }

    /// Every team.
    pub fn teams(&self) -> &[Team] {
        &self.names.teams
    }

    /// Whose turn it is, as a badge. `ai_answers` is whether the AI does on the channel.
    pub fn badge(&self, owner: Owner, team: Option<TeamId>, ai_answers: bool) -> OwnerBadge {
        match owner {
            Owner::Ai if !ai_answers => OwnerBadge::AiOff,
            Owner::Ai => OwnerBadge::Ai,
            Owner::Queue => OwnerBadge::Waiting(team.and_then(|team| self.team(team))),
            Owner::Agent(agent) => {
                let name = self.name(agent);
                OwnerBadge::Agent { initials: initials(&name), name, me: agent == self.me }
            }
        }
    }
}
