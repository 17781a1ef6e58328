//! The shapes the widget API speaks. Built from stored data alone, so that the same state gives the same bytes.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::handoff::collection::FieldKind;

/// A conversation as its contact sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    pub(super) id: Uuid,
    pub(super) ticket_number: i64,
    pub(super) title: Option<String>,
    pub(super) created_at: String,
    pub(super) updated_at: String,
    pub(super) is_handed_off: bool,
    pub(super) is_opened: bool,
    pub(super) assignee: Assignee,
    pub(super) channel: String,
    pub(super) is_verified: bool,
    pub(super) last_message: Option<String>,
    pub(super) mode_id: Option<Uuid>,
    pub(super) latest_state_checkpoint_payload: Option<Value>,
    pub(super) session_attributes: Map<String, Value>,
    pub(super) custom_status: Option<Value>,
    /// What Baton's own widget shows as a form: what the AI has asked for and not been told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baton_asks: Option<Vec<AskedFor>>,
}

/// Something the AI asks for before a handoff.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct AskedFor {
    pub(super) label: String,
    pub(super) kind: FieldKind,
    pub(super) required: bool,
}

/// Who has a conversation. While it is `ai` a widget lets its visitor wait for the answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Assignee {
    pub(super) kind: &'static str,
    pub(super) name: Option<String>,
    pub(super) avatar_url: Option<String>,
}

/// One item of a conversation's history.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryItem {
    pub(super) public_id: Uuid,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) content: Content,
    pub(super) sender: Sender,
    pub(super) sent_at: String,
    pub(super) seq: i64,
    pub(super) action_calls: Option<Value>,
    pub(super) attachments: Option<Vec<File>>,
    pub(super) sources: Option<Vec<Source>>,
    /// Whether its end never came: a person took over while the AI wrote.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) cut_off: bool,
    /// Whether the contact may say if it helped: the AI's own answers, not what Baton says in its place.
    pub(super) can_vote: bool,
    pub(super) system_message_payload: SystemPayload,
}

/// What an item says. `text` is Markdown that stays harmless in a widget that renders HTML inside Markdown as it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Content {
    pub(super) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) html: Option<String>,
}

/// Who an item is from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Sender {
    pub(super) kind: &'static str,
    pub(super) name: Option<String>,
    pub(super) avatar: Option<String>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct File {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) size: i64,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) url: String,
}

/// An article an AI answer rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Source {
    pub(super) title: String,
    pub(super) url: Option<String>,
}

/// What a system item is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
pub(super) enum SystemPayload {
    None,
    CsatRequested,
    CsatSubmitted { score: u8, feedback: Option<String> },
}

/// A page of conversations.
#[derive(Debug, Serialize)]
pub(super) struct SessionPage {
    pub(super) items: Vec<Session>,
    pub(super) next: Option<String>,
}

/// A conversation with its history.
#[derive(Debug, Serialize)]
pub(super) struct Poll {
    pub(super) session: Session,
    pub(super) history: Vec<HistoryItem>,
}

/// What became of a message that was sent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) autopilot_response: Option<AutopilotResponse>,
    pub(super) session_is_handed_off: bool,
    pub(super) session: Session,
}

/// What Baton says to a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AutopilotResponse {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) value: AutopilotValue,
    pub(super) id: Uuid,
    pub(super) might_solve_user_issue: bool,
    pub(super) completely_and_fully_covered_user_issue: bool,
}

/// The words of what Baton says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct AutopilotValue {
    pub(super) error: bool,
    pub(super) content: String,
}

/// Whether something was done, and why not.
#[derive(Debug, Serialize)]
pub(super) struct Done {
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

impl Done {
    /// It was done.
    pub(super) const YES: Self = Self { success: true, reason: None };
}

/// A moment on the wire (RFC 3339, milliseconds, UTC).
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_payloads_have_the_documented_shapes() {
        let json = |payload: SystemPayload| serde_json::to_value(payload).expect("JSON");
        assert_eq!(json(SystemPayload::None), serde_json::json!({"type": "none"}));
        assert_eq!(json(SystemPayload::CsatRequested), serde_json::json!({"type": "csat_requested"}));
        assert_eq!(
            json(SystemPayload::CsatSubmitted { score: 5, feedback: None }),
            serde_json::json!({"type": "csat_submitted", "payload": {"score": 5, "feedback": null}})
        );
    }
}
