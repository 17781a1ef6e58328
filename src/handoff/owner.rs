//! Who owns a conversation, and the numbers that fence what was begun under an earlier owner.

use serde::{Deserialize, Serialize};

use super::AgentId;

/// The one party that may speak to the customer next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Owner {
    /// The AI answers.
    Ai,
    /// Handed off; nobody has taken it yet.
    Queue,
    /// A person has it.
    Agent(AgentId),
}

impl Owner {
    /// Whether a person or the queue has it, so that the AI must be silent.
    pub fn is_human(self) -> bool {
        self != Owner::Ai
    }

    /// The person who has it, if one does.
    pub fn agent(self) -> Option<AgentId> {
        match self {
            Owner::Agent(agent) => Some(agent),
            Owner::Ai | Owner::Queue => None,
        }
    }
}

/// Number of changes of owner so far. Work begun under an earlier epoch may no longer reach the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub i64);

impl Epoch {
    /// The epoch after one more change of owner.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Position in a conversation's timeline: 1, 2, 3 ... without gaps, shared by messages and events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);

/// What an AI turn knew when it began: under which epoch, and the last message it had seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fence {
    /// The epoch the turn began under.
    pub epoch: Epoch,
    /// The last customer message the turn has seen.
    pub watermark: Seq,
}
