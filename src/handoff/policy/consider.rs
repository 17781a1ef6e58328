//! What was considered on the way to a decision: every lever, what it saw, and what became of it.
//!
//! May not decide: it looks at the decision and names its reasons. Invariant: every lever is named, and at most one cause decided.

use super::decide::{has_tried, is_upset};
use super::{Decision, Declined, NO_PROGRESS_FROM, PolicyInput, REQUEST_FROM, Reason, Signal, TOPIC_FROM, decide};

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

/// The decision, and every lever on the way to it.
pub fn consider(input: &PolicyInput) -> (Decision, Vec<Considered>) {
    let decision = decide(input);
    let mut lines = vec![master(input, &decision)];
    lines.extend(heard(input, decided_by(&decision)));
    lines.push(wished(input, decided_by(&decision)));
    lines.push(spent(input, decided_by(&decision)));
    lines.extend(gates(input, &decision));
    (decision, lines)
}

fn decided_by(decision: &Decision) -> Option<Reason> {
    match decision {
        Decision::HandOff { reason, .. } => Some(*reason),
        Decision::Collect { pending, .. } | Decision::AskProblem { pending } => Some(pending.reason),
        Decision::TryFirst => Some(Reason::CustomerRequest),
        Decision::Answer | Decision::Decline(_) => None,
    }
}

fn master(input: &PolicyInput, decision: &Decision) -> Considered {
    let on = input.standing.levers.enabled;
    let outcome = match (on, decision) {
        (true, _) => Outcome::Quiet,
        (false, Decision::Decline(_)) => Outcome::Decided,
        (false, _) => Outcome::Off,
    };
    Considered { lever: Lever::Master, on, measure: Measure::Fact(on), because: Vec::new(), outcome }
}

/// What became of a cause.
fn came(on: bool, pulled: bool, decided: bool) -> Outcome {
    match (on, pulled) {
        (false, _) => Outcome::Off,
        (true, false) => Outcome::Quiet,
        (true, true) if decided => Outcome::Decided,
        (true, true) => Outcome::Passed,
    }
}

/// Whether a handoff for this reason waits for an answer.
fn waits(input: &PolicyInput, reason: Reason) -> bool {
    input.standing.asking.pending.as_ref().is_some_and(|pending| pending.reason == reason)
}

/// What the detectors heard.
fn heard(input: &PolicyInput, reason: Option<Reason>) -> [Considered; 4] {
    let (standing, signals) = (&input.standing, &input.signals);
    let levers = &standing.levers;
    let touched = signals.topic.as_ref().map_or_else(Signal::default, |topic| Signal {
        p: topic.p,
        decided: topic.decided,
        because: topic.because.clone(),
    });
    let line = |lever, on: bool, why: Reason, signal: &Signal, from: f32, pulled: bool| Considered {
        lever,
        on,
        measure: Measure::Probability(signal.p, from),
        because: signal.because.clone(),
        outcome: came(on, pulled, reason == Some(why)),
    };
    let topics = levers.enabled || standing.topics_without_master;
    let touches = touched.decided || waits(input, Reason::ForbiddenTopic);
    let asks = signals.human_request.decided || waits(input, Reason::CustomerRequest);
    let stuck = signals.no_progress.decided && standing.answers >= levers.attempts.into();
    let stuck = stuck || waits(input, Reason::NoProgress);
    let (request, upset, stuck_reason) = (Reason::CustomerRequest, Reason::Frustration, Reason::NoProgress);
    [
        line(Lever::Topics, topics, Reason::ForbiddenTopic, &touched, TOPIC_FROM, touches),
        line(Lever::Request, levers.on_request, request, &signals.human_request, REQUEST_FROM, asks),
        line(
            Lever::Frustration,
            levers.on_frustration,
            upset,
            &signals.frustration,
            levers.sensitivity.from(),
            is_upset(input),
        ),
        line(Lever::NoProgress, levers.on_no_progress, stuck_reason, &signals.no_progress, NO_PROGRESS_FROM, stuck),
    ]
}

/// What the AI wished.
fn wished(input: &PolicyInput, reason: Option<Reason>) -> Considered {
    let on = input.standing.levers.on_ai_decision;
    let pulled = input.wish.is_some() || waits(input, Reason::AiDecision);
    Considered {
        lever: Lever::AiDecision,
        on,
        measure: Measure::Fact(input.wish.is_some()),
        because: input.wish.iter().cloned().collect(),
        outcome: came(on, pulled, reason == Some(Reason::AiDecision)),
    }
}

/// How often it has answered.
fn spent(input: &PolicyInput, reason: Option<Reason>) -> Considered {
    let (answers, limit) = (input.standing.answers, input.standing.levers.turn_limit);
    let pulled = answers >= limit || waits(input, Reason::TurnLimit);
    Considered {
        lever: Lever::TurnLimit,
        on: limit > 0,
        measure: Measure::Count(answers, limit),
        because: Vec::new(),
        outcome: came(limit > 0, pulled, reason == Some(Reason::TurnLimit)),
    }
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
        && matches!(
            decision,
            Decision::Decline(Declined::Closed) | Decision::Answer | Decision::HandOff { promise: true, .. }
        );
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
