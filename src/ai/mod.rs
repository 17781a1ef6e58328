//! What the AI knows and says.
//!
//! [`Assistant`] is the border: a [`TurnContext`] in, a [`TurnDraft`] out. The default, [`local::LocalAssistant`], needs
//! no key and no network. Nothing here touches the store, a channel or a clock, and nothing here hands off: a draft
//! only *wishes*, and `handoff::policy` decides. [`llm::ModelAssistant`] asks a language model where one is set up, and falls
//! back to the default.
//!
//! Invariant: the local assistant never invents. Every sentence it sends stands in an article, was written by a
//! person in the same conversation, or is one of the fixed phrases.

pub mod assistant;
pub mod knowledge;
pub mod llm;
pub mod local;
pub mod signals;
pub mod summary;
pub mod unanswered;
pub mod words;

pub use assistant::{
    Assistant, AssistantError, DraftSink, ModelContext, ProposedCall, Reply, Said, Speaker, Spent, Stopped,
    TurnContext, TurnDraft,
};
pub use knowledge::{Article, Library};
pub use local::LocalAssistant;
