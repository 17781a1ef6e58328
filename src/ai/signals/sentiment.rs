//! The customer's mood, for the people who take over. Never decides anything.
//!
//! Invariant: whoever is losing patience is angry; whoever is polite is not thereby happy.

use std::sync::LazyLock;

use super::normalise::tokens;
use super::phrasebook::Phrasebook;
use super::reading::Reading;
use super::{customer_turns, frustration};
use crate::ai::assistant::Said;
use crate::handoff::event::Sentiment;

/// Evidence of impatience in the last turn that makes the mood bad.
const ANGRY: f32 = 0.5;

static MOOD: LazyLock<Phrasebook> = LazyLock::new(|| Phrasebook::embedded(include_str!("phrases/mood.txt")));

/// Reads the mood of a conversation: of its last turns, the newest that shows one.
pub fn read(history: &[Said]) -> Sentiment {
    if frustration::read(history).decided {
        return Sentiment::Angry;
    }
    let moods = customer_turns(history).into_iter().rev().take(2).map(|turn| of_turn(&turn));
    moods.into_iter().find(|mood| *mood != Sentiment::Neutral).unwrap_or_default()
}

/// The mood of one turn.
pub fn of_turn(text: &str) -> Sentiment {
    if frustration::of_turn(&Reading::of(text)).0 >= ANGRY {
        return Sentiment::Angry;
    }
    match MOOD.strongest(&tokens(text), "happy") {
        Some(_) if !text.contains('?') => Sentiment::Happy,
        _ => Sentiment::Neutral,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods_are_told_apart() {
        assert_eq!(of_turn("Perfect, thank you so much!"), Sentiment::Happy);
        assert_eq!(of_turn("this is a joke, your service is terrible"), Sentiment::Angry);
        assert_eq!(of_turn("When do you open?"), Sentiment::Neutral);
        assert_eq!(of_turn("vielen Dank 😊"), Sentiment::Happy);
    }
}
