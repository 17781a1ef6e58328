//! What must be done because of an event. The desk carries all of it out in the event's own transaction.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::{Entry, HandoffDraft};
use super::message::NewMessage;
use super::people::Actor;
use super::{AgentId, Epoch, Fence, HandoffId, MessageId, Seq};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// Store a message at a place in the timeline.
    Store {
        /// Its place.
        seq: Seq,
        /// The message.
        message: NewMessage,
    },
    /// Store what the customer has seen of an answer that the AI can not end any more. It has been shown, so nothing is sent.
    StoreShown {
        /// Its place.
        seq: Seq,
        /// The words that were shown.
        message: NewMessage,
        /// The epoch they were written under.
        epoch: Epoch,
    },
    /// Write a line at a place in the timeline.
    Record {
        /// Its place.
        seq: Seq,
        /// Who caused it.
        by: Actor,
        /// The line.
        entry: Entry,
    },
    /// Send a stored message to the customer. Messages of the AI carry the epoch they may be sent under.
    Deliver {
        /// Its place, which is also its turn in the queue.
        seq: Seq,
        /// Which message.
        message: MessageId,
        /// Sent only while this epoch holds; `None` is always.
        fence: Option<Epoch>,
    },
    /// Give up AI messages of this and earlier epochs that have not left yet.
    DiscardUnsent {
        /// The last epoch of the AI's ownership.
        through: Epoch,
    },
    /// Have the AI answer everything up to the fence's watermark, replacing a turn that has not begun.
    RunTurn {
        /// What the turn is allowed under.
        fence: Fence,
    },
    /// Let no turn begin.
    CancelTurn,
    /// Store the handoff record.
    OpenHandoff {
        /// The epoch it began.
        epoch: Epoch,
        /// The record.
        handoff: Box<HandoffDraft>,
    },
    /// Mark the handoff as noticed.
    AcknowledgeHandoff {
        /// Which handoff.
        handoff: HandoffId,
        /// Who noticed it.
        by: Option<AgentId>,
    },
    /// Tell the people on duty, now.
    Notify {
        /// About which handoff.
        handoff: HandoffId,
    },
    /// Call back at a time, replacing an earlier timer of the same kind.
    SetTimer {
        /// What for.
        timer: Timer,
        /// When; `None` leaves the delay to the settings.
        at: Option<DateTime<Utc>>,
    },
    /// Forget a timer.
    CancelTimer {
        /// Which.
        timer: Timer,
    },
}

/// What a timer is for. A conversation has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// End a snooze.
    Wake,
    /// Repeat an unacknowledged notification.
    Renotify,
    /// Look after a conversation that people have: promises, waiting news, somebody who does not answer.
    Attend,
    /// Ask for a rating.
    Rating,
}
