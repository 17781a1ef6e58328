//! Answering with a language model: OpenAI-compatible and Anthropic servers, one structured turn, streamed.
//!
//! A model is asked for one JSON object a turn ([`turn`]), whose first members say whether a person should go on and whose
//! last member is the reply, so that nothing is shown to the customer before it is known that the AI goes on. What the
//! customer, the articles and other systems say is fenced off as data ([`fence`]), and what comes back is checked
//! ([`guard`]) before a word of it leaves.
//!
//! May not decide a handoff, and does not touch the store: settings come from a [`setup::Setups`], everything a turn leaves
//! behind goes through its `DraftSink`. Invariant: a turn ends with a draft within its deadline whatever the model
//! does, because the built-in assistant answers where the model does not.

pub mod actions;
pub mod anthropic;
pub mod ask;
pub mod assistant;
pub mod breaker;
pub mod error;
pub mod fence;
pub mod guard;
pub mod openai;
pub mod partial;
pub mod prompt;
pub mod quirks;
pub mod settings;
pub mod setup;
pub mod sse;
pub mod summary;
pub mod turn;
pub mod wire;

pub use assistant::ModelAssistant;
pub use error::ModelError;
pub use settings::LanguageModel;
pub use setup::{Setup, Setups};
