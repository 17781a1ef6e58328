//! The decision.
//!
//! May not look at anything but its input. Invariants: an AI can not talk itself out of a handoff, signals only ever add one;
//! nobody who asks for a person is held back for ever.

use serde::{Deserialize, Serialize};

use super::standing::PROBLEM_ASKED_MAX;
use super::{ChannelClass, OutsideHours, Pending, PolicyInput, Reason, Signal};

/// What to do with the customer's last words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    /// Send the AI's reply.
    Answer,
    /// Ask what it is about, and hand off after that.
    AskProblem {
        /// The handoff that waits.
        pending: Pending,
    },
    /// Ask for the chance to solve it first.
    TryFirst,
    /// Ask for these, and hand off after that.
    Collect {
        /// Which fields, by key.
        fields: Vec<String>,
        /// The handoff that waits.
        pending: Pending,
    },
    /// Hand off.
    HandOff {
        /// Why, as a code.
        reason: Reason,
        /// Why, in words.
        explanation: String,
        /// The matched forbidden topic.
        topic: Option<String>,
        /// Whether the customer is told when somebody will be there.
        promise: bool,
    },
    /// Say politely that nobody is passed on to.
    Decline(Declined),
}

impl Decision {
    /// Its name in records.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::AskProblem { .. } => "ask_problem",
            Self::TryFirst => "try_first",
            Self::Collect { .. } => "collect",
            Self::HandOff { .. } => "hand_off",
            Self::Decline(_) => "decline",
        }
    }
}

/// What is declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Declined {
    /// A person, where there are none.
    Person,
    /// A person, while nobody is there.
    Closed,
    /// A subject kept for people, where there are none.
    Topic,
}

/// Decides.
pub fn decide(input: &PolicyInput) -> Decision {
    let pulled = pulled(input);
    let standing = &input.standing;
    let (levers, topic) = (&standing.levers, pulled.iter().find(|cause| cause.reason == Reason::ForbiddenTopic));
    if !levers.enabled {
        return match topic {
            Some(topic) if standing.topics_without_master => now_or_later(input, topic),
            Some(_) => Decision::Decline(Declined::Topic),
            None if is_asked_for(input) => Decision::Decline(Declined::Person),
            None => Decision::Answer,
        };
    }
    let mut held = None;
    for cause in &pulled {
        match step(input, cause) {
            Decision::Answer => {}
            decision @ (Decision::AskProblem { .. } | Decision::TryFirst) => held = held.or(Some(decision)),
            decision => return decision,
        }
    }
    match held {
        Some(decision) => decision,
        None if !levers.on_request && is_asked_for(input) => Decision::Decline(Declined::Person),
        None => Decision::Answer,
    }
}

/// The causes for a handoff whose lever is on, the strongest first.
fn pulled(input: &PolicyInput) -> Vec<Pending> {
    let (standing, signals) = (&input.standing, &input.signals);
    let levers = &standing.levers;
    let mut causes = Vec::new();
    if let Some(topic) = signals.topic.as_ref().filter(|topic| topic.decided) {
        let explanation = format!("The topic “{}” is kept for people", topic.phrase);
        causes.push(Pending { reason: Reason::ForbiddenTopic, explanation, topic: Some(topic.phrase.clone()) });
    }
    let mut add = |on: bool, reason: Reason, explanation: String| {
        if on {
            causes.push(Pending { reason, explanation, topic: None });
        }
    };
    let asked = levers.on_request && signals.human_request.decided;
    add(asked, Reason::CustomerRequest, explain("The customer asked for a person", &signals.human_request));
    let upset = levers.on_frustration && is_upset(input);
    add(upset, Reason::Frustration, explain("The customer is losing patience", &signals.frustration));
    let stuck = levers.on_no_progress && signals.no_progress.decided && standing.answers >= levers.attempts.into();
    add(stuck, Reason::NoProgress, explain("The conversation makes no progress", &signals.no_progress));
    if let Some(wish) = &input.wish {
        add(levers.on_ai_decision, Reason::AiDecision, wish.clone());
    }
    let spent = levers.turn_limit > 0 && standing.answers >= levers.turn_limit;
    add(spent, Reason::TurnLimit, format!("The AI has answered {} times", standing.answers));
    if let Some(pending) = &standing.asking.pending {
        let at = causes.iter().position(|cause| cause.reason != Reason::ForbiddenTopic).unwrap_or(causes.len());
        let urgent = causes.iter().any(|cause| cause.reason == Reason::Frustration);
        causes.insert(if urgent { causes.len() } else { at }, pending.clone());
    }
    causes
}

/// What one cause leads to.
fn step(input: &PolicyInput, cause: &Pending) -> Decision {
    let standing = &input.standing;
    if !standing.in_hours && is_suspended(standing.outside_hours, cause.reason) {
        return Decision::Answer;
    }
    let turned_away = !standing.in_hours && standing.outside_hours == OutsideHours::Stay;
    if cause.reason == Reason::CustomerRequest && !turned_away {
        if asks_problem(input) {
            return Decision::AskProblem { pending: cause.clone() };
        }
        if !has_tried(input) {
            // Who has just said what it is about is answered; who only asks again is asked for the chance.
            return if input.signals.human_request.decided { Decision::TryFirst } else { Decision::Answer };
        }
    }
    if cause.reason == Reason::AiDecision && !has_tried(input) {
        return Decision::Answer;
    }
    now_or_later(input, cause)
}

/// Hands off for a cause, after what must be asked first.
fn now_or_later(input: &PolicyInput, cause: &Pending) -> Decision {
    let standing = &input.standing;
    if !standing.in_hours && standing.outside_hours == OutsideHours::Stay {
        return Decision::Decline(Declined::Closed);
    }
    let fields = fields_to_ask(input, cause.reason);
    if !fields.is_empty() {
        return Decision::Collect { fields, pending: cause.clone() };
    }
    Decision::HandOff {
        reason: cause.reason,
        explanation: cause.explanation.clone(),
        topic: cause.topic.clone(),
        promise: !standing.in_hours && standing.outside_hours != OutsideHours::HandOff,
    }
}

/// Which fields are asked for next. Whoever is upset is not questioned, and a voice collects nothing.
fn fields_to_ask(input: &PolicyInput, reason: Reason) -> Vec<String> {
    let standing = &input.standing;
    let reachable = !standing.in_hours && standing.outside_hours == OutsideHours::Collect;
    let mut fields = match (reason, standing.levers.details_first) {
        (Reason::Frustration, _) | (_, false) => Vec::new(),
        (_, true) => standing.missing.clone(),
    };
    if reachable {
        fields.splice(0..0, standing.contact_missing.iter().cloned());
    }
    let mut seen = Vec::new();
    fields.retain(|field| {
        !seen.contains(field) && {
            seen.push(field.clone());
            true
        }
    });
    match standing.channel {
        ChannelClass::Chat => fields.truncate(1),
        ChannelClass::Letter => {}
        ChannelClass::Voice => fields.clear(),
    }
    fields
}

/// Whether a cause waits until somebody is there: what the AI can go on through.
fn is_suspended(mode: OutsideHours, reason: Reason) -> bool {
    let goes_on = matches!(reason, Reason::Frustration | Reason::NoProgress | Reason::TurnLimit);
    match mode {
        OutsideHours::Queue => goes_on,
        OutsideHours::Stay => goes_on || reason == Reason::AiDecision,
        OutsideHours::Collect | OutsideHours::HandOff => false,
    }
}

fn is_asked_for(input: &PolicyInput) -> bool {
    input.signals.human_request.decided
}

pub(super) fn is_upset(input: &PolicyInput) -> bool {
    let (frustration, from) = (&input.signals.frustration, input.standing.levers.sensitivity.from());
    match from < super::FRUSTRATION_FROM {
        true => frustration.decided || frustration.p >= from,
        false => frustration.decided && frustration.p >= from,
    }
}

fn asks_problem(input: &PolicyInput) -> bool {
    let standing = &input.standing;
    standing.levers.problem_first
        && standing.channel != ChannelClass::Voice
        && !input.signals.problem_stated
        && standing.asking.problem_asked < PROBLEM_ASKED_MAX
}

/// Whether enough was attempted. Insisting counts as an attempt, so that nobody is held back for ever.
pub(super) fn has_tried(input: &PolicyInput) -> bool {
    let standing = &input.standing;
    let tried = standing.answers.saturating_add(standing.asking.held.into());
    tried >= standing.levers.solution_attempts_min.into()
}

fn explain(words: &str, signal: &Signal) -> String {
    match signal.because.first() {
        Some(cause) => format!("{words}: “{cause}”"),
        None => words.to_owned(),
    }
}
