//! People, teams and channels inside settings: by id in the database, by name in the file.
//!
//! A reference is written `@agent/ines@example.com`, `@team/Repairs` or `@channel/Shop chat`. Where two channels have one name, their tokens
//! are written instead.

use std::collections::HashMap;

use serde_json::Value;

/// What is known by a name.
const KINDS: [&str; 3] = ["@agent/", "@team/", "@channel/"];

/// The names of an installation.
#[derive(Debug, Default)]
pub(super) struct References {
    by_id: HashMap<String, String>,
    by_name: HashMap<String, String>,
}

impl References {
    /// Adds somebody or something; `kind` is `agent`, `team` or `channel`.
    pub fn add(&mut self, kind: &str, name: &str, id: &str) {
        let name = format!("@{kind}/{name}");
        self.by_id.entry(id.to_owned()).or_insert_with(|| name.clone());
        self.by_name.insert(name, id.to_owned());
    }

    /// Ids become names.
    pub fn named(&self, value: Value) -> Value {
        replaced(value, &mut |text| self.by_id.get(text).cloned())
    }

    /// Names become ids. What has no id is told in `problems`.
    pub fn resolved(&self, value: Value, place: &str, problems: &mut Vec<String>) -> Value {
        replaced(value, &mut |text| {
            let id = self.by_name.get(text).cloned();
            if id.is_none() && KINDS.iter().any(|kind| text.starts_with(kind)) {
                problems.push(format!("{place}: there is no {}", text.trim_start_matches('@').replacen('/', " ", 1)));
            }
            id
        })
    }
}

/// The same with other texts, names of members too.
fn replaced(value: Value, other: &mut impl FnMut(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => Value::String(other(&text).unwrap_or(text)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| replaced(item, other)).collect()),
        Value::Object(members) => Value::Object(
            members.into_iter().map(|(name, value)| (other(&name).unwrap_or(name), replaced(value, other))).collect(),
        ),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_stands_for_an_id_wherever_it_is() {
        let mut references = References::default();
        references.add("team", "Repairs", "0198");
        let stored = json!({"target": "0198", "of": {"0198": 3}, "text": "0198 is a number"});
        let named = references.named(stored.clone());
        assert_eq!(named, json!({"target": "@team/Repairs", "of": {"@team/Repairs": 3}, "text": "0198 is a number"}));
        let mut problems = Vec::new();
        assert_eq!(references.resolved(named, "handoff", &mut problems), stored);
        references.resolved(json!(["@team/Sales"]), "handoff", &mut problems);
        assert_eq!(problems, ["handoff: there is no team Sales"]);
    }
}
