//! How domain types are written in columns.

use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::LikeExpr;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::handoff::conversation::OpenHandoff;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, Author, HandoffId, Owner, Status};

use super::StoreError;

/// The word serde gives an enum without data.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => unreachable_word(),
    }
}

/// Only enums whose variants carry no data are written by [`word`]; every one of them is in the round-trip test.
fn unreachable_word() -> String {
    String::from("unknown")
}

pub(super) fn read_word<T: DeserializeOwned>(column: &'static str, word: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| StoreError::Unreadable { column, value: word.to_owned() })
}

pub(super) fn read_json<T: DeserializeOwned>(column: &'static str, value: serde_json::Value) -> Result<T, StoreError> {
    let text = value.to_string();
    serde_json::from_value(value).map_err(|_| StoreError::Unreadable { column, value: text })
}

pub(super) fn json<T: Serialize>(column: &'static str, value: &T) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::Unreadable { column, value: error.to_string() })
}

/// A pattern that finds the words as they are: `%` and `_` mean themselves.
pub(super) fn containing(words: &str) -> LikeExpr {
    let literal = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    LikeExpr::new(format!("%{literal}%")).escape('\\')
}

pub(super) fn owner_columns(owner: Owner) -> (String, Option<Uuid>) {
    match owner {
        Owner::Ai => ("ai".into(), None),
        Owner::Queue => ("queue".into(), None),
        Owner::Agent(agent) => ("agent".into(), Some(agent.0)),
    }
}

pub(super) fn read_owner(kind: &str, agent: Option<Uuid>) -> Result<Owner, StoreError> {
    match (kind, agent) {
        ("ai", _) => Ok(Owner::Ai),
        ("queue", _) => Ok(Owner::Queue),
        ("agent", Some(agent)) => Ok(Owner::Agent(AgentId(agent))),
        (other, _) => Err(StoreError::Unreadable { column: "owner_kind", value: other.to_owned() }),
    }
}

pub(super) fn status_columns(status: Status) -> (String, Option<DateTimeUtc>, Option<String>) {
    match status {
        Status::Open => ("open".into(), None, None),
        Status::Snoozed { until } => ("snoozed".into(), Some(until), None),
        Status::Resolved { outcome } => ("resolved".into(), None, Some(word(&outcome))),
    }
}

pub(super) fn read_status(
    status: &str,
    until: Option<DateTimeUtc>,
    outcome: Option<&str>,
) -> Result<Status, StoreError> {
    match (status, until, outcome) {
        ("open", _, _) => Ok(Status::Open),
        ("snoozed", Some(until), _) => Ok(Status::Snoozed { until }),
        ("resolved", _, Some(outcome)) => Ok(Status::Resolved { outcome: read_word("outcome", outcome)? }),
        (other, _, _) => Err(StoreError::Unreadable { column: "status", value: other.to_owned() }),
    }
}

pub(super) fn read_handoff(id: Option<Uuid>, acknowledged: bool) -> Option<OpenHandoff> {
    id.map(|id| OpenHandoff { id: HandoffId(id), acknowledged })
}

pub(super) fn author_columns(author: Author) -> (String, Option<Uuid>) {
    match author {
        Author::Contact => ("contact".into(), None),
        Author::Ai => ("ai".into(), None),
        Author::Agent(agent) => ("agent".into(), Some(agent.0)),
        Author::System => ("system".into(), None),
    }
}

pub(super) fn read_author(kind: &str, agent: Option<Uuid>) -> Result<Author, StoreError> {
    match (kind, agent) {
        ("contact", _) => Ok(Author::Contact),
        ("ai", _) => Ok(Author::Ai),
        ("system", _) => Ok(Author::System),
        ("agent", Some(agent)) => Ok(Author::Agent(AgentId(agent))),
        (other, _) => Err(StoreError::Unreadable { column: "author_kind", value: other.to_owned() }),
    }
}

pub(super) fn actor_columns(actor: Actor) -> (String, Option<Uuid>) {
    match actor {
        Actor::Contact => ("contact".into(), None),
        Actor::Ai => ("ai".into(), None),
        Actor::System => ("system".into(), None),
        Actor::Agent(agent) => ("agent".into(), Some(agent.0)),
    }
}

pub(super) fn read_actor(kind: &str, agent: Option<Uuid>) -> Result<Actor, StoreError> {
    read_author(kind, agent).map(Actor::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handoff::conversation::Outcome;
    use crate::handoff::event::Sentiment;
    use crate::handoff::people::Role;
    use crate::handoff::policy::Reason;

    #[test]
    fn every_word_that_is_written_can_be_read() {
        for reason in [
            Reason::CustomerRequest,
            Reason::Frustration,
            Reason::NoProgress,
            Reason::ForbiddenTopic,
            Reason::AiDecision,
            Reason::TurnLimit,
            Reason::AiUnavailable,
            Reason::AutopilotOff,
            Reason::AgentTookOver,
        ] {
            assert_eq!(read_word::<Reason>("reason", &word(&reason)).expect("a reason"), reason);
        }
        for sentiment in [Sentiment::Angry, Sentiment::Neutral, Sentiment::Happy] {
            assert_eq!(read_word::<Sentiment>("sentiment", &word(&sentiment)).expect("a mood"), sentiment);
        }
        for outcome in [Outcome::Resolved, Outcome::Unresolved] {
            assert_eq!(read_word::<Outcome>("outcome", &word(&outcome)).expect("an outcome"), outcome);
        }
        for role in [Role::Agent, Role::Admin] {
            assert_eq!(read_word::<Role>("role", &word(&role)).expect("a role"), role);
        }
        assert!(read_word::<Role>("role", "emperor").is_err());
    }
}
