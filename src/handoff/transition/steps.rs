//! The steps that the events are made of.

use crate::handoff::conversation::OpenHandoff;
use crate::handoff::effect::{Effect, Timer};
use crate::handoff::event::{Entry, HandoffDraft, Target};
use crate::handoff::message::{Author, Visibility};
use crate::handoff::people::Actor;
use crate::handoff::waiting::has_clock;
use crate::handoff::{AgentId, Conversation, Epoch, Fence, NewMessage, Owner, Rejection, Seq, Status};

use super::{Change, Outcomes, agent_of};

impl Change {
    /// Ends the AI's ownership if it has any, and makes `agent` the owner.
    pub(super) fn give_to(&mut self, agent: AgentId, by: Actor, handoff: HandoffDraft) {
        match self.next.owner {
            Owner::Ai => {
                let noticed = agent_of(by).filter(|by| *by == agent);
                self.end_ai(by, HandoffDraft { target: Target::Agent(agent), ..handoff }, noticed);
            }
            Owner::Agent(has) if has == agent => self.acknowledge(agent_of(by)),
            from @ (Owner::Queue | Owner::Agent(_)) => {
                self.move_to(Owner::Agent(agent));
                self.record(by, Entry::AgentJoined { agent, from });
                if agent_of(by) == Some(agent) {
                    self.acknowledge(Some(agent));
                } else {
                    self.notify_again();
                }
            }
        }
    }

    /// Ends the AI's ownership: silences it, opens the handoff, tells the customer and the people.
    pub(super) fn end_ai(&mut self, by: Actor, handoff: HandoffDraft, noticed_by: Option<AgentId>) {
        let through = self.next.epoch;
        self.keep_shown(handoff.shown.clone(), through);
        let id = handoff.id;
        let notice = handoff.notice.clone();
        self.move_to(handoff.target.agent().map_or(Owner::Queue, Owner::Agent));
        self.effects.push(Effect::CancelTurn);
        self.effects.push(Effect::DiscardUnsent { through });
        let (reason, explanation) = (handoff.reason, handoff.explanation.clone());
        self.record(by, Entry::HandedOff { handoff: id, reason, explanation });
        if let Some(team) = handoff.target.team() {
            self.next.team = Some(team);
            self.record(Actor::System, Entry::TeamAssigned { team: Some(team) });
        }
        if let Some(agent) = handoff.target.agent() {
            self.record(by, Entry::AgentJoined { agent, from: Owner::Ai });
        }
        self.next.handoff = Some(OpenHandoff { id, acknowledged: false });
        self.effects.push(Effect::OpenHandoff { epoch: self.next.epoch, handoff: Box::new(handoff) });
        self.say(notice);
        match noticed_by {
            Some(agent) => self.acknowledge(Some(agent)),
            None => self.notify_again(),
        }
    }

    /// Makes sure that somebody hears of the conversation, and hears again until they say so.
    pub(super) fn notify_again(&mut self) {
        if let Some(handoff) = &mut self.next.handoff {
            handoff.acknowledged = false;
            let handoff = handoff.id;
            self.effects.push(Effect::Notify { handoff });
            self.effects.push(Effect::SetTimer { timer: Timer::Renotify, at: None });
        }
    }

    pub(super) fn acknowledge(&mut self, by: Option<AgentId>) {
        if let Some(handoff) = &mut self.next.handoff
            && !handoff.acknowledged
        {
            handoff.acknowledged = true;
            let handoff = handoff.id;
            self.effects.push(Effect::AcknowledgeHandoff { handoff, by });
            self.effects.push(Effect::CancelTimer { timer: Timer::Renotify });
        }
    }

    /// Opens a resolved conversation. One that the AI owned stays the AI's: only a handoff ends that.
    pub(super) fn reopen(&mut self, by: Actor, to: Owner) {
        let to = if self.next.owner == Owner::Ai { Owner::Ai } else { to };
        self.next.status = Status::Open;
        if to != self.next.owner {
            self.move_to(to);
        }
        self.record(by, Entry::Reopened { to });
        match to {
            Owner::Ai => self.next.handoff = None,
            Owner::Queue | Owner::Agent(_) if agent_of(by).is_some_and(|by| to == Owner::Agent(by)) => {}
            Owner::Queue | Owner::Agent(_) => self.notify_again(),
        }
    }

    /// Keeps a clock running for as long as people have an open conversation, and starts it anew where what it is for changes.
    pub(super) fn keep_clock(&mut self, before: &Conversation) {
        let (ran, runs) = (has_clock(before), has_clock(&self.next));
        let is_news = before.owner != self.next.owner || before.waiting_since != self.next.waiting_since;
        if runs && (!ran || is_news) {
            self.effects.push(Effect::SetTimer { timer: Timer::Attend, at: None });
        } else if ran && !runs {
            self.effects.push(Effect::CancelTimer { timer: Timer::Attend });
        }
    }

    pub(super) fn wake(&mut self, by: Actor) {
        self.next.status = Status::Open;
        self.effects.push(Effect::CancelTimer { timer: Timer::Wake });
        self.record(by, Entry::Woke);
    }

    pub(super) fn move_to(&mut self, owner: Owner) {
        self.next.owner = owner;
        self.next.epoch = self.next.epoch.next();
        self.next.ai_answers = 0;
    }

    pub(super) fn say(&mut self, notice: Option<NewMessage>) {
        if let Some(message) = notice {
            let id = message.id;
            let seq = self.store(NewMessage { author: Author::System, ..message });
            self.effects.push(Effect::Deliver { seq, message: id, fence: None });
        }
    }

    /// Keeps the words of the AI that were shown before its ownership ended: the last it says under that epoch.
    fn keep_shown(&mut self, shown: Option<NewMessage>, epoch: Epoch) {
        if let Some(message) = shown {
            let message = NewMessage { author: Author::Ai, visibility: Visibility::Public, ..message };
            let seq = self.next_seq();
            self.effects.push(Effect::StoreShown { seq, message, epoch });
        }
    }

    pub(super) fn run_turn_if_owed(&mut self) {
        if self.next.owner == Owner::Ai {
            let fence = Fence { epoch: self.next.epoch, watermark: self.next.watermark };
            self.effects.push(Effect::RunTurn { fence });
        }
    }

    pub(super) fn store(&mut self, message: NewMessage) -> Seq {
        let seq = self.next_seq();
        self.effects.push(Effect::Store { seq, message });
        seq
    }

    pub(super) fn record(&mut self, by: Actor, entry: Entry) {
        let seq = self.next_seq();
        self.effects.push(Effect::Record { seq, by, entry });
    }

    pub(super) fn next_seq(&mut self) -> Seq {
        self.next.last_seq = Seq(self.next.last_seq.0 + 1);
        self.next.last_seq
    }

    pub(super) fn require_epoch(&self, began: Epoch) -> Outcomes {
        if began == self.next.epoch { Ok(()) } else { Err(Rejection::StaleEpoch { began, now: self.next.epoch }) }
    }

    pub(super) fn require_ai(&self) -> Outcomes {
        if self.next.owner == Owner::Ai { Ok(()) } else { Err(Rejection::OwnedByPeople) }
    }

    pub(super) fn require_people(&self) -> Outcomes {
        self.require_unresolved()?;
        if self.next.owner.is_human() { Ok(()) } else { Err(Rejection::OwnedByAi) }
    }

    pub(super) fn require_unresolved(&self) -> Outcomes {
        if self.next.is_resolved() { Err(Rejection::IsResolved) } else { Ok(()) }
    }
}
