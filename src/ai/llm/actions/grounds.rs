//! Whether somebody gave the values a model wants to call something with.
//!
//! A value the customer did not write and no earlier call answered was made up, or comes from a text that tries to steer the
//! model. No call is made with one.

use std::collections::HashSet;

use serde_json::Value;

use super::{Action, Arguments, Kind};

/// From this length on a value may be written with other signs between its letters: "20 318", "+49-170".
const SPREAD_MIN: usize = 5;

/// What has been said that a value may come from.
#[derive(Debug, Default)]
pub struct Grounds {
    words: HashSet<String>,
    letters: String,
}

impl Grounds {
    /// Adds a text.
    pub fn add(&mut self, text: &str) {
        let text = text.to_lowercase();
        self.words
            .extend(text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned));
        self.letters.push('\n');
        self.letters.extend(text.chars().filter(|c| c.is_alphanumeric()));
    }

    /// Whether every value was given.
    ///
    /// # Errors
    /// In words for the model.
    pub fn check(&self, action: &Action, arguments: &Arguments) -> Result<(), String> {
        for parameter in &action.parameters {
            let Some(value) = arguments.0.get(&parameter.name) else { continue };
            let free = !parameter.choices.is_empty() || parameter.kind == Kind::Boolean;
            // The customer reads the words of a call that changes something before they agree; its numbers must be theirs.
            let known = free || if action.changes { self.knows_figures(value) } else { self.knows(value) };
            if !known {
                let name = &parameter.name;
                return Err(format!(
                    "Nobody gave the value of {name}. Ask the customer for it, or leave the call out."
                ));
            }
        }
        Ok(())
    }

    fn knows(&self, value: &Value) -> bool {
        let text = super::plain(value).to_lowercase();
        let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        if letters.is_empty() {
            return false;
        }
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.all(|word| self.words.contains(word))
            || (letters.chars().count() >= SPREAD_MIN && self.letters.contains(&letters))
    }

    fn knows_figures(&self, value: &Value) -> bool {
        let text = super::plain(value);
        let mut figures = text.split_whitespace().filter(|word| word.chars().any(|c| c.is_ascii_digit() || c == '@'));
        figures.all(|word| self.knows(&Value::String(word.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::super::openapi::{actions, tests::shop};
    use super::*;
    use serde_json::json;

    #[test]
    fn only_values_somebody_gave_are_called_with() {
        let actions = actions(&shop().to_string()).expect("actions");
        let mut grounds = Grounds::default();
        grounds.add("Where is my order #20 318? Not 7.");
        grounds.add("{\"parcel\":\"JD0146\"}");
        let look_up = |number: i64| {
            let arguments = actions[0].arguments(&json!({ "number": number })).expect("arguments");
            grounds.check(&actions[0], &arguments)
        };
        assert_eq!((look_up(20318), look_up(7)), (Ok(()), Ok(())));
        for made_up in [20319, 1, 203, 31] {
            assert!(look_up(made_up).is_err(), "{made_up}");
        }
        assert!(grounds.knows(&json!("JD-0146")));
        assert!(!grounds.knows(&json!("maya@example.com")) && !grounds.knows(&json!("…")));
    }
}
