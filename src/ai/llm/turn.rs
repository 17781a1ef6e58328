//! What a model is asked for: one JSON object a turn.
//!
//! The same object is asked of every provider, by schema or as the input of one tool, and calls of actions are part of it:
//! servers that follow a schema strictly can not call a tool beside it, and small ones can not call tools at all.
//!
//! The members stand in the order in which they are needed. `handoff` and `action` come first, because they keep a reply from
//! the customer; `reply` comes last, because it is streamed.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::actions::Action;
use super::error::quoted;
use crate::handoff::event::Sentiment;

/// Longest reply, in characters.
pub const REPLY_CHARS_MAX: usize = 8_000;

/// A model's turn.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Turn {
    /// Its wish that a person goes on.
    pub handoff: Option<Wish>,
    /// What it wants to call.
    pub action: Option<Wanted>,
    /// The customer's language.
    pub language: String,
    /// The customer's mood, as a word.
    pub sentiment: String,
    /// Whether nothing is left to do.
    pub resolved: bool,
    /// The passages the reply rests on.
    pub citations: Vec<String>,
    /// What the customer is told.
    pub reply: String,
}

/// A wish to hand off.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// Why, as a word.
    pub reason: String,
    /// Why, for the person who goes on.
    pub explanation: String,
}

/// A call the model wants to make.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Which action.
    pub name: String,
    /// Its arguments: a JSON object, or one written out as a string.
    pub arguments: Value,
}

impl Turn {
    /// Reads the object out of a model's text, whatever it wrote around it.
    ///
    /// # Errors
    /// In words, where there is no such object.
    pub fn read(text: &str) -> Result<Self, String> {
        let start = text.find('{').ok_or_else(|| format!("it is no JSON object: “{}”", quoted(text)))?;
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Self>();
        match values.next() {
            Some(Ok(turn)) if turn.reply.chars().count() > REPLY_CHARS_MAX => {
                Err(format!("the reply is longer than {REPLY_CHARS_MAX} characters"))
            }
            Some(Ok(turn)) => Ok(turn),
            Some(Err(error)) => Err(error.to_string()),
            None => Err("it is empty".to_owned()),
        }
    }

    /// The customer's mood.
    pub fn mood(&self) -> Sentiment {
        match self.sentiment.as_str() {
            "angry" => Sentiment::Angry,
            "happy" => Sentiment::Happy,
            _ => Sentiment::Neutral,
        }
    }

    /// The customer's language as a tag, if it is one.
    pub fn tag(&self) -> Option<String> {
        let tag = self.language.trim();
        let fits = (2..=16).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        fits.then(|| tag.to_owned())
    }
}

impl Wish {
    /// Why, in words for the person who goes on.
    pub fn words(&self) -> String {
        let why = quoted(&self.explanation);
        let reason = match self.reason.as_str() {
            "asked_for_person" => "The customer asks for a person",
            "upset" => "The customer is upset",
            "not_known" => "The knowledge does not answer it",
            "not_allowed" => "The AI may not do this",
            "no_progress" => "The conversation makes no progress",
            _ => "The AI passes it on",
        };
        if why.is_empty() { reason.to_owned() } else { format!("{reason}: {why}") }
    }
}

/// The schema of [`Turn`], in the strict form: every member required, none besides. Written as text, because servers follow the
/// order of the members and a map would sort them.
pub fn schema(actions: &[Action]) -> Box<RawValue> {
    let names: Vec<&str> = actions.iter().map(|action| action.name.as_str()).collect();
    let call =
        object(&[("name", json!({ "type": "string", "enum": names }).to_string()), ("arguments", STRING.into())]);
    let reasons = ["asked_for_person", "upset", "not_known", "not_allowed", "no_progress", "other"];
    let reason = json!({ "type": "string", "enum": reasons }).to_string();
    let handoff = object(&[("reason", reason), ("explanation", STRING.into())]);
    let members = [
        ("handoff", or_null(&handoff)),
        ("action", or_null(&call)),
        ("language", STRING.into()),
        ("sentiment", json!({ "type": "string", "enum": ["angry", "neutral", "happy"] }).to_string()),
        ("resolved", json!({ "type": "boolean" }).to_string()),
        ("citations", json!({ "type": "array", "items": { "type": "string" } }).to_string()),
        ("reply", STRING.into()),
    ];
    let offered: Vec<(&str, String)> =
        members.into_iter().filter(|(name, _)| *name != "action" || !actions.is_empty()).collect();
    // What is put together here is JSON; an empty schema would only mean that the server checks nothing.
    RawValue::from_string(object(&offered)).unwrap_or_default()
}

const STRING: &str = "{\"type\":\"string\"}";

fn object(members: &[(&str, String)]) -> String {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Vec<String> = members.iter().map(|(name, schema)| format!("\"{name}\":{schema}")).collect();
    format!(
        "{{\"type\":\"object\",\"properties\":{{{}}},\"required\":{},\"additionalProperties\":false}}",
        properties.join(","),
        json!(names)
    )
}

fn or_null(schema: &str) -> String {
    format!("{{\"anyOf\":[{schema},{{\"type\":\"null\"}}]}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_reply_back_is_asked_for_before_the_reply() {
        let schema = schema(&[]).get().to_owned();
        let place = |name: &str| schema.find(&format!("\"{name}\":{{")).expect("a member");
        assert!(place("handoff") < place("language") && place("citations") < place("reply"), "{schema}");
        assert!(!schema.contains("\"action\""), "nothing to call, nothing offered");
        let parsed: Value = serde_json::from_str(&schema).expect("JSON");
        assert_eq!(parsed["required"].as_array().expect("a list").len(), 6);
    }

    #[test]
    fn a_turn_is_found_in_whatever_stands_around_it() {
        let turn =
            Turn::read("Sure!\n```json\n{\"handoff\":null,\"reply\":\"Two days.\",\"more\":1}\n```").expect("a turn");
        assert_eq!((turn.reply.as_str(), turn.mood()), ("Two days.", Sentiment::Neutral));
        assert_eq!(turn.handoff, None);
        for wrong in ["", "Two days.", "{\"reply\":\"cut of", "{\"reply\":[1]}", "{\"reply\":\"a\",\"reply\":\"b\"}"] {
            assert!(Turn::read(wrong).is_err(), "{wrong}");
        }
        assert!(Turn::read(&format!("{{\"reply\":\"{}\"}}", "x".repeat(REPLY_CHARS_MAX + 1))).is_err());
    }

    #[test]
    fn a_language_is_a_tag_or_nothing() {
        let tag = |language: &str| Turn { language: language.into(), ..Turn::default() }.tag();
        assert_eq!(tag("pt-BR").as_deref(), Some("pt-BR"));
        assert_eq!((tag(""), tag("<b>"), tag("the language is English")), (None, None, None));
    }
}
