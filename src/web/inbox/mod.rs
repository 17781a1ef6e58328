//! The inbox: what an agent sees of conversations.
//!
//! Every visual thing is one partial with a typed struct, used by the page and by the live update alike. Nothing here
//! reads the store or the clock: the structs are filled by the handlers.

pub mod badge;
pub mod card;
pub mod channel;
pub mod composer;
pub mod contact;
pub mod empty;
pub mod item;
pub mod list;
pub mod nav;
pub mod page;
pub mod patch;
pub mod row;
pub mod samples;
pub mod search;
pub mod thread;
