//! What can happen next, in words and as data.

use std::fmt;

use super::rules::Rules;
use super::state::{Outgoing, State};
use crate::handoff::table_test::{INES, OMAR};
use crate::handoff::{AgentId, Owner, Seq, Status};

/// One thing that happens. Each is one transaction, or one event outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    CustomerWrites(Arrival),
    ProviderRepeats,
    CustomerAsksForPerson,
    CustomerResolves,
    SwitchAutopilot,
    TurnClaimed(u8),
    /// A worker shows some words of the answer it writes.
    WordsShown(u8),
    TurnEnds(u8, Ending),
    TurnLeaseEnds,
    AgentWrites(AgentId),
    TakenOver(AgentId, Picture),
    Assigned(AgentId, Option<AgentId>),
    HandedBack(AgentId),
    Resolved(AgentId),
    Reopened(AgentId),
    Snoozed(AgentId),
    Acknowledged(AgentId),
    WakeDue,
    RenotifyDue,
    AttendDue(Option<AgentId>),
    SendClaimed(u8),
    SendEnds(u8, Answer),
    SendRecorded(u8),
    SendLeaseEnds(Seq),
    SentAgain(Seq),
    Crash(u8),
}

/// How a provider's event comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Stored and answered.
    Answered,
    /// Stored; the process dies before the answer.
    Stored,
    /// The process dies before the commit.
    Lost,
}

/// How a turn ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Answer,
    HandOff,
    /// Panic, missed deadline, or no model.
    Failure,
    /// The assistant saw that the owner is another.
    Stopped,
}

/// What an agent was looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    Present,
    Older,
}

/// What comes of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The provider has it and says so.
    Taken,
    /// The provider has it; its answer is lost.
    TakenUnheard,
    /// The provider never got it; neither does anybody hear that.
    LostUnheard,
    /// Try again later.
    Again,
    /// No.
    Refused,
}

const AGENTS: [AgentId; 2] = [INES, OMAR];

impl State {
    /// Everything that can happen now.
    pub(super) fn steps(&self, rules: &Rules) -> Vec<Step> {
        let mut steps = Vec::with_capacity(32);
        self.customer_steps(rules, &mut steps);
        self.agent_steps(rules, &mut steps);
        self.turn_steps(rules, &mut steps);
        self.sending_steps(rules, &mut steps);
        if self.wake {
            steps.push(Step::WakeDue);
        }
        if self.renotify {
            steps.push(Step::RenotifyDue);
        }
        if self.attend && self.has_room(rules) {
            steps.extend([None, Some(INES), Some(OMAR)].map(Step::AttendDue));
        }
        for node in 0..2 {
            let busy = self.nodes[usize::from(node)].draft.is_some() || self.nodes[usize::from(node)].send.is_some();
            if busy && self.crashes > 0 {
                steps.push(Step::Crash(node));
            }
        }
        steps
    }

    fn has_room(&self, rules: &Rules) -> bool {
        self.outbox.iter().filter(|row| row.is_waiting()).count() < rules.bounds.unsent_max
    }

    fn customer_steps(&self, rules: &Rules, steps: &mut Vec<Step>) {
        if self.inbound.answered && (self.autopilot || self.has_room(rules)) {
            steps.push(Step::CustomerWrites(Arrival::Answered));
            if self.crashes > 0 {
                steps.extend([Step::CustomerWrites(Arrival::Stored), Step::CustomerWrites(Arrival::Lost)]);
            }
        }
        if self.inbound.any {
            steps.push(Step::ProviderRepeats);
        }
        if self.core.owner == Owner::Ai && self.has_room(rules) {
            steps.push(Step::CustomerAsksForPerson);
        }
        steps.push(Step::CustomerResolves);
        if rules.bounds.autopilot_switches {
            steps.push(Step::SwitchAutopilot);
        }
    }

    fn agent_steps(&self, rules: &Rules, steps: &mut Vec<Step>) {
        for agent in AGENTS {
            if self.has_room(rules) {
                steps.push(Step::AgentWrites(agent));
                steps.push(Step::TakenOver(agent, Picture::Present));
                steps.push(Step::TakenOver(agent, Picture::Older));
                steps.push(Step::Assigned(agent, Some(INES)));
                steps.push(Step::Assigned(agent, Some(OMAR)));
                steps.push(Step::Assigned(agent, None));
                if self.autopilot && self.core.owner.is_human() {
                    steps.push(Step::HandedBack(agent));
                }
                if self.core.is_resolved() {
                    steps.push(Step::Reopened(agent));
                }
            }
            if !self.core.is_resolved() {
                steps.push(Step::Resolved(agent));
            }
            if self.core.owner.is_human() && self.core.status == Status::Open {
                steps.push(Step::Snoozed(agent));
            }
            if self.core.handoff.is_some_and(|handoff| !handoff.acknowledged) {
                steps.push(Step::Acknowledged(agent));
            }
        }
    }

    fn turn_steps(&self, rules: &Rules, steps: &mut Vec<Step>) {
        if let Some(turn) = &self.turn {
            let free = turn.lease.is_none_or(|lease| lease.over);
            if free {
                let idle = (0..2).filter(|node| self.nodes[usize::from(*node)].draft.is_none());
                steps.extend(idle.map(Step::TurnClaimed));
            } else {
                steps.push(Step::TurnLeaseEnds);
            }
        }
        for node in 0..2 {
            let Some(draft) = self.nodes[usize::from(node)].draft else { continue };
            if !self.has_room(rules) {
                continue;
            }
            steps.push(Step::TurnEnds(node, Ending::Failure));
            if !draft.worn_out {
                // Only where the customer fetches their answers do they see one that is being written.
                if !rules.push {
                    steps.push(Step::WordsShown(node));
                }
                steps.extend([Step::TurnEnds(node, Ending::Answer), Step::TurnEnds(node, Ending::HandOff)]);
            }
            if draft.fence.epoch != self.core.epoch {
                steps.push(Step::TurnEnds(node, Ending::Stopped));
            }
        }
    }

    fn sending_steps(&self, rules: &Rules, steps: &mut Vec<Step>) {
        for node in 0..2 {
            match self.nodes[usize::from(node)].send {
                None if !self.ready_rows(rules).is_empty() => steps.push(Step::SendClaimed(node)),
                None => {}
                Some(Outgoing { answer: None, .. }) => {
                    steps.push(Step::SendEnds(node, Answer::Taken));
                    if self.troubles > 0 {
                        let troubles = [Answer::TakenUnheard, Answer::LostUnheard, Answer::Again, Answer::Refused];
                        steps.extend(troubles.map(|answer| Step::SendEnds(node, answer)));
                    }
                }
                Some(Outgoing { answer: Some(_), .. }) => steps.push(Step::SendRecorded(node)),
            }
        }
        for row in &self.outbox {
            let held = self.nodes.iter().any(|node| node.send.is_some_and(|send| send.row == row.seq));
            if row.is_leased() && (rules.bounds.pauses || !held) {
                steps.push(Step::SendLeaseEnds(row.seq));
            }
            if self.retries > 0 && row.is_stuck() && self.allows(row) {
                steps.push(Step::SentAgain(row.seq));
            }
        }
    }
}

fn name(agent: AgentId) -> &'static str {
    if agent == INES { "Ines" } else { "Omar" }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = |node: u8| if node == 0 { "node A" } else { "node B" };
        match *self {
            Self::CustomerWrites(Arrival::Answered) => write!(f, "Maya writes"),
            Self::CustomerWrites(Arrival::Stored) => write!(f, "Maya writes; the process dies before it answers 200"),
            Self::CustomerWrites(Arrival::Lost) => write!(f, "Maya writes; the process dies before the commit"),
            Self::ProviderRepeats => write!(f, "the provider sends the same event again"),
            Self::CustomerAsksForPerson => write!(f, "Maya presses “talk to a person”"),
            Self::CustomerResolves => write!(f, "Maya closes the conversation"),
            Self::SwitchAutopilot => write!(f, "autopilot is switched"),
            Self::TurnClaimed(by) => write!(f, "{} claims the turn", node(by)),
            Self::WordsShown(by) => write!(f, "{}'s AI shows words of its answer", node(by)),
            Self::TurnEnds(by, Ending::Answer) => write!(f, "{}'s AI answers", node(by)),
            Self::TurnEnds(by, Ending::HandOff) => write!(f, "{}'s AI wishes to hand off", node(by)),
            Self::TurnEnds(by, Ending::Failure) => write!(f, "{}'s AI breaks down", node(by)),
            Self::TurnEnds(by, Ending::Stopped) => write!(f, "{}'s AI sees that the owner is another", node(by)),
            Self::TurnLeaseEnds => write!(f, "the turn's lease runs out"),
            Self::AgentWrites(agent) => write!(f, "{} writes to Maya", name(agent)),
            Self::TakenOver(agent, Picture::Present) => write!(f, "{} takes over", name(agent)),
            Self::TakenOver(agent, Picture::Older) => write!(f, "{} takes over on an older picture", name(agent)),
            Self::Assigned(by, Some(to)) => write!(f, "{} assigns {}", name(by), name(to)),
            Self::Assigned(by, None) => write!(f, "{} puts it into the queue", name(by)),
            Self::HandedBack(by) => write!(f, "{} hands back to the AI", name(by)),
            Self::Resolved(by) => write!(f, "{} resolves", name(by)),
            Self::Reopened(by) => write!(f, "{} reopens", name(by)),
            Self::Snoozed(by) => write!(f, "{} snoozes", name(by)),
            Self::Acknowledged(by) => write!(f, "{} acknowledges", name(by)),
            Self::WakeDue => write!(f, "the snooze runs out"),
            Self::RenotifyDue => write!(f, "the notification is due again"),
            Self::AttendDue(Some(to)) => write!(f, "nobody answered; it moves to {}", name(to)),
            Self::AttendDue(None) => write!(f, "nobody answered; it moves to the queue"),
            Self::SendClaimed(by) => write!(f, "{}'s courier looks at the queue", node(by)),
            Self::SendEnds(by, answer) => write!(f, "{}'s send: {answer:?}", node(by)),
            Self::SendRecorded(by) => write!(f, "{}'s courier records the outcome", node(by)),
            Self::SendLeaseEnds(row) => write!(f, "the lease on message {} runs out", row.0),
            Self::SentAgain(row) => write!(f, "a person has message {} sent again", row.0),
            Self::Crash(which) => write!(f, "{} dies", node(which)),
        }
    }
}
