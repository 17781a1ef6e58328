//! The promises, as the explorer looks for them: what an event may and must lead to.

use std::fmt;

use crate::handoff::effect::Effect;
use crate::handoff::message::Author;
use crate::handoff::{Conversation, Epoch, Event, MessageId};

/// A promise that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// Its number in ARCHITECTURE.md.
    pub(super) promise: u8,
    /// In words.
    pub(super) why: &'static str,
}

pub(super) fn promise(number: u8, holds: bool, why: &'static str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { promise: number, why }) }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "promise {}: {}", self.promise, self.why)
    }
}

/// Each end of the AI's ownership opens one handoff and tells the customer one thing, in the server's words or the person's own.
pub(super) fn check_handoff(
    before: &Conversation,
    next: &Conversation,
    event: &Event,
    effects: &[Effect],
) -> Result<(), Broken> {
    if before.owner.is_human() || !next.owner.is_human() {
        return Ok(());
    }
    let opened = effects.iter().filter(|effect| matches!(effect, Effect::OpenHandoff { .. })).count();
    promise(4, opened == 1, "the AI's ownership ended without one handoff")?;
    let told: Vec<Author> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Deliver { message, .. } => Some(author_of(*message, effects)),
            _ => None,
        })
        .collect();
    let expected = match event {
        Event::AgentWrote { agent, .. } => Author::Agent(*agent),
        _ => Author::System,
    };
    promise(5, told == [expected], "a handoff did not tell the customer exactly one thing")
}

/// What was shown of an answer when the AI's ownership ends is stored, once, under the epoch it was written in; nothing else is.
pub(super) fn check_shown(
    shown: bool,
    before: &Conversation,
    next: &Conversation,
    effects: &[Effect],
) -> Result<(), Broken> {
    let kept: Vec<Epoch> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StoreShown { epoch, .. } => Some(*epoch),
            _ => None,
        })
        .collect();
    let ended = !before.owner.is_human() && next.owner.is_human();
    let expected: &[Epoch] = if ended && shown { &[before.epoch] } else { &[] };
    promise(9, kept == expected, "what was shown of an answer is not what is stored")
}

/// Who wrote the message that an effect of the same event stores.
pub(super) fn author_of(message: MessageId, effects: &[Effect]) -> Author {
    let stored = effects.iter().find_map(|effect| match effect {
        Effect::Store { message: stored, .. } if stored.id == message => Some(stored.author),
        _ => None,
    });
    stored.expect("what is delivered is stored by the same event")
}
