//! What a run of the explorer may vary: the kind of channel, how much may go wrong, and the one rule that is taken away.

use std::fmt;

/// How far an exploration goes. What is not counted here may happen without end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Messages that wait to leave before people, customers and the AI pause.
    pub(super) unsent_max: usize,
    /// Processes that die with work in their hands.
    pub(super) crashes: u8,
    /// Sends that do not go well.
    pub(super) troubles: u8,
    /// Messages that a person has sent again.
    pub(super) retries: u8,
    /// Whether the channel's autopilot is switched off and on.
    pub(super) autopilot_switches: bool,
    /// Whether a process may stand still for longer than its lease and then go on sending.
    pub(super) pauses: bool,
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unsent_max, crashes, troubles, retries, autopilot_switches, pauses } = self;
        write!(
            f,
            "{unsent_max} unsent, {crashes} crashes, {troubles} send troubles, {retries} retries, autopilot switched: \
             {autopilot_switches}, pauses beyond the lease: {pauses}"
        )
    }
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Whether messages are given to a provider; otherwise the customer fetches them.
    pub(super) push: bool,
    /// Whether the provider drops a second send with the same key.
    pub(super) idempotent: bool,
    /// How far.
    pub(super) bounds: Bounds,
    /// The rule that is taken away.
    pub(super) without: Option<Mutation>,
}

impl Rules {
    pub(super) fn pull(bounds: Bounds) -> Self {
        Self { push: false, idempotent: false, bounds, without: None }
    }

    pub(super) fn push(idempotent: bool, bounds: Bounds) -> Self {
        Self { push: true, idempotent, bounds, without: None }
    }

    pub(super) fn lacks(&self, mutation: Mutation) -> bool {
        self.without == Some(mutation)
    }
}

/// A rule of the product that the explorer takes away, to see that it is missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutation {
    /// The core refuses an answer of an earlier epoch, and the desk one whose lease is gone.
    AnswerFence,
    /// The core refuses an answer that has not read the last message.
    AnswerWatermark,
    /// The courier compares the epoch when it opens an attempt.
    CourierEpoch,
    /// A handoff discards what has not left.
    Discard,
    /// A turn is committed only by the worker that holds its lease.
    TurnLease,
    /// A provider's event is looked up before it is stored.
    Receipt,
    /// A person who writes becomes the owner.
    WriterOwns,
    /// A notification is repeated.
    Renotify,
    /// A look at a conversation is followed by the next one.
    Clock,
    /// A handoff tells the customer.
    Notice,
    /// Only the first unsent message of a conversation may leave.
    QueueOrder,
    /// Without a key an attempt that was cut off is not made again.
    UnknownOutcome,
    /// An attempt is closed only by the courier that holds it.
    AttemptHolder,
    /// What may have left already is not called discarded or parked.
    Doubt,
    /// Work of a worker that is gone becomes free.
    LeaseEnd,
    /// Words are shown only by the worker whose turn is there.
    ShownFence,
    /// A handoff keeps what was shown of an answer.
    Shown,
}

impl Mutation {
    /// Those whose absence breaks a promise.
    pub(super) const ALL: [Self; 15] = [
        Self::AnswerFence,
        Self::AnswerWatermark,
        Self::CourierEpoch,
        Self::Receipt,
        Self::WriterOwns,
        Self::Renotify,
        Self::Clock,
        Self::Notice,
        Self::QueueOrder,
        Self::UnknownOutcome,
        Self::AttemptHolder,
        Self::Doubt,
        Self::LeaseEnd,
        Self::ShownFence,
        Self::Shown,
    ];
    /// Those whose door another rule holds too.
    pub(super) const DOUBLED: [Self; 2] = [Self::Discard, Self::TurnLease];

    /// The number of the promise that breaks.
    pub(super) fn breaks(self) -> u8 {
        match self {
            Self::AnswerFence | Self::CourierEpoch | Self::Discard | Self::TurnLease | Self::ShownFence => 1,
            Self::Receipt => 2,
            Self::WriterOwns => 3,
            Self::Renotify | Self::Clock => 4,
            Self::Notice => 5,
            Self::QueueOrder | Self::UnknownOutcome | Self::AttemptHolder | Self::Doubt => 6,
            Self::AnswerWatermark | Self::LeaseEnd => 7,
            Self::Shown => 9,
        }
    }

    /// The smallest world in which the rule matters.
    pub(super) fn rules(self) -> Rules {
        let bounds =
            Bounds { unsent_max: 2, crashes: 1, troubles: 1, retries: 0, autopilot_switches: false, pauses: false };
        let rules = match self {
            Self::AnswerFence | Self::AnswerWatermark | Self::TurnLease | Self::LeaseEnd => Rules::pull(bounds),
            Self::ShownFence | Self::Shown => Rules::pull(bounds),
            Self::UnknownOutcome => Rules::push(false, bounds),
            Self::AttemptHolder => Rules::push(false, Bounds { crashes: 0, pauses: true, ..bounds }),
            Self::Discard => Rules::push(true, Bounds { crashes: 0, ..bounds }),
            _ => Rules::push(true, bounds),
        };
        Rules { without: Some(self), ..rules }
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnswerFence => "the fence of an AI answer",
            Self::AnswerWatermark => "the watermark of an AI answer",
            Self::CourierEpoch => "the courier's look at the epoch",
            Self::Discard => "the discarding of what has not left",
            Self::TurnLease => "the look at a turn's lease",
            Self::Receipt => "receipts",
            Self::WriterOwns => "ownership for the person who writes",
            Self::Renotify => "the repeated notification",
            Self::Clock => "the next look",
            Self::Notice => "the notice to the customer",
            Self::QueueOrder => "the order of the queue",
            Self::UnknownOutcome => "the unknown outcome",
            Self::AttemptHolder => "the look at whose attempt it is",
            Self::Doubt => "the doubt about an attempt that was cut off",
            Self::LeaseEnd => "the end of leases",
            Self::ShownFence => "the turn's row as the fence of what is shown",
            Self::Shown => "the keeping of what was shown",
        })
    }
}
