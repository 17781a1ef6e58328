//! The sweep behind promise 4: an open conversation that people have has an owner or the queue, a clock, and a handoff whose
//! notification repeats. What the transactions keep is looked for again here, and put right where it does not hold.

use crate::handoff::conversation::OpenHandoff;
use crate::handoff::effect::Timer;
use crate::handoff::people::Actor;
use crate::handoff::waiting::has_clock;
use crate::handoff::{ConversationId, Event, Owner};
use crate::store::conversations::{self, Record};
use crate::store::rounds;
use crate::store::{Tx, agents, handoffs, timers};

use super::drafts::Cause;
use super::{Desk, DeskError};

/// Conversations one sweep puts right.
const REPAIRED_MAX: u64 = 200;

impl Desk {
    /// Finds what nobody looks after and puts it right; how many it was.
    pub async fn guard(&self) -> Result<usize, DeskError> {
        let found = rounds::unguarded(self.store.reader(), REPAIRED_MAX).await?;
        metrics::gauge!("baton_unguarded_conversations").set(found.len() as f64);
        for (id, lacks) in &found {
            tracing::error!(conversation = %id, ?lacks, "nobody was looking after a conversation; it is put right");
            self.repair(*id).await?;
        }
        Ok(found.len())
    }

    async fn repair(&self, id: ConversationId) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let mut record = self.load(&tx, id).await?;
        if !has_clock(&record.core) {
            return Ok(());
        }
        record = self.with_handoff(&tx, record).await?;
        record = self.with_owner(&tx, record).await?;
        let now = self.clock.now();
        timers::set(&*tx, self.clock.new_id(), id, Timer::Attend, now, now).await?;
        if record.core.handoff.is_some_and(|handoff| !handoff.acknowledged) {
            timers::set(&*tx, self.clock.new_id(), id, Timer::Renotify, now, now).await?;
        }
        tx.commit().await?;
        self.wake.timers.ring_at(now);
        Ok(())
    }

    /// Gives it a handoff to be noticed by if it has none.
    async fn with_handoff(&self, tx: &Tx, record: Record) -> Result<Record, DeskError> {
        let stored = match record.core.handoff {
            Some(handoff) => handoffs::find(&**tx, handoff.id).await?.is_some(),
            None => false,
        };
        if stored {
            return Ok(record);
        }
        let last = handoffs::last(&**tx, record.core.id).await?.filter(|last| last.epoch == record.core.epoch);
        let id = match last {
            Some(last) => last.id,
            None => {
                let cause = Cause { notice: false, ..Cause::takeover(Actor::System) };
                let draft = self.draft_handoff(tx, &record, cause, record.core.owner.agent()).await?;
                handoffs::insert(&**tx, record.core.id, record.core.epoch, &draft, self.clock.now()).await?;
                draft.id
            }
        };
        let mut after = record.clone();
        after.core.handoff = Some(OpenHandoff { id, acknowledged: false });
        conversations::save(&**tx, &record, &after).await?;
        Ok(after)
    }

    /// Puts it into the queue if its owner is gone.
    async fn with_owner(&self, tx: &Tx, record: Record) -> Result<Record, DeskError> {
        let Owner::Agent(agent) = record.core.owner else { return Ok(record) };
        let is_here = agents::find(&**tx, agent).await?.is_some_and(|agent| agent.disabled_at.is_none());
        if is_here {
            return Ok(record);
        }
        let handoff = self.draft_handoff(tx, &record, Cause::takeover(Actor::System), None).await?;
        let event = Event::Assigned { by: Actor::System, to: None, handoff };
        let changed = self.happen(tx, &record, &event).await?;
        self.publish(&changed);
        Ok(changed.record)
    }
}
