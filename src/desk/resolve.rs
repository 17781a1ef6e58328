//! A conversation is done, or not done after all.

use chrono::TimeDelta;

use crate::handoff::after::{After, ReopenTo, Reopening};
use crate::handoff::conversation::Outcome;
use crate::handoff::effect::Timer;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, ConversationId, Event, Owner, Rejection};
use crate::store::conversations::Record;
use crate::store::{Tx, channels, settings, timers};

use super::drafts::Cause;
use super::settings::Ratings;
use super::{Desk, DeskError};

impl Desk {
    /// Ends a conversation. Whether the customer is asked for a rating is the channel's setting.
    pub async fn resolve(&self, id: ConversationId, by: Actor, outcome: Outcome) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let channel = channels::find(&*tx, record.core.channel).await?;
        let asks = channel.and_then(|channel| channel.settings.get("ask_rating").and_then(serde_json::Value::as_bool));
        let ratings = settings::load::<Ratings>(&*tx).await?.value;
        let asks = asks.unwrap_or(false) || ratings.asks.contains(&record.core.channel);
        let asks = asks && record.rating.is_none();
        let delay = ratings.delays_min.get(&record.core.channel).copied().unwrap_or_default();
        let delay = TimeDelta::minutes(delay.into());
        let ask_rating = asks && delay.is_zero() && self.has_rating_buttons(&record);
        let changed = match self.happen(&tx, &record, &Event::Resolved { by, outcome, ask_rating }).await {
            Err(DeskError::Rejected(Rejection::AlreadySo)) => return Ok(record),
            other => other?,
        };
        if asks && !ask_rating {
            let at = self.clock.now() + delay;
            timers::set(&*tx, self.clock.new_id(), id, Timer::Rating, at, self.clock.now()).await?;
            self.wake.timers.ring_at(at);
        }
        tx.commit().await?;
        self.publish(&changed);
        Ok(changed.record)
    }

    /// Who has a resolved conversation in which the customer writes again.
    pub(super) async fn reopened_for(&self, tx: &Tx, record: &Record, autopilot: bool) -> Result<Owner, DeskError> {
        let after = settings::load::<After>(&**tx).await?.value;
        let on_shift = match record.core.owner {
            Owner::Agent(agent) if after.reopen_to == ReopenTo::LastPerson => {
                let roster = self.roster(tx).await?;
                let open = self.office(tx, record.core.channel, record.core.team).await?.open;
                let able = roster.people.iter().find(|one| one.agent == agent && one.can_take());
                able.filter(|_| open).map(|one| one.agent)
            }
            Owner::Agent(_) | Owner::Queue | Owner::Ai => None,
        };
        let facts = Reopening { autopilot, owner: record.core.owner, ended_at: record.last_at, on_shift };
        Ok(after.reopened_for(facts, self.clock.now()))
    }

    /// Opens a resolved conversation for the person who asks.
    pub async fn reopen(&self, id: ConversationId, agent: AgentId) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let by = Actor::Agent(agent);
        let event = Event::Reopened { by, to: Owner::Agent(agent) };
        let reopened = self.happen(&tx, &record, &event).await?;
        if reopened.record.core.owner != Owner::Ai {
            tx.commit().await?;
            self.publish(&reopened);
            return Ok(reopened.record);
        }
        let handoff = self.draft_handoff(&tx, &reopened.record, Cause::takeover(by), Some(agent)).await?;
        let event = Event::TakenOver { agent, seen: reopened.record.core.epoch, handoff };
        self.settle(tx, &reopened.record, &event).await
    }
}
