//! The customer's side of each of the six kinds of channel.

use std::sync::Arc;

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{AgentId, ConversationId, MessageId, Owner};
use baton::sandbox::phone::{Call, Waits};
use baton::sandbox::phones::Program;
use baton::store::conversations::{self, Record};
use baton::web::markdown;

use super::super::line::Line;
use super::super::postbox::{MAYA, Postbox};
use super::Side;
use crate::phone;
use crate::slack;
use crate::support::{TestApp, TwoDays, Visitor};

async fn reply(app: &TestApp, id: ConversationId, agent: AgentId, text: &str) {
    let message = MessageId(app.clock.new_id());
    let reply = Reply { agent, message, text: text.into(), attachments: Vec::new(), seen: None };
    app.desk().reply(id, reply).await.expect("sent");
    app.drain().await;
}

async fn found(app: &TestApp, id: ConversationId) -> Record {
    conversations::find(app.desk().store.reader(), id).await.expect("the store").expect("a conversation")
}

/// A chat on a page.
pub struct Web {
    app: TestApp,
    visitor: Visitor,
}

impl Web {
    pub async fn open() -> Self {
        let app = TestApp::start().await;
        app.channel().await;
        Self { visitor: Visitor::arrive(&app).await, app }
    }
}

impl Side for Web {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn maya(&mut self, text: &str) -> bool {
        self.visitor.say(&self.app, text).await;
        self.app.drain().await;
        true
    }

    async fn heard(&mut self) -> Vec<String> {
        let history = self.visitor.history().await;
        let others = history.iter().filter(|item| {
            let said = ["message", "agent_message"].iter().any(|kind| item["type"] == *kind);
            said && item["sender"]["kind"] != "user"
        });
        // The widget shows what was written as Markdown.
        others.map(|item| markdown::render(item["content"]["text"].as_str().unwrap_or_default())).collect()
    }

    async fn record(&self) -> Record {
        found(&self.app, self.visitor.id()).await
    }

    async fn replies(&mut self, agent: AgentId, text: &str) {
        reply(&self.app, self.visitor.id(), agent, text).await;
    }

    async fn settle(&mut self) {
        self.app.drain().await;
    }
}

/// A mailbox.
pub struct Mail {
    postbox: Postbox,
    has_written: bool,
}

impl Mail {
    pub async fn open() -> Self {
        Self { postbox: Postbox::open(Arc::new(TwoDays)).await, has_written: false }
    }
}

impl Side for Mail {
    fn app(&self) -> &TestApp {
        &self.postbox.app
    }

    async fn maya(&mut self, text: &str) -> bool {
        match std::mem::replace(&mut self.has_written, true) {
            false => self.postbox.maya("My lamp", text).await,
            true => self.postbox.maya_answers(text).await,
        }
        self.settle().await;
        true
    }

    async fn heard(&mut self) -> Vec<String> {
        self.postbox.inbox(MAYA).into_iter().map(|mail| mail.text).collect()
    }

    async fn record(&self) -> Record {
        self.postbox.record().await
    }

    async fn replies(&mut self, agent: AgentId, text: &str) {
        self.postbox.replies(agent, text).await;
    }

    async fn settle(&mut self) {
        self.postbox.app.drain().await;
    }
}

/// A phone with text messages or WhatsApp.
pub struct Texts(Line);

impl Texts {
    pub async fn sms() -> Self {
        Self(Line::open(Program::Sms, true).await)
    }

    pub async fn whatsapp() -> Self {
        Self(Line::open(Program::Whatsapp, true).await)
    }
}

impl Side for Texts {
    fn app(&self) -> &TestApp {
        &self.0.app
    }

    async fn maya(&mut self, text: &str) -> bool {
        self.0.maya(text).await;
        true
    }

    async fn heard(&mut self) -> Vec<String> {
        self.0.heard()
    }

    async fn record(&self) -> Record {
        self.0.record().await
    }

    async fn replies(&mut self, agent: AgentId, text: &str) {
        self.0.replies(agent, text).await;
    }

    async fn settle(&mut self) {
        self.0.settle().await;
    }
}

/// Direct messages to the app in Slack.
pub struct Direct(slack::Scene);

impl Direct {
    pub async fn open() -> Self {
        Self(slack::Scene::new().await)
    }
}

impl Side for Direct {
    fn app(&self) -> &TestApp {
        &self.0.story.app
    }

    async fn maya(&mut self, text: &str) -> bool {
        let event = self.0.slack.writes("U0MAYA", "D0MAYA", None, text);
        assert_eq!(self.0.slack_sends(&event).await, 200);
        self.0.settle().await;
        true
    }

    async fn heard(&mut self) -> Vec<String> {
        let posts = self.0.slack.posts().into_iter();
        posts.filter(|post| post.channel == "D0MAYA" && post.user == "U0BATON").map(|post| post.text).collect()
    }

    async fn record(&self) -> Record {
        self.0.story.record().await
    }

    async fn replies(&mut self, agent: AgentId, text: &str) {
        reply(self.app(), self.record().await.core.id, agent, text).await;
        self.0.settle().await;
    }

    async fn settle(&mut self) {
        self.0.settle().await;
    }
}

/// A phone call, and the text messages the caller gets beside it.
pub struct Phone {
    scene: phone::Scene,
    call: Call,
    heard: Vec<String>,
    texts: usize,
}

impl Phone {
    pub async fn open() -> Self {
        let scene = phone::Scene::with(Arc::new(TwoDays), |_| {}).await;
        let mut call = scene.call().await;
        // The greeting answers nothing.
        drop(call.heard());
        Self { scene, call, heard: Vec::new(), texts: 0 }
    }
}

impl Side for Phone {
    fn app(&self) -> &TestApp {
        &self.scene.app
    }

    async fn maya(&mut self, text: &str) -> bool {
        let can_be_heard = *self.call.waits() == Waits::Caller;
        if can_be_heard {
            self.scene.during(self.call.say(text)).await;
        }
        self.settle().await;
        can_be_heard
    }

    async fn heard(&mut self) -> Vec<String> {
        self.heard.extend(self.call.heard());
        let texts = self.scene.texts.lock().expect("no panic").clone();
        let body = |form: &String| {
            let fields = url::form_urlencoded::parse(form.as_bytes());
            fields.into_iter().find(|(name, _)| name == "Body").map(|(_, text)| text.into_owned())
        };
        self.heard.extend(texts[self.texts..].iter().filter_map(body));
        self.texts = texts.len();
        self.heard.clone()
    }

    async fn record(&self) -> Record {
        self.scene.record().await
    }

    async fn replies(&mut self, agent: AgentId, text: &str) {
        reply(self.app(), self.record().await.core.id, agent, text).await;
    }

    async fn settle(&mut self) {
        self.scene.app.drain().await;
        // Nobody picks the fallback phones up; once the AI has the conversation again, the call is its own as well.
        let is_ringing = matches!(self.call.waits(), Waits::Ringing { .. });
        if is_ringing && self.record().await.core.owner == Owner::Ai {
            self.scene.during(self.call.fail_there("no-answer")).await;
        }
    }
}
