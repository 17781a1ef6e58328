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
    /// What becomes of a conversation that people have only because the AI failed.
    pub ai_failed: AiFailed,
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

/// What becomes of a conversation that went to people only because the AI failed, and that nobody has noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AiFailed {
    /// It waits for a person.
    Stays,
    /// It returns to the AI, once, if the AI answers again.
    Returns {
        /// Minutes it waits for a person before.
        after_min: u32,
    },
}

impl Default for AiFailed {
    /// A customer who could be answered does not wait all night for a disturbance of ten seconds.
    fn default() -> Self {
        Self::Returns { after_min: 5 }
    }
}

/// Whether the AI can answer, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fitness {
    /// It has answered since it last failed.
    Well,
    /// It has not been asked since it last failed, or was never asked.
    Untried {
        /// When it last failed.
        failed_at: Option<DateTime<Utc>>,
    },
    /// It can not be asked now.
    Down,
}

/// Which conversations may return to an AI that had failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returning {
    /// Those handed off until then.
    pub handed_off_until: DateTime<Utc>,
    /// How many at once.
    pub most: u64,
}

/// Conversations that return at once to an AI that is well. The next round goes on.
const RETURNING_MAX: u64 = 20;

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
        let failed = match self.ai_failed {
            AiFailed::Returns { after_min } => Some(after_min),
            AiFailed::Stays => None,
        };
        let times = [
            ("resolve_ai_after_h", self.resolve_ai_after_h, HOURS_MAX),
            ("resolve_people_after_h", self.resolve_people_after_h, HOURS_MAX),
            ("reopen_within_d", self.reopen_within_d, DAYS_MAX),
            ("hand_back.minutes", idle, MINUTES_MAX),
            ("ai_failed.after_min", failed, MINUTES_MAX),
        ];
        let wrong = times.into_iter().filter(|(_, time, most)| time.is_some_and(|time| !(1..=*most).contains(&time)));
        wrong.map(|(field, _, most)| (field.to_owned(), format!("Write a whole number from 1 to {most}."))).collect()
    }

    /// Which conversations may return now to an AI that had failed. One that is untried gets a single one, so that an AI that
    /// is still broken disappoints one customer and not all of them.
    pub fn returning(&self, fitness: Fitness, now: DateTime<Utc>) -> Option<Returning> {
        let AiFailed::Returns { after_min } = self.ai_failed else { return None };
        let handed_off_until = now - TimeDelta::minutes(after_min.into());
        match fitness {
            Fitness::Down => None,
            Fitness::Untried { failed_at: Some(at) } if at > handed_off_until => None,
            Fitness::Untried { .. } => Some(Returning { handed_off_until, most: 1 }),
            Fitness::Well => Some(Returning { handed_off_until, most: RETURNING_MAX }),
        }
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

    #[test]
    fn f14_an_ai_that_is_untried_gets_one_conversation_back_and_one_that_is_down_none() {
        let now = DateTime::from_timestamp(1_760_000_000, 0).expect("a time");
        let ago = |minutes| now - TimeDelta::minutes(minutes);
        let most = |after: After, fitness| after.returning(fitness, now).map(|returning| returning.most);
        let returns = After { ai_failed: AiFailed::Returns { after_min: 5 }, ..After::default() };
        assert_eq!(returns, After::default(), "it is what happens where nothing is set");
        assert_eq!(returns.returning(Fitness::Well, now).map(|which| which.handed_off_until), Some(ago(5)));
        assert_eq!(most(returns, Fitness::Well), Some(RETURNING_MAX));
        assert_eq!(most(returns, Fitness::Untried { failed_at: None }), Some(1), "after a restart nobody knows");
        assert_eq!(most(returns, Fitness::Untried { failed_at: Some(ago(5)) }), Some(1));
        assert_eq!(most(returns, Fitness::Untried { failed_at: Some(ago(4)) }), None, "it failed only just now");
        assert_eq!(most(returns, Fitness::Down), None);
        let stays = After { ai_failed: AiFailed::Stays, ..After::default() };
        assert_eq!(most(stays, Fitness::Well), None);
        assert_eq!(stays.problems(), []);
        let never = After { ai_failed: AiFailed::Returns { after_min: 0 }, ..After::default() };
        assert_eq!(never.problems()[0].0, "ai_failed.after_min");
    }
}
