//! Agents and their roles, as far as the core needs to know them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::AgentId;

/// How long a browser that is not heard of any more counts as connected.
const CONNECTED_FOR: TimeDelta = TimeDelta::minutes(3);

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers customers.
    Agent,
    /// Answers customers and changes settings.
    Admin,
}

/// Who caused something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// The customer.
    Contact,
    /// The AI.
    Ai,
    /// A person who answers customers.
    Agent(AgentId),
    /// Baton itself: a timer or a rule.
    System,
}

/// Whether a person takes conversations, in their own words. Whether they are connected is another matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Takes conversations.
    #[default]
    Online,
    /// Is there, and takes no more.
    Busy,
    /// Is not there.
    Away,
}

/// What routing knows of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duty {
    /// What they say themselves.
    pub availability: Availability,
    /// How many open conversations they take at a time; `None` is any number.
    pub capacity: Option<u32>,
    /// When their browser was last heard of.
    pub seen_at: Option<DateTime<Utc>>,
    /// When they were last given a conversation.
    pub given_at: Option<DateTime<Utc>>,
}

impl Duty {
    /// Whether their browser was heard of lately.
    pub fn is_connected(&self, now: DateTime<Utc>) -> bool {
        self.seen_at.is_some_and(|seen| now - seen < CONNECTED_FOR)
    }

    /// Whether they are there and take conversations.
    pub fn is_online(&self, now: DateTime<Utc>) -> bool {
        self.availability == Availability::Online && self.is_connected(now)
    }
}
