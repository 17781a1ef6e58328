//! What the AI may say: articles, cut into passages, in an index of words.
//!
//! May not answer anything itself, and may not read files or rows: articles are handed in.
//!
//! Invariant: after [`Library::upsert`] or [`Library::remove`] returns, every search sees exactly that.

pub mod article;
mod bags;
mod grams;
pub mod index;
pub mod library;
mod metric;
pub mod passage;
pub mod ranking;
pub mod spelling;

#[cfg(test)]
mod quality_test;

pub use super::signals::language::Language;
pub use article::Article;
pub use index::{Hit, Results, Scope};
pub use library::Library;
pub use passage::{Block, Passage};
