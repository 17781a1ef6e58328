//! The sections of the settings, each with the rules of its page.

use serde_json::Value;

use crate::ai::llm::LanguageModel;
use crate::desk::erase::Retention;
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
    checked::<After>(),
    checked::<CustomerTexts>(),
    checked::<HandoffSettings>(),
    part::<LanguageModel>(),
    checked::<Ladder>(),
    checked::<OfficeHours>(),
    part::<Organisation>(),
    part::<Ratings>(),
    part::<Retention>(),
    checked::<Routing>(),
    checked::<Waiting>(),
];

/// A section that knows what is wrong with it beyond its types.
trait Checked: Section {
    fn problems(&self) -> Vec<(String, String)>;
}

macro_rules! checked {
    ($($section:ty)*) => {$(
        impl Checked for $section {
            fn problems(&self) -> Vec<(String, String)> {
                <$section>::problems(self)
            }
        }
    )*};
}

checked! { After CustomerTexts HandoffSettings Ladder OfficeHours Routing Waiting }

const fn checked<S: Checked>() -> Part {
    Part { name: S::NAME, default: default::<S>, check: check_all::<S> }
}

fn check_all<S: Checked>(value: Value) -> Result<Value, Vec<String>> {
    let section: S = serde_json::from_value(value).map_err(|error| vec![error.to_string()])?;
    let problems: Vec<String> = section.problems().into_iter().map(|(field, why)| format!("{field}: {why}")).collect();
    match problems.is_empty() {
        true => serde_json::to_value(section).map_err(|error| vec![error.to_string()]),
        false => Err(problems),
    }
}

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
    use serde_json::json;

    use super::*;

    #[test]
    fn a_section_is_checked_as_its_page_checks_it() {
        let part = |name| PARTS.iter().find(|part| part.name == name).expect("a section");
        let wrong = (part("waiting").check)(json!({ "first_reply_min": 0 })).expect_err("refused");
        assert_eq!(wrong, ["first_reply_min: Write 1 to 43200 minutes."]);
        assert!((part("after").check)(json!({ "reopen_within_d": 1_000 })).is_err());
        assert!((part("office_hours").check)(json!({ "standard": "00000000-0000-0000-0000-000000000001" })).is_err());
        assert!((part("routing").check)(json!({ "rules": [{ "to": { "kind": "unassigned" } }] })).is_err());
    }

    #[test]
    fn every_section_is_valid_as_it_is_before_anybody_saved_it() {
        for part in PARTS {
            let default = (part.default)();
            assert_eq!((part.check)(default.clone()), Ok(default), "{}", part.name);
        }
    }
}
