//! Baton as whoever runs it meets it: the probes, the headers, and the `baton` command.

mod bench;
mod command;
mod doctor;
mod economy;
mod group;
mod judging;
mod probes;
mod program;
mod search;
mod settings;

pub use program::Program;
