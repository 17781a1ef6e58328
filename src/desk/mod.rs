//! What people, customers and timers can do with a conversation. One transaction each:
//! load, [`crate::handoff::apply`], save, commit, publish.
//!
//! May not decide who owns what (the core does) and knows no channel by name and no web framework. Invariant: an effect of
//! the core is carried out in the transaction of its event, or the event did not happen.

pub mod acknowledge;
pub mod address;
pub mod assign;
pub mod assist;
pub mod calls;
mod attend;
pub mod brake;
mod change;
pub mod copilot;
mod drafts;
mod echo;
pub mod erase;
mod error;
mod guard;
pub mod hand_back;
pub mod health;
pub mod inbound;
mod letters;
mod manner;
pub mod merge;
pub mod note;
pub mod notices;
pub mod office;
mod pacing;
pub mod person;
pub mod presence;
pub mod rate;
pub mod receive;
pub mod reply;
pub mod resolve;
pub mod retry;
pub mod review;
pub mod rounds;
mod route;
pub mod second_try;
pub mod settings;
pub mod snooze;
mod statuses;
pub mod summaries;
pub mod supervise;
pub mod switched_off;
pub mod take_over;
mod team_place;
pub mod timers;
pub mod trial;
pub mod turns;
mod unanswered;
pub mod wake;

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use baton_adapters::Registry;
use baton_adapters::contract::{Capabilities, ChannelKind};

use crate::ai::assistant::Assistant;
use crate::clock::Clock;
use crate::fail::FailPoints;
use crate::realtime::Bus;
use crate::store::Store;

use address::Addresses;
pub use error::DeskError;
use health::Health;
use receive::Together;
use second_try::LastTurns;
use supervise::Alarmed;
use wake::Wake;

/// Everything a use case needs.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub store: Store,
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// Live hints.
    pub bus: Bus,
    /// The channels of this build.
    pub registry: Registry,
    /// What drafts the AI's answers.
    pub assistant: Arc<dyn Assistant>,
    /// Where tests may stop the process.
    pub fail: FailPoints,
    /// How long things take and wait.
    pub pace: Pace,
    /// Wakes the workers when there is something to do.
    pub wake: Wake,
    /// Customers' messages that wait for the next transaction.
    pub together: Together,
    /// How channel accounts are doing.
    pub health: Health,
    /// How the AI's last turns went.
    pub last_turns: LastTurns,
    /// Whom the pages tell of what nobody has noticed.
    pub alarmed: Alarmed,
    /// Where this installation is reached.
    pub addresses: Addresses,
}

impl Desk {
    /// What the channel of a kind can do; nothing if this build has none.
    pub fn capabilities(&self, kind: &str) -> Option<Capabilities> {
        let kind = ChannelKind::from_str(kind).ok()?;
        self.registry.get(kind).map(|channel| channel.capabilities())
    }
}

/// How long things take and wait.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Quiet time after a customer's message before the AI answers, so that a burst gets one answer.
    pub debounce: Duration,
    /// How long a request about a call waits for the AI's answer.
    pub call_wait: Duration,
    /// Longest time a turn may take before the conversation is handed off.
    pub turn_deadline: Duration,
    /// How long a worker may be silent before another one takes its work.
    pub lease: Duration,
    /// Time until an unacknowledged handoff is announced again.
    pub renotify: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            debounce: Duration::from_millis(400),
            call_wait: Duration::from_millis(2_500),
            turn_deadline: Duration::from_secs(20),
            lease: Duration::from_secs(45),
            renotify: Duration::from_secs(60),
        }
    }
}
