//! Baton as whoever runs it meets it: the probes, the headers, and the `baton` command.

mod command;
mod group;
mod probes;
mod program;

pub use program::Program;
