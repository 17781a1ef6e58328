//! The decision, and what was considered on the way to it.
//!
//! May not look at anything but its input. Invariants: an AI can not talk itself out of a handoff, signals only ever add one;
//! nobody who asks for a person is held back for ever.

use serde::{Deserialize, Serialize};

use super::standing::PROBLEM_ASKED_MAX;
use super::{
    ChannelClass, NO_PROGRESS_FROM, OutsideHours, Pending, PolicyInput, REQUEST_FROM, Reason, Signal, TOPIC_FROM,
};

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

/// One lever, as an explanation names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lever {
    /// The master switch.
    Master,
    /// Topics kept for people.
    Topics,
    /// The customer asks for a person.
    Request,
    /// The customer loses patience.
    Frustration,
    /// Nothing moves.
    NoProgress,
    /// The AI has answered often enough.
    TurnLimit,
    /// The AI can not help.
    AiDecision,
    /// A problem first.
    ProblemFirst,
    /// Attempts first.
    Attempts,
    /// Fields first.
    Details,
    /// Opening hours.
    Hours,
}

/// What a lever looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Nothing can be measured.
    None,
    /// A probability, and from which on it counts.
    Probability(f32, f32),
    /// A number, and from which on it counts.
    Count(u16, u16),
    /// Whether it is so.
    Fact(bool),
}

/// What became of a lever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is switched off.
    Off,
    /// Nothing pulled it.
    Quiet,
    /// It was pulled, and something else decided.
    Passed,
    /// It decided.
    Decided,
    /// It held a handoff back.
    Held,
}

/// A lever, what it saw, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Considered {
    /// Which.
    pub lever: Lever,
    /// Whether it is on.
    pub on: bool,
    /// What it looked at.
    pub measure: Measure,
    /// The words behind it.
    pub because: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
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
    fields.retain(|field| !seen.contains(field) && { seen.push(field.clone()); true });
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

fn is_upset(input: &PolicyInput) -> bool {
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
fn has_tried(input: &PolicyInput) -> bool {
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

/// The decision, and every lever on the way to it.
pub fn consider(input: &PolicyInput) -> (Decision, Vec<Considered>) {
    let decision = decide(input);
    let (standing, signals) = (&input.standing, &input.signals);
    let levers = &standing.levers;
    let reason = match &decision {
        Decision::HandOff { reason, .. } => Some(*reason),
        Decision::Collect { pending, .. } | Decision::AskProblem { pending } => Some(pending.reason),
        Decision::TryFirst => Some(Reason::CustomerRequest),
        Decision::Answer | Decision::Decline(_) => None,
    };
    let trigger = |lever, on: bool, heard: bool, why: Reason, measure, because: &[String]| Considered {
        lever,
        on,
        measure,
        because: because.to_vec(),
        outcome: match (on, heard) {
            (false, _) => Outcome::Off,
            (true, false) => Outcome::Quiet,
            (true, true) if reason == Some(why) => Outcome::Decided,
            (true, true) => Outcome::Passed,
        },
    };
    let topic = signals.topic.as_ref();
    let waits = |why: Reason| standing.asking.pending.as_ref().is_some_and(|pending| pending.reason == why);
    let heard = |signal: &Signal, why: Reason| signal.decided || waits(why);
    let p = |signal: &Signal, from: f32| Measure::Probability(signal.p, from);
    let stuck = signals.no_progress.decided && standing.answers >= levers.attempts.into();
    let mut lines = vec![
        Considered {
            lever: Lever::Master,
            on: levers.enabled,
            measure: Measure::Fact(levers.enabled),
            because: Vec::new(),
            outcome: match (levers.enabled, &decision) {
                (true, _) => Outcome::Quiet,
                (false, Decision::Decline(_)) => Outcome::Decided,
                (false, _) => Outcome::Off,
            },
        },
        trigger(
            Lever::Topics,
            levers.enabled || standing.topics_without_master,
            topic.is_some_and(|topic| topic.decided) || waits(Reason::ForbiddenTopic),
            Reason::ForbiddenTopic,
            Measure::Probability(topic.map_or(0.0, |topic| topic.p), TOPIC_FROM),
            &topic.map(|topic| topic.because.clone()).unwrap_or_default(),
        ),
        trigger(
            Lever::Request,
            levers.on_request,
            heard(&signals.human_request, Reason::CustomerRequest),
            Reason::CustomerRequest,
            p(&signals.human_request, REQUEST_FROM),
            &signals.human_request.because,
        ),
        trigger(
            Lever::Frustration,
            levers.on_frustration,
            is_upset(input),
            Reason::Frustration,
            p(&signals.frustration, levers.sensitivity.from()),
            &signals.frustration.because,
        ),
        trigger(
            Lever::NoProgress,
            levers.on_no_progress,
            stuck,
            Reason::NoProgress,
            p(&signals.no_progress, NO_PROGRESS_FROM),
            &signals.no_progress.because,
        ),
        trigger(
            Lever::AiDecision,
            levers.on_ai_decision,
            input.wish.is_some() || waits(Reason::AiDecision),
            Reason::AiDecision,
            Measure::Fact(input.wish.is_some()),
            input.wish.as_slice(),
        ),
        trigger(
            Lever::TurnLimit,
            levers.turn_limit > 0,
            standing.answers >= levers.turn_limit,
            Reason::TurnLimit,
            Measure::Count(standing.answers, levers.turn_limit),
            &[],
        ),
    ];
    lines.extend(gates(input, &decision));
    (decision, lines)
}

/// What may hold a handoff back.
fn gates(input: &PolicyInput, decision: &Decision) -> [Considered; 4] {
    let (standing, levers) = (&input.standing, &input.standing.levers);
    let gate = |lever, on: bool, holds: bool, measure| Considered {
        lever,
        on,
        measure,
        because: Vec::new(),
        outcome: match (on, holds) {
            (false, _) => Outcome::Off,
            (true, false) => Outcome::Quiet,
            (true, true) => Outcome::Held,
        },
    };
    let tried = standing.answers.saturating_add(standing.asking.held.into());
    let untried = input.wish.is_some() || input.signals.human_request.decided;
    let kept = matches!(decision, Decision::TryFirst) || *decision == Decision::Answer && untried && !has_tried(input);
    let closed = !standing.in_hours
        && matches!(decision, Decision::Decline(Declined::Closed) | Decision::Answer | Decision::HandOff { promise: true, .. });
    [
        gate(
            Lever::ProblemFirst,
            levers.problem_first,
            matches!(decision, Decision::AskProblem { .. }),
            Measure::Fact(input.signals.problem_stated),
        ),
        gate(
            Lever::Attempts,
            levers.solution_attempts_min > 0,
            kept,
            Measure::Count(tried, levers.solution_attempts_min.into()),
        ),
        gate(
            Lever::Details,
            levers.details_first,
            matches!(decision, Decision::Collect { .. }),
            Measure::Count(u16::try_from(standing.missing.len()).unwrap_or(u16::MAX), 1),
        ),
        gate(Lever::Hours, true, closed, Measure::Fact(standing.in_hours)),
    ]
}
