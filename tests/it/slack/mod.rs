//! Slack: as the team's place to answer, and as a channel.

mod customers;
mod pressing;
mod scene;
mod sockets;
mod storm;
mod team;
mod trouble;

pub use scene::Scene;
