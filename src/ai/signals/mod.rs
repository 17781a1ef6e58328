//! The local detectors: does the customer ask for a person, lose patience, get nowhere, or touch a forbidden topic?
//!
//! They need no key and no network, always run, and stay the floor under a language model. They read only what was said
//! since a person last spoke: evidence from before a hand-back must not send the conversation straight back.
//!
//! Invariant: pure and deterministic. The same history gives the same signals.

pub mod frustration;
pub mod grams;
pub mod head;
pub mod human_request;
pub mod language;
pub mod no_progress;
pub mod normalise;
pub mod phrasebook;
pub mod problem;
pub mod progress;
pub mod reading;
pub mod repeat;
pub mod sentiment;
pub mod style;
pub mod topic;
pub mod topic_space;
pub mod weights;

use super::assistant::{Said, Speaker};
use crate::handoff::policy::Signals;

/// What the detectors find in a conversation. `topics` are the forbidden topics in the admin's words.
pub fn read(history: &[Said], topics: &[String]) -> Signals {
    let history = since_last_person(history);
    Signals {
        human_request: human_request::read(history),
        frustration: frustration::read(history),
        no_progress: no_progress::read(history),
        topic: topic::read(history, topics),
        problem_stated: problem::is_stated(history),
    }
}

/// What was said after a person last spoke.
pub fn since_last_person(history: &[Said]) -> &[Said] {
    let start = history.iter().rposition(|said| matches!(said.by, Speaker::Agent(_))).map_or(0, |at| at + 1);
    &history[start..]
}

/// The customer's messages that nobody has answered yet, one per line.
pub fn last_words(history: &[Said]) -> String {
    unanswered(history).join("\n")
}

/// The customer's messages that nobody has answered yet, oldest first, normalised.
pub fn unanswered(history: &[Said]) -> Vec<String> {
    let unanswered =
        history.iter().rev().filter(|said| said.by != Speaker::System).take_while(|said| said.by == Speaker::Customer);
    let mut texts: Vec<String> = unanswered.map(|said| normalise::clean(&said.text)).collect();
    texts.reverse();
    texts
}

/// Whether files came with the customer's messages that nobody has answered yet.
pub fn came_with_files(history: &[Said]) -> bool {
    let said = history.iter().rev().filter(|said| said.by != Speaker::System);
    said.take_while(|said| said.by == Speaker::Customer).any(|said| said.has_files)
}

/// The customer's turns, oldest first; messages sent in one go are one turn.
pub fn customer_turns(history: &[Said]) -> Vec<String> {
    let mut turns: Vec<String> = Vec::new();
    let mut open = false;
    for said in history.iter().filter(|said| said.by != Speaker::System) {
        if said.by != Speaker::Customer {
            open = false;
            continue;
        }
        let text = normalise::clean(&said.text);
        match turns.last_mut().filter(|_| open) {
            Some(turn) => *turn = format!("{turn}\n{text}"),
            None => turns.push(text),
        }
        open = true;
    }
    turns
}

/// Joins independent pieces of evidence: two halves make three quarters.
pub fn add_up(evidence: impl IntoIterator<Item = f32>) -> f32 {
    1.0 - evidence.into_iter().fold(1.0, |doubt, p| doubt * (1.0 - p.clamp(0.0, 1.0)))
}
