//! A customer's phone on one side, the desk on the other, and the stand-in providers between them.

use std::pin::pin;

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{AgentId, ChannelId, ConversationId, MessageId};
use baton::sandbox::phones::{File, Program};
use baton::sandbox::world::{Running, World};
use baton::sandbox::{account, phones::Bubble};
use baton::store::channels::{self, Channel};
use baton::store::conversations::{self, Record};
use baton::store::message_details::Details;
use baton::store::timeline::{self, Item, Message};
use baton::store::{inbox, seal::MasterKey};
use baton_adapters::contract::{ChannelKind, Credentials};
use chrono::TimeDelta;
use serde_json::Value;

use super::bad_days::some_steps;
use crate::support::TestApp;

/// Maya's number.
pub const MAYA: &str = "+15550100142";
/// Calls and steps after which a line that is still busy is busy for ever.
const ROUNDS_MAX: usize = 60;

/// A line between customers and the desk.
pub struct Line {
    pub app: TestApp,
    pub program: Program,
    outside: Running,
}

impl Line {
    /// A line with one account of a program's channel.
    pub async fn open(program: Program, autopilot: bool) -> Self {
        let app = TestApp::start().await;
        let line = Self { app, program, outside: World::start(false).expect("a world") };
        let (settings, credentials) = account(line.kind(), line.world());
        let id = line.add("line", settings, &credentials, autopilot).await;
        line.world().set_hook(line.kind(), &line.app.url("/hooks/line"));
        assert!(channels::find(line.app.desk().store.reader(), id).await.expect("the store").is_some());
        line
    }

    pub fn world(&self) -> &World {
        &self.outside.world
    }

    pub fn kind(&self) -> ChannelKind {
        match self.program {
            Program::Sms => ChannelKind::Sms,
            Program::Whatsapp => ChannelKind::Whatsapp,
        }
    }

    /// Adds an account.
    pub async fn add(&self, token: &str, settings: Value, credentials: &Credentials, autopilot: bool) -> ChannelId {
        let channel = Channel {
            id: ChannelId(self.app.clock.new_id()),
            kind: self.kind().as_str().into(),
            name: format!("The {token}"),
            token: token.into(),
            autopilot,
            settings,
            created_at: self.app.clock.now(),
        };
        let key: &MasterKey = &self.app.site().key;
        let tx = self.app.desk().store.begin().await.expect("a transaction");
        channels::insert(&*tx, key, &channel, Some(&credentials.write())).await.expect("a channel");
        tx.commit().await.expect("committed");
        self.app.site().reload_channels().await.expect("channels");
        channel.id
    }

    /// Changes the account's settings.
    pub async fn set(&self, name: &str, value: Value) {
        let tx = self.app.desk().store.begin().await.expect("a transaction");
        let mut channel = channels::all(&*tx).await.expect("channels").remove(0);
        channel.settings[name] = value;
        channels::save(&*tx, &channel, self.app.clock.now()).await.expect("saved");
        tx.commit().await.expect("committed");
        self.app.site().reload_channels().await.expect("channels");
    }

    /// Maya writes, and everything that follows from it happens.
    pub async fn maya(&self, text: &str) -> String {
        let id = self.writes(MAYA, text, Vec::new());
        self.settle().await;
        id
    }

    /// A customer writes. Nothing follows from it yet.
    pub fn writes(&self, number: &str, text: &str, files: Vec<File>) -> String {
        match self.program {
            Program::Sms => self.world().text(number, text, files),
            Program::Whatsapp => self.world().whatsapp_write(number, text, files),
        }
    }

    /// Lets everything happen that is due: the providers' calls and the desk's work.
    pub async fn settle(&self) {
        for _ in 0..ROUNDS_MAX {
            self.world().make_calls().await;
            self.app.drain().await;
            if self.world().calls().count() == 0 {
                return;
            }
        }
        panic!("the providers still owe {} calls", self.world().calls().count());
    }

    /// The process dies after so many steps of the calls that are made to it, and begins again. The rest of them goes on.
    pub async fn dies_while_called(&mut self, steps: usize) {
        let world = self.outside.world.clone();
        let mut calls = pin!(world.make_calls());
        let over = some_steps(calls.as_mut(), steps).await;
        self.app.crash().await;
        if !over {
            calls.await;
        }
    }

    /// The process dies after so many steps of its work, and begins again.
    pub async fn dies_while_working(&mut self, steps: usize) {
        some_steps(pin!(self.app.drain()), steps).await;
        self.app.crash().await;
    }

    /// The same, while time goes by.
    pub async fn settle_over(&self, minutes: i64) {
        for _ in 0..minutes {
            self.settle().await;
            self.app.advance(TimeDelta::minutes(1));
        }
        self.settle().await;
    }

    /// What the company has written to Maya, oldest first.
    pub fn heard(&self) -> Vec<String> {
        self.bubbles().into_iter().filter(|bubble| !bubble.mine).map(|bubble| bubble.text).collect()
    }

    pub fn bubbles(&self) -> Vec<Bubble> {
        self.world().phones().screen(self.program, MAYA)
    }

    /// A person answers.
    pub async fn replies(&self, agent: AgentId, text: &str) -> MessageId {
        self.replies_with(agent, text, &Details::default()).await
    }

    /// A person answers with more than text.
    pub async fn replies_with(&self, agent: AgentId, text: &str, details: &Details) -> MessageId {
        let message = MessageId(self.app.clock.new_id());
        let reply = Reply { agent, message, text: text.into(), attachments: Vec::new(), seen: None };
        self.app.desk().reply_with(self.id().await, reply, details).await.expect("sent");
        self.settle().await;
        message
    }

    /// The newest conversation.
    pub async fn record(&self) -> Record {
        let db = self.app.desk().store.reader();
        let all = inbox::page(db, inbox::View::All, None, 10).await.expect("a list");
        let newest = all.iter().map(|row| row.number).max().expect("a conversation");
        conversations::by_number(db, newest).await.expect("the store").expect("a conversation")
    }

    pub async fn id(&self) -> ConversationId {
        self.record().await.core.id
    }

    /// The messages of the newest conversation, notes among them.
    pub async fn messages(&self) -> Vec<Message> {
        let items = timeline::before(self.app.desk().store.reader(), self.id().await, None, 1_000).await;
        let messages = items.expect("a timeline").into_iter().filter_map(|item| match item {
            Item::Message(message) => Some(message),
            Item::Line(_) => None,
        });
        messages.collect()
    }

    /// A message as it is now.
    pub async fn message(&self, id: MessageId) -> Message {
        timeline::message(self.app.desk().store.reader(), id).await.expect("the store").expect("a message")
    }
}
