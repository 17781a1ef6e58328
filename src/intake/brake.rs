//! Two machines that answer each other would never stop. Whoever writes more than a person could is not answered by the AI any more.
//!
//! In memory: a restart forgives. Invariant: nothing is dropped; a braked message is kept and left to people.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use baton_adapters::contract::Inbound;
use chrono::{DateTime, TimeDelta, Utc};

/// Messages of one sender within [`WINDOW`] that may be answered by the AI.
const ANSWERED_MAX: usize = 30;
const WINDOW: TimeDelta = TimeDelta::hours(1);
/// The same words again within this time are a machine's.
const SAME_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// How often the same words may come within it.
const SAME_MAX: usize = 3;
/// Senders that are remembered.
const SENDERS_MAX: usize = 10_000;

/// When somebody wrote, and a hash of the words.
type Written = (DateTime<Utc>, u64);

/// What senders wrote lately.
#[derive(Debug, Default)]
pub(super) struct Brake(Mutex<HashMap<String, Vec<Written>>>);

impl Brake {
    /// The event, marked as a machine's if its sender writes too much.
    pub(super) fn check(&self, mut event: Inbound, now: DateTime<Utc>) -> Inbound {
        if let Inbound::Message(message) = &mut event
            && !message.automatic
            && self.is_too_much(&message.from.value, &message.text, now)
        {
            tracing::warn!("a sender writes more than a person would; the AI does not answer");
            message.automatic = true;
        }
        event
    }

    fn is_too_much(&self, sender: &str, text: &str, now: DateTime<Utc>) -> bool {
        let words = hash(text);
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.len() >= SENDERS_MAX && !senders.contains_key(sender) {
            senders.retain(|_, lately| lately.iter().any(|(at, _)| now - *at < WINDOW));
        }
        let lately = senders.entry(sender.to_owned()).or_default();
        lately.retain(|(at, _)| now - *at < WINDOW);
        lately.push((now, words));
        let same = lately.iter().filter(|(at, other)| *other == words && now - *at < SAME_WITHIN).count();
        lately.len() > ANSWERED_MAX || same > SAME_MAX
    }
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use baton_adapters::contract::{Identity, InboundMessage};

    use super::*;

    fn answered(brake: &Brake, sender: &str, text: &str, at: i64) -> bool {
        let message = InboundMessage::new("m", Identity::new("email", sender), text);
        let now = DateTime::from_timestamp(at, 0).expect("a time");
        matches!(brake.check(Inbound::from(message), now), Inbound::Message(message) if !message.automatic)
    }

    #[test]
    fn a_machine_that_answers_a_machine_is_left_alone() {
        let brake = Brake::default();
        let first = (0..40).filter(|n| answered(&brake, "loop@a.example", &format!("hello {n}"), *n)).count();
        assert_eq!(first, ANSWERED_MAX);
        assert!(answered(&brake, "maya@customer.example", "hello", 41), "others are answered");
        assert!(answered(&brake, "loop@a.example", "again", 2 * 60 * 60), "an hour later, so is this one");
    }

    #[test]
    fn the_same_words_again_and_again_are_a_machine_s() {
        let brake = Brake::default();
        assert_eq!((0..6).filter(|n| answered(&brake, "a@a.example", "away", *n)).count(), SAME_MAX);
    }
}
