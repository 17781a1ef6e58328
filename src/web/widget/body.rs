//! JSON that callers send, and the free facts in it. Refused with words that name the field; unknown fields are ignored.

use std::convert::Infallible;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::refusal::Problem;

/// Longest JSON a caller may send, in bytes.
const JSON_BYTES_MAX: usize = 256 * 1024;
/// Most free facts about a contact or a conversation.
const FACTS_MAX: usize = 50;
/// Longest name of a fact, in characters.
const FACT_NAME_CHARS_MAX: usize = 100;
/// Longest fact, in characters.
const FACT_CHARS_MAX: usize = 2_000;

/// A request's JSON, read and not judged yet: a caller without a token is told so first.
pub(super) struct SentJson(Result<BytesMut, Problem>);

impl SentJson {
    /// The JSON as what it must be.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Problem> {
        let bytes = self.0?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let unusable = |why: serde_json::Error| Problem::Invalid(format!("The JSON can not be used: {why}."));
        let value: Value = serde_json::from_slice(bytes).map_err(unusable)?;
        // No database keeps it in a text, so it is refused at the door.
        if holds_nul(&value) {
            return Err(Problem::Invalid("The JSON holds the character U+0000. Leave it out.".into()));
        }
        T::deserialize(value).map_err(unusable)
    }
}

impl FromRequest for SentJson {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        Box::pin(async move { Ok(Self(collect(payload).await)) })
    }
}

async fn collect(mut payload: Payload) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|why| Problem::Invalid(format!("The request broke off: {why}.")))?;
        if bytes.len() + chunk.len() > JSON_BYTES_MAX {
            return Err(Problem::TooLarge(format!("The JSON is too long. Send at most {JSON_BYTES_MAX} bytes.")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Checks free facts: text, numbers, truth values and nulls, not too many and not too long.
pub(super) fn facts(field: &str, facts: Option<Map<String, Value>>) -> Result<Map<String, Value>, Problem> {
    let facts = facts.unwrap_or_default();
    if facts.len() > FACTS_MAX {
        return Err(Problem::Invalid(format!("{field} holds too much. Send at most {FACTS_MAX} fields.")));
    }
    for (name, value) in &facts {
        if name.chars().count() > FACT_NAME_CHARS_MAX {
            return Err(Problem::Invalid(format!(
                "A name in {field} is longer than {FACT_NAME_CHARS_MAX} characters."
            )));
        }
        match value {
            Value::Array(_) | Value::Object(_) => {
                return Err(Problem::Invalid(format!("{field}.{name} must be a text, a number, true, false or null.")));
            }
            Value::String(text) if text.chars().count() > FACT_CHARS_MAX => {
                return Err(Problem::Invalid(format!("{field}.{name} is longer than {FACT_CHARS_MAX} characters.")));
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }
    Ok(facts)
}

/// A short text such as a name: trimmed, `None` if nothing is left.
pub(super) fn short(field: &str, value: Option<String>) -> Result<Option<String>, Problem> {
    let value = value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    if value.as_ref().is_some_and(|value| value.chars().count() > FACT_CHARS_MAX) {
        return Err(Problem::Invalid(format!("{field} is longer than {FACT_CHARS_MAX} characters.")));
    }
    Ok(value)
}

/// An email address, as far as one can be told from its looks.
pub(super) fn email(value: Option<String>) -> Result<Option<String>, Problem> {
    let Some(value) = short("email", value)? else { return Ok(None) };
    let plausible = value.len() <= 254
        && !value.chars().any(|c| c.is_whitespace() || c.is_control())
        && value.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if plausible {
        Ok(Some(value))
    } else {
        Err(Problem::Invalid("email must be an address such as maya@example.com.".into()))
    }
}

/// A BCP-47 tag by its form (RFC 5646 section 2.1), `None` for anything else.
pub(super) fn language(value: Option<&str>) -> Option<String> {
    let tag = value?.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let first = parts.next()?;
    let fits = (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (fits && tag.len() <= 35).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_flat_and_bounded() {
        let map = |json: Value| json.as_object().cloned();
        assert!(
            facts("customData", map(serde_json::json!({"plan": "pro", "seats": 3, "beta": true, "x": null}))).is_ok()
        );
        assert!(facts("customData", map(serde_json::json!({"nested": {"a": 1}}))).is_err());
        assert!(facts("customData", map(serde_json::json!({"list": [1]}))).is_err());
        assert!(facts("customData", map(serde_json::json!({"long": "x".repeat(2_001)}))).is_err());
        let many: Map<String, Value> = (0..51).map(|i| (i.to_string(), Value::Null)).collect();
        assert!(facts("customData", Some(many)).is_err());
    }

    #[test]
    fn languages_and_addresses_are_told_by_their_form() {
        assert_eq!(language(Some("pt_BR")).as_deref(), Some("pt-BR"));
        assert_eq!(language(Some("de")).as_deref(), Some("de"));
        assert_eq!(language(Some("<script>")), None);
        assert_eq!(language(Some("")), None);
        assert!(email(Some("maya@example.com".into())).is_ok_and(|email| email.is_some()));
        assert!(email(Some("maya".into())).is_err());
        assert!(email(Some("maya@exa mple.com".into())).is_err());
    }
}
