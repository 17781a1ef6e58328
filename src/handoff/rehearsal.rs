//! Plays other settings over decisions that were recorded: what would have been handed off, when and why.
//!
//! Pure. Invariant: the settings that were in force give exactly what was decided then.

use super::ChannelId;
use super::policy::{Asking, ChannelClass, Decision, HandoffSettings, PolicyInput, Reason, TopicMatch, decide};

/// A handoff in a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fall {
    /// At which of the recorded decisions.
    pub at: usize,
    /// Why, as a code.
    pub reason: Reason,
    /// Why, in words.
    pub explanation: String,
    /// Whether something would be asked first.
    pub asks_first: bool,
}

/// One stretch of the AI's ownership, as it was and as it would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// The handoff that happened.
    pub then: Option<Fall>,
    /// The one that would have.
    pub now: Option<Fall>,
}

/// One recorded decision.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// What it rested on.
    pub input: &'a PolicyInput,
    /// What it was.
    pub decision: &'a Decision,
    /// The topic that the rehearsed settings would have found; `None` where only the recorded one is known.
    pub topic: Option<&'a TopicMatch>,
}

/// Plays settings over the decisions of one stretch, oldest first.
pub fn play(settings: &HandoffSettings, channel: ChannelId, steps: &[Step<'_>]) -> Played {
    Played { then: happened(steps), now: rehearsed(settings, channel, steps) }
}

fn happened(steps: &[Step<'_>]) -> Option<Fall> {
    steps.iter().enumerate().find_map(|(at, step)| fall(at, step.decision))
}

fn rehearsed(settings: &HandoffSettings, channel: ChannelId, steps: &[Step<'_>]) -> Option<Fall> {
    // What was asked, once it differs from what was asked then.
    let mut own: Option<Asking> = None;
    for (at, step) in steps.iter().enumerate() {
        let mut input = changed(settings, channel, step);
        if let Some(own) = &own {
            input.standing.asking = own.clone();
        }
        let decision = decide(&input);
        if let Some(fall) = fall(at, &decision) {
            return Some(fall);
        }
        let follows = own.is_none() && decision == *step.decision;
        match &decision {
            // Nobody knows what would have been answered to a question that was not asked; asking leads to the handoff.
            Decision::Collect { pending, .. } if !follows => {
                let (reason, explanation) = (pending.reason, pending.explanation.clone());
                return Some(Fall { at, reason, explanation, asks_first: true });
            }
            _ if follows => {}
            decision => own = Some(input.standing.asking.after(decision)),
        }
    }
    None
}

fn fall(at: usize, decision: &Decision) -> Option<Fall> {
    match decision {
        Decision::HandOff { reason, explanation, .. } => {
            Some(Fall { at, reason: *reason, explanation: explanation.clone(), asks_first: false })
        }
        _ => None,
    }
}

/// What was read then, under other settings.
fn changed(settings: &HandoffSettings, channel: ChannelId, step: &Step<'_>) -> PolicyInput {
    let mut input = step.input.clone();
    // A call brings its own levers; of the organisation's only the topics count there.
    if input.standing.channel != ChannelClass::Voice {
        input.standing.levers = settings.levers_for(Some(channel));
        input.standing.topics_without_master = settings.topics_without_master;
        input.standing.outside_hours = settings.outside_hours;
    }
    let counts = |found: &TopicMatch| settings.topics.iter().any(|topic| topic.enabled && topic.phrase == found.phrase);
    let recorded = input.signals.topic.take().filter(counts);
    input.signals.topic = match (recorded, step.topic) {
        (Some(recorded), Some(found)) if found.p > recorded.p => Some(found.clone()),
        (None, found) => found.cloned(),
        (recorded, _) => recorded,
    };
    input
}
