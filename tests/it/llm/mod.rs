//! Answering with a language model: what the customer sees, whatever the model does.

pub mod actions;
mod answers;
mod failures;
mod injections;
mod shop;
mod streaming;
mod summaries;
