//! What tests are written with: an application, its people, its visitors, its live streams.

mod app;
mod database;
mod events;
mod visitor;
mod world;

pub use app::{Setting, TestApp};
pub use events::{Event, Events};
pub use visitor::{Visitor, ok, refused};
pub use world::{Line, Script, TwoDays, World};
