//! A stand-in for the outside world, for `baton demo` and tests. `baton serve` can not switch it on.
//!
//! May use everything. Invariant: nothing in here leaves the machine.

pub mod mail;
mod past;
mod seed;
pub mod slack;
pub(crate) mod shop;
mod stand_in;
mod stories;
mod story;

pub use seed::{ADMIN_EMAIL, PASSWORD, SeedError, seed};
pub use stand_in::{StandIn, registry};
