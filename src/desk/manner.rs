//! How what is said in a conversation leaves: it is fetched, sent, or spoken on a call.

use std::time::Duration;

use baton_adapters::contract::{Answers, ChannelKind};
use chrono::TimeDelta;

use crate::handoff::{Author, Event, MessageId};
use crate::store::conversations::Record;
use crate::store::timeline::{Delivery, set_delivery};
use crate::store::{Later, Tx, calls};

use super::change::delta;
use super::{Desk, DeskError};

/// Why something was not said.
pub(super) const NO_CALL: &str = "no call was going on to say it on";

/// How what a change says leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// The customer's side fetches it: stored is sent.
    Fetched,
    /// A worker sends it.
    Sent,
    /// It waits until the call says it.
    Spoken {
        /// Whether a call is going on.
        live: bool,
        /// Whether it is written to be read: a person's message, and what a caller is texted.
        written: bool,
    },
}

impl Manner {
    /// Whether the conversation is a call.
    pub(super) fn is_spoken(self) -> bool {
        matches!(self, Self::Spoken { .. })
    }

    /// Whether a row is needed that a worker sends. If not, the message is marked with what becomes of it.
    pub(super) async fn leaves_now(self, later: &Later<'_>, message: MessageId) -> Result<bool, DeskError> {
        match self {
            Self::Sent | Self::Spoken { written: true, .. } => return Ok(true),
            Self::Fetched => set_delivery(later, message, Delivery::Sent, None).await?,
            Self::Spoken { live: false, .. } => {
                set_delivery(later, message, Delivery::Discarded, Some(NO_CALL)).await?;
            }
            Self::Spoken { live: true, .. } => {}
        }
        Ok(false)
    }

    /// How long to wait for more words before the AI answers. On a call, silence has told that there are none.
    pub(super) fn quiet_time(self, debounce: Duration) -> TimeDelta {
        if self.is_spoken() { TimeDelta::zero() } else { delta(debounce) }
    }
}

impl Desk {
    /// How what `event` says leaves.
    pub(super) async fn manner(&self, tx: &Tx, record: &Record, event: &Event) -> Result<Manner, DeskError> {
        Ok(match self.answers(record) {
            Some(Answers::Pull) => Manner::Fetched,
            Some(Answers::Spoken) => {
                let call = calls::last_of(&**tx, record.core.id).await?;
                let live = call.is_some_and(|call| call.ended_at.is_none());
                Manner::Spoken { live, written: is_written(event) }
            }
            Some(Answers::Push) | None => Manner::Sent,
        })
    }

    /// Whether the conversation is, or was, a call.
    pub(super) fn is_spoken(&self, record: &Record) -> bool {
        self.answers(record) == Some(Answers::Spoken)
    }

    /// Whether the customer's side fetches what is said, and sees an answer while it is written.
    pub(super) fn is_fetched(&self, record: &Record) -> bool {
        self.answers(record) == Some(Answers::Pull)
    }

    /// How long to wait for more words of the customer before the AI answers.
    pub(super) fn quiet_time(&self, record: &Record) -> TimeDelta {
        if self.is_spoken(record) { TimeDelta::zero() } else { delta(self.pace.debounce) }
    }

    /// Whether channels of this kind carry speech.
    pub(super) fn speaks(&self, kind: &str) -> bool {
        kind.parse().is_ok_and(|kind| self.answers_of(kind) == Some(Answers::Spoken))
    }

    pub(in crate::desk) fn answers(&self, record: &Record) -> Option<Answers> {
        record.channel_kind.parse().ok().and_then(|kind| self.answers_of(kind))
    }

    fn answers_of(&self, kind: ChannelKind) -> Option<Answers> {
        self.registry.get(kind).map(|channel| channel.capabilities().answers)
    }
}

fn is_written(event: &Event) -> bool {
    match event {
        Event::AgentWrote { message, .. } => matches!(message.author, Author::Agent(_)),
        Event::Called { .. } => true,
        _ => false,
    }
}
