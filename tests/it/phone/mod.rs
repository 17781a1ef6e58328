//! Phone calls, with a provider that follows Baton's documents only as they are documented.

mod embedded;
mod endings;
mod language;
mod library;
mod live;
mod order;
mod scene;
mod talking;
mod transfer;

pub use scene::{OFFICE, Scene, WAREHOUSE, WORKSHOP};
