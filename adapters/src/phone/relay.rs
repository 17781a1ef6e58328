//! The frames of a ConversationRelay socket.

use serde_json::{Value, json};

use crate::contract::ParseError;
use crate::contract::voice::{Heard, Said};

/// Reads a frame.
pub(super) fn heard(frame: &str) -> Result<Heard, ParseError> {
    let value: Value = serde_json::from_str(frame).map_err(|error| ParseError(error.to_string()))?;
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let kind = value["type"].as_str().ok_or_else(|| ParseError("a frame has no type".into()))?;
    Ok(match kind {
        "setup" => Heard::Setup { call: text("callSid") },
        "prompt" => Heard::Prompt {
            text: text("voicePrompt"),
            // Without partial prompts the member may be left out.
            last: value["last"].as_bool().unwrap_or(true),
            language: value["lang"].as_str().map(str::to_owned),
        },
        "interrupt" => Heard::Interrupt { heard: text("utteranceUntilInterrupt") },
        "info" => activity(&value),
        "dtmf" => Heard::Key(text("digit")),
        "error" => Heard::Error(text("description")),
        other => Heard::Other(other.to_owned()),
    })
}

/// Who speaks, as the provider tells it where it was asked to (`debug="speaker-events"`).
fn activity(value: &Value) -> Heard {
    let is_on = match &value["value"] {
        Value::Bool(on) => Some(*on),
        Value::String(word) => match word.to_ascii_lowercase().as_str() {
            "on" | "true" | "1" | "start" | "started" => Some(true),
            "off" | "false" | "0" | "stop" | "stopped" => Some(false),
            _ => None,
        },
        _ => None,
    };
    match (value["name"].as_str().unwrap_or_default(), is_on) {
        ("clientSpeaking", Some(on)) => Heard::Speaking(on),
        ("agentSpeaking", Some(false)) => Heard::Played,
        (name, _) => Heard::Other(format!("info {name}")),
    }
}

/// Writes a frame.
pub(super) fn frame(said: &Said) -> String {
    match said {
        Said::Text { token, last } => json!({ "type": "text", "token": token, "last": last }),
        Said::Language(tag) => json!({ "type": "language", "ttsLanguage": tag, "transcriptionLanguage": tag }),
        Said::Keys(keys) => json!({ "type": "sendDigits", "digits": keys }),
        // The provider wants a string here, and hands it back as it is.
        Said::End { why } => json!({ "type": "end", "handoffData": json!({ "why": why }).to_string() }),
    }
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_whatever_stands_beside() {
        for (frame, heard_as) in [
            (
                r#"{"type":"setup","sessionId":"VX1","callSid":"CA1","customParameters":{}}"#,
                Heard::Setup { call: "CA1".into() },
            ),
            (
                r#"{"type":"prompt","voicePrompt":"Hello","lang":"en-US","last":true}"#,
                Heard::Prompt { text: "Hello".into(), last: true, language: Some("en-US".into()) },
            ),
            (
                r#"{"type":"interrupt","utteranceUntilInterrupt":"We ship","durationUntilInterruptMs":"460.5"}"#,
                Heard::Interrupt { heard: "We ship".into() },
            ),
            (
                r#"{"type":"interrupt","utteranceUntilInterrupt":"We ship","durationUntilInterruptMs":460}"#,
                Heard::Interrupt { heard: "We ship".into() },
            ),
            (r#"{"type":"dtmf","digit":"0"}"#, Heard::Key("0".into())),
            (r#"{"type":"info","name":"tokensPlayed"}"#, Heard::Other("info tokensPlayed".into())),
            (r#"{"type":"info","name":"clientSpeaking","value":"on"}"#, Heard::Speaking(true)),
            (r#"{"type":"info","name":"clientSpeaking","value":false}"#, Heard::Speaking(false)),
            (r#"{"type":"info","name":"agentSpeaking","value":"off"}"#, Heard::Played),
            (r#"{"type":"info","name":"agentSpeaking","value":"on"}"#, Heard::Other("info agentSpeaking".into())),
            (r#"{"type":"brand-new"}"#, Heard::Other("brand-new".into())),
        ] {
            assert_eq!(heard(frame), Ok(heard_as), "{frame}");
        }
        assert!(heard("[]").is_err() && heard("{").is_err());
    }

    #[test]
    fn the_end_carries_its_reason_as_a_string() {
        let end: Value = serde_json::from_str(&frame(&Said::End { why: "transfer".into() })).expect("JSON");
        assert_eq!(end["handoffData"], r#"{"why":"transfer"}"#);
    }
}
