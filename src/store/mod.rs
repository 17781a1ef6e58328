//! All SQL. Plain functions over a connection or a transaction; domain types in, domain types out.
//!
//! May not decide anything, and knows neither the web nor the adapters. Invariant: rows (`entity`) stay in here,
//! and nothing is written outside a [`Tx`].

pub mod agents;
pub mod api_keys;
pub mod arrivals;
pub mod articles;
pub mod attachments;
pub mod asking;
pub mod audit;
mod batch;
pub mod browsers;
pub mod bulk;
pub mod calls;
pub mod channel_health;
pub mod channels;
mod codec;
pub mod contact_links;
pub mod contacts;
pub mod conversations;
mod entity;
pub mod erasure;
pub mod handoffs;
pub mod imports;
pub mod inbox;
pub mod intake;
pub mod last_heard;
pub mod invitations;
mod later;
pub mod letters;
pub mod lines;
pub mod message_details;
pub mod model_usage;
mod open;
pub mod opt_outs;
pub mod outbox;
pub mod pending_media;
pub mod proposed_calls;
pub mod push_notices;
pub mod quiet_hours;
pub mod readings;
pub mod receipts;
pub mod reviews;
pub mod rewound;
pub mod rounds;
mod rows;
pub mod seal;
pub mod search;
pub mod secrets;
pub mod sessions;
pub mod settings;
pub mod team_events;
pub mod team_threads;
pub mod suggestions;
pub mod summaries_due;
pub mod teams;
pub mod threads;
pub mod timeline;
pub mod timers;
pub mod turns;
pub mod unanswered;
mod wire;
mod writer;

pub use later::Later;
pub use open::{Store, StoreError, Tx};
