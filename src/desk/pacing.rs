//! The times of a change: when people are told again, and when somebody looks after the conversation next.

use chrono::{DateTime, TimeDelta, Utc};

use crate::handoff::effect::{Effect, Timer};
use crate::handoff::escalation::Ladder;
use crate::handoff::hours::OfficeHours;
use crate::handoff::waiting::Waiting;
use crate::handoff::{Event, Owner};
use crate::store::conversations::Record;
use crate::store::{StoreError, Tx, handoffs, settings};

use super::Desk;
use super::change::delta;

/// What the settings say about the waits that a change begins.
pub(super) struct Pacing {
    /// How often people will have been told of the handoff.
    pub(super) told: i32,
    /// How they are told; read where they are.
    pub(super) ladder: Ladder,
    /// When to look after the conversation next.
    pub(super) look_at: DateTime<Utc>,
}

impl Desk {
    /// Brings what is promised to the customer up to date with the change, and says when things are due.
    pub(super) async fn pace(
        &self,
        tx: &Tx,
        stored: &Record,
        next: &mut Record,
        event: &Event,
        effects: &[Effect],
    ) -> Result<Pacing, StoreError> {
        let now = self.clock.now();
        let tells = effects.iter().any(|effect| matches!(effect, Effect::Notify { .. }));
        let ladder = match tells {
            true => settings::load::<Ladder>(&**tx).await?.value,
            false => Ladder::default(),
        };
        let told = self.told(tx, stored, effects).await?;
        let mut look_at = now;
        let starts = effects.iter().any(|effect| matches!(effect, Effect::SetTimer { timer: Timer::Attend, .. }));
        if starts {
            let waiting = settings::load::<Waiting>(&**tx).await?.value;
            let hours = settings::load::<OfficeHours>(&**tx).await?.value;
            let schedule = hours.of(next.core.channel, next.core.team);
            let wrote = matches!(event, Event::AgentWrote { .. });
            next.care = waiting.follow(next.care, &stored.core, &next.core, wrote, schedule, now);
            look_at = waiting.next_look(&next.care, &next.core, schedule, now);
        } else if effects.contains(&Effect::CancelTimer { timer: Timer::Attend }) {
            next.care = Waiting::default().follow(next.care, &stored.core, &next.core, false, None, now);
        }
        Ok(Pacing { told, ladder, look_at })
    }

    /// How often people will have been told of the handoff when the effects are carried out.
    async fn told(&self, tx: &Tx, stored: &Record, effects: &[Effect]) -> Result<i32, StoreError> {
        let tells = effects.iter().filter(|effect| matches!(effect, Effect::Notify { .. })).count();
        let is_new = effects.iter().any(|effect| matches!(effect, Effect::OpenHandoff { .. }));
        let before = match stored.core.handoff {
            Some(handoff) if tells > 0 && !is_new => handoffs::find(&**tx, handoff.id).await?.map_or(0, |h| h.notified),
            Some(_) | None => 0,
        };
        Ok(before + i32::try_from(tells).unwrap_or(i32::MAX))
    }

    /// When a timer is due whose time the core leaves to the settings.
    pub(super) fn due_by(&self, timer: Timer, pacing: &Pacing) -> DateTime<Utc> {
        match timer {
            Timer::Attend => pacing.look_at,
            Timer::Wake | Timer::Renotify | Timer::Rating => self.clock.now() + self.patience(pacing),
        }
    }

    fn patience(&self, pacing: &Pacing) -> TimeDelta {
        delta(pacing.ladder.wait(pacing.told, self.pace.renotify))
    }
}

/// The person who has just been given a conversation, if one has.
pub(super) fn newly_given(before: &Record, after: &Record) -> Option<crate::handoff::AgentId> {
    match after.core.owner {
        Owner::Agent(agent) if before.core.owner != after.core.owner => Some(agent),
        Owner::Agent(_) | Owner::Ai | Owner::Queue => None,
    }
}
