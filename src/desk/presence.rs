//! Who is at the desk. A browser that is heard of again after a while is a person who has come, and work waits for them.

use crate::handoff::AgentId;
use crate::handoff::people::Availability;
use crate::store::agents;

use super::{Desk, DeskError};

impl Desk {
    /// Notes that these people's browsers were heard of; those who have just come get what waits.
    pub async fn seen(&self, people: &[AgentId]) -> Result<(), DeskError> {
        if people.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let mut came = false;
        for agent in people {
            let found = agents::find(&*tx, *agent).await?;
            came |= found.is_some_and(|agent| !agent.duty.is_connected(now));
        }
        agents::mark_seen(&*tx, people, now).await?;
        tx.commit().await?;
        if came {
            self.give_out_backlog().await?;
        }
        Ok(())
    }

    /// A person says whether they take conversations.
    pub async fn set_availability(&self, agent: AgentId, availability: Availability) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let mut found = agents::find(&*tx, agent).await?.ok_or(DeskError::NotFound("agent"))?;
        found.duty.availability = availability;
        agents::save(&*tx, &found).await?;
        agents::mark_seen(&*tx, &[agent], self.clock.now()).await?;
        tx.commit().await?;
        if availability == Availability::Online {
            self.give_out_backlog().await?;
        }
        Ok(())
    }
}
