//! Everything that knows a provider.
//!
//! Each channel is a folder that implements [`contract::Channel`] and knows nothing of the others, of the database or of
//! the web server. Invariant: `authenticate` and `parse` are pure functions of bytes, credentials and time.

pub mod contract;
pub mod http;
pub mod markup;
pub mod twilio;
pub mod registry;
pub mod conformance;
#[cfg(test)]
mod conformance_test;
pub mod email;
pub mod slack;
pub mod web;
pub mod sms;
pub mod whatsapp;
pub mod phone;

pub use registry::Registry;
