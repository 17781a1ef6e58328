//! Why an event may not happen. Nothing has changed when one of these is returned.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Epoch, Owner, Seq};

/// Why an event may not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rejection")]
pub enum Rejection {
    /// The owner changed since the work was begun. Discard the work.
    StaleEpoch {
        /// The epoch the work was begun under.
        began: Epoch,
        /// The epoch that holds.
        now: Epoch,
    },
    /// The customer wrote again since the turn was begun. Run the turn again.
    NewerMessage {
        /// The last message the turn has seen.
        seen: Seq,
        /// The customer's last message.
        last: Seq,
    },
    /// Somebody else was faster.
    TakenByOther {
        /// Who has it.
        owner: Owner,
    },
    /// It is so already. A repeated request may be answered as if it had succeeded.
    AlreadySo,
    /// The AI has the conversation, and the event needs people to have it.
    OwnedByAi,
    /// People have the conversation, and the event needs the AI to have it.
    OwnedByPeople,
    /// The conversation is done.
    IsResolved,
    /// The conversation is not done.
    NotResolved,
    /// The conversation is not put aside.
    NotSnoozed,
    /// A snooze must end in the future.
    TimeIsPast,
    /// A rating is a whole number from 1 to 5.
    ScoreOutOfRange,
    /// There is no handoff that waits to be noticed.
    NothingToAcknowledge,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::StaleEpoch { began, now } => {
                return write!(f, "The conversation changed hands (epoch {} to {}). Reload it.", began.0, now.0);
            }
            Self::NewerMessage { .. } => "The customer has written again.",
            Self::TakenByOther { .. } => "Somebody else has taken the conversation. Reload it.",
            Self::AlreadySo => "Nothing to do: it is so already.",
            Self::OwnedByAi => "The AI has this conversation. Take it over first.",
            Self::OwnedByPeople => "People have this conversation already.",
            Self::IsResolved => "The conversation is resolved. Reopen it first.",
            Self::NotResolved => "The conversation is not resolved.",
            Self::NotSnoozed => "The conversation is not snoozed.",
            Self::TimeIsPast => "Choose a time in the future.",
            Self::ScoreOutOfRange => "A rating is a whole number from 1 to 5.",
            Self::NothingToAcknowledge => "No handoff is waiting to be acknowledged.",
        };
        f.write_str(words)
    }
}

impl std::error::Error for Rejection {}
