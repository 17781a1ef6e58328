//! What was said, by whom.

use serde::{Deserialize, Serialize};

use super::people::Actor;
use super::{AgentId, AttachmentId, MessageId};

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Author {
    /// The customer.
    Contact,
    /// The AI.
    Ai,
    /// A person who answers customers.
    Agent(AgentId),
    /// Baton itself, in the organisation's name: the one text a handoff tells the customer, for example.
    System,
}

impl Author {
    /// The person, if a person said it.
    pub fn agent(self) -> Option<AgentId> {
        match self {
            Author::Agent(agent) => Some(agent),
            Author::Contact | Author::Ai | Author::System => None,
        }
    }
}

impl From<Author> for Actor {
    fn from(author: Author) -> Self {
        match author {
            Author::Contact => Actor::Contact,
            Author::Ai => Actor::Ai,
            Author::Agent(agent) => Actor::Agent(agent),
            Author::System => Actor::System,
        }
    }
}

/// Whether the customer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Part of the exchange with the customer.
    Public,
    /// An internal note.
    Note,
}

/// Where an AI answer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Title of the article, as shown to the customer.
    pub title: String,
    /// Public address of the article, if it has one.
    pub url: Option<String>,
}

/// A message about to be stored. Its place in the timeline is given by the transition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    /// Chosen by whoever wrote it, so that a repeated request is recognised.
    pub id: MessageId,
    /// Who said it.
    pub author: Author,
    /// Whether the customer sees it.
    pub visibility: Visibility,
    /// Markdown as written; cleaned when rendered, never trusted.
    pub text: String,
    /// Files sent along, already stored.
    pub attachments: Vec<AttachmentId>,
    /// Articles an AI answer rests on.
    pub sources: Vec<Source>,
}

impl NewMessage {
    /// A public message without files or sources.
    pub fn public(id: MessageId, author: Author, text: impl Into<String>) -> Self {
        Self {
            id,
            author,
            visibility: Visibility::Public,
            text: text.into(),
            attachments: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// An internal note.
    pub fn note(id: MessageId, author: Author, text: impl Into<String>) -> Self {
        Self { visibility: Visibility::Note, ..Self::public(id, author, text) }
    }
}
