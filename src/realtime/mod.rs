//! Live hints. The database is the truth: a lost hint costs a look at it, never a message.

pub mod bus;

pub use bus::{Bus, Hint, Lagged, Subscription, Who};
