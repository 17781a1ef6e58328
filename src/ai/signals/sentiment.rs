//! The customer's mood, for the people who take over. Never decides anything.
//!
//! Invariant: whoever is losing patience is angry; whoever is polite is not thereby happy.

use std::sync::LazyLock;

use super::phrasebook::{Phrasebook, strongest};
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
    let reading = Reading::of(text);
    if frustration::of_turn(&reading).0 >= ANGRY {
        return Sentiment::Angry;
    }
    match reading.phrases.mood.happy > 0.0 && !text.contains('?') {
        true => Sentiment::Happy,
        false => Sentiment::Neutral,
    }
}

/// How strongly the phrases and faces of each mood speak.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mood {
    /// Thanks and praise.
    pub happy: f32,
    /// Angry faces.
    pub angry_face: f32,
    /// Sad faces.
    pub sad_face: f32,
}

impl Mood {
    /// What a face says against us: an angry one, or else a sad one.
    pub fn face(self) -> f32 {
        if self.angry_face > 0.0 { self.angry_face } else { self.sad_face }
    }
}

/// The mood that words and faces show.
pub fn mood(tokens: &[String]) -> Mood {
    let hits = MOOD.hits(tokens);
    let weight = |group| strongest(&hits, group).map_or(0.0, |hit| hit.weight);
    Mood { happy: weight("happy"), angry_face: weight("angry_emoji"), sad_face: weight("sad_emoji") }
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
