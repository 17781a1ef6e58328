//! Every interleaving of customers, people, workers and crashes over one conversation, within a stated bound.
//!
//! The decisions are those of the real [`super::apply`]. What the desk, the store and the courier do around it is written
//! down here as a small model ([`state`], [`perform`]): one row a turn, the outbox, leases, receipts, timers, two nodes, a
//! provider. [`explore`] goes breadth-first from a new conversation through every state it can reach and looks after each
//! step whether promises 1 to 6 and 9 of ARCHITECTURE.md hold, and from each state whether healthy workers bring it to rest.
//!
//! Invariant: the model may do nothing the product can not do, and leaves out nothing it can. Whoever changes
//! `desk::change`, `desk::turns`, `store::turns`, `store::outbox` or `delivery` changes [`perform`] with it.

mod explore;
mod perform;
mod promises;
mod rules;
mod sending;
mod state;
mod step;

use explore::{Explored, explore};
use rules::{Bounds, Mutation, Rules};

/// The runs that have to be clean.
fn runs() -> [(&'static str, Rules); 7] {
    let none = Bounds { unsent_max: 1, crashes: 0, troubles: 0, retries: 0, autopilot_switches: false, pauses: false };
    let trouble = Bounds { unsent_max: 2, crashes: 1, troubles: 1, ..none };
    let pauses = Bounds { pauses: true, ..none };
    let retries = Bounds { troubles: 1, retries: 1, ..none };
    [
        (
            "fetched by the customer",
            Rules::pull(Bounds { unsent_max: 2, crashes: 3, autopilot_switches: true, ..none }),
        ),
        ("pushed, the provider knows keys", Rules::push(true, trouble)),
        ("pushed, the provider knows no keys", Rules::push(false, trouble)),
        ("pushed with pauses, the provider knows keys", Rules::push(true, pauses)),
        ("pushed with pauses, the provider knows no keys", Rules::push(false, pauses)),
        ("pushed and sent again, the provider knows keys", Rules::push(true, retries)),
        ("pushed and sent again, the provider knows no keys", Rules::push(false, retries)),
    ]
}

#[test]
fn the_promises_hold_in_every_interleaving() {
    let mut total = (0, 0);
    for (name, rules) in runs() {
        let explored = explore(&rules);
        tell(&format!("model check, {name}: {explored}, bound: {}", rules.bounds));
        if let Some(found) = &explored.found {
            panic!("{name}: {found}");
        }
        total = (total.0 + explored.states, total.1 + explored.transitions);
    }
    let (states, transitions) = total;
    tell(&format!("model check: {states} states, {transitions} transitions, 0 violations"));
    summarise(&format!("states explored: {states}"));
    assert!(states > 200_000, "a bound this small proves little: {states} states");
}

/// The explorer must see what it is there to see: each rule of the product that is taken away breaks a promise.
#[test]
fn each_rule_that_is_taken_away_is_missed() {
    for mutation in Mutation::ALL {
        let explored = explore(&mutation.rules());
        let Some(found) = &explored.found else { panic!("{mutation}: nothing was noticed in {explored}") };
        assert_eq!(found.promise, mutation.breaks(), "{mutation}: {found}");
        tell(&format!("without {mutation}:\n{found}"));
    }
}

/// Where two locks hold one door, either of them is enough.
#[test]
fn some_rules_hold_the_same_door() {
    for mutation in Mutation::DOUBLED {
        let explored: Explored = explore(&mutation.rules());
        assert!(
            explored.found.is_none(),
            "{mutation}: {}",
            explored.found.as_ref().map_or(String::new(), |f| f.to_string())
        );
        tell(&format!("without {mutation} alone: {explored}, nothing breaks"));
    }
}

fn tell(line: &str) {
    println!("{line}");
}

/// `bin/test` collects such lines.
fn summarise(line: &str) {
    use std::io::Write as _;
    let Some(path) = std::env::var_os("BATON_TEST_SUMMARY") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("BATON_TEST_SUMMARY");
    writeln!(file, "{line}").expect("BATON_TEST_SUMMARY can be written");
}
