//! How the demo's conversations are written down.

use baton_adapters::contract::ChannelKind;

use crate::handoff::conversation::Outcome;
use crate::handoff::event::Sentiment;
use crate::store::message_details::Details;

use super::stories::HEADS;

/// A conversation to be played.
pub(super) struct Story {
    pub(super) channel: ChannelKind,
    pub(super) name: &'static str,
    /// Address on the channel; a visitor's is made up.
    pub(super) address: &'static str,
    pub(super) language: &'static str,
    pub(super) began_minutes_ago: i64,
    pub(super) lines: &'static [Line],
}

impl Story {
    /// What a message carries beside its text: the subject of a mail, and who got a copy.
    pub(super) fn head(&self, position: usize) -> Details {
        let head = HEADS.iter().find(|(address, ..)| *address == self.address && self.channel == ChannelKind::Email);
        let Some((_, subject, cc)) = head else { return Details::default() };
        let subject = if position == 0 { (*subject).to_owned() } else { format!("Re: {subject}") };
        let cc = cc.iter().map(|address| (*address).to_owned()).collect();
        Details { subject: Some(subject), cc, ..Details::default() }
    }
}

/// One line: how many minutes after the last one, and what happens.
pub(super) type Line = (i64, Turn);

/// What happens in a line.
pub(super) enum Turn {
    /// The customer writes.
    Customer(&'static str),
    /// The AI answers, from an article.
    Ai(&'static str, Option<&'static str>),
    /// The AI hands off instead of answering: what the detector or the AI found.
    HandOff(Why),
    /// The customer presses "talk to a person".
    Button,
    /// A person takes the conversation.
    TakeOver(Cast),
    /// A person writes.
    Person(Cast, &'static str),
    /// A person leaves a note.
    Note(Cast, &'static str),
    /// A person makes the team responsible.
    Team(Cast),
    /// A person gives it back to the AI.
    HandBack(Cast),
    /// A person puts it aside for so many hours.
    Snooze(Cast, i64),
    /// A person resolves it.
    Resolve(Cast, Outcome),
    /// The customer rates it.
    Rate(u8, &'static str),
}

/// What made the AI hand off.
pub(super) enum Why {
    /// The customer asked, in these words.
    Asked(&'static str),
    /// The customer lost patience.
    Angry(&'static str),
    /// A forbidden topic.
    Topic(&'static str),
    /// The AI does not know.
    Unknown(&'static str),
}

impl Why {
    pub(super) fn mood(&self) -> Sentiment {
        match self {
            Self::Angry(_) => Sentiment::Angry,
            Self::Asked(_) | Self::Topic(_) | Self::Unknown(_) => Sentiment::Neutral,
        }
    }
}

/// The people at the demo's desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cast {
    /// The admin.
    Ines,
    /// An agent.
    Omar,
    /// An agent.
    Lena,
}
