//! Maya on a text-message channel, a desk, and a stand-in Slack in which Ines and Omar answer.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::{App, HttpServer};
use baton::clock::Clock as _;
use baton::delivery::TeamRelay;
use baton::handoff::ChannelId;
use baton::sandbox::slack::{self, Post, Workspace};
use baton::store::channels::{self, Channel};
use baton_adapters::contract::Credentials;
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::desk::Story;
use crate::support::TwoDays;

/// The channel the team answers in.
pub const SUPPORT: &str = "C0SUPPORT";
pub const SECRET: &str = "the app's signing secret";
pub const INES: &str = "U0INES";
pub const OMAR: &str = "U0OMAR";
/// Longest wait of the relay that a test skips.
const PAUSE_MAX: TimeDelta = TimeDelta::seconds(5);

pub struct Scene {
    pub story: Story,
    pub slack: Workspace,
    pub channel: ChannelId,
    server: actix_web::dev::ServerHandle,
}

impl Scene {
    pub async fn new() -> Self {
        let story = Story::with(Arc::new(TwoDays)).await;
        let slack = Workspace::default();
        slack.channel(SUPPORT, "support");
        slack.person(INES, "Ines", "ines@example.com");
        slack.person(OMAR, "Omar", "omar@example.com");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        slack.at(&url);
        let served = slack.clone();
        let server = HttpServer::new(move || App::new().configure(|routes| slack::routes(routes, &served)))
            .workers(1)
            .listen(listener)
            .expect("listening")
            .disable_signals()
            .run();
        let handle = server.handle();
        tokio::spawn(server);
        let channel = connect(&story, &format!("{url}/api")).await;
        Self { story, slack, channel, server: handle }
    }

    /// A conversation of Maya's that people have been told of, and its card.
    pub async fn handed_off() -> (Self, Post) {
        let mut scene = Self::new().await;
        scene.story.maya("When do you deliver?").await;
        scene.settle().await;
        scene.story.maya("I want a human").await;
        scene.settle().await;
        let card = scene.card();
        (scene, card)
    }

    /// The only card.
    pub fn card(&self) -> Post {
        let cards = self.slack.cards();
        assert_eq!(cards.len(), 1, "one card: {cards:?}");
        cards.into_iter().next().expect("a card")
    }

    /// What stands below a card, in order.
    pub fn thread(&self, card: &Post) -> Vec<String> {
        self.slack.replies(SUPPORT, &card.ts).into_iter().map(|post| post.text).collect()
    }

    pub fn relay(&self) -> TeamRelay {
        TeamRelay::new(self.story.app.desk().clone())
    }

    /// Does everything that is due, and what becomes due by the pauses between posts.
    pub async fn settle(&self) {
        let (relay, worker) = (self.relay(), Uuid::from_u128(2));
        for _ in 0..500 {
            self.story.app.drain().await;
            if relay.step(worker).await.expect("a step") {
                continue;
            }
            let now = self.story.app.clock.now();
            match relay.next_due().await.expect("the store") {
                Some(due) if due - now < PAUSE_MAX => self.story.app.clock.set(due.max(now)),
                Some(_) | None => return,
            }
        }
        panic!("still busy");
    }

    /// Changes a setting of the workspace's account.
    pub async fn set(&self, name: &str, value: Value) {
        let app = &self.story.app;
        let mut channel =
            channels::find(app.desk().store.reader(), self.channel).await.expect("the store").expect("one");
        channel.settings[name] = value;
        let tx = app.desk().store.begin().await.expect("a transaction");
        channels::save(&*tx, &channel, app.clock.now()).await.expect("saved");
        tx.commit().await.expect("committed");
        app.site().reload_channels().await.expect("channels");
    }

    /// Slack sends an event. The status it saw.
    pub async fn slack_sends(&self, event: &Value) -> u16 {
        self.slack_posts("application/json", event.to_string().into_bytes()).await.0
    }

    /// Somebody presses a button of a card.
    pub async fn presses(&self, user: &str, card: &Post, words: &str) -> u16 {
        let form = self.slack.presses(user, &card.channel, &card.ts, words).expect("a button with these words");
        self.slack_posts("application/x-www-form-urlencoded", form).await.0
    }

    /// A signed request of Slack's. Its status and body.
    pub async fn slack_posts(&self, content_type: &str, body: Vec<u8>) -> (u16, String) {
        let now = self.story.app.clock.now().timestamp();
        let mut request =
            self.story.app.http.post(self.story.app.url("/hooks/slack")).header("content-type", content_type);
        for (name, value) in slack::signed(SECRET, now, &body) {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a body"))
    }

    /// Somebody of the team writes below a card.
    pub async fn writes(&self, user: &str, card: &Post, text: &str) {
        let event = self.slack.writes(user, SUPPORT, Some(&card.ts), text);
        assert_eq!(self.slack_sends(&event).await, 200);
        self.settle().await;
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

async fn connect(story: &Story, api_url: &str) -> ChannelId {
    let app = &story.app;
    let channel = Channel {
        id: ChannelId(app.clock.new_id()),
        kind: "slack".into(),
        name: "Slack".into(),
        token: "slack".into(),
        autopilot: true,
        settings: json!({
            "api_url": api_url, "support_channel": SUPPORT, "team_id": "T0DEMO", "bot_user_id": "U0BATON",
        }),
        created_at: app.clock.now(),
    };
    let credentials = Credentials::signing(SECRET.into()).with("bot_token", [slack::BOT_TOKEN.into()]);
    let tx = app.desk().store.begin().await.expect("a transaction");
    channels::insert(&*tx, &app.site().key, &channel, Some(&credentials.write())).await.expect("a channel");
    tx.commit().await.expect("committed");
    app.site().reload_channels().await.expect("channels");
    channel.id
}
