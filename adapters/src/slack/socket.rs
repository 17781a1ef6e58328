//! Socket Mode: Slack's events over a WebSocket that Baton opens, for installations without a public address.
//!
//! A frame is acknowledged after what it says is stored. There is no signature: the app-level token and TLS stand for it.

use serde_json::{Value, json};

use super::config::SlackSettings;
use super::hearing::{Heard, hear};

/// What a frame asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The connection stands.
    Hello,
    /// Something to store; acknowledged by this text once it is.
    Envelope { heard: Heard, acknowledgement: String },
    /// Slack will close the connection: open another one first.
    Disconnect { reason: String },
    /// Nothing to act on.
    Nothing,
}

/// Reads one frame.
pub(super) fn read(settings: &SlackSettings, text: &str) -> Frame {
    let Ok(frame) = serde_json::from_str::<Value>(text) else { return Frame::Nothing };
    match frame["type"].as_str() {
        Some("hello") => return Frame::Hello,
        Some("disconnect") => {
            return Frame::Disconnect { reason: frame["reason"].as_str().unwrap_or("no reason").to_owned() };
        }
        _ => {}
    }
    let Some(envelope) = frame["envelope_id"].as_str() else { return Frame::Nothing };
    let acknowledgement = json!({"envelope_id": envelope}).to_string();
    let heard = match frame["type"].as_str() {
        Some("events_api" | "interactive") => hear(settings, &frame["payload"]),
        other => Heard::Nothing(other.unwrap_or("no type").to_owned()),
    };
    Frame::Envelope { heard, acknowledgement }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_envelope_is_acknowledged_whatever_it_says() {
        let settings = SlackSettings { team_id: "T1".into(), ..SlackSettings::default() };
        assert_eq!(read(&settings, r#"{"type":"hello","num_connections":1}"#), Frame::Hello);
        let closing = read(&settings, r#"{"type":"disconnect","reason":"refresh_requested"}"#);
        assert_eq!(closing, Frame::Disconnect { reason: "refresh_requested".into() });
        assert_eq!(read(&settings, "not JSON"), Frame::Nothing);
        let event = json!({
            "type": "events_api", "envelope_id": "e-1", "accepts_response_payload": false, "retry_attempt": 0,
            "payload": {
                "type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event_time": 1_700_000_000,
                "event": {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "text": "Hello", "ts": "1700000000.1"},
            },
        });
        let Frame::Envelope { heard: Heard::Wrote(wrote), acknowledgement } = read(&settings, &event.to_string())
        else {
            panic!("not heard")
        };
        assert_eq!((wrote.text.as_str(), acknowledgement.as_str()), ("Hello", r#"{"envelope_id":"e-1"}"#));
        let unknown = read(&settings, r#"{"type":"slash_commands","envelope_id":"e-2","payload":{}}"#);
        assert!(matches!(unknown, Frame::Envelope { heard: Heard::Nothing(_), .. }));
    }
}
