//! What a step does: the desk's use cases and the transaction around the core's decision.

use chrono::TimeDelta;

use super::promises::{Broken, author_of, check_handoff, check_shown, promise};
use super::rules::{Mutation, Rules};
use super::state::{Draft, Lease, Place, Row, State, Turn};
use super::step::{Arrival, Ending, Picture, Step};
use crate::handoff::conversation::Outcome;
use crate::handoff::effect::{Effect, Timer};
use crate::handoff::event::{HandoffDraft, Sentiment, Summary, Target};
use crate::handoff::message::Author;
use crate::handoff::people::Actor;
use crate::handoff::policy::Reason;
use crate::handoff::table_test::noon;
use crate::handoff::waiting::has_clock;
use crate::handoff::{
    AgentId, Epoch, Event, Fence, HandoffId, MessageId, NewMessage, Owner, Rejection, Seq, Status, apply,
};

/// A turn begun more often than this goes to people, as in `desk::turns`.
const ATTEMPTS_MAX: u8 = 3;

/// Why an event did not happen.
pub(super) enum Stop {
    Rejected(Rejection),
    Broken(Broken),
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl State {
    /// The state after a step. A refused request leaves it as it was.
    pub(super) fn after(&self, step: Step, rules: &Rules) -> Result<Self, Broken> {
        let mut next = self.clone();
        match next.perform(step, rules) {
            Ok(()) => {}
            Err(Stop::Rejected(_)) => next = self.clone(),
            Err(Stop::Broken(broken)) => return Err(broken),
        }
        next.check()?;
        next.forget_the_settled();
        Ok(next)
    }

    fn perform(&mut self, step: Step, rules: &Rules) -> Result<(), Stop> {
        match step {
            Step::CustomerWrites(arrival) => self.customer_writes(arrival, rules),
            Step::ProviderRepeats => self.provider_repeats(rules),
            Step::CustomerAsksForPerson => self.hand_off(self.core.epoch, Actor::Contact, rules),
            Step::CustomerResolves => self.resolve(Actor::Contact, rules),
            Step::SwitchAutopilot => {
                self.autopilot = !self.autopilot;
                Ok(())
            }
            Step::TurnClaimed(node) => {
                self.claim_turn(node);
                Ok(())
            }
            Step::WordsShown(node) => Ok(self.show_words(node, rules)?),
            Step::TurnEnds(node, ending) => self.end_turn(node, ending, rules),
            Step::TurnLeaseEnds => {
                self.end_turn_lease(rules);
                Ok(())
            }
            Step::AgentWrites(agent) => self.agent_writes(agent, rules),
            Step::TakenOver(agent, picture) => {
                let seen = Epoch(self.core.epoch.0 - i64::from(picture == Picture::Older));
                self.happen(Event::TakenOver { agent, seen, handoff: self.draft(Target::Agent(agent), rules) }, rules)
            }
            Step::Assigned(by, to) => {
                let handoff = self.draft(to.map_or(Target::Queue, Target::Agent), rules);
                self.happen(Event::Assigned { by: Actor::Agent(by), to, handoff }, rules)
            }
            Step::HandedBack(by) => {
                let notice = Some(self.words(Author::System, 1));
                self.happen(Event::HandedBack { by: Actor::Agent(by), digest: String::new(), notice }, rules)
            }
            Step::Resolved(by) => self.resolve(Actor::Agent(by), rules),
            Step::Reopened(agent) => self.reopen(agent, rules),
            Step::Snoozed(by) => self.happen(Event::Snoozed { by, until: noon() + TimeDelta::hours(1) }, rules),
            Step::Acknowledged(by) => self.happen(Event::Acknowledged { by }, rules),
            Step::WakeDue => {
                self.wake = false;
                self.fired(Event::Woke, rules)
            }
            Step::RenotifyDue => {
                self.renotify = false;
                self.fired(Event::NotificationDue, rules)
            }
            Step::AttendDue(to) => {
                self.attend = false;
                let handoff = self.draft(to.map_or(Target::Queue, Target::Agent), rules);
                self.fired(Event::Assigned { by: Actor::System, to, handoff }, rules)?;
                self.attend = has_clock(&self.core) && !rules.lacks(Mutation::Clock);
                Ok(())
            }
            Step::Crash(node) => {
                self.crashes -= 1;
                self.nodes[usize::from(node)] = Default::default();
                Ok(())
            }
            Step::SendClaimed(_)
            | Step::SendEnds(..)
            | Step::SendRecorded(_)
            | Step::SendLeaseEnds(_)
            | Step::SentAgain(_) => Ok(self.perform_sending(step, rules)?),
        }
    }

    /// What must be true between any two steps.
    fn check(&self) -> Result<(), Broken> {
        promise(2, self.inbound.stored <= 1, "an event of the provider is stored twice")?;
        let acknowledged = !self.inbound.any || !self.inbound.answered || self.inbound.stored == 1;
        promise(2, acknowledged, "an event was acknowledged and is not stored")?;
        let denied =
            |row: &Row| matches!(row.place, Place::Discarded | Place::Parked) && row.arrived > 0 && !row.sent_again;
        promise(
            6,
            !self.outbox.iter().any(denied),
            "the thread says that a message was not sent, and the customer has it",
        )?;
        if self.core.owner.is_human() && self.core.status == Status::Open {
            let noticed = self.core.handoff.is_some_and(|handoff| handoff.acknowledged || self.renotify);
            promise(4, self.attend, "people have it, and nobody will look whether somebody answers")?;
            promise(4, noticed, "people have it, nobody has noticed it, and nobody will be told again")?;
        }
        Ok(())
    }

    fn customer_writes(&mut self, arrival: Arrival, rules: &Rules) -> Result<(), Stop> {
        self.inbound.any = true;
        self.inbound.answered = arrival == Arrival::Answered;
        self.inbound.stored = 0;
        self.crashes -= u8::from(arrival != Arrival::Answered);
        if arrival == Arrival::Lost { Ok(()) } else { self.receive(rules) }
    }

    fn provider_repeats(&mut self, rules: &Rules) -> Result<(), Stop> {
        self.inbound.answered = true;
        let seen_before = self.inbound.stored > 0 && !rules.lacks(Mutation::Receipt);
        if seen_before { Ok(()) } else { self.receive(rules) }
    }

    fn receive(&mut self, rules: &Rules) -> Result<(), Stop> {
        self.inbound.stored += 1;
        let reopen_to = if self.autopilot { Owner::Ai } else { Owner::Queue };
        let message = self.words(Author::Contact, 1);
        self.happen(Event::CustomerWrote { message, answer: self.autopilot, reopen_to }, rules)?;
        if !self.autopilot && self.core.owner == Owner::Ai {
            return self.hand_off(self.core.epoch, Actor::System, rules);
        }
        Ok(())
    }

    fn hand_off(&mut self, epoch: Epoch, by: Actor, rules: &Rules) -> Result<(), Stop> {
        self.happen(Event::HandedOff { epoch, by, handoff: self.draft(Target::Queue, rules) }, rules)
    }

    fn resolve(&mut self, by: Actor, rules: &Rules) -> Result<(), Stop> {
        self.happen(Event::Resolved { by, outcome: Outcome::Resolved, ask_rating: false }, rules)
    }

    fn reopen(&mut self, agent: AgentId, rules: &Rules) -> Result<(), Stop> {
        self.happen(Event::Reopened { by: Actor::Agent(agent), to: Owner::Agent(agent) }, rules)?;
        if self.core.owner != Owner::Ai {
            return Ok(());
        }
        let seen = self.core.epoch;
        self.happen(Event::TakenOver { agent, seen, handoff: self.draft(Target::Agent(agent), rules) }, rules)
    }

    fn agent_writes(&mut self, agent: AgentId, rules: &Rules) -> Result<(), Stop> {
        let before = self.core.clone();
        let message = self.words(Author::Agent(agent), 1);
        self.happen(Event::AgentWrote { agent, message, handoff: self.draft(Target::Agent(agent), rules) }, rules)?;
        if rules.lacks(Mutation::WriterOwns) {
            (self.core.owner, self.core.epoch, self.core.handoff) = (before.owner, before.epoch, before.handoff);
        }
        Ok(promise(3, self.core.owner == Owner::Agent(agent), "a person wrote and does not own the conversation")?)
    }

    /// A timer's transaction: what it was for may have happened otherwise.
    fn fired(&mut self, event: Event, rules: &Rules) -> Result<(), Stop> {
        match self.happen(event, rules) {
            Err(Stop::Rejected(_)) => Ok(()),
            other => other,
        }
    }

    fn claim_turn(&mut self, node: u8) {
        let Some(turn) = &mut self.turn else { return };
        turn.attempts = (turn.attempts + 1).min(ATTEMPTS_MAX + 1);
        turn.lease = Some(Lease { node, over: false });
        turn.shown = false;
        let worn_out = turn.attempts > ATTEMPTS_MAX;
        self.nodes[usize::from(node)].draft = Some(Draft { fence: turn.fence, worn_out });
    }

    /// The row of the turn is the fence of what is shown: whoever ends the AI's ownership takes it away.
    fn show_words(&mut self, node: u8, rules: &Rules) -> Result<(), Broken> {
        let Some(draft) = self.nodes[usize::from(node)].draft else { return Ok(()) };
        let is_held = |turn: &&mut Turn| {
            turn.fence.epoch == draft.fence.epoch && turn.lease.is_some_and(|lease| lease.node == node)
        };
        match self.turn.as_mut().filter(is_held) {
            Some(turn) => turn.shown = true,
            None if !rules.lacks(Mutation::ShownFence) => return Ok(()),
            None => {}
        }
        let silenced = self.core.owner.is_human() || self.core.epoch != draft.fence.epoch;
        promise(1, !silenced, "words of the AI were shown after its ownership had ended")
    }

    fn end_turn_lease(&mut self, rules: &Rules) {
        if let Some(lease) = self.turn.as_mut().and_then(|turn| turn.lease.as_mut())
            && !rules.lacks(Mutation::LeaseEnd)
        {
            lease.over = true;
        }
    }

    fn end_turn(&mut self, node: u8, ending: Ending, rules: &Rules) -> Result<(), Stop> {
        let Some(draft) = self.nodes[usize::from(node)].draft.take() else { return Ok(()) };
        let held = self.turn.is_some_and(|turn| turn.lease.is_some_and(|lease| lease.node == node));
        let trusting = rules.lacks(Mutation::TurnLease) || rules.lacks(Mutation::AnswerFence);
        if !held && !trusting {
            return Ok(());
        }
        let outcome = match ending {
            Ending::Stopped => Ok(()),
            Ending::Answer => self.answer(draft.fence, rules),
            Ending::HandOff => self.hand_off(draft.fence.epoch, Actor::Ai, rules),
            Ending::Failure => self.hand_off(draft.fence.epoch, Actor::System, rules),
        };
        match outcome {
            Ok(()) => self.finish_turn(node, draft.fence),
            Err(Stop::Rejected(Rejection::NewerMessage { .. })) => self.release_turn(node),
            Err(Stop::Rejected(_)) => self.finish_turn(node, draft.fence),
            Err(broken) => return Err(broken),
        }
        Ok(())
    }

    fn finish_turn(&mut self, node: u8, fence: Fence) {
        self.turn.take_if(|turn| turn.fence == fence);
        self.release_turn(node);
    }

    fn release_turn(&mut self, node: u8) {
        if let Some(turn) = &mut self.turn
            && turn.lease.take_if(|lease| lease.node == node).is_some()
        {
            turn.shown = false;
        }
    }

    fn answer(&mut self, fence: Fence, rules: &Rules) -> Result<(), Stop> {
        let (owner, epoch, status, watermark) =
            (self.core.owner, self.core.epoch, self.core.status, self.core.watermark);
        let event = |fence, message| Event::AiAnswered { fence, message };
        let message = self.words(Author::Ai, 1);
        if rules.lacks(Mutation::AnswerFence) {
            (self.core.owner, self.core.epoch, self.core.status) = (Owner::Ai, fence.epoch, Status::Open);
        }
        let told = if rules.lacks(Mutation::AnswerWatermark) { Fence { watermark, ..fence } } else { fence };
        let happened = self.happen(event(told, message), rules);
        (self.core.owner, self.core.epoch, self.core.status) = (owner, epoch, status);
        happened?;
        let silenced = owner.is_human() || epoch != fence.epoch;
        promise(1, rules.push || !silenced, "the AI answered after its ownership had ended")?;
        Ok(promise(7, fence.watermark == watermark, "the AI answered without having read the last message")?)
    }

    /// The transaction of an event: the core decides, every effect is carried out.
    fn happen(&mut self, event: Event, rules: &Rules) -> Result<(), Stop> {
        let before = self.core.clone();
        let change = apply(&before, &event, noon()).map_err(Stop::Rejected)?;
        self.core = change.next;
        check_handoff(&before, &self.core, &event, &change.effects)?;
        let shown = self.turn.is_some_and(|turn| turn.shown);
        check_shown(shown, &before, &self.core, &change.effects)?;
        for effect in &change.effects {
            self.carry_out(effect, &change.effects, rules)?;
        }
        Ok(())
    }

    fn carry_out(&mut self, effect: &Effect, all: &[Effect], rules: &Rules) -> Result<(), Broken> {
        match effect {
            Effect::Deliver { seq, message, fence } => self.queue(*seq, author_of(*message, all), *fence, rules)?,
            Effect::DiscardUnsent { through } if !rules.lacks(Mutation::Discard) => {
                for row in &mut self.outbox {
                    let unsent = matches!(row.place, Place::Queued | Place::Parked);
                    if unsent && row.fence.is_some_and(|epoch| epoch <= *through) {
                        row.place = row.unless_in_doubt(Place::Discarded, rules);
                    }
                }
            }
            Effect::RunTurn { fence } => {
                let lease = self.turn.and_then(|turn| turn.lease);
                let shown = self.turn.is_some_and(|turn| turn.shown);
                self.turn = Some(Turn { fence: *fence, lease, attempts: 0, shown });
            }
            Effect::CancelTurn => self.turn = None,
            Effect::SetTimer { timer: Timer::Renotify, .. } => self.renotify = !rules.lacks(Mutation::Renotify),
            Effect::SetTimer { timer: Timer::Wake, .. } => self.wake = true,
            Effect::SetTimer { timer: Timer::Attend, .. } => self.attend = !rules.lacks(Mutation::Clock),
            Effect::CancelTimer { timer: Timer::Attend } => self.attend = false,
            Effect::SetTimer { timer: Timer::Rating, .. } | Effect::CancelTimer { timer: Timer::Rating } => {}
            Effect::CancelTimer { timer: Timer::Renotify } => self.renotify = false,
            Effect::CancelTimer { timer: Timer::Wake } => self.wake = false,
            Effect::DiscardUnsent { .. }
            | Effect::Store { .. }
            | Effect::StoreShown { .. }
            | Effect::Record { .. }
            | Effect::OpenHandoff { .. }
            | Effect::AcknowledgeHandoff { .. }
            | Effect::Notify { .. } => {}
        }
        Ok(())
    }

    fn queue(&mut self, seq: Seq, author: Author, fence: Option<Epoch>, rules: &Rules) -> Result<(), Broken> {
        let begun = fence.unwrap_or(self.core.epoch);
        if rules.push {
            let place = Place::Queued;
            self.outbox.push(Row {
                seq,
                author,
                begun,
                fence,
                place,
                attempt: 0,
                in_doubt: false,
                arrived: 0,
                overtaken: false,
                sent_again: false,
            });
            return Ok(());
        }
        let silenced = author == Author::Ai && (self.core.owner.is_human() || begun != self.core.epoch);
        promise(1, !silenced, "an AI message of an earlier epoch was shown to the customer")
    }

    fn words(&self, author: Author, apart: i64) -> NewMessage {
        let number = u128::try_from(self.core.last_seq.0 * 4 + apart).unwrap_or_default();
        NewMessage::public(MessageId(uuid::Uuid::from_u128(number)), author, String::new())
    }

    fn draft(&self, target: Target, rules: &Rules) -> Box<HandoffDraft> {
        Box::new(HandoffDraft {
            id: HandoffId(uuid::Uuid::from_u128(u128::try_from(self.core.last_seq.0).unwrap_or_default())),
            reason: Reason::AiDecision,
            explanation: String::new(),
            summary: Summary::default(),
            sentiment: Sentiment::Neutral,
            language: None,
            topic: None,
            tried: Vec::new(),
            sources: Vec::new(),
            target,
            notice: (!rules.lacks(Mutation::Notice)).then(|| self.words(Author::System, 2)),
            shown: self
                .turn
                .filter(|turn| turn.shown && !rules.lacks(Mutation::Shown))
                .map(|_| self.words(Author::Ai, 3)),
        })
    }
}
