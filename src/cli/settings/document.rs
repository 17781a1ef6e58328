//! The file: its parts in the order they are written, and TOML in and out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::handoff::people::Role;

/// What stands above everything.
const OPENING: &str = "# Baton's settings. `baton settings import FILE` brings an installation to them, `--dry-run` says what would change.\n\
                       # Secrets are not here: each names the environment variable that an import reads it from.\n\n";

/// Everything admins decide.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Document {
    /// The people, by address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<AgentEntry>,
    /// The teams, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamEntry>,
    /// The channels, by token.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelEntry>,
    /// Where secrets of the sections come from: name, then `env:VARIABLE`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// The sections by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Value>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgentEntry {
    pub email: String,
    pub name: String,
    pub role: Role,
    #[serde(default = "yes")]
    pub active: bool,
    /// How many open conversations they take at a time; without it, any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamEntry {
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// Addresses.
    #[serde(default)]
    pub members: Vec<String>,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelEntry {
    pub kind: String,
    pub name: String,
    /// The public name in addresses and widget tags, by which a channel is known again.
    pub token: String,
    #[serde(default = "yes")]
    pub autopilot: bool,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default = "nothing")]
    pub settings: Value,
    /// Name of the secret, then `env:VARIABLE`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
}

impl Document {
    /// Reads a file.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Writes the file: the same settings give the same bytes.
    pub fn write(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map(|text| format!("{OPENING}{text}")).map_err(|error| error.to_string())
    }
}

/// TOML has no null: what is not set is left out.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(items) => {
            Value::Array(items.into_iter().filter(|item| !item.is_null()).map(without_nulls).collect())
        }
        other => other,
    }
}

fn yes() -> bool {
    true
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_read_as_it_was_written() {
        let settings = json!({"texts": {"a": "two\nlines", "b": ""}, "levels": [{"n": 1}, {"n": 2}], "share": 0.25});
        let document = Document {
            agents: vec![AgentEntry {
                email: "ines@example.com".into(),
                name: "Ines".into(),
                role: Role::Admin,
                active: true,
                capacity: Some(6),
            }],
            settings: [("handoff".to_owned(), settings)].into(),
            ..Document::default()
        };
        let text = document.write().expect("TOML");
        let read = Document::read(&text).expect("the same");
        assert_eq!(read, document);
        assert_eq!(read.write().expect("TOML"), text);
    }

    #[test]
    fn a_misspelt_name_is_refused_with_its_place() {
        let why = Document::read("[[teams]]\nname = \"Repairs\"\nmember = []\n").expect_err("refused");
        assert!(why.contains("member") && why.contains("line 3"), "{why}");
    }

    #[test]
    fn what_is_not_set_is_left_out() {
        assert_eq!(without_nulls(json!({"a": null, "b": [null, {"c": null}]})), json!({"b": [{}]}));
    }
}
