//! What tests are written with: an application, its people, its visitors, its live streams.

mod app;
mod browser;
mod database;
mod events;
mod form;
mod library;
pub mod markup;
mod model_server;
mod push_service;
mod stream;
mod visitor;
mod world;

pub use app::{Setting, TestApp};
pub use browser::{Browser, PASSWORD, Page};
pub use database::Database;
pub use events::{Event, Events};
pub use form::Form;
pub use library::Library;
pub use model_server::{Asked, Behave, ModelServer, Protocol, reply, turn};
pub use push_service::{PushService, Pushed, Subscriber, verify};
pub use stream::Stream;
pub use visitor::{Visitor, ok, refused};
pub use world::{Line, Script, TwoDays, World};
