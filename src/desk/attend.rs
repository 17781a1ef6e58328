//! Somebody looks after a conversation that people have: promises, waiting news, a person who does not answer.
//!
//! Invariant: the look that ends is followed by the next one in the same transaction, for as long as people have the conversation.

use crate::fail::Gap;
use crate::handoff::effect::Timer;
use crate::handoff::hours::OfficeHours;
use crate::handoff::people::Actor;
use crate::handoff::waiting::{Act, Goal, Waiting, has_clock};
use crate::handoff::{Author, Event, NewMessage, Owner, Rejection};
use crate::store::conversations::{self, Record};
use crate::store::{StoreError, Tx, agents, inbox, settings, timers};

use super::change::{Changed, Due};
use super::drafts::Cause;
use super::notices::waiting::{Standing, news};
use super::office::Office;
use super::{Desk, DeskError};

impl Desk {
    /// Does what is due for a conversation and sets the next look. The timer that brought us here is taken already.
    pub(super) async fn attend(&self, tx: Tx, record: Record) -> Result<(), DeskError> {
        let now = self.clock.now();
        let waiting = settings::load::<Waiting>(&*tx).await?.value;
        let hours = settings::load::<OfficeHours>(&*tx).await?.value;
        let schedule = hours.of(record.core.channel, record.core.team);
        let online = self.owner_is_online(&tx, &record).await?;
        let mut changed = Changed::nothing(record.clone());
        if has_clock(&record.core) {
            for act in waiting.due(&record.care, &record.core, online, schedule, now) {
                self.act(&tx, &hours, &mut changed, act).await?;
            }
        }
        let mut after = changed.record.clone();
        if has_clock(&after.core) {
            // What was promised follows the settings as they are now.
            after.care = waiting.follow(after.care, &after.core, &after.core, false, schedule, now);
            let at = waiting.next_look(&after.care, &after.core, schedule, now);
            timers::set(&*tx, self.clock.new_id(), after.core.id, Timer::Attend, at, now).await?;
            changed.due.timer = Some(changed.due.timer.map_or(at, |earlier| earlier.min(at)));
        }
        conversations::save(&*tx, &changed.record, &after).await?;
        changed.record = after;
        self.fail.check(Gap::BeforeTimerCommit)?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(())
    }

    async fn owner_is_online(&self, tx: &Tx, record: &Record) -> Result<bool, StoreError> {
        let Owner::Agent(agent) = record.core.owner else { return Ok(false) };
        let agent = agents::find(&**tx, agent).await?.filter(|agent| agent.disabled_at.is_none());
        Ok(agent.is_some_and(|agent| agent.duty.is_online(self.clock.now())))
    }

    async fn act(&self, tx: &Tx, hours: &OfficeHours, changed: &mut Changed, act: Act) -> Result<(), DeskError> {
        let before = changed.record.clone();
        let mut learned = before.clone();
        let event = match act {
            Act::Warn(_) => {
                learned.care.warned = true;
                conversations::save(&**tx, &before, &learned).await?;
                changed.record = learned;
                changed.notify = true;
                return Ok(());
            }
            Act::Miss(goal) => {
                learned.care.missed.any = true;
                match goal {
                    Goal::FirstReply | Goal::NextReply => learned.care.missed.reply = true,
                    Goal::Resolution => learned.care.missed.resolution = true,
                }
                Event::GoalMissed { goal }
            }
            Act::TellNews => {
                learned.care.news += 1;
                Event::WaitingTold { message: self.news(tx, hours, &before).await? }
            }
            Act::Reassign => match self.reassignment(tx, &before).await? {
                Some(event) => event,
                None => return Ok(()),
            },
        };
        match self.happen_to(tx, &before, &learned, &event).await {
            Ok(happened) => changed.merge(happened),
            Err(DeskError::Rejected(Rejection::AlreadySo)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Who gets a conversation that leaves the person who has it: the next who can, or the queue.
    async fn reassignment(&self, tx: &Tx, record: &Record) -> Result<Option<Event>, DeskError> {
        let Owner::Agent(had) = record.core.owner else { return Ok(None) };
        let to = self.route(tx, record, None, Some(had)).await?.target.agent();
        let handoff = self.draft_handoff(tx, record, Cause::takeover(Actor::System), to).await?;
        Ok(Some(Event::Assigned { by: Actor::System, to, handoff }))
    }

    /// How things stand, in words for the customer.
    async fn news(&self, tx: &Tx, hours: &OfficeHours, record: &Record) -> Result<NewMessage, DeskError> {
        let office = Office::at(hours, record.core.channel, record.core.team, self.clock.now());
        let standing = match record.core.owner {
            Owner::Agent(_) | Owner::Ai => Standing::WithSomebody,
            Owner::Queue => match record.core.waiting_since {
                Some(since) => Standing::InQueue(1 + inbox::waiting_longer(&**tx, since).await?),
                None => Standing::WithSomebody,
            },
        };
        let words = news(standing, office, record.language.as_deref());
        Ok(NewMessage::public(self.new_message_id(), Author::System, words))
    }
}

impl Changed {
    /// Takes what happened next in the same transaction.
    pub(super) fn merge(&mut self, next: Changed) {
        let nearer = |one: Option<_>, other: Option<_>| one.into_iter().chain(other).min();
        self.record = next.record;
        self.notify |= next.notify;
        self.due = Due {
            turn: nearer(self.due.turn, next.due.turn),
            delivery: nearer(self.due.delivery, next.due.delivery),
            timer: nearer(self.due.timer, next.due.timer),
            call: nearer(self.due.call, next.due.call),
            team: nearer(self.due.team, next.due.team),
        };
    }
}
