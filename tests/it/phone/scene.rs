//! A number that Baton answers, a caller, and two phones it may put callers through to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use baton::ai::assistant::Assistant;
use baton::ai::knowledge::Article;
use baton::ai::signals::language::Language;
use baton::clock::Clock as _;
use baton::fail::FailPoints;
use baton::handoff::call::{CallLine, FallbackNumber, Hours, PhoneAgent};
use baton::handoff::event::Entry;
use baton::handoff::{AgentId, ArticleId, Author, ChannelId, Owner, Seq};
use baton::sandbox::phone::{Call, Exchange, Number, Trouble};
use baton::sandbox::shop;
use baton::store::agents::Agent;
use baton::store::calls::{self, StoredCall};
use baton::store::channels::{self, Channel};
use baton::store::conversations::{self, Record};
use baton::store::timeline::{self, Item, Message};
use baton_adapters::Registry;
use baton_adapters::contract::Credentials;
use serde_json::json;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::support::{Setting, TestApp};

/// Maya's number.
pub const MAYA: &str = "+15550100142";
/// A phone calls are put through to; Ines's.
pub const OFFICE: &str = "+15550100777";
/// The next one; nobody's in particular.
pub const WORKSHOP: &str = "+15550100888";
/// The last one, where a test sets it up.
pub const WAREHOUSE: &str = "+15550100999";
/// How often the worker looks by itself.
const LOOK_EVERY: Duration = Duration::from_millis(20);
pub const NUMBER: &str = "+15550100100";
pub const SECRET: &str = "0123456789abcdef";

/// The first bytes of a sound file.
pub const SOUND: &[u8] = b"ID3\x04\0\0\0\0\0\0and what was said";

/// What text messages Baton asked the provider to send, as form bodies.
type Texts = Arc<Mutex<Vec<String>>>;

/// A worker that ends with this.
pub struct Turns(JoinHandle<()>);

impl Drop for Turns {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A number that Baton answers.
pub struct Scene {
    pub app: TestApp,
    pub ines: Agent,
    pub exchange: Exchange,
    pub number: Number,
    pub texts: Texts,
}

impl Scene {
    /// A number whose AI is `assistant`, set up by `change`.
    pub async fn with(assistant: Arc<dyn Assistant>, change: impl FnOnce(&mut PhoneAgent)) -> Self {
        Self::open(Some(assistant), change).await
    }

    /// The same with the product's own AI, which knows the demo's shop.
    pub async fn embedded(change: impl FnOnce(&mut PhoneAgent)) -> Self {
        let scene = Self::open(None, change).await;
        let articles = shop::ARTICLES
            .iter()
            .map(|(_, text)| Article::from_markdown(ArticleId(scene.app.clock.new_id()), text, Language::En));
        scene.app.site().articles.upsert_all(articles);
        scene.app.site().articles.settle();
        scene
    }

    async fn open(assistant: Option<Arc<dyn Assistant>>, change: impl FnOnce(&mut PhoneAgent)) -> Self {
        let registry = Registry::standard();
        let setting = Setting { registry, assistant, fail: FailPoints::default() };
        let app = TestApp::start_in(setting, &[("call_wait_ms", "60")]).await;
        let ines = app.agent("Ines").await;
        let (exchange, texts) = (Exchange::over(app.http.clone()), Texts::default());
        let api = serve(exchange.clone(), texts.clone());
        let mut agent = PhoneAgent { numbers: phones(ines.id), ..PhoneAgent::default() };
        change(&mut agent);
        let channel = Channel {
            id: ChannelId(app.clock.new_id()),
            kind: "phone_voice".into(),
            name: "Phone".into(),
            token: "phone".into(),
            autopilot: true,
            settings: json!({ "number": NUMBER, "account_sid": "AC1", "api_base_url": &api, "agent": agent }),
            created_at: app.clock.now(),
        };
        let credentials = Credentials::default().with("auth_token", [SECRET.to_owned().into()]).write();
        let tx = app.desk().store.begin().await.expect("a transaction");
        channels::insert(&*tx, &app.site().key, &channel, Some(&credentials)).await.expect("a channel");
        tx.commit().await.expect("committed");
        let number = Number {
            number: NUMBER.into(),
            voice_url: app.url("/voice/phone"),
            account_sid: "AC1".into(),
            recordings_url: format!("{api}/2010-04-01/Accounts/AC1/Recordings"),
            auth_token: SECRET.to_owned().into(),
        };
        Self { app, ines, exchange, number, texts }
    }

    /// Maya calls.
    pub async fn call(&self) -> Call {
        self.call_from(MAYA).await
    }

    pub async fn call_from(&self, from: &str) -> Call {
        self.during(Call::dial(&self.exchange, &self.number, from)).await
    }

    /// Somebody does something on the line, while the workers work.
    pub async fn during<T>(&self, what: impl Future<Output = Result<T, Trouble>>) -> T {
        self.app.while_draining(what).await.expect("the line follows the provider's documents")
    }

    /// Runs turns as the worker of a running Baton does, which sleeps on the alarm, until this is dropped.
    pub fn turns(&self) -> Turns {
        let desk = self.app.desk().clone();
        Turns(tokio::spawn(async move {
            loop {
                while desk.run_due_turn(Uuid::from_u128(1)).await.expect("a turn") {}
                let _ = tokio::time::timeout(LOOK_EVERY, desk.wake.turns.rung()).await;
            }
        }))
    }

    /// The conversation, of which there is one.
    pub async fn record(&self) -> Record {
        let db = self.app.desk().store.reader();
        let all = baton::store::inbox::page(db, baton::store::inbox::View::All, None, 10).await.expect("a list");
        assert_eq!(all.len(), 1, "one conversation");
        conversations::by_number(db, all[0].number).await.expect("the store").expect("a conversation")
    }

    pub async fn owner(&self) -> Owner {
        self.record().await.core.owner
    }

    pub async fn stored(&self) -> StoredCall {
        let id = self.record().await.core.id;
        calls::last_of(self.app.desk().store.reader(), id).await.expect("the store").expect("a call")
    }

    pub async fn timeline(&self) -> Vec<Item> {
        let id = self.record().await.core.id;
        timeline::after(self.app.desk().store.reader(), id, Seq(0), 1_000).await.expect("a timeline")
    }

    /// The messages by an author.
    pub async fn said(&self, by: Author) -> Vec<Message> {
        let items = self.timeline().await;
        let messages = items.into_iter().filter_map(|item| match item {
            Item::Message(message) if message.author == by => Some(message),
            _ => None,
        });
        messages.collect()
    }

    /// The texts of the messages by an author.
    pub async fn words(&self, by: Author) -> Vec<String> {
        self.said(by).await.into_iter().map(|message| message.text).collect()
    }

    /// The lines about the call.
    pub async fn lines(&self) -> Vec<CallLine> {
        let items = self.timeline().await;
        let lines = items.into_iter().filter_map(|item| match item {
            Item::Line(line) => match line.entry {
                Entry::Call { line } => Some(line),
                _ => None,
            },
            Item::Message(_) => None,
        });
        lines.collect()
    }
}

fn phones(ines: AgentId) -> Vec<FallbackNumber> {
    vec![
        FallbackNumber {
            number: OFFICE.into(),
            label: "Office".into(),
            agent: Some(ines),
            hours: "Mon-Sun 00:00-24:00".parse().expect("hours"),
        },
        FallbackNumber { number: WORKSHOP.into(), label: "Workshop".into(), agent: None, hours: Hours::default() },
    ]
}

/// The provider's API: a call can be sent elsewhere, and text messages are taken.
fn serve(exchange: Exchange, texts: Texts) -> String {
    let server = HttpServer::new(move || {
        let (exchange, texts) = (exchange.clone(), texts.clone());
        App::new()
            .route(
                "/2010-04-01/Accounts/AC1/Calls/{call}.json",
                web::post().to(move |call: web::Path<String>, body: web::Bytes| {
                    let url = url::form_urlencoded::parse(&body).find(|(name, _)| name == "Url");
                    exchange.redirect(&call, &url.expect("an address").1);
                    async { HttpResponse::Ok().json(json!({ "sid": "CA" })) }
                }),
            )
            .route(
                "/2010-04-01/Accounts/AC1/Recordings/{recording}",
                web::get().to(|request: HttpRequest| async move {
                    // Nobody hears what callers say without the account's password.
                    match request.headers().contains_key("authorization") {
                        true => HttpResponse::Ok().content_type("audio/mpeg").body(SOUND),
                        false => HttpResponse::Unauthorized().finish(),
                    }
                }),
            )
            .route(
                "/2010-04-01/Accounts/AC1/Messages.json",
                web::post().to(move |body: String| {
                    texts.lock().expect("no panic").push(body);
                    async { HttpResponse::Created().json(json!({ "sid": "SM1" })) }
                }),
            )
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .expect("a port");
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    format!("http://{address}")
}
