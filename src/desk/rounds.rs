//! Rounds: what no single conversation's clock sees. Work that waits for a person is given out, what nobody writes in any more ends
//! or goes back to the AI, and what has lost its owner, its clock or its notification is put right.
//!
//! Invariant: every step is one conversation's transaction and does nothing the second time.

use chrono::TimeDelta;

use crate::handoff::after::{After, HandBack};
use crate::handoff::conversation::Outcome;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, ConversationId, Event, Owner, Rejection, Status};
use crate::store::conversations::Record;
use crate::store::{Tx, handoffs, rounds, settings};

use super::drafts::Cause;
use super::{Desk, DeskError};

/// Conversations one round takes on of a kind. The next round goes on.
const TAKEN_MAX: u64 = 200;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Conversations given to somebody.
    pub given: usize,
    /// Conversations that ended.
    pub resolved: usize,
    /// Conversations that went back to the AI.
    pub handed_back: usize,
    /// Conversations nobody was looking after.
    pub unguarded: usize,
    /// Conversations whose time was over.
    pub erased: usize,
    /// Conversations that waited for an AI that was switched off.
    pub switched_off: usize,
    /// Conversations the AI had failed in and got back.
    pub second_try: usize,
    /// Conversations that supervisors were told of.
    pub supervised: usize,
}

impl Desk {
    /// Goes round once.
    pub async fn go_round(&self) -> Result<Done, DeskError> {
        let unguarded = self.guard().await?;
        let switched_off = self.hand_over_unanswered().await?;
        let given = self.give_out_backlog().await?;
        let after = settings::load::<After>(self.store.reader()).await?.value;
        let resolved = self.resolve_idle(after).await?;
        let handed_back = self.hand_back_idle(after).await?;
        let supervised = self.tell_supervisors().await?;
        let second_try = self.give_ai_second_try(after).await?;
        let erased = self.erase_outdated().await?;
        Ok(Done { given, resolved, handed_back, unguarded, erased, switched_off, second_try, supervised })
    }

    /// Gives what waits in the queue for a person to those who can take it, longest wait first; how many it was.
    pub async fn give_out_backlog(&self) -> Result<usize, DeskError> {
        let mut given = 0;
        for id in rounds::queued(self.store.reader(), TAKEN_MAX).await? {
            given += usize::from(self.give_out(id).await?);
        }
        Ok(given)
    }

    async fn give_out(&self, id: ConversationId) -> Result<bool, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        if record.core.owner != Owner::Queue || record.core.status != Status::Open {
            return Ok(false);
        }
        let topic = self.topic_of(&tx, &record).await?;
        let routed = self.route(&tx, &record, topic.as_deref(), None).await?;
        let Some(agent) = routed.target.agent().filter(|_| routed.for_somebody) else { return Ok(false) };
        self.give_waiting(tx, &record, agent).await
    }

    async fn give_waiting(&self, tx: Tx, record: &Record, agent: AgentId) -> Result<bool, DeskError> {
        let handoff = self.draft_handoff(&tx, record, Cause::takeover(Actor::System), Some(agent)).await?;
        let event = Event::Assigned { by: Actor::System, to: Some(agent), handoff };
        self.settle(tx, record, &event).await?;
        Ok(true)
    }

    /// The topic it was handed off for.
    async fn topic_of(&self, tx: &Tx, record: &Record) -> Result<Option<String>, DeskError> {
        let Some(handoff) = record.core.handoff else { return Ok(None) };
        Ok(handoffs::find(&**tx, handoff.id).await?.and_then(|handoff| handoff.topic))
    }

    /// Ends what nobody has written in for as long as the settings say.
    async fn resolve_idle(&self, after: After) -> Result<usize, DeskError> {
        let mut ids = Vec::new();
        let now = self.clock.now();
        if let Some(hours) = after.resolve_ai_after_h {
            ids.extend(rounds::idle(self.store.reader(), &["ai"], now - hours_of(hours), TAKEN_MAX).await?);
        }
        if let Some(hours) = after.resolve_people_after_h {
            let people = ["queue", "agent"];
            ids.extend(rounds::idle(self.store.reader(), &people, now - hours_of(hours), TAKEN_MAX).await?);
        }
        for id in &ids {
            self.resolve_quietly(*id).await?;
        }
        Ok(ids.len())
    }

    async fn resolve_quietly(&self, id: ConversationId) -> Result<(), DeskError> {
        match self.resolve(id, Actor::System, Outcome::Resolved).await {
            Ok(_) | Err(DeskError::Rejected(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn hand_back_idle(&self, after: After) -> Result<usize, DeskError> {
        let HandBack::AfterIdle { minutes } = after.hand_back else { return Ok(0) };
        let before = self.clock.now() - TimeDelta::minutes(minutes.into());
        let ids = rounds::idle(self.store.reader(), &["agent"], before, TAKEN_MAX).await?;
        let mut count = 0;
        for id in ids {
            match self.hand_back_by(id, Actor::System, "").await {
                Ok(_) => count += 1,
                // No AI would answer there.
                Err(DeskError::Invalid(_) | DeskError::Rejected(Rejection::AlreadySo)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

fn hours_of(hours: u32) -> TimeDelta {
    TimeDelta::hours(hours.into())
}
