//! Two machines that answer each other would never stop. Whoever writes more than a person could is not answered by the AI any more.
//!
//! In memory: a restart forgives. Invariant: nothing is dropped; a braked message is kept and left to people.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use baton_adapters::contract::Inbound;
use chrono::{DateTime, TimeDelta, Utc};

/// How long senders are remembered.
const MEMORY: TimeDelta = TimeDelta::hours(1);
/// The same words again within this time are a machine's.
const SAME_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// Senders that are remembered.
const SENDERS_MAX: usize = 10_000;

/// How much a person may write.
#[derive(Clone, Copy, Debug)]
struct Measure {
    /// So much at most...
    most: usize,
    /// ...within this time.
    within: TimeDelta,
    /// So often the same words, within ten minutes.
    same_most: usize,
    /// Words of fewer characters than this, such as "ok", may come again and again.
    same_chars_min: usize,
}

/// Mails are long and rare.
const MAIL: Measure = Measure { most: 30, within: TimeDelta::hours(1), same_most: 3, same_chars_min: 0 };
/// Short messages come in bursts.
const CHAT: Measure = Measure { most: 60, within: TimeDelta::minutes(10), same_most: 5, same_chars_min: 12 };

/// When somebody wrote, a hash of the words, and one of the message's name.
type Written = (DateTime<Utc>, u64, u64);

/// What senders wrote lately.
#[derive(Debug)]
pub struct Brake {
    measure: Measure,
    lately: Mutex<HashMap<String, Vec<Written>>>,
}

impl Brake {
    /// For mailboxes.
    pub fn for_mail() -> Self {
        Self { measure: MAIL, lately: Mutex::default() }
    }

    /// For short messages.
    pub fn for_chat() -> Self {
        Self { measure: CHAT, lately: Mutex::default() }
    }

    /// The event, marked as a machine's if its sender writes too much.
    pub fn check(&self, mut event: Inbound, now: DateTime<Utc>) -> Inbound {
        if let Inbound::Message(message) = &mut event
            && !message.automatic
            && self.is_too_much(&message.from.value, &message.text, &message.provider_id, now)
        {
            tracing::warn!("a sender writes more than a person would; the AI does not answer");
            message.automatic = true;
        }
        event
    }

    fn is_too_much(&self, sender: &str, text: &str, name: &str, now: DateTime<Utc>) -> bool {
        let (words, name) = (hash(text), hash(name));
        let mut senders = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.len() >= SENDERS_MAX && !senders.contains_key(sender) {
            senders.retain(|_, lately| lately.iter().any(|(at, ..)| now - *at < MEMORY));
        }
        let lately = senders.entry(sender.to_owned()).or_default();
        lately.retain(|(at, ..)| now - *at < MEMORY);
        // What a provider tells twice was written once.
        if !lately.iter().any(|(.., known)| *known == name) {
            lately.push((now, words, name));
        }
        let Measure { most, within, same_most, same_chars_min } = self.measure;
        let recent = lately.iter().filter(|(at, ..)| now - *at < within).count();
        let same = lately.iter().filter(|(at, other, _)| *other == words && now - *at < SAME_WITHIN).count();
        recent > most || (same > same_most && text.chars().count() >= same_chars_min)
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
        named(brake, sender, text, at, &format!("m{at}"))
    }

    fn named(brake: &Brake, sender: &str, text: &str, at: i64, name: &str) -> bool {
        let message = InboundMessage::new(name, Identity::new("email", sender), text);
        let now = DateTime::from_timestamp(at, 0).expect("a time");
        matches!(brake.check(Inbound::from(message), now), Inbound::Message(message) if !message.automatic)
    }

    #[test]
    fn a_machine_that_answers_a_machine_is_left_alone() {
        let brake = Brake::for_mail();
        let first = (0..40).filter(|n| answered(&brake, "loop@a.example", &format!("hello {n}"), *n)).count();
        assert_eq!(first, MAIL.most);
        assert!(answered(&brake, "maya@customer.example", "hello", 41), "others are answered");
        assert!(answered(&brake, "loop@a.example", "again", 2 * 60 * 60), "an hour later, so is this one");
        let brake = Brake::for_chat();
        let first = (0..100).filter(|n| answered(&brake, "+1555", &format!("hello {n}"), *n)).count();
        assert_eq!(first, CHAT.most);
        assert!(answered(&brake, "+1555", "again", 11 * 60 + 100), "ten minutes later, it is answered");
    }

    #[test]
    fn the_same_words_again_and_again_are_a_machine_s() {
        let brake = Brake::for_mail();
        assert_eq!((0..6).filter(|n| answered(&brake, "a@a.example", "away", *n)).count(), MAIL.same_most);
        let brake = Brake::for_chat();
        let driving = "I am driving and can not answer.";
        assert_eq!((0..9).filter(|n| answered(&brake, "+1555", driving, *n)).count(), CHAT.same_most);
        assert!((10..30).all(|n| answered(&brake, "+1555", "ok", n)), "a person says that all the time");
    }

    #[test]
    fn what_is_told_twice_was_written_once() {
        let brake = Brake::for_chat();
        let twice = |n: i64| named(&brake, "+1555", "the very same words", n, "m");
        assert!((0..20).all(twice));
    }
}
