//! What becomes of a conversation that nobody writes in, and of one whose customer writes again after it was resolved.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{AgentId, Owner};

/// The rules for afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct After {
    /// After how many hours without a word a conversation of the AI is resolved; `None` is never.
    pub resolve_ai_after_h: Option<u32>,
    /// The same for a conversation of people in which the customer has the last word to come.
    pub resolve_people_after_h: Option<u32>,
    /// Who has a conversation that its customer reopens.
    pub reopen_to: ReopenTo,
    /// Up to how many days after its end; a later message begins with the AI. `None` is for ever.
    pub reopen_within_d: Option<u32>,
    /// When people's conversations return to the AI by themselves.
    pub hand_back: HandBack,
}

/// Who has a conversation that its customer reopens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReopenTo {
    /// The AI.
    #[default]
    Ai,
    /// The last person who had it if they are on shift, else the queue.
    LastPerson,
    /// The queue.
    Queue,
}

/// When people's conversations return to the AI by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum HandBack {
    /// Only by a click.
    #[default]
    ByClick,
    /// Never, not by a click either.
    Never,
    /// When they are resolved: what comes next is the AI's.
    OnResolve,
    /// When nobody has written for so many minutes after a person's answer.
    AfterIdle {
        /// Minutes.
        minutes: u32,
    },
}

/// What a reopening depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reopening {
    /// Whether the channel's AI answers.
    pub autopilot: bool,
    /// Who had it last.
    pub owner: Owner,
    /// When it was resolved, or last changed.
    pub ended_at: DateTime<Utc>,
    /// Whoever had it last, if they are there and have room.
    pub on_shift: Option<AgentId>,
}

/// Longest idle time of a conversation that is resolved by itself: a year.
pub const HOURS_MAX: u32 = 8_760;
/// Longest time within which a message reopens a conversation.
pub const DAYS_MAX: u32 = 365;
/// Longest idle time before a conversation returns to the AI: thirty days.
pub const MINUTES_MAX: u32 = 43_200;

impl After {
    /// What is wrong with it: the field, and what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let idle = match self.hand_back {
            HandBack::AfterIdle { minutes } => Some(minutes),
            HandBack::ByClick | HandBack::Never | HandBack::OnResolve => None,
        };
        let times = [
            ("resolve_ai_after_h", self.resolve_ai_after_h, HOURS_MAX),
            ("resolve_people_after_h", self.resolve_people_after_h, HOURS_MAX),
            ("reopen_within_d", self.reopen_within_d, DAYS_MAX),
            ("hand_back.minutes", idle, MINUTES_MAX),
        ];
        let wrong = times.into_iter().filter(|(_, time, most)| time.is_some_and(|time| !(1..=*most).contains(&time)));
        wrong.map(|(field, _, most)| (field.to_owned(), format!("Write a whole number from 1 to {most}."))).collect()
    }

    /// Who has a conversation that its customer reopens now.
    pub fn reopened_for(&self, facts: Reopening, now: DateTime<Utc>) -> Owner {
        let ai = if facts.autopilot { Owner::Ai } else { Owner::Queue };
        let is_old = self.reopen_within_d.is_some_and(|days| now - facts.ended_at > TimeDelta::days(days.into()));
        if facts.owner == Owner::Ai || is_old || self.hand_back == HandBack::OnResolve {
            return ai;
        }
        match self.reopen_to {
            ReopenTo::Ai => ai,
            ReopenTo::Queue => Owner::Queue,
            ReopenTo::LastPerson => facts.on_shift.map_or(Owner::Queue, Owner::Agent),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_reopened_conversation_goes_where_somebody_is() {
        let ines = AgentId(Uuid::from_u128(1));
        let now = DateTime::from_timestamp(1_760_000_000, 0).expect("a time");
        let facts = Reopening {
            autopilot: true,
            owner: Owner::Agent(ines),
            ended_at: now - TimeDelta::days(3),
            on_shift: Some(ines),
        };
        let after = |reopen_to| After { reopen_to, reopen_within_d: Some(7), ..After::default() };
        assert_eq!(after(ReopenTo::Ai).reopened_for(facts, now), Owner::Ai);
        assert_eq!(after(ReopenTo::Ai).reopened_for(Reopening { autopilot: false, ..facts }, now), Owner::Queue);
        assert_eq!(after(ReopenTo::LastPerson).reopened_for(facts, now), Owner::Agent(ines));
        let gone = Reopening { on_shift: None, ..facts };
        assert_eq!(after(ReopenTo::LastPerson).reopened_for(gone, now), Owner::Queue);
        let old = Reopening { ended_at: now - TimeDelta::days(8), ..facts };
        assert_eq!(after(ReopenTo::LastPerson).reopened_for(old, now), Owner::Ai);
        let given_back = After { hand_back: HandBack::OnResolve, ..after(ReopenTo::Queue) };
        assert_eq!(given_back.reopened_for(facts, now), Owner::Ai);
    }
}
