//! Socket Mode, against a WebSocket that plays Slack.

use std::sync::Arc;

use async_trait::async_trait;
use baton::desk::Desk;
use baton::sandbox::slack::APP_TOKEN;
use baton::store::channels::{self, Channel};
use baton_adapters::contract::{ChannelKind, Inbound, Interrupted, Sink};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::Scene;

/// Takes in what is heard, as the intake's own does.
struct Ear {
    desk: Desk,
    channel: Arc<Channel>,
    stop: Arc<Notify>,
    connected: mpsc::UnboundedSender<()>,
}

#[async_trait]
impl Sink for Ear {
    async fn cursor(&self) -> Result<Option<Value>, Interrupted> {
        Ok(None)
    }

    async fn take(&self, events: Vec<Inbound>, _: Option<Value>) -> Result<(), Interrupted> {
        for event in events {
            self.desk.take_in(&self.channel, event).await.map_err(|error| Interrupted(error.to_string()))?;
        }
        Ok(())
    }

    async fn connected(&self) {
        let _ = self.connected.send(());
    }

    async fn stopped(&self) {
        self.stop.notified().await;
    }

    fn now(&self) -> i64 {
        0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_come_over_a_socket_that_is_replaced_before_it_closes() {
    let scene = Scene::new().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    scene.slack.sockets_at(&format!("ws://{}", listener.local_addr().expect("an address")));
    let desk = scene.story.app.desk().clone();
    let found = channels::with_credentials(desk.store.reader(), desk.addresses.key(), scene.channel).await;
    let (channel, opened) = found.expect("the store").expect("a channel");
    let mut account = desk.addresses.account(&channel, opened.as_deref());
    account.settings["socket_mode"] = true.into();
    account.credentials = account.credentials.with("app_token", [APP_TOKEN.into()]);
    let adapter = desk.registry.get(ChannelKind::Slack).expect("Slack").clone();
    assert!(adapter.listens(&account));
    let (told, mut connected) = mpsc::unbounded_channel();
    let stop = Arc::new(Notify::new());
    let ear = Ear { desk, channel: Arc::new(channel), stop: stop.clone(), connected: told };
    let listening = tokio::spawn(async move { adapter.listen(&account, &ear).await });

    let mut first = accept(&listener).await;
    connected.recv().await.expect("it stands");
    tell(&mut first, "e-1", &scene.slack.writes("U0MAYA", "D0MAYA", None, "When do you deliver?")).await;
    first.send(Message::text(r#"{"type":"disconnect","reason":"refresh_requested"}"#)).await.expect("told");
    let mut second = accept(&listener).await;
    tell(&mut second, "e-2", &scene.slack.writes("U0MAYA", "D0MAYA", None, "And to Norway?")).await;
    stop.notify_one();
    listening.await.expect("no panic").expect("it stopped when it was told to");
    scene.settle().await;
    let said = scene.story.said(|by| by == baton::handoff::Author::Contact).await;
    let said: Vec<&str> = said.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(said, ["When do you deliver?", "And to Norway?"]);
}

async fn accept(listener: &TcpListener) -> WebSocketStream<TcpStream> {
    let (stream, _) = listener.accept().await.expect("a connection");
    let mut socket = tokio_tungstenite::accept_async(stream).await.expect("a handshake");
    socket.send(Message::text(r#"{"type":"hello","num_connections":1}"#)).await.expect("told");
    socket
}

/// Tells an event and waits until it is acknowledged.
async fn tell(socket: &mut WebSocketStream<TcpStream>, id: &str, event: &Value) {
    let envelope =
        json!({"type": "events_api", "envelope_id": id, "accepts_response_payload": false, "payload": event});
    socket.send(Message::text(envelope.to_string())).await.expect("told");
    loop {
        let heard = socket.next().await.expect("an answer").expect("a frame");
        if let Message::Text(text) = heard {
            let acknowledgement: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(acknowledgement, json!({"envelope_id": id}));
            return;
        }
    }
}
