//! The one function that changes a conversation.
//!
//! Total: every event in every state gives either a [`Transition`] or a [`Rejection`]. Invariants kept here:
//! ownership changes raise the epoch by one and stop the AI; what the AI did under an earlier epoch is refused;
//! a person's message takes ownership; each end of the AI's ownership opens one handoff with at most one notice.

use chrono::{DateTime, Utc};

mod steps;

use super::call::CallLine;
use super::conversation::Outcome;
use super::effect::{Effect, Timer};
use super::event::{Act, Entry, HandoffDraft, Target};
use super::message::Visibility;
use super::people::Actor;
use super::waiting::Goal;
use super::{AgentId, Conversation, Epoch, Event, Fence, NewMessage, Owner, Rejection, Status, TeamId};

/// A conversation after an event, and what must be done for that to be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The conversation afterwards.
    pub next: Conversation,
    /// What to do, in order, in the same transaction.
    pub effects: Vec<Effect>,
}

/// What follows from `event`, or why it may not happen.
pub fn apply(conversation: &Conversation, event: &Event, now: DateTime<Utc>) -> Result<Transition, Rejection> {
    let mut change = Change { next: conversation.clone(), effects: Vec::new(), now };
    match event.clone() {
        Event::CustomerWrote { message, answer, reopen_to } => change.customer_wrote(message, answer, reopen_to),
        Event::AiAnswered { fence, message } => change.ai_answered(fence, message),
        Event::AiActed { fence, act } => change.ai_acted(fence, act),
        Event::HandedOff { epoch, by, handoff } => change.handed_off(epoch, by, *handoff),
        Event::AgentWrote { agent, message, handoff } => change.agent_wrote(agent, message, *handoff),
        Event::AgentNoted { message } => change.agent_noted(message),
        Event::TakenOver { agent, seen, handoff } => change.taken_over(agent, seen, *handoff),
        Event::Assigned { by, to, handoff } => change.assigned(by, to, *handoff),
        Event::TeamAssigned { by, team } => change.team_assigned(by, team),
        Event::HandedBack { by, digest, notice } => change.handed_back(by, digest, notice),
        Event::Snoozed { by, until } => change.snoozed(by, until),
        Event::Woke => change.woke(),
        Event::Resolved { by, outcome, ask_rating } => change.resolved(by, outcome, ask_rating),
        Event::Reopened { by, to } => change.reopened(by, to),
        Event::Acknowledged { by } => change.acknowledged(by),
        Event::NotificationDue => change.notification_due(),
        Event::Called { line, text } => change.called(line, text),
        Event::GoalMissed { goal } => change.goal_missed(goal),
        Event::WaitingTold { message } => change.waiting_told(message),
        Event::RatingAsked { message } => change.rating_asked(message),
        Event::Rated { score, feedback } => change.rated(score, feedback),
    }?;
    change.keep_clock(conversation);
    Ok(Transition { next: change.next, effects: change.effects })
}

/// A transition being put together.
struct Change {
    next: Conversation,
    effects: Vec<Effect>,
    now: DateTime<Utc>,
}

type Outcomes = Result<(), Rejection>;

impl Change {
    fn customer_wrote(&mut self, message: NewMessage, answer: bool, reopen_to: Owner) -> Outcomes {
        match self.next.status {
            Status::Resolved { .. } => self.reopen(Actor::Contact, reopen_to),
            Status::Snoozed { .. } => self.wake(Actor::Contact),
            Status::Open => {}
        }
        self.next.watermark = self.store(message);
        self.next.waiting_since.get_or_insert(self.now);
        if answer {
            self.run_turn_if_owed();
        }
        Ok(())
    }

    fn ai_answered(&mut self, fence: Fence, message: NewMessage) -> Outcomes {
        self.require_epoch(fence.epoch)?;
        self.require_unresolved()?;
        self.require_ai()?;
        if fence.watermark < self.next.watermark {
            return Err(Rejection::NewerMessage { seen: fence.watermark, last: self.next.watermark });
        }
        let id = message.id;
        let seq = self.store(message);
        self.effects.push(Effect::Deliver { seq, message: id, fence: Some(fence.epoch) });
        self.next.waiting_since = None;
        self.next.ai_answers += 1;
        Ok(())
    }

    fn ai_acted(&mut self, fence: Fence, act: Act) -> Outcomes {
        // What has been called is told, whoever has the conversation by then.
        if let Act::Called { .. } = act {
            self.require_epoch(fence.epoch)?;
            self.require_unresolved()?;
            self.require_ai()?;
            if fence.watermark < self.next.watermark {
                return Err(Rejection::NewerMessage { seen: fence.watermark, last: self.next.watermark });
            }
        }
        self.record(Actor::Ai, Entry::Acted { act });
        Ok(())
    }

    fn handed_off(&mut self, epoch: Epoch, by: Actor, handoff: HandoffDraft) -> Outcomes {
        self.require_epoch(epoch)?;
        self.require_unresolved()?;
        self.require_ai()?;
        self.next.waiting_since.get_or_insert(self.now);
        self.end_ai(by, handoff, None);
        Ok(())
    }

    fn agent_wrote(&mut self, agent: AgentId, message: NewMessage, handoff: HandoffDraft) -> Outcomes {
        let by = Actor::Agent(agent);
        match self.next.status {
            Status::Resolved { .. } => self.reopen(by, Owner::Agent(agent)),
            Status::Snoozed { .. } => self.wake(by),
            Status::Open => {}
        }
        self.give_to(agent, by, HandoffDraft { notice: None, ..handoff });
        let id = message.id;
        let seq = self.store(message);
        self.effects.push(Effect::Deliver { seq, message: id, fence: None });
        self.next.waiting_since = None;
        Ok(())
    }

    fn agent_noted(&mut self, message: NewMessage) -> Outcomes {
        self.store(NewMessage { visibility: Visibility::Note, ..message });
        Ok(())
    }

    fn taken_over(&mut self, agent: AgentId, seen: Epoch, handoff: HandoffDraft) -> Outcomes {
        self.require_unresolved()?;
        if self.next.owner == Owner::Agent(agent) {
            return Err(Rejection::AlreadySo);
        }
        if seen != self.next.epoch {
            return Err(match self.next.owner {
                owner @ Owner::Agent(_) => Rejection::TakenByOther { owner },
                Owner::Ai | Owner::Queue => Rejection::StaleEpoch { began: seen, now: self.next.epoch },
            });
        }
        let by = Actor::Agent(agent);
        if let Status::Snoozed { .. } = self.next.status {
            self.wake(by);
        }
        self.give_to(agent, by, handoff);
        Ok(())
    }

    fn assigned(&mut self, by: Actor, to: Option<AgentId>, handoff: HandoffDraft) -> Outcomes {
        self.require_unresolved()?;
        match (self.next.owner, to) {
            (Owner::Queue, None) => Err(Rejection::AlreadySo),
            (Owner::Agent(has), Some(gets)) if has == gets => Err(Rejection::AlreadySo),
            (Owner::Ai, None) => {
                self.end_ai(by, HandoffDraft { target: Target::Queue, ..handoff }, None);
                Ok(())
            }
            (Owner::Agent(_), None) => {
                let from = self.next.owner;
                self.move_to(Owner::Queue);
                self.record(by, Entry::Unassigned { from });
                self.notify_again();
                Ok(())
            }
            (_, Some(agent)) => {
                self.give_to(agent, by, handoff);
                Ok(())
            }
        }
    }

    fn team_assigned(&mut self, by: Actor, team: Option<TeamId>) -> Outcomes {
        if self.next.team == team {
            return Err(Rejection::AlreadySo);
        }
        self.next.team = team;
        self.record(by, Entry::TeamAssigned { team });
        Ok(())
    }

    fn handed_back(&mut self, by: Actor, digest: String, notice: Option<NewMessage>) -> Outcomes {
        self.require_unresolved()?;
        if self.next.owner == Owner::Ai {
            return Err(Rejection::AlreadySo);
        }
        if let Status::Snoozed { .. } = self.next.status {
            self.wake(by);
        }
        self.acknowledge(agent_of(by));
        self.next.handoff = None;
        self.move_to(Owner::Ai);
        self.record(by, Entry::HandedBack { digest });
        self.say(notice);
        if self.next.waiting_since.is_some() {
            self.run_turn_if_owed();
        }
        Ok(())
    }

    fn snoozed(&mut self, by: AgentId, until: DateTime<Utc>) -> Outcomes {
        self.require_unresolved()?;
        if self.next.owner == Owner::Ai {
            return Err(Rejection::OwnedByAi);
        }
        if until <= self.now {
            return Err(Rejection::TimeIsPast);
        }
        self.next.status = Status::Snoozed { until };
        self.record(Actor::Agent(by), Entry::Snoozed { until });
        self.effects.push(Effect::SetTimer { timer: Timer::Wake, at: Some(until) });
        Ok(())
    }

    fn woke(&mut self) -> Outcomes {
        match self.next.status {
            Status::Snoozed { .. } => {
                self.wake(Actor::System);
                Ok(())
            }
            Status::Open | Status::Resolved { .. } => Err(Rejection::NotSnoozed),
        }
    }

    fn resolved(&mut self, by: Actor, outcome: Outcome, ask_rating: bool) -> Outcomes {
        self.require_unresolved()?;
        if let Status::Snoozed { .. } = self.next.status {
            self.effects.push(Effect::CancelTimer { timer: Timer::Wake });
        }
        self.next.status = Status::Resolved { outcome };
        self.next.waiting_since = None;
        self.effects.push(Effect::CancelTurn);
        self.acknowledge(agent_of(by));
        self.record(by, Entry::Resolved { outcome });
        if ask_rating {
            self.record(Actor::System, Entry::RatingRequested);
        }
        Ok(())
    }

    fn reopened(&mut self, by: Actor, to: Owner) -> Outcomes {
        if !self.next.is_resolved() {
            return Err(Rejection::NotResolved);
        }
        self.reopen(by, to);
        Ok(())
    }

    fn acknowledged(&mut self, by: AgentId) -> Outcomes {
        match self.next.handoff {
            Some(handoff) if !handoff.acknowledged => {
                self.acknowledge(Some(by));
                self.record(Actor::Agent(by), Entry::Acknowledged);
                Ok(())
            }
            Some(_) => Err(Rejection::AlreadySo),
            None => Err(Rejection::NothingToAcknowledge),
        }
    }

    fn notification_due(&mut self) -> Outcomes {
        match self.next.handoff {
            Some(handoff) if !handoff.acknowledged && !self.next.is_resolved() => {
                self.record(Actor::System, Entry::NotifiedAgain);
                self.effects.push(Effect::Notify { handoff: handoff.id });
                self.effects.push(Effect::SetTimer { timer: Timer::Renotify, at: None });
                Ok(())
            }
            Some(_) | None => Err(Rejection::NothingToAcknowledge),
        }
    }

    fn called(&mut self, line: CallLine, text: Option<NewMessage>) -> Outcomes {
        // Whoever speaks with the customer has noticed.
        if let CallLine::Accepted { .. } = line {
            self.acknowledge(None);
        }
        self.record(Actor::System, Entry::Call { line });
        self.say(text);
        Ok(())
    }

    fn goal_missed(&mut self, goal: Goal) -> Outcomes {
        self.require_people()?;
        self.record(Actor::System, Entry::GoalMissed { goal });
        if let Some(handoff) = self.next.handoff {
            self.effects.push(Effect::Notify { handoff: handoff.id });
        }
        Ok(())
    }

    fn waiting_told(&mut self, message: NewMessage) -> Outcomes {
        self.require_people()?;
        if self.next.waiting_since.is_none() {
            return Err(Rejection::AlreadySo);
        }
        self.say(Some(message));
        Ok(())
    }

    fn rating_asked(&mut self, message: Option<NewMessage>) -> Outcomes {
        if !self.next.is_resolved() {
            return Err(Rejection::NotResolved);
        }
        self.record(Actor::System, Entry::RatingRequested);
        self.say(message);
        Ok(())
    }

    fn rated(&mut self, score: u8, feedback: Option<String>) -> Outcomes {
        if !(1..=5).contains(&score) {
            return Err(Rejection::ScoreOutOfRange);
        }
        if !self.next.is_resolved() {
            return Err(Rejection::NotResolved);
        }
        self.record(Actor::Contact, Entry::Rated { score, feedback });
        Ok(())
    }
}

fn agent_of(actor: Actor) -> Option<AgentId> {
    match actor {
        Actor::Agent(agent) => Some(agent),
        Actor::Contact | Actor::Ai | Actor::System => None,
    }
}
