//! Customers who do not give up: what was not acknowledged is sent again under the same name, as providers and widgets do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use super::chance::Chance;
use super::ledger::Ledger;

const SECRET: &[u8] = b"bench-secret";
/// Pause before something is tried again.
const RETRY_PAUSE: Duration = Duration::from_millis(40);
/// Longest time somebody tries; longer than any time without a server.
const PATIENCE: Duration = Duration::from_secs(90);
/// Longest wait for one answer.
const ANSWER_MAX: Duration = Duration::from_secs(15);
/// Messages after which a customer with a new number comes along.
const MESSAGES_A_PHONE: u64 = 6;
/// Customers who are writing at the same time.
const PHONES_AT_A_TIME: u64 = 8;

/// Mostly what the AI has an article for.
const TEXTS: [&str; 8] = [
    "When do you deliver, and how long does delivery take?",
    "And how much is delivery?",
    "Is delivery free?",
    "What are your opening hours?",
    "What are your opening hours on Saturday?",
    "How long does delivery take?",
    "I want to talk to a person.",
    "It flickers when I switch it on.",
];

/// What all clients of a run share.
pub struct Scene {
    pub url: String,
    pub ledger: Ledger,
    /// Everybody finishes what they are at, and goes home.
    pub over: AtomicBool,
    /// Visitors so far: each has an address of their own.
    visitors: AtomicU64,
    /// Texts so far: no two are the same.
    texts: AtomicU64,
}

impl Scene {
    pub fn at(url: String) -> Arc<Self> {
        let (visitors, texts) = (AtomicU64::new(1), AtomicU64::new(1));
        Arc::new(Self { url, ledger: Ledger::default(), over: AtomicBool::new(false), visitors, texts })
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Something to say. Whoever says it may be stored from here on.
    fn text(&self, chance: &Chance) -> String {
        let text = format!("{} {}", chance.one_of(&TEXTS), self.texts.fetch_add(1, Ordering::Relaxed));
        self.ledger.offer(&text);
        text
    }
}

/// What keeps connections as a provider's own client does.
pub fn http() -> Client {
    baton::outbound::use_ring();
    Client::builder().timeout(ANSWER_MAX).no_proxy().build().expect("a client")
}

/// Sends until the answer is final: success, or a refusal that would be the same again. The body of a success.
pub async fn insist(request: impl Fn() -> RequestBuilder) -> Result<String, StatusCode> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(answer) = request().send().await {
            let status = answer.status();
            if status.is_success() {
                if let Ok(body) = answer.text().await {
                    return Ok(body);
                }
            } else if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS {
                return Err(status);
            }
        }
        assert!(Instant::now() < deadline, "nobody answered for {PATIENCE:?}");
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}

/// A webhook as the provider sends it.
pub fn webhook(http: &Client, url: &str, id: &str, from: &str, text: &str) -> RequestBuilder {
    let body = json!({"id": id, "from": from, "text": text}).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("a key");
    mac.update(body.as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    http.post(format!("{url}/hooks/bench-sms")).header("X-Loopback-Signature", signature).body(body)
}

/// A provider whose customers write text messages, one after the other.
pub async fn write_texts(scene: Arc<Scene>, chance: Chance, name: u64) {
    let http = http();
    for count in 0.. {
        if scene.is_over() {
            return;
        }
        let newest = count / MESSAGES_A_PHONE;
        let phone = format!("+1555{name:02}{:05}", newest.saturating_sub(chance.below(PHONES_AT_A_TIME)));
        let id = format!("sms-{name}-{count}");
        let text = scene.text(&chance);
        insist(|| webhook(&http, &scene.url, &id, &phone, &text)).await.expect("the webhook is right");
        scene.ledger.received("sms", &id, &phone, &text);
        if chance.percent(15) {
            // Providers repeat themselves even when they were answered.
            insist(|| webhook(&http, &scene.url, &id, &phone, &text)).await.expect("the webhook is right");
        }
        tokio::time::sleep(chance.millis(5, 90)).await;
    }
}

/// Visitors of the web page, one after the other.
pub async fn chat(scene: Arc<Scene>, chance: Chance) {
    while !scene.is_over() {
        visit(&scene, &chance).await;
    }
}

async fn visit(scene: &Scene, chance: &Chance) {
    let (http, url) = (http(), &scene.url);
    let number = scene.visitors.fetch_add(1, Ordering::Relaxed);
    let address = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
    let call = |path: &str, token: Option<&str>, body: &Value| {
        let call = http.post(format!("{url}/backend/widget/v2{path}")).header("X-Bot-Token", "bench-web");
        let call = call.header("X-Forwarded-For", &address).json(body);
        token.map_or_else(|| call.try_clone(), |token| call.try_clone().map(|call| call.bearer_auth(token)))
    };
    let call = |path: &str, token: Option<&str>, body: &Value| call(path, token, body).expect("a body in memory");
    let created = insist(|| call("/contact/create-unverified", None, &json!({}))).await.expect("a contact");
    let token = field(&created, "token");
    let browser = json!({"customData": {"external_id": chance.uuid().to_string()}});
    let session = field(&insist(|| call("/create-session", Some(&token), &browser)).await.expect("a session"), "id");
    for _ in 0..chance.below(6) {
        if scene.is_over() {
            return;
        }
        let uuid = chance.uuid().to_string();
        let text = scene.text(chance);
        let body = json!({"uuid": uuid, "content": text, "session_id": session, "language": "en"});
        insist(|| call("/chat/send", Some(&token), &body)).await.expect("the message is right");
        scene.ledger.received("web", &uuid, &session, &text);
        if chance.percent(15) {
            insist(|| call("/chat/send", Some(&token), &body)).await.expect("the message is right");
        }
        tokio::time::sleep(chance.millis(5, 90)).await;
    }
}

fn field(json: &str, name: &str) -> String {
    let value: Value = serde_json::from_str(json).expect("JSON");
    value[name].as_str().expect("a text").to_owned()
}
