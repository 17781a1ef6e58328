//! Socket Mode, against a WebSocket that plays Slack.

use std::sync::Arc;

use async_trait::async_trait;
use baton::clock::Clock as _;
use baton::desk::Desk;
use baton::handoff::Author;
use baton::intake::keep_connections;
use baton::sandbox::slack::APP_TOKEN;
use baton::store::channels::{self, Channel};
use baton_adapters::contract::{ChannelKind, Credentials, Inbound, Interrupted, Sink};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::Scene;
use super::scene::{INES, OMAR, SUPPORT};

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
    tell_kind(socket, "events_api", id, event).await;
}

async fn tell_kind(socket: &mut WebSocketStream<TcpStream>, kind: &str, id: &str, payload: &Value) {
    let envelope = json!({"type": kind, "envelope_id": id, "accepts_response_payload": false, "payload": payload});
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

/// A workspace whose account is set to Socket Mode, and where its sockets are opened.
async fn by_socket(scene: &Scene) -> TcpListener {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    scene.slack.sockets_at(&format!("ws://{}", listener.local_addr().expect("an address")));
    let (app, id) = (&scene.story.app, scene.channel);
    let found = channels::with_credentials(app.desk().store.reader(), &app.site().key, id).await;
    let (mut channel, opened) = found.expect("the store").expect("a channel");
    channel.settings["socket_mode"] = true.into();
    let credentials = Credentials::read(&opened.expect("credentials")).with("app_token", [APP_TOKEN.into()]);
    let tx = app.desk().store.begin().await.expect("a transaction");
    channels::save(&*tx, &channel, app.clock.now()).await.expect("saved");
    channels::save_credentials(&*tx, &app.site().key, id, &credentials.write()).await.expect("saved");
    tx.commit().await.expect("committed");
    app.site().reload_channels().await.expect("channels");
    listener
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_breaks_is_made_again_and_what_is_told_twice_counts_once() {
    let (scene, card) = Scene::handed_off().await;
    let listener = by_socket(&scene).await;
    let (stop, stopped) = watch::channel(false);
    let connections = tokio::spawn(keep_connections(scene.story.app.desk().clone(), stopped));
    let mut first = accept(&listener).await;
    let words = scene.slack.writes(INES, SUPPORT, Some(&card.ts), "I am on it");
    tell(&mut first, "e-1", &words).await;
    // Nobody says goodbye: the network is gone.
    drop(first);
    let mut second = accept(&listener).await;
    tell(&mut second, "e-2", &words).await;
    let press = scene.slack.presses(OMAR, SUPPORT, &card.ts, "Resolve").expect("a button");
    let payload = url::form_urlencoded::parse(&press).next().expect("a payload").1.into_owned();
    tell_kind(&mut second, "interactive", "e-3", &serde_json::from_str(&payload).expect("JSON")).await;
    stop.send_replace(true);
    connections.await.expect("no panic");
    scene.settle().await;
    assert_eq!(scene.story.said(|by| matches!(by, Author::Agent(_))).await.len(), 1);
    assert!(scene.story.record().await.core.is_resolved(), "a press comes over the socket too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_socket_mode_is_switched_off_nobody_knocks_for_ever() {
    let scene = Scene::new().await;
    let listener = by_socket(&scene).await;
    let (stop, stopped) = watch::channel(false);
    let connections = tokio::spawn(keep_connections(scene.story.app.desk().clone(), stopped));
    let mut socket = accept(&listener).await;
    socket.send(Message::text(r#"{"type":"disconnect","reason":"link_disabled"}"#)).await.expect("told");
    let mut hints = scene.story.app.desk().bus.subscribe_to_all();
    let db = scene.story.app.desk().store.reader();
    let why = loop {
        let health = baton::store::channel_health::all(db).await.expect("the store").remove(&scene.channel);
        if let Some((why, _)) = health.and_then(|health| health.error) {
            break why;
        }
        drop(tokio::time::timeout(std::time::Duration::from_millis(20), hints.recv()).await);
    };
    assert!(why.contains("switched off"), "{why}");
    stop.send_replace(true);
    connections.await.expect("no panic");
}
