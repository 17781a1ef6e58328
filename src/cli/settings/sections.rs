//! The sections of the settings, each with the rules of its page.

use serde_json::Value;

use crate::ai::llm::LanguageModel;
use crate::desk::settings::{CustomerTexts, Organisation, Ratings};
use crate::handoff::after::After;
use crate::handoff::escalation::Ladder;
use crate::handoff::hours::OfficeHours;
use crate::handoff::policy::HandoffSettings;
use crate::handoff::routing::Routing;
use crate::handoff::waiting::Waiting;
use crate::store::settings::Section;

/// One section.
pub(super) struct Part {
    /// Its name in the table and in the file.
    pub name: &'static str,
    /// What is there before anything was saved.
    pub default: fn() -> Value,
    /// The same with everything that was left out, or what is wrong with it.
    pub check: fn(Value) -> Result<Value, Vec<String>>,
}

/// Every section, in the order of their names.
pub(super) const PARTS: &[Part] = &[
    part::<After>(),
    part::<CustomerTexts>(),
    part::<HandoffSettings>(),
    part::<LanguageModel>(),
    part::<Ladder>(),
    part::<OfficeHours>(),
    part::<Organisation>(),
    part::<Ratings>(),
    part::<Routing>(),
    part::<Waiting>(),
];

const fn part<S: Section>() -> Part {
    Part { name: S::NAME, default: default::<S>, check: check::<S> }
}

fn default<S: Section>() -> Value {
    serde_json::to_value(S::default()).unwrap_or_default()
}

fn check<S: Section>(value: Value) -> Result<Value, Vec<String>> {
    let section: S = serde_json::from_value(value).map_err(|error| vec![error.to_string()])?;
    serde_json::to_value(section).map_err(|error| vec![error.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_valid_as_it_is_before_anybody_saved_it() {
        for part in PARTS {
            let default = (part.default)();
            assert_eq!((part.check)(default.clone()), Ok(default), "{}", part.name);
        }
    }
}
