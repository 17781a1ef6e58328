//! The last rung of the ladder: supervisors are told of a handoff that nobody has noticed for long.
//!
//! Invariant: once a handoff, in the transaction that writes it into the thread, and never of one that somebody has noticed.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use crate::handoff::escalation::{Colleague, Ladder, Supervisors};
use crate::handoff::hours::OfficeHours;
use crate::handoff::people::Role;
use crate::handoff::{AgentId, Author, ChannelId, ConversationId, Event, HandoffId, NewMessage, Status};
use crate::store::agents::Agent;
use crate::store::conversations::Record;
use crate::store::push_notices::{self, PushNotice};
use crate::store::{StoreError, Tx, agents, browsers, handoffs, rounds, settings, teams};

use super::{Desk, DeskError};

/// Conversations one round takes on. The next round goes on.
const TAKEN_MAX: u64 = 200;
/// Names a thread lists.
const NAMED_MAX: usize = 5;

/// Whom the pages have something to tell: those who supervise, while there is something nobody has noticed. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Alarmed(Arc<Mutex<Vec<AgentId>>>);

impl Alarmed {
    fn set(&self, agents: Vec<AgentId>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = agents;
    }

    /// Whether somebody supervises while there is something.
    pub fn holds(&self, agent: AgentId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&agent)
    }
}

/// One round's supervisors.
struct Rung {
    ladder: Ladder,
    people: Vec<Agent>,
    mailbox: Option<ChannelId>,
}

impl Desk {
    /// Tells supervisors of what nobody has noticed for as long as the settings say; how many conversations it was.
    pub async fn tell_supervisors(&self) -> Result<usize, DeskError> {
        let db = self.store.reader();
        let ladder = settings::load::<Ladder>(db).await?.value;
        if ladder.supervisors == Supervisors::Nobody {
            self.alarmed.set(Vec::new());
            return Ok(0);
        }
        let before = self.clock.now() - TimeDelta::minutes(ladder.supervisors_after_min.into());
        let unseen = rounds::unseen(db, before, TAKEN_MAX).await?;
        let people = self.supervisors(&ladder).await?;
        let rung = Rung { ladder, people, mailbox: self.mailbox(db, None).await? };
        let mut told = 0;
        if !rung.people.is_empty() {
            for id in unseen {
                told += usize::from(self.tell_supervisors_of(id, &rung).await?);
            }
        }
        let waits = rounds::told_and_unseen(db).await? > 0;
        self.alarmed.set(if waits { rung.people.iter().map(|agent| agent.id).collect() } else { Vec::new() });
        Ok(told)
    }

    async fn supervisors(&self, ladder: &Ladder) -> Result<Vec<Agent>, StoreError> {
        let db = self.store.reader();
        let everybody = agents::all(db).await?;
        let here: Vec<_> =
            everybody.iter().map(|agent| Colleague { agent: agent.id, is_admin: agent.role == Role::Admin }).collect();
        let chosen = ladder.supervisors(&here, &teams::memberships(db).await?);
        Ok(everybody.into_iter().filter(|agent| chosen.contains(&agent.id)).collect())
    }

    async fn tell_supervisors_of(&self, id: ConversationId, rung: &Rung) -> Result<bool, DeskError> {
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let core = &record.core;
        let hours = settings::load::<OfficeHours>(&*tx).await?.value;
        let schedule = hours.of(core.channel, core.team);
        let due = record.care.since.and_then(|since| rung.ladder.supervisors_due_at(since, schedule));
        // Looked at again under the lock: somebody may have noticed it.
        let Some(handoff) = core.handoff.filter(|handoff| !handoff.acknowledged) else { return Ok(false) };
        if !core.owner.is_human() || core.status != Status::Open || due.is_none_or(|due| due > now) {
            return Ok(false);
        }
        handoffs::supervisors_told(&*tx, handoff.id, now).await?;
        let words = words(rung);
        let note = NewMessage::note(self.new_message_id(), Author::System, words);
        let mut changed = self.happen(&tx, &record, &Event::AgentNoted { message: note }).await?;
        self.mail_supervisors(&tx, &changed.record, rung).await?;
        self.push_to_supervisors(&tx, id, handoff.id, rung).await?;
        tx.commit().await?;
        // The open inboxes ring, as at each rung before.
        changed.notify = true;
        self.publish(&changed);
        Ok(true)
    }

    /// Their browsers are told as well, where browsers are told at all. Whoever sends the notices leaves those alone who want to be.
    async fn push_to_supervisors(
        &self,
        tx: &Tx,
        conversation: ConversationId,
        handoff: HandoffId,
        rung: &Rung,
    ) -> Result<(), DeskError> {
        if !rung.ladder.push {
            return Ok(());
        }
        let people: Vec<AgentId> = rung.people.iter().map(|agent| agent.id).collect();
        for browser in browsers::of_agents(&**tx, &people).await? {
            let (id, browser) = (self.clock.new_id(), browser.id);
            let notice = PushNotice { id, browser, conversation, handoff, attempts: 0 };
            push_notices::insert(&**tx, &notice, self.clock.now()).await?;
        }
        Ok(())
    }

    async fn mail_supervisors(&self, tx: &Tx, record: &Record, rung: &Rung) -> Result<(), DeskError> {
        let Some(mailbox) = rung.mailbox else { return Ok(()) };
        // Whoever was given it has a letter of their own.
        let others = rung.people.iter().filter(|agent| record.core.owner.agent() != Some(agent.id));
        for agent in others {
            self.write_to_supervisor(tx, record, agent, mailbox).await?;
        }
        Ok(())
    }
}

/// What the thread says.
fn words(rung: &Rung) -> String {
    let names: Vec<_> = rung.people.iter().take(NAMED_MAX).map(|agent| agent.name.as_str()).collect();
    let more = match rung.people.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let minutes = rung.ladder.supervisors_after_min;
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("Nobody has seen this handoff for {minutes} {unit}. The supervisors were told: {}{more}.", names.join(", "))
}
