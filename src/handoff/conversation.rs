//! A conversation as the core sees it: the facts a decision can depend on, and nothing else.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ChannelId, ContactId, ConversationId, Epoch, HandoffId, Owner, Seq, TeamId};

/// One exchange with one contact on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Identity.
    pub id: ConversationId,
    /// The channel account it runs on.
    pub channel: ChannelId,
    /// The customer.
    pub contact: ContactId,
    /// Who may speak next.
    pub owner: Owner,
    /// Number of changes of owner so far.
    pub epoch: Epoch,
    /// Group the conversation is assigned to, whoever owns it.
    pub team: Option<TeamId>,
    /// Open, asleep or done.
    pub status: Status,
    /// Last position given in the timeline.
    pub last_seq: Seq,
    /// Position of the customer's last message.
    pub watermark: Seq,
    /// When the customer began to wait for the answer they do not have yet.
    pub waiting_since: Option<DateTime<Utc>>,
    /// The handoff of the present human stretch.
    pub handoff: Option<OpenHandoff>,
    /// AI answers since the AI last became the owner.
    pub ai_answers: i32,
}

/// Whether work on a conversation is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Status {
    /// Going on.
    Open,
    /// Out of sight until a time or until the customer writes.
    Snoozed {
        /// When it comes back by itself.
        until: DateTime<Utc>,
    },
    /// Done.
    Resolved {
        /// How it ended.
        outcome: Outcome,
    },
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The customer was helped.
    Resolved,
    /// It was closed without helping the customer.
    Unresolved,
}

/// The handoff that the people on duty have, or have not yet, noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHandoff {
    /// Which handoff.
    pub id: HandoffId,
    /// Whether a person has acknowledged it.
    pub acknowledged: bool,
}

impl Conversation {
    /// A conversation nothing has happened in yet. The AI owns it.
    pub fn new(id: ConversationId, channel: ChannelId, contact: ContactId) -> Self {
        Self {
            id,
            channel,
            contact,
            owner: Owner::Ai,
            epoch: Epoch(1),
            team: None,
            status: Status::Open,
            last_seq: Seq(0),
            watermark: Seq(0),
            waiting_since: None,
            handoff: None,
            ai_answers: 0,
        }
    }

    /// Whether it is done.
    pub fn is_resolved(&self) -> bool {
        matches!(self.status, Status::Resolved { .. })
    }
}
