//! A company with a mailbox on a mail server of this process, and Maya, who writes to it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use baton::ai::assistant::Assistant;
use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{AgentId, ChannelId, ConversationId, MessageId, Seq};
use baton::intake::keep_connections;
use baton::sandbox::faults::Faults;
use baton::sandbox::mail::{Draft, MailServer, Post};
use baton::store::channels::{self, Channel};
use baton::store::conversations::{self, Record};
use baton::store::inbox;
use baton::store::timeline::{self, Item, Message};
use baton_adapters::Registry;
use baton_adapters::contract::Credentials;
use baton_adapters::email::Mail;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::bad_days::some_steps;
use crate::support::{Setting, TestApp};

pub const SUPPORT: &str = "support@shop.example";
pub const MAYA: &str = "maya@customer.example";
/// Longer than a mailbox is a dead process's.
const LEASE_OVER: TimeDelta = TimeDelta::minutes(2);
/// Longest wait for something that must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// The company, its mailbox and the line between them.
pub struct Postbox {
    pub app: TestApp,
    pub server: MailServer,
    pub channel: ChannelId,
    pub faults: Faults,
    stop: watch::Sender<bool>,
    line: Option<JoinHandle<()>>,
}

impl Postbox {
    pub async fn open(assistant: Arc<dyn Assistant>) -> Self {
        Self::open_with(assistant, json!({}), Credentials::default().with("password", ["secret".into()])).await
    }

    /// The same with other settings and secrets.
    pub async fn open_with(assistant: Arc<dyn Assistant>, more: Value, credentials: Credentials) -> Self {
        let setting = Setting { registry: Registry::standard(), assistant: Some(assistant), ..Setting::default() };
        let app = TestApp::start_in(setting, &[]).await;
        let faults = Faults::default();
        let server = MailServer::start(Post::new(app.clock.clone(), faults.clone())).expect("a mail server");
        server.post.let_in(SUPPORT, "secret");
        let mut settings = json!({
            "address": SUPPORT, "sender_name": "Lumen", "signature": ["Lumen, the lamp shop"],
            "imap_host": "127.0.0.1", "imap_port": server.ports.imap.to_string(), "imap_security": "none",
            "smtp_host": "127.0.0.1", "smtp_port": server.ports.smtp.to_string(), "smtp_security": "none",
        });
        for (name, value) in more.as_object().expect("an object") {
            settings[name] = value.clone();
        }
        let channel = Channel {
            id: ChannelId(app.clock.new_id()),
            kind: "email".into(),
            name: "Support".into(),
            token: "mailbox".into(),
            autopilot: true,
            settings,
            created_at: app.clock.now(),
        };
        let tx = app.desk().store.begin().await.expect("a transaction");
        channels::insert(&*tx, &app.site().key, &channel, Some(&credentials.write())).await.expect("a channel");
        tx.commit().await.expect("committed");
        let (stop, _) = watch::channel(false);
        let mut postbox = Self { app, server, channel: channel.id, faults, stop, line: None };
        postbox.connect().await;
        postbox
    }

    /// Connects to the mailbox, and waits until that is done.
    pub async fn connect(&mut self) {
        self.hang_up().await;
        let (stop, stopped) = watch::channel(false);
        self.line = Some(tokio::spawn(keep_connections(self.app.desk().clone(), stopped)));
        self.stop = stop;
        self.until("the mailbox is connected", || async {
            let cursor = baton::store::intake::cursor(self.app.desk().store.reader(), self.channel).await;
            cursor.expect("the store").is_some()
        })
        .await;
    }

    /// Hangs up.
    pub async fn hang_up(&mut self) {
        self.stop.send_replace(true);
        if let Some(line) = self.line.take() {
            line.await.expect("a line that ends well");
        }
    }

    /// The process dies after so many steps of its work, with the mailbox open, and begins again once nobody holds the mailbox.
    pub async fn dies_while_working(&mut self, steps: usize) {
        some_steps(pin!(self.app.drain()), steps).await;
        if let Some(line) = self.line.take() {
            line.abort();
            drop(line.await);
        }
        self.app.crash().await;
        self.app.advance(LEASE_OVER);
        self.connect().await;
    }

    /// Switches the AI for mails.
    pub async fn autopilot(&mut self, on: bool) {
        let tx = self.app.desk().store.begin().await.expect("a transaction");
        let channel = channels::find(&*tx, self.channel).await.expect("the store").expect("a channel");
        channels::save(&*tx, &Channel { autopilot: on, ..channel }, self.app.clock.now()).await.expect("saved");
        tx.commit().await.expect("committed");
        self.app.site().reload_channels().await.expect("channels");
        self.connect().await;
    }

    pub fn post(&self) -> &Post {
        &self.server.post
    }

    /// Maya writes a new mail.
    pub async fn maya(&self, subject: &str, text: &str) {
        self.writes(Draft { subject: subject.into(), text: text.into(), ..draft("Maya Lind", MAYA) }).await;
    }

    /// Maya answers the last mail she got.
    pub async fn maya_answers(&self, text: &str) {
        let last = self.inbox(MAYA).pop().expect("a mail to answer");
        let subject = format!("Re: {}", last.subject);
        self.writes(Draft { subject, text: text.into(), answers: last.message_id, ..draft("Maya Lind", MAYA) }).await;
    }

    /// Somebody writes a mail, and it has arrived.
    pub async fn writes(&self, draft: Draft) {
        let before = self.messages().await;
        self.post().send(&draft).expect("a mail");
        self.until("the mail has arrived", || async { self.messages().await > before }).await;
    }

    /// Sends what a look at the conversations says is owed to people and customers by mail.
    pub async fn letters(&self) {
        while self.app.desk().send_due_letter().await.expect("letters") {}
    }

    /// What arrived for an address from others, oldest first.
    pub fn inbox(&self, address: &str) -> Vec<Mail> {
        self.post().mails(address).into_iter().filter(|mail| mail.from.address != address).collect()
    }

    /// How many messages there are in all conversations.
    pub async fn messages(&self) -> usize {
        let mut count = 0;
        for record in self.records().await {
            count += self.said(record.core.id).await.len();
        }
        count
    }

    pub async fn records(&self) -> Vec<Record> {
        let db = self.app.desk().store.reader();
        let mut records = Vec::new();
        for row in inbox::page(db, inbox::View::All, None, 50).await.expect("a list") {
            records.push(conversations::by_number(db, row.number).await.expect("the store").expect("a conversation"));
        }
        records
    }

    /// The conversation, of which there is one.
    pub async fn record(&self) -> Record {
        let mut records = self.records().await;
        assert_eq!(records.len(), 1, "one conversation");
        records.remove(0)
    }

    pub async fn said(&self, conversation: ConversationId) -> Vec<Message> {
        let items =
            timeline::after(self.app.desk().store.reader(), conversation, Seq(0), 1_000).await.expect("a timeline");
        items
            .into_iter()
            .filter_map(|item| match item {
                Item::Message(message) => Some(message),
                _ => None,
            })
            .collect()
    }

    /// A person writes to the customer.
    pub async fn replies(&self, agent: AgentId, text: &str) -> MessageId {
        let record = self.record().await;
        let message = MessageId(self.app.clock.new_id());
        let reply = Reply { agent, message, text: text.into(), attachments: Vec::new(), seen: None };
        self.app.desk().reply(record.core.id, reply).await.expect("a reply");
        self.app.drain().await;
        message
    }

    /// Waits for something that sockets bring about.
    pub async fn until<F: Future<Output = bool>>(&self, what: &str, holds: impl Fn() -> F) {
        let mut hints = self.app.desk().bus.subscribe_to_all();
        let waiting = async {
            while !holds().await {
                // A hint, or a look now and then: not everything is told on the bus.
                drop(tokio::time::timeout(Duration::from_millis(50), hints.recv()).await);
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("waited in vain until {what}"));
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// A mail to the company, of which the writer is known.
pub fn draft(name: &str, from: &str) -> Draft {
    Draft { name: name.into(), from: from.into(), to: SUPPORT.into(), ..Draft::default() }
}
