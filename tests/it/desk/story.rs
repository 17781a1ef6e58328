//! A text-message channel with Maya on one side and the desk on the other.

use std::sync::Arc;

use baton::ai::assistant::Assistant;
use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::fail::{FailPoints, Gap};
use baton::handoff::event::Entry;
use baton::handoff::{AgentId, Author, ChannelId, ConversationId, Epoch, MessageId, Owner, Seq};
use baton::store::agents::Agent;
use baton::store::channels::{self, Channel};
use baton::store::conversations::{self, Record};
use baton::store::timeline::{self, Item, Message};
use baton_adapters::Registry;
use serde_json::json;

use crate::support::{Setting, TestApp, World};

/// Maya's phone number.
const MAYA: &str = "+15550100142";

/// A desk with one text-message channel.
pub struct Story {
    pub app: TestApp,
    pub world: World,
    pub fail: FailPoints,
    pub ines: Agent,
    pub omar: Agent,
    events: u32,
}

impl Story {
    /// A desk whose AI is `assistant`.
    pub async fn with(assistant: Arc<dyn Assistant>) -> Self {
        Self::with_world(assistant, World::idempotent(), &[]).await
    }

    pub async fn with_world(assistant: Arc<dyn Assistant>, world: World, settings: &[(&'static str, &str)]) -> Self {
        let fail = FailPoints::default();
        let registry = Registry::standard().with(world.clone());
        let setting = Setting { registry, assistant: Some(assistant), fail: fail.clone() };
        let app = TestApp::start_in(setting, settings).await;
        let (ines, omar) = (app.agent("Ines").await, app.agent("Omar").await);
        let story = Self { app, world, fail, ines, omar, events: 0 };
        story.open_channel(true).await;
        story
    }

    async fn open_channel(&self, autopilot: bool) {
        let channel = Channel {
            id: ChannelId(self.app.clock.new_id()),
            kind: "sms".into(),
            name: "Text messages".into(),
            token: "texts".into(),
            autopilot,
            settings: json!({}),
            created_at: self.app.clock.now(),
        };
        let tx = self.app.desk().store.begin().await.expect("a transaction");
        channels::insert(&*tx, &self.app.site().key, &channel, None).await.expect("a channel");
        tx.commit().await.expect("committed");
    }

    /// Switches the channel's autopilot.
    pub async fn autopilot(&self, on: bool) {
        self.change_channel(|channel| Channel { autopilot: on, ..channel }).await;
    }

    async fn change_channel(&self, change: impl FnOnce(Channel) -> Channel) {
        let tx = self.app.desk().store.begin().await.expect("a transaction");
        let channel = channels::by_token_with_credentials(&*tx, &self.app.site().key, "texts").await.expect("channels");
        let (channel, _) = channel.expect("a channel");
        channels::save(&*tx, &change(channel), self.app.clock.now()).await.expect("saved");
        tx.commit().await.expect("committed");
        self.app.site().reload_channels().await.expect("channels");
    }

    /// Maya writes; the provider's event gets a new name. Gives the status the provider saw, and the name.
    pub async fn maya(&mut self, text: &str) -> (u16, String) {
        self.events += 1;
        let id = format!("SM{}", self.events);
        (self.provider_sends(&id, text).await, id)
    }

    /// The provider sends an event, perhaps not for the first time.
    pub async fn provider_sends(&self, id: &str, text: &str) -> u16 {
        let body = json!({ "id": id, "from": MAYA, "text": text }).to_string();
        let request = self.app.http.post(self.app.url("/hooks/texts")).header("x-signature", "good").body(body);
        request.send().await.expect("an answer").status().as_u16()
    }

    /// The conversation, of which there is one.
    pub async fn record(&self) -> Record {
        let db = self.app.desk().store.reader();
        let all = baton::store::inbox::page(db, baton::store::inbox::View::All, None, 10).await.expect("a list");
        assert_eq!(all.len(), 1, "one conversation");
        conversations::by_number(db, all[0].number).await.expect("the store").expect("a conversation")
    }

    pub async fn id(&self) -> ConversationId {
        self.record().await.core.id
    }

    pub async fn owner(&self) -> Owner {
        self.record().await.core.owner
    }

    pub async fn epoch(&self) -> Epoch {
        self.record().await.core.epoch
    }

    /// The whole timeline.
    pub async fn timeline(&self) -> Vec<Item> {
        timeline::after(self.app.desk().store.reader(), self.id().await, Seq(0), 1_000).await.expect("a timeline")
    }

    /// The messages by an author.
    pub async fn said(&self, by: impl Fn(Author) -> bool) -> Vec<Message> {
        let items = self.timeline().await;
        items
            .into_iter()
            .filter_map(|item| match item {
                Item::Message(message) if by(message.author) => Some(message),
                _ => None,
            })
            .collect()
    }

    /// The lines that are not messages.
    pub async fn lines(&self) -> Vec<Entry> {
        let items = self.timeline().await;
        items
            .into_iter()
            .filter_map(|item| match item {
                Item::Line(line) => Some(line.entry),
                Item::Message(_) => None,
            })
            .collect()
    }

    pub async fn takes_over(&self, agent: AgentId) {
        let (id, epoch) = (self.id().await, self.epoch().await);
        self.app.desk().take_over(id, agent, epoch).await.expect("taken over");
    }

    pub async fn writes(&self, agent: AgentId, text: &str) -> MessageId {
        let message = MessageId(self.app.clock.new_id());
        let reply = Reply { agent, message, text: text.into(), attachments: Vec::new(), seen: None };
        self.app.desk().reply(self.id().await, reply).await.expect("sent");
        message
    }

    /// The process stops at a gap the next time it gets there.
    pub fn crash_at(&self, gap: Gap) {
        self.fail.arm(gap);
    }
}
