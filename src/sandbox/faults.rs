//! What can be made to go wrong at the stand-in providers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Something that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The provider answers nothing but errors, and takes nothing.
    Down,
    /// It takes its time.
    Slow,
    /// It wants to be left alone for a moment (429).
    Busy,
    /// It takes a message and its answer is lost.
    Lost,
    /// It calls twice for everything.
    Twice,
    /// What happens together is told in the wrong order.
    Shuffled,
}

impl Fault {
    /// Every fault, in the order of the page.
    pub const ALL: [Self; 6] = [Self::Down, Self::Slow, Self::Busy, Self::Lost, Self::Twice, Self::Shuffled];

    /// Its name in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Slow => "slow",
            Self::Busy => "busy",
            Self::Lost => "lost",
            Self::Twice => "twice",
            Self::Shuffled => "shuffled",
        }
    }

    /// What the phone's page calls it.
    pub const fn label(self) -> Option<&'static str> {
        Some(match self {
            Self::Down => "Provider down",
            Self::Slow => "Slow answers",
            Self::Busy => "Too many requests (429)",
            Self::Lost => "Lost answers",
            Self::Twice => "Webhooks twice",
            Self::Shuffled => "Webhooks out of order",
        })
    }

    /// What the mail client's page calls it. A mailbox numbers its mails, so that no order can be lost there.
    pub const fn label_of_mail(self) -> Option<&'static str> {
        Some(match self {
            Self::Down => "Mail server down",
            Self::Slow => "Slow answers",
            Self::Busy => "Busy: try again later (451)",
            Self::Lost => "Lost answers",
            Self::Twice => "Mails twice",
            Self::Shuffled => return None,
        })
    }
}

/// Which faults are on. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<[AtomicBool; Fault::ALL.len()]>);

impl Faults {
    /// Whether a fault is on.
    pub fn is_on(&self, fault: Fault) -> bool {
        self.place(fault).is_some_and(|place| place.load(Ordering::Relaxed))
    }

    /// Switches a fault.
    pub fn set(&self, fault: Fault, on: bool) {
        if let Some(place) = self.place(fault) {
            place.store(on, Ordering::Relaxed);
        }
    }

    fn place(&self, fault: Fault) -> Option<&AtomicBool> {
        let at = Fault::ALL.iter().position(|known| *known == fault)?;
        self.0.get(at)
    }
}
