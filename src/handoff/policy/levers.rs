//! The levers of automatic handoff, and the levels that stand for settings of all of them.
//!
//! Invariant: a level is a plain set of levers. Whatever it does can be put by hand.

use serde::{Deserialize, Serialize};

use super::FRUSTRATION_FROM;

/// How soon the AI passes a conversation on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 0: never.
    AiOnly,
    /// 1: at once, when asked, when somebody is upset, when nothing moves.
    #[default]
    Quick,
    /// 2: after it has understood the problem and has the basics.
    Balanced,
    /// 3: after a clear problem and several attempts to solve it.
    AiFirst,
}

impl Level {
    /// Every level, from 0 up.
    pub const ALL: [Self; 4] = [Self::AiOnly, Self::Quick, Self::Balanced, Self::AiFirst];

    /// Its number.
    pub const fn number(self) -> u8 {
        match self {
            Self::AiOnly => 0,
            Self::Quick => 1,
            Self::Balanced => 2,
            Self::AiFirst => 3,
        }
    }

    /// The level with this number.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }

    /// The levers it stands for.
    pub const fn levers(self) -> Levers {
        let quick = Levers {
            enabled: true,
            on_request: true,
            on_frustration: true,
            sensitivity: Sensitivity::Medium,
            on_no_progress: true,
            attempts: 1,
            on_ai_decision: true,
            problem_first: false,
            details_first: false,
            solution_attempts_min: 0,
            turn_limit: 0,
        };
        match self {
            Self::AiOnly => Levers { enabled: false, ..quick },
            Self::Quick => quick,
            Self::Balanced => {
                Levers { sensitivity: Sensitivity::Low, attempts: 3, problem_first: true, details_first: true, ..quick }
            }
            Self::AiFirst => Levers {
                on_frustration: false,
                attempts: 4,
                problem_first: true,
                details_first: true,
                solution_attempts_min: 3,
                ..quick
            },
        }
    }
}

/// Every lever of automatic handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Levers {
    /// Master switch. Off: the AI never hands off by itself, and declines requests for a person.
    pub enabled: bool,
    /// Hand off when the customer asks for a person.
    pub on_request: bool,
    /// Hand off when the customer is losing patience.
    pub on_frustration: bool,
    /// How little of it is enough.
    pub sensitivity: Sensitivity,
    /// Hand off when the conversation gets nowhere.
    pub on_no_progress: bool,
    /// But not before the AI has answered this often.
    pub attempts: u8,
    /// Hand off when the AI says that it can not help.
    pub on_ai_decision: bool,
    /// Who asks for a person is first asked what it is about.
    pub problem_first: bool,
    /// The fields of the data collection are asked for before a handoff.
    pub details_first: bool,
    /// Who asks for a person gets this many attempts at a solution first; insisting counts as one.
    pub solution_attempts_min: u8,
    /// Hand off after this many answers, whatever was said. 0 is never.
    pub turn_limit: u16,
}

impl Default for Levers {
    fn default() -> Self {
        Level::default().levers()
    }
}

/// How little frustration is enough for a handoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Only open anger.
    Low,
    /// Anger and lost patience.
    #[default]
    Medium,
    /// Any sign of either.
    High,
}

impl Sensitivity {
    /// Every sensitivity, least first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The probability from which on it counts.
    pub const fn from(self) -> f32 {
        match self {
            Self::Low => 0.8,
            Self::Medium => FRUSTRATION_FROM,
            Self::High => 0.45,
        }
    }
}
