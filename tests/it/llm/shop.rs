//! Maya's chat with a shop whose AI asks a stand-in for a language model.

use std::time::Duration;

use baton::ai::knowledge::{Article, Language};
use baton::ai::llm::LanguageModel;
use baton::ai::llm::settings::{Prices, Provider};
use baton::clock::Clock as _;
use baton::desk::settings::Organisation;
use baton::handoff::event::Entry;
use baton::handoff::policy::Reason;
use baton::handoff::{ArticleId, Author, Owner, Seq};
use baton::store::conversations::{self, Record};
use baton::store::model_usage::{self, ModelUsage};
use baton::store::timeline::{self, Item, Message};

use crate::support::{Behave, ModelServer, Protocol, Setting, TestApp, Visitor};

pub const PROTOCOLS: [Protocol; 2] = [Protocol::OpenAi, Protocol::Anthropic];
/// What the admin told the model; nobody else may read it.
pub const INSTRUCTIONS: &str =
    "Address everybody by their first name and never mention that the supplier in Lindau raises prices in May.";

/// A shop with two articles.
pub struct Shop {
    pub app: TestApp,
    pub server: ModelServer,
    pub maya: Visitor,
}

impl Shop {
    pub async fn open(protocol: Protocol, behaviours: impl IntoIterator<Item = Behave>) -> Self {
        Self::with(ModelServer::start(protocol, behaviours).await, &[], |_| {}).await
    }

    /// The same with a given server, start-up settings and changed model settings.
    pub async fn with(
        server: ModelServer,
        settings: &[(&'static str, &str)],
        change: impl FnOnce(&mut LanguageModel),
    ) -> Self {
        let setting = Setting { assistant: None, ..Setting::default() };
        let app = TestApp::start_in(setting, settings).await;
        app.channel().await;
        app.set(&Organisation { name: "Lumen & Oak".into(), ..Organisation::default() }).await;
        let mut model = LanguageModel {
            enabled: true,
            provider: match server.protocol {
                Protocol::OpenAi => Provider::OpenAi,
                Protocol::Anthropic => Provider::Anthropic,
            },
            base_url: server.url(),
            model: "stand-in".into(),
            instructions: INSTRUCTIONS.into(),
            prices: Prices { currency: "EUR".into(), input_micros: 2_000_000, output_micros: 10_000_000 },
            ..LanguageModel::default()
        };
        change(&mut model);
        app.set(&model).await;
        let article = |title: &str, body: &str| Article {
            id: ArticleId(app.clock.new_id()),
            title: title.into(),
            body: body.into(),
            language: Language::En,
            url: Some("https://lumen.example/help".into()),
            published: true,
            channels: Vec::new(),
        };
        app.site().articles.upsert_all([
            article("Delivery", "We deliver within two to four working days. Delivery to Norway takes six days."),
            article("Returns", "You can return a lamp within thirty days. Returns are free."),
        ]);
        let maya = Visitor::arrive(&app).await;
        Self { app, server, maya }
    }

    /// A deadline short enough to wait for, and long enough for a busy machine.
    pub const HURRIED: &[(&'static str, &str)] = &[("turn_deadline_ms", "2500")];

    /// Maya writes, and everything that follows is done.
    pub async fn maya_says(&self, text: &str) {
        self.maya.say(&self.app, text).await;
    }

    pub async fn record(&self) -> Record {
        let found = conversations::find(self.app.desk().store.reader(), self.maya.id()).await;
        found.expect("the store").expect("a conversation")
    }

    pub async fn owner(&self) -> Owner {
        self.record().await.core.owner
    }

    /// Why people have it.
    pub async fn reason(&self) -> Option<Reason> {
        self.record().await.handoff_reason
    }

    pub async fn usage(&self) -> ModelUsage {
        model_usage::of(self.app.desk().store.reader(), self.maya.id()).await.expect("the store")
    }

    async fn timeline(&self) -> Vec<Item> {
        timeline::after(self.app.desk().store.reader(), self.maya.id(), Seq(0), 1_000).await.expect("a timeline")
    }

    pub async fn messages(&self, by: Author) -> Vec<Message> {
        let items = self.timeline().await.into_iter();
        items
            .filter_map(|item| match item {
                Item::Message(message) if message.author == by => Some(message),
                _ => None,
            })
            .collect()
    }

    /// What the AI said.
    pub async fn ai_said(&self) -> Vec<String> {
        self.messages(Author::Ai).await.into_iter().map(|message| message.text).collect()
    }

    pub async fn lines(&self) -> Vec<Entry> {
        let items = self.timeline().await.into_iter();
        items
            .filter_map(|item| match item {
                Item::Line(line) => Some(line.entry),
                Item::Message(_) => None,
            })
            .collect()
    }

    /// Where the first such line stands.
    pub async fn place_of(&self, is: impl Fn(&Entry) -> bool) -> Option<Seq> {
        let mut items = self.timeline().await.into_iter();
        items.find_map(|item| match item {
            Item::Line(line) if is(&line.entry) => Some(line.seq),
            _ => None,
        })
    }

    /// Maya got an answer from the AI, or was handed off and told so once; never neither.
    pub async fn assert_served(&self, why: &str) {
        let answers = self.messages(Author::Ai).await.into_iter().filter(|message| !message.cut_off).count();
        let notices = self.messages(Author::System).await.len();
        match self.owner().await {
            Owner::Ai => assert!(answers == 1 && notices == 0, "{why}: {answers} answers, {notices} notices"),
            Owner::Queue => assert!(answers == 0 && notices == 1, "{why}: {answers} answers, {notices} notices"),
            Owner::Agent(agent) => panic!("{why}: {agent} has it"),
        }
    }
}

/// Runs something that must not take longer.
pub async fn within<T>(limit: Duration, why: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => panic!("{why}: not within {limit:?}"),
    }
}
