//! Phone calls, with a provider that follows Baton's documents only as they are documented.

mod live;
mod scene;
mod talking;
mod transfer;

pub use scene::{OFFICE, Scene, WORKSHOP};
