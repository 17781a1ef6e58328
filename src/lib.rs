//! Baton.
pub mod web;
