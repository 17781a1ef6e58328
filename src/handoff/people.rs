//! Agents and their roles, as far as the core needs to know them.

use serde::{Deserialize, Serialize};

use super::AgentId;

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
