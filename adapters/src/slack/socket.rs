//! Socket Mode: Slack's events over a WebSocket that Baton opens, for installations without a public address.
//!
//! A frame is acknowledged after what it says is stored. There is no signature: the app-level token and TLS stand for it.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::contract::{Account, DeliveryError, ListenError, Sink};
use crate::http::Http;

use super::api::{Shown, call};
use super::config::{API_URL, SlackSettings};
use super::hearing::{Heard, hear};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Silence after which a connection counts as gone.
const SILENCE_MAX: Duration = Duration::from_secs(90);
/// How long a connection that was replaced is still listened to.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Largest frame; Slack's are tens of kilobytes.
const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

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

/// Holds a connection until it is told to stop, replacing it before Slack closes it.
pub(super) async fn listen(http: &Http, account: &Account, sink: &dyn Sink) -> Result<(), ListenError> {
    let settings = SlackSettings::read(&account.settings);
    let mut socket = open(http, account).await?;
    loop {
        let heard = tokio::select! {
            () = sink.stopped() => {
                drop(socket.close(None).await);
                return Ok(());
            }
            heard = next(&mut socket, SILENCE_MAX) => heard?,
        };
        let Some(text) = heard else { return Err(ListenError::Broken("Slack closed the connection".into())) };
        match read(&settings, &text) {
            Frame::Disconnect { reason } if reason == "link_disabled" => {
                return Err(ListenError::Refused("Socket Mode is switched off for the app".into()));
            }
            Frame::Disconnect { .. } => {
                // Events go to any of an app's connections: the new one stands before the old one goes.
                let mut old = std::mem::replace(&mut socket, open(http, account).await?);
                while let Ok(Some(text)) = next(&mut old, LAST_WORDS).await {
                    take(&mut old, read(&settings, &text), sink).await?;
                }
                drop(old.close(None).await);
            }
            frame => take(&mut socket, frame, sink).await?,
        }
    }
}

async fn take(socket: &mut Socket, frame: Frame, sink: &dyn Sink) -> Result<(), ListenError> {
    match frame {
        Frame::Hello => sink.connected().await,
        Frame::Envelope { heard, acknowledgement } => {
            sink.take(vec![super::inbound(heard)], None).await?;
            socket.send(Message::text(acknowledgement)).await.map_err(broken)?;
        }
        Frame::Disconnect { .. } | Frame::Nothing => {}
    }
    Ok(())
}

/// The next text; nothing once the connection is closed.
async fn next(socket: &mut Socket, patience: Duration) -> Result<Option<String>, ListenError> {
    loop {
        // Slack pings every few seconds, so silence is a connection that is gone.
        let heard = tokio::time::timeout(patience, socket.next()).await;
        match heard.map_err(|_| ListenError::Broken("Slack fell silent".into()))? {
            Some(Ok(Message::Text(text))) => return Ok(Some(text.to_string())),
            Some(Ok(Message::Close(_))) | None => return Ok(None),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(broken(error)),
        }
    }
}

async fn open(http: &Http, account: &Account) -> Result<Socket, ListenError> {
    let asked = call(http, account, Shown::App, "apps.connections.open", &json!({})).await;
    let answer = asked.map_err(|error| match error {
        DeliveryError::Refused { why, .. } => ListenError::Refused(why),
        DeliveryError::Again { why, .. } | DeliveryError::Unknown { why } => ListenError::Broken(why),
    })?;
    let url = answer["url"].as_str().ok_or_else(|| ListenError::Broken("Slack named no address".into()))?;
    let is_plain = account.text_or("api_url", API_URL).starts_with("http://");
    let is_known = url.starts_with("wss://") || is_plain && url.starts_with("ws://");
    if !is_known {
        return Err(ListenError::Refused("Slack named an address that is not encrypted".into()));
    }
    crate::http::use_ring();
    let config =
        WebSocketConfig::default().max_message_size(Some(FRAME_BYTES_MAX)).max_frame_size(Some(FRAME_BYTES_MAX));
    let opening = connect_async_with_config(url, Some(config), true);
    let opened = tokio::time::timeout(CONNECT_TIMEOUT, opening).await;
    let opened = opened.map_err(|_| ListenError::Broken("Slack can not be reached".into()))?;
    // The address holds a ticket, so the error's own words stay out of the log.
    opened.map(|(socket, _)| socket).map_err(|_| ListenError::Broken("the connection could not be made".into()))
}

fn broken(_: tokio_tungstenite::tungstenite::Error) -> ListenError {
    ListenError::Broken("the connection broke".into())
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
