//! The provider's end of a conversation over a socket.

use baton_adapters::twilio;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, http::HeaderValue};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::exchange::{Number, Trouble};

/// The provider's end of a conversation over a socket.
pub struct Relay {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Relay {
    /// Opens the socket, signed, and says which call it is about.
    pub(super) async fn open(number: &Number, url: &str, sid: &str) -> Result<Self, Trouble> {
        let broken = |why: tokio_tungstenite::tungstenite::Error| Trouble::Unreachable(why.to_string());
        let mut request = url.into_client_request().map_err(broken)?;
        let signature = twilio::sign(&number.auth_token, url, b"");
        let signature = HeaderValue::from_str(&signature).map_err(|why| Trouble::Unreachable(why.to_string()))?;
        request.headers_mut().insert("x-twilio-signature", signature);
        let (socket, _) = connect_async(request).await.map_err(broken)?;
        let mut relay = Self { socket };
        let setup = json!({
            "type": "setup", "sessionId": "VX1", "callSid": sid, "accountSid": number.account_sid,
            "direction": "inbound", "callType": "PSTN", "callStatus": "RINGING", "customParameters": {},
        });
        relay.send(&setup).await?;
        Ok(relay)
    }

    /// The caller has spoken.
    pub async fn prompt(&mut self, words: &str) -> Result<(), Trouble> {
        self.send(&json!({ "type": "prompt", "voicePrompt": words, "lang": "en-US", "last": true })).await
    }

    /// The caller spoke while something was said, of which they had heard this.
    pub async fn interrupt(&mut self, heard: &str, after_ms: u32) -> Result<(), Trouble> {
        // A string here, a number there: both are seen.
        let after = after_ms.to_string();
        self.send(&json!({ "type": "interrupt", "utteranceUntilInterrupt": heard, "durationUntilInterruptMs": after }))
            .await
    }

    /// The caller pressed a key.
    pub async fn key(&mut self, key: &str) -> Result<(), Trouble> {
        self.send(&json!({ "type": "dtmf", "digit": key })).await
    }

    /// The next frame of Baton; nothing once it has closed the socket.
    pub async fn frame(&mut self) -> Option<Value> {
        while let Some(Ok(message)) = self.socket.next().await {
            match message {
                Message::Text(text) => return serde_json::from_str(text.as_str()).ok(),
                Message::Close(_) => return None,
                _ => {}
            }
        }
        None
    }

    /// Everything that is said until an utterance ends; nothing once the conversation has ended.
    pub async fn utterance(&mut self) -> Option<String> {
        let mut said = String::new();
        loop {
            let frame = self.frame().await?;
            match frame["type"].as_str() {
                Some("text") => {
                    said.push_str(frame["token"].as_str().unwrap_or_default());
                    if frame["last"] == true {
                        return Some(said);
                    }
                }
                _ => return None,
            }
        }
    }

    async fn send(&mut self, frame: &Value) -> Result<(), Trouble> {
        let sent = self.socket.send(Message::text(frame.to_string())).await;
        sent.map_err(|why| Trouble::Unreachable(why.to_string()))
    }
}
