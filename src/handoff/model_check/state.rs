//! One conversation with everything that is stored about it, two nodes, and what the customer has.

use super::rules::{Bounds, Rules};
use super::step::Answer;
use crate::handoff::message::Author;
use crate::handoff::{ChannelId, ContactId, Conversation, ConversationId, Epoch, Fence, Owner, Seq, Status};

/// Everything.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The row of the conversation, as the core knows it.
    pub(super) core: Conversation,
    /// The row of the turn.
    pub(super) turn: Option<Turn>,
    /// The rows of the outbox that can still change, in their order.
    pub(super) outbox: Vec<Row>,
    /// The last event of the provider and its receipt.
    pub(super) inbound: Inbound,
    /// Whether each timer is set.
    pub(super) renotify: bool,
    pub(super) wake: bool,
    pub(super) attend: bool,
    /// Whether the AI is to answer on this channel.
    pub(super) autopilot: bool,
    /// What the two processes have in memory.
    pub(super) nodes: [Node; 2],
    /// What may still go wrong.
    pub(super) crashes: u8,
    pub(super) troubles: u8,
    pub(super) retries: u8,
}

/// The row of the turn. A request for a turn is known by its fence: no two have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) fence: Fence,
    pub(super) lease: Option<Lease>,
    pub(super) attempts: u8,
    /// Whether the customer sees a part of the answer.
    pub(super) shown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) node: u8,
    pub(super) over: bool,
}

/// A message on its way to the customer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) seq: Seq,
    pub(super) author: Author,
    /// The epoch the words were begun under, whatever the product thinks it was.
    pub(super) begun: Epoch,
    pub(super) fence: Option<Epoch>,
    pub(super) place: Place,
    /// The number of the attempt that was opened last.
    pub(super) attempt: u32,
    /// Whether an attempt was opened and nobody heard how it ended.
    pub(super) in_doubt: bool,
    /// How often the customer has it, up to two.
    pub(super) arrived: u8,
    /// Whether the customer has a later message and not this one.
    pub(super) overtaken: bool,
    /// Whether a person has had it sent again, and answers for the order and for a second copy.
    pub(super) sent_again: bool,
}

/// Where a row of the outbox stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Queued,
    Sending { lease_over: bool },
    Sent,
    Parked,
    Discarded,
    Unknown,
}

/// The last event of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inbound {
    /// Whether there was one at all.
    pub(super) any: bool,
    /// How often it is stored.
    pub(super) stored: u8,
    /// Whether the provider has its 200.
    pub(super) answered: bool,
}

/// What a process has in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) draft: Option<Draft>,
    pub(super) send: Option<Outgoing>,
}

/// A turn in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) fence: Fence,
    /// Begun too often: it may only fail.
    pub(super) worn_out: bool,
}

/// An attempt in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) row: Seq,
    pub(super) attempt: u32,
    pub(super) answer: Option<Answer>,
}

impl Row {
    /// Whether it stands in the queue, and holds back what is behind it.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.place, Place::Queued | Place::Sending { .. })
    }

    /// Whether an attempt is the one that may say where the row stands.
    pub(super) fn is_held_by(&self, send: Outgoing) -> bool {
        self.seq == send.row && self.attempt == send.attempt && matches!(self.place, Place::Sending { .. })
    }

    pub(super) fn is_leased(&self) -> bool {
        self.place == Place::Sending { lease_over: false }
    }

    /// Whether it waits for a person.
    pub(super) fn is_stuck(&self) -> bool {
        matches!(self.place, Place::Parked | Place::Unknown)
    }
}

impl State {
    /// A conversation nothing has happened in.
    pub(super) fn new(bounds: &Bounds) -> Self {
        let nil = uuid::Uuid::nil();
        Self {
            core: Conversation::new(ConversationId(nil), ChannelId(nil), ContactId(nil)),
            turn: None,
            outbox: Vec::new(),
            inbound: Inbound { any: false, stored: 0, answered: true },
            renotify: false,
            wake: false,
            attend: false,
            autopilot: true,
            nodes: [Node::default(); 2],
            crashes: bounds.crashes,
            troubles: bounds.troubles,
            retries: bounds.retries,
        }
    }

    /// Whether the row's epoch, if it has one, is the one that holds.
    pub(super) fn allows(&self, row: &Row) -> bool {
        row.fence.is_none_or(|epoch| epoch == self.core.epoch)
    }

    /// Drops what can not change any more and what nothing asks for.
    pub(super) fn forget_the_settled(&mut self) {
        let held = self.nodes.map(|node| node.send.map(|send| send.row));
        let (epoch, retries) = (self.core.epoch, self.retries);
        self.outbox.retain(|row| {
            let over = row.fence.is_some_and(|fence| fence < epoch);
            let left_alone = row.is_stuck() && (over || retries == 0);
            let settled = matches!(row.place, Place::Sent | Place::Discarded) || left_alone;
            !settled || held.contains(&Some(row.seq))
        });
    }

    /// Two states with the same key have the same future: places and epochs count only against one another, the nodes are
    /// alike, and so are the agents.
    pub(super) fn key(&self, rules: &Rules) -> u128 {
        self.packed(rules, [0, 1]).min(self.packed(rules, [1, 0]))
    }

    fn packed(&self, rules: &Rules, nodes: [u8; 2]) -> u128 {
        let mut key = Key(1);
        key.push(
            match self.core.owner {
                Owner::Ai => 0,
                Owner::Queue => 1,
                Owner::Agent(_) => 2,
            },
            3,
        );
        key.push(
            match self.core.status {
                Status::Open => 0,
                Status::Snoozed { .. } => 1,
                Status::Resolved { .. } => 2,
            },
            3,
        );
        key.push(self.core.handoff.map_or(0, |handoff| 1 + u8::from(handoff.acknowledged)), 3);
        key.flags([self.core.waiting_since.is_some(), self.renotify, self.wake, self.attend, self.autopilot]);
        key.flags([self.inbound.any, self.inbound.answered]);
        key.push(self.inbound.stored, 3);
        key.push(self.crashes, rules.bounds.crashes + 1);
        key.push(self.troubles, rules.bounds.troubles + 1);
        key.push(self.retries, rules.bounds.retries + 1);
        key.push(u8::from(self.turn.is_some()), 2);
        if let Some(turn) = &self.turn {
            self.push_fence(&mut key, turn.fence);
            key.push(turn.lease.map_or(0, |lease| 1 + u8::from(lease.node == nodes[1])), 3);
            key.push(u8::from(turn.lease.is_some_and(|lease| lease.over)), 2);
            key.push(turn.attempts, 5);
            key.push(u8::from(turn.shown), 2);
        }
        for node in nodes {
            self.push_node(&mut key, node);
        }
        for row in &self.outbox {
            self.push_row(&mut key, row);
        }
        key.0
    }

    fn push_fence(&self, key: &mut Key, fence: Fence) {
        key.flags([fence.epoch == self.core.epoch, fence.watermark == self.core.watermark]);
    }

    fn push_node(&self, key: &mut Key, node: u8) {
        let Node { draft, send } = self.nodes[usize::from(node)];
        key.push(u8::from(draft.is_some()), 2);
        if let Some(draft) = draft {
            self.push_fence(key, draft.fence);
            key.flags([draft.worn_out, self.turn.is_some_and(|turn| turn.fence == draft.fence)]);
        }
        let at = send.and_then(|send| self.outbox.iter().position(|row| row.seq == send.row));
        key.push(at.map_or(0, |at| u8::try_from(at + 1).unwrap_or(u8::MAX)), 8);
        key.push(u8::from(send.is_some_and(|send| self.outbox.iter().any(|row| row.is_held_by(send)))), 2);
        key.push(
            match send.and_then(|send| send.answer) {
                None => 0,
                Some(Answer::Taken) => 1,
                Some(Answer::TakenUnheard | Answer::LostUnheard) => 2,
                Some(Answer::Again) => 3,
                Some(Answer::Refused) => 4,
            },
            5,
        );
    }

    fn push_row(&self, key: &mut Key, row: &Row) {
        let place = match row.place {
            Place::Queued => 1,
            Place::Sending { lease_over: false } => 2,
            Place::Sending { lease_over: true } => 3,
            Place::Sent => 4,
            Place::Parked => 5,
            Place::Discarded => 6,
            Place::Unknown => 7,
        };
        key.push(place, 8);
        let by = match row.author {
            Author::Ai => 0,
            Author::System => 1,
            Author::Agent(_) | Author::Contact => 2,
        };
        key.push(by, 3);
        key.flags([row.begun == self.core.epoch, self.allows(row), row.in_doubt, row.overtaken, row.sent_again]);
        key.push(row.arrived, 3);
    }
}

/// A number in a mixed radix. It begins with 1, so that no two sequences of digits give the same number.
struct Key(u128);

impl Key {
    fn push(&mut self, digit: u8, radix: u8) {
        assert!(digit < radix, "digit {digit} in radix {radix}");
        self.0 = self.0.checked_mul(u128::from(radix)).map(|key| key + u128::from(digit)).expect("a key fits 128 bits");
    }

    fn flags<const N: usize>(&mut self, flags: [bool; N]) {
        flags.into_iter().for_each(|flag| self.push(u8::from(flag), 2));
    }
}
