//! A conversation is given to a person or a team.

use crate::handoff::people::Actor;
use crate::handoff::{AgentId, ConversationId, Event, Rejection, TeamId};
use crate::store::conversations::Record;
use crate::store::{Tx, agents, teams};

use super::change::Changed;
use super::drafts::Cause;
use super::{Desk, DeskError};

impl Desk {
    /// Gives the conversation to a person, or to the queue.
    pub async fn assign(&self, id: ConversationId, by: AgentId, to: Option<AgentId>) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        if let Some(agent) = to
            && agents::find(&*tx, agent).await?.is_none_or(|agent| agent.disabled_at.is_some())
        {
            return Err(DeskError::Invalid("That person is not on the team any more. Choose another.".into()));
        }
        let record = self.load(&tx, id).await?;
        let handoff = self.draft_handoff(&tx, &record, Cause::takeover(Actor::Agent(by)), to).await?;
        let event = Event::Assigned { by: Actor::Agent(by), to, handoff };
        self.settle(tx, &record, &event).await
    }

    /// Makes a team responsible, whoever owns the conversation.
    pub async fn assign_team(
        &self,
        id: ConversationId,
        by: AgentId,
        team: Option<TeamId>,
    ) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        if let Some(team) = team
            && teams::find(&*tx, team).await?.is_none()
        {
            return Err(DeskError::Invalid("That team does not exist any more. Choose another.".into()));
        }
        let record = self.load(&tx, id).await?;
        self.settle(tx, &record, &Event::TeamAssigned { by: Actor::Agent(by), team }).await
    }

    /// Applies, commits and publishes; what is so already counts as done.
    pub(super) async fn settle(&self, tx: Tx, record: &Record, event: &Event) -> Result<Record, DeskError> {
        let changed: Changed = match self.happen(&tx, record, event).await {
            Err(DeskError::Rejected(Rejection::AlreadySo)) => return Ok(record.clone()),
            other => other?,
        };
        tx.commit().await?;
        self.publish(&changed);
        Ok(changed.record)
    }
}
