//! What may happen in a sequence.

use baton::fail::Gap;
use proptest::prelude::*;

/// Longest sequence.
const ACTS_MAX: usize = 200;
/// People who write in, and people who answer.
pub const CUSTOMERS: usize = 3;
pub const AGENTS: usize = 2;

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub enum Act {
    /// A customer writes; the words say how the AI will do.
    Write(usize, Mood),
    /// The provider repeats one of the customer's events, twice at once.
    Repeat(usize, usize),
    AskForPerson(usize),
    Reply(usize, usize),
    /// A form that is sent twice at the same time.
    ReplyTwice(usize, usize),
    /// Two agents claim at once, having seen the same.
    BothTakeOver(usize),
    TakeOver(usize, usize),
    Assign(usize, usize, Option<usize>),
    HandBack(usize, usize),
    Resolve(usize, usize),
    Reopen(usize, usize),
    Snooze(usize, usize),
    Acknowledge(usize, usize),
    /// Somebody has a message that could not be sent tried again.
    TryAgain(usize),
    /// The provider's next answer.
    Trouble(Trouble),
    /// A worker or a request stops at a gap.
    Stop(Gap),
    /// The clock goes on a little.
    Tick(i64),
    /// The clock is set, forwards or backwards.
    Jump(i64),
}

/// How the AI does on a message.
#[derive(Clone, Copy, Debug)]
pub enum Mood {
    Answer,
    Person,
    Panic,
    Hang,
    Down,
}

/// What the provider does instead of taking a message.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    Again,
    Refused,
    /// The answer is lost on the way back.
    TakenUnheard,
    /// The request is lost on the way there.
    LostUnheard,
}

/// A whole sequence, with most weight on the things that happen most.
pub fn sequence() -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec(act(), 1..=ACTS_MAX)
}

fn act() -> impl Strategy<Value = Act> {
    let (customer, agent) = (0..CUSTOMERS, 0..AGENTS);
    let both = || (0..AGENTS, 0..CUSTOMERS);
    let mood = prop_oneof![
        8 => Just(Mood::Answer),
        3 => Just(Mood::Person),
        1 => Just(Mood::Panic),
        1 => Just(Mood::Hang),
        1 => Just(Mood::Down),
    ];
    let trouble = prop_oneof![
        3 => Just(Trouble::Again),
        1 => Just(Trouble::Refused),
        1 => Just(Trouble::TakenUnheard),
        1 => Just(Trouble::LostUnheard),
    ];
    prop_oneof![
        14 => (customer.clone(), mood).prop_map(|(customer, mood)| Act::Write(customer, mood)),
        5 => (customer.clone(), 0..4_usize).prop_map(|(customer, back)| Act::Repeat(customer, back)),
        2 => customer.clone().prop_map(Act::AskForPerson),
        6 => both().prop_map(|(agent, customer)| Act::Reply(agent, customer)),
        2 => both().prop_map(|(agent, customer)| Act::ReplyTwice(agent, customer)),
        2 => customer.clone().prop_map(Act::BothTakeOver),
        5 => both().prop_map(|(agent, customer)| Act::TakeOver(agent, customer)),
        3 => (agent.clone(), customer.clone(), proptest::option::of(agent))
            .prop_map(|(by, customer, to)| Act::Assign(by, customer, to)),
        7 => both().prop_map(|(agent, customer)| Act::HandBack(agent, customer)),
        2 => both().prop_map(|(agent, customer)| Act::Resolve(agent, customer)),
        2 => both().prop_map(|(agent, customer)| Act::Reopen(agent, customer)),
        1 => both().prop_map(|(agent, customer)| Act::Snooze(agent, customer)),
        2 => both().prop_map(|(agent, customer)| Act::Acknowledge(agent, customer)),
        2 => customer.prop_map(Act::TryAgain),
        4 => trouble.prop_map(Act::Trouble),
        3 => proptest::sample::select(Gap::ALL.to_vec()).prop_map(Act::Stop),
        6 => (1_i64..30).prop_map(Act::Tick),
        1 => (-5_i64..=5).prop_map(Act::Jump),
    ]
}
