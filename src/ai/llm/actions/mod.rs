//! HTTP calls the model may ask for, described by the admin in OpenAPI.
//!
//! May not be called by the model: it names an action and arguments, and what becomes of that is decided here. Invariants:
//! only described calls are made, with values somebody gave ([`grounds`]); a call that changes something is made after the
//! customer said yes to exactly that call ([`confirm`]); secrets are put in at the last moment and stand in no prompt.

pub mod call;
pub mod confirm;
pub mod grounds;
pub mod openapi;

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

/// A call that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name: the operation id.
    pub name: String,
    /// What it does.
    pub summary: String,
    /// The HTTP method.
    pub method: http::Method,
    /// The server's address.
    pub base: Url,
    /// The path, with `{parameters}`.
    pub path: String,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// What it must be signed with: names of [`Scheme`]s.
    pub security: Vec<Scheme>,
    /// Whether it changes anything, so that the customer must agree.
    pub changes: bool,
}

/// Something a call takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub place: Place,
    /// What it is for.
    pub description: String,
    /// Whether the call needs it.
    pub required: bool,
    /// What kind of value it is.
    pub kind: Kind,
    /// The values there are, if they are few.
    pub choices: Vec<String>,
    /// The value it always has, where the admin fixed it.
    pub fixed: Option<String>,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into the JSON body.
    Body,
    /// Into the query, always with the same value.
    Fixed,
}

/// What kind of value a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
}

impl Kind {
    /// As OpenAPI calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// How a call is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The name its secret is kept under.
    pub name: String,
    /// Where the secret goes.
    pub carrier: Carrier,
}

/// Where a secret goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: Basic …`; the secret is `user:password`.
    Basic,
    /// A header of its own.
    Header(String),
    /// A member of the query.
    Query(String),
}

/// Values for an action's parameters, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments(pub BTreeMap<String, Value>);

/// Longest value.
const VALUE_CHARS_MAX: usize = 500;

impl Action {
    /// Checks what a model gave as arguments.
    ///
    /// # Errors
    /// In words for the model, which may try again.
    pub fn arguments(&self, given: &Value) -> Result<Arguments, String> {
        let parsed = match given {
            Value::String(text) if text.trim().is_empty() => Value::Object(serde_json::Map::new()),
            Value::String(text) => {
                serde_json::from_str(text).map_err(|why| format!("The arguments are no JSON object: {why}"))?
            }
            other => other.clone(),
        };
        let Value::Object(given) = parsed else { return Err("The arguments must be a JSON object.".to_owned()) };
        let mut checked = BTreeMap::new();
        for parameter in self.parameters.iter().filter(|parameter| parameter.place != Place::Fixed) {
            match given.get(&parameter.name).filter(|value| !value.is_null()) {
                Some(value) => {
                    checked.insert(parameter.name.clone(), parameter.check(value)?);
                }
                None if parameter.required => return Err(format!("The argument {} is missing.", parameter.name)),
                None => {}
            }
        }
        match given.keys().find(|name| !checked.contains_key(*name) && !given[*name].is_null()) {
            Some(unknown) => Err(format!("There is no argument {unknown}.")),
            None => Ok(Arguments(checked)),
        }
    }
}

impl Parameter {
    fn check(&self, value: &Value) -> Result<Value, String> {
        let name = &self.name;
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err(format!("The argument {name} must be a single value.")),
        };
        if text.chars().count() > VALUE_CHARS_MAX || text.chars().any(char::is_control) {
            return Err(format!("The argument {name} must be one line of at most {VALUE_CHARS_MAX} characters."));
        }
        if text.is_empty() || (self.place == Place::Path && matches!(text.as_str(), "." | "..")) {
            return Err(format!("The argument {name} can not be “{text}”."));
        }
        if !self.choices.is_empty() && !self.choices.contains(&text) {
            return Err(format!("The argument {name} must be one of {}.", self.choices.join(", ")));
        }
        let wrong = || format!("The argument {name} must be of the type {}.", self.kind.as_str());
        Ok(match self.kind {
            Kind::Text => Value::String(text),
            Kind::Integer => text.parse::<i64>().map_err(|_| wrong())?.into(),
            Kind::Number => serde_json::Number::from_f64(text.parse().map_err(|_| wrong())?).ok_or_else(wrong)?.into(),
            Kind::Boolean => text.parse::<bool>().map_err(|_| wrong())?.into(),
        })
    }
}

impl Arguments {
    /// As people read them.
    pub fn words(&self) -> String {
        let words: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect();
        words.join(", ")
    }
}

/// A single value without the quotation marks of JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
