//! Slack: as the team's place to answer, and as a channel.

mod customers;
mod installation;
mod library;
mod pressing;
mod scene;
mod sockets;
mod storm;
mod team;
mod trouble;
mod whatsapp;

pub use scene::Scene;
