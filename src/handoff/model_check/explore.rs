//! Breadth-first through every state, with the shortest way to whatever breaks.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use super::promises::Broken;
use super::rules::Rules;
use super::state::{Place, State};
use super::step::{Answer, Ending, Step};
use crate::handoff::{Owner, Status};

/// More states than any bound here has: an exploration that reaches it is not complete.
const STATES_MAX: usize = 1_000_000;

/// What an exploration came to.
#[derive(Debug)]
pub(super) struct Explored {
    pub(super) states: usize,
    pub(super) transitions: usize,
    pub(super) found: Option<Found>,
}

/// A promise that breaks, and the shortest way there.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) promise: u8,
    why: &'static str,
    trace: Vec<Step>,
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} states, {} transitions", self.states, self.transitions)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.trace.iter().enumerate() {
            writeln!(f, "  {}. {step}", number + 1)?;
        }
        write!(f, "  => promise {}: {}", self.promise, self.why)
    }
}

/// Every state within the bounds, up to the first that breaks a promise.
pub(super) fn explore(rules: &Rules) -> Explored {
    let mut search = Search::begin(rules);
    let mut transitions = 0;
    while let Some((at, state)) = search.frontier.pop_front() {
        let drain = drain_step(&state);
        if let (None, Some(why)) = (drain, unrest(&state)) {
            let found = search.found(at, None, Broken { promise: 7, why });
            return search.ended(transitions, Some(found));
        }
        let mut steps = state.steps(rules);
        steps.extend(drain.filter(|drain| !steps.contains(drain)));
        for step in steps {
            transitions += 1;
            match state.after(step, rules) {
                Ok(next) => {
                    let reached = search.reach(at, step, next);
                    if drain == Some(step) {
                        search.known[at].drains_to = Some(reached);
                    }
                }
                Err(broken) => {
                    let found = search.found(at, Some(step), broken);
                    return search.ended(transitions, Some(found));
                }
            }
        }
        assert!(search.known.len() < STATES_MAX, "the bound is too large to be explored to its end");
    }
    let restless = search.restless().map(|at| {
        let why = "the workers never come to rest";
        search.found(at, None, Broken { promise: 7, why })
    });
    search.ended(transitions, restless)
}

/// What healthy workers do next; `None` if there is nothing to do. Needs nobody to write or to press anything.
fn drain_step(state: &State) -> Option<Step> {
    if !state.inbound.answered {
        return Some(Step::ProviderRepeats);
    }
    for node in 0..2 {
        match state.nodes[usize::from(node)].send {
            Some(send) if send.answer.is_some() => return Some(Step::SendRecorded(node)),
            Some(_) => return Some(Step::SendEnds(node, Answer::Taken)),
            None => {}
        }
    }
    if let Some(row) = state.outbox.iter().find(|row| row.is_waiting()) {
        return Some(if row.is_leased() { Step::SendLeaseEnds(row.seq) } else { Step::SendClaimed(0) });
    }
    for node in 0..2 {
        if let Some(draft) = state.nodes[usize::from(node)].draft {
            return Some(Step::TurnEnds(node, if draft.worn_out { Ending::Failure } else { Ending::Answer }));
        }
    }
    let free = state.turn?.lease.is_none_or(|lease| lease.over);
    Some(if free { Step::TurnClaimed(0) } else { Step::TurnLeaseEnds })
}

/// What is wrong with a state in which nobody has anything to do.
fn unrest(state: &State) -> Option<&'static str> {
    let ai_owes = state.core.owner == Owner::Ai
        && state.core.status == Status::Open
        && state.core.waiting_since.is_some()
        && state.autopilot;
    if ai_owes {
        return Some("the customer waits for the AI, and no turn will come");
    }
    let lies = state.outbox.iter().any(|row| row.place == Place::Sent && row.arrived == 0);
    lies.then_some("a message counts as sent and the customer does not have it")
}

/// The states seen so far, how each was reached, and where healthy workers bring it.
struct Search<'a> {
    rules: &'a Rules,
    seen: HashMap<u128, usize, BuildHasherDefault<KeyHasher>>,
    known: Vec<Known>,
    frontier: VecDeque<(usize, State)>,
}

struct Known {
    parent: usize,
    by: Option<Step>,
    /// `None` is rest.
    drains_to: Option<usize>,
}

impl<'a> Search<'a> {
    fn begin(rules: &'a Rules) -> Self {
        let first = State::new(&rules.bounds);
        let mut search = Self { rules, seen: HashMap::default(), known: Vec::new(), frontier: VecDeque::new() };
        search.seen.insert(first.key(rules), 0);
        search.known.push(Known { parent: 0, by: None, drains_to: None });
        search.frontier.push_back((0, first));
        search
    }

    fn reach(&mut self, parent: usize, by: Step, state: State) -> usize {
        let number = self.known.len();
        match self.seen.entry(state.key(self.rules)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                vacant.insert(number);
                self.known.push(Known { parent, by: Some(by), drains_to: None });
                self.frontier.push_back((number, state));
                number
            }
        }
    }

    /// A state from which the workers go round in a circle.
    fn restless(&self) -> Option<usize> {
        let mut rests = vec![false; self.known.len()];
        for start in 0..self.known.len() {
            let mut path = vec![start];
            while let Some(at) = path.last().copied().filter(|at| !rests[*at]).and_then(|at| self.known[at].drains_to) {
                if path.len() > self.known.len() {
                    return Some(start);
                }
                path.push(at);
            }
            path.into_iter().for_each(|passed| rests[passed] = true);
        }
        None
    }

    fn found(&self, at: usize, last: Option<Step>, broken: Broken) -> Found {
        let mut trace: Vec<Step> = last.into_iter().collect();
        let mut at = at;
        while let Some(step) = self.known[at].by {
            trace.push(step);
            at = self.known[at].parent;
        }
        trace.reverse();
        Found { promise: broken.promise, why: broken.why, trace }
    }

    fn ended(&self, transitions: usize, found: Option<Found>) -> Explored {
        Explored { states: self.known.len(), transitions, found }
    }
}

/// Keys are spread already but for their low digits; one multiplication does.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u128(&mut self, key: u128) {
        let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(32);
        self.0 = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}
