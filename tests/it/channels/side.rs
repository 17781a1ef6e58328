//! A customer's side of a conversation, whatever carries it: what a story needs to be told on any channel.

use std::sync::Arc;

use baton::sandbox::phones::Program;
use baton::store::conversations::{self, Record};

use super::line::Line;
use super::postbox::{MAYA, Postbox};
use crate::support::{TestApp, TwoDays, Visitor};

/// Maya, on one channel.
pub trait Side {
    /// The application on the other end.
    fn app(&self) -> &TestApp;

    /// Maya writes, and everything that follows from it happens.
    async fn says(&mut self, text: &str);

    /// Everything that is due happens.
    async fn settle(&mut self);

    /// What the company has said to her, oldest first, as her side shows it.
    async fn heard(&self) -> Vec<String>;

    /// The conversation.
    async fn record(&self) -> Record;

    /// Whether her side shows Markdown by itself.
    fn shows_markdown(&self) -> bool {
        false
    }

    /// Hangs up.
    async fn leave(self);
}

impl Side for Line {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn says(&mut self, text: &str) {
        self.maya(text).await;
    }

    async fn settle(&mut self) {
        Line::settle(self).await;
    }

    async fn heard(&self) -> Vec<String> {
        Line::heard(self)
    }

    async fn record(&self) -> Record {
        Line::record(self).await
    }

    async fn leave(self) {}
}

impl Side for Postbox {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn says(&mut self, text: &str) {
        match self.inbox(MAYA).is_empty() {
            true => self.maya("My lamp", text).await,
            false => self.maya_answers(text).await,
        }
        self.app.drain().await;
    }

    async fn settle(&mut self) {
        self.app.drain().await;
    }

    async fn heard(&self) -> Vec<String> {
        self.inbox(MAYA).into_iter().map(|mail| mail.text).collect()
    }

    async fn record(&self) -> Record {
        Postbox::record(self).await
    }

    async fn leave(mut self) {
        self.hang_up().await;
    }
}

/// A visitor of the website with the application they visit.
pub struct Website {
    app: TestApp,
    visitor: Visitor,
}

impl Side for Website {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn says(&mut self, text: &str) {
        self.visitor.say(&self.app, text).await;
        self.app.drain().await;
    }

    async fn settle(&mut self) {
        self.app.drain().await;
    }

    async fn heard(&self) -> Vec<String> {
        let history = self.visitor.history().await;
        let by_us = history.iter().filter(|item| item["sender"]["kind"] != "user");
        let texts = by_us.filter_map(|item| item["content"]["text"].as_str().map(str::to_owned));
        // What happened stands between what was said.
        texts.filter(|text| !text.is_empty()).collect()
    }

    async fn record(&self) -> Record {
        let found = conversations::find(self.app.desk().store.reader(), self.visitor.id()).await;
        found.expect("the store").expect("a conversation")
    }

    fn shows_markdown(&self) -> bool {
        true
    }

    async fn leave(self) {}
}

pub async fn website() -> Website {
    let app = TestApp::start().await;
    app.channel().await;
    let visitor = Visitor::arrive(&app).await;
    Website { app, visitor }
}

pub async fn texts() -> Line {
    Line::open(Program::Sms, true).await
}

pub async fn whatsapp() -> Line {
    Line::open(Program::Whatsapp, true).await
}

pub async fn mail() -> Postbox {
    Postbox::open(Arc::new(TwoDays)).await
}
