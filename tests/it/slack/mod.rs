//! Slack: as the team's place to answer, and as a channel.

mod scene;
mod customers;
mod pressing;
mod team;
mod trouble;

pub use scene::Scene;
