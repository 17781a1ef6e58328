//! What the desk promises, told as stories with Maya the customer, and Ines and Omar the agents.

mod delivery;
mod failures;
mod guard;
mod ownership;
mod people;
mod push;
mod quiet;
mod restarts;
mod second_try;
mod story;
mod supervise;
mod timers;

pub use story::Story;
