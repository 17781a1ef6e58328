//! A customer on WhatsApp, a team in Slack, and Baton between the two: each provider is a server that speaks its protocol.

use baton::clock::Clock as _;
use baton::delivery::TeamRelay;
use baton::handoff::{ChannelId, Owner};
use baton::sandbox::account;
use baton::sandbox::phones::{File, Program};
use baton::sandbox::slack::{Post, signed};
use baton::store::agents::Agent;
use baton::store::channels::{self, Channel};
use baton_adapters::contract::{ChannelKind, Credentials};
use bytes::Bytes;
use chrono::TimeDelta;
use uuid::Uuid;

use super::scene::{INES, OMAR, SECRET, SUPPORT};
use crate::channels::{Line, MAYA};

const PHOTO: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the rest";

struct Between {
    line: Line,
    ines: Agent,
    omar: Agent,
}

impl Between {
    async fn open() -> Self {
        let line = Line::open(Program::Whatsapp, true).await;
        let (ines, omar) = (line.app.agent("Ines").await, line.app.agent("Omar").await);
        let (settings, credentials) = account(ChannelKind::Slack, line.world());
        let channel = Channel {
            id: ChannelId(line.app.clock.new_id()),
            kind: "slack".into(),
            name: "Slack".into(),
            token: "slack".into(),
            autopilot: true,
            settings,
            created_at: line.app.clock.now(),
        };
        let token = credentials.get("bot_token").to_vec();
        let credentials = Credentials::signing(SECRET.into()).with("bot_token", token);
        let tx = line.app.desk().store.begin().await.expect("a transaction");
        channels::insert(&*tx, &line.app.site().key, &channel, Some(&credentials.write())).await.expect("a channel");
        tx.commit().await.expect("committed");
        line.app.site().reload_channels().await.expect("channels");
        Self { line, ines, omar }
    }

    /// Everything that is due happens, and what becomes due by the pauses between posts.
    async fn settle(&self) {
        let relay = TeamRelay::new(self.line.app.desk().clone());
        for _ in 0..300 {
            self.line.settle().await;
            if relay.step(Uuid::from_u128(2)).await.expect("a step") {
                continue;
            }
            let now = self.line.app.clock.now();
            match relay.next_due().await.expect("the store") {
                Some(due) if due - now < TimeDelta::seconds(5) => self.line.app.clock.set(due.max(now)),
                Some(_) | None => return,
            }
        }
        panic!("still busy");
    }

    async fn maya(&self, text: &str) {
        self.line.writes(MAYA, text, Vec::new());
        self.settle().await;
    }

    async fn slack_sends(&self, kind: &str, body: Vec<u8>) {
        let app = &self.line.app;
        let mut request = app.http.post(app.url("/hooks/slack")).header("content-type", kind);
        for (name, value) in signed(SECRET, app.clock.now().timestamp(), &body) {
            request = request.header(name, value);
        }
        assert_eq!(request.body(body).send().await.expect("an answer").status(), 200);
        self.settle().await;
    }

    async fn writes(&self, who: &str, card: &Post, text: &str, files: &[(&str, &[u8])]) {
        let event = self.line.world().slack().writes_with(who, SUPPORT, Some(&card.ts), text, files);
        self.slack_sends("application/json", event.to_string().into_bytes()).await;
    }

    fn card(&self) -> Post {
        let mut cards = self.line.world().slack().cards();
        assert_eq!(cards.len(), 1, "one card");
        cards.remove(0)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_on_whatsapp_is_answered_from_slack() {
    let between = Between::open().await;
    let (line, slack) = (&between.line, between.line.world().slack().clone());
    between.maya("When does my lamp come?").await;
    between.maya("A human, please").await;
    assert_eq!(line.record().await.core.owner, Owner::Queue);
    let card = between.card();
    let shown = card.blocks.to_string();
    assert!(shown.contains("When does my lamp come?") && shown.contains("Waiting for a person"), "{shown}");

    // Two press at once; one has it, and the other is told.
    let presses = [INES, OMAR].map(|who| slack.presses(who, SUPPORT, &card.ts, "Take").expect("a button"));
    for press in presses {
        between.slack_sends("application/x-www-form-urlencoded", press).await;
    }
    let Owner::Agent(owner) = line.record().await.core.owner else { panic!("nobody has it") };
    assert_eq!(owner, between.ines.id, "who pressed first");
    assert!(slack.whispers().iter().any(|(to, _)| to == OMAR), "{:?}", slack.whispers());
    assert!(between.card().blocks.to_string().contains("Ines has it"));

    let before = line.heard().len();
    between.writes(INES, &card, "It left *yesterday*.", &[("label.png", PHOTO)]).await;
    let heard: Vec<_> = line.bubbles().into_iter().filter(|bubble| !bubble.mine).skip(before).collect();
    assert!(heard.iter().any(|bubble| bubble.text.contains("It left *yesterday*.")), "{heard:?}");
    assert_eq!(heard.iter().flat_map(|bubble| &bubble.files).count(), 1, "and the file, once: {heard:?}");
    assert_eq!(heard.iter().filter(|bubble| bubble.text.contains("yesterday")).count(), 1, "said once");

    let photo = File { name: "lamp.png".into(), media_type: "image/png".into(), content: Bytes::from_static(PHOTO) };
    line.writes(MAYA, "It is broken", vec![photo]);
    between.settle().await;
    between.settle().await;
    let thread = slack.replies(SUPPORT, &card.ts);
    assert!(thread.iter().any(|post| post.text.contains("It is broken")), "{thread:?}");
    assert!(thread.iter().any(|post| !post.files.is_empty() && post.user == "U0BATON"), "her photo: {thread:?}");

    between.writes(OMAR, &card, "!note a new one is on stock", &[]).await;
    assert!(!line.heard().join(" ").contains("on stock"), "a note stays inside");
    between.writes(OMAR, &card, "I send you a new one.", &[]).await;
    assert_eq!(line.heard().pop().as_deref(), Some("I send you a new one."));
    assert_eq!(line.record().await.core.owner, Owner::Agent(between.omar.id), "who writes has it");
    let press = slack.presses(OMAR, SUPPORT, &card.ts, "Give back to AI").expect("a button");
    between.slack_sends("application/x-www-form-urlencoded", press).await;
    between.maya("And how long does delivery take?").await;
    assert_eq!(line.heard().pop().as_deref(), Some("We deliver in two days."));
}
