//! A stand-in for the outside world, for `baton demo` and tests. `baton serve` can not switch it on.
//!
//! May use everything. Invariant: nothing in here leaves the machine.

mod accounts;
pub mod calls;
pub mod faults;
pub mod mail;
pub mod pages;
mod past;
pub mod phone;
pub mod phones;
mod seed;
pub mod slack;
pub mod shop;
mod stand_in;
mod stories;
mod story;
pub mod twilio;
pub mod whatsapp;
pub mod world;

pub use accounts::{account, set_hooks};
pub use seed::{ADMIN_EMAIL, PASSWORD, SeedError, seed};
pub use stand_in::{StandIn, registry, told_registry};
pub use world::World;
