//! A push service on a port of this machine, and a browser that is subscribed to it. The browser reads what arrives with its own
//! private key, and believes it only if it is signed as the standard has it; both by other code than the product's.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::{PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A notice as it arrived.
#[derive(Clone, Debug)]
pub struct Pushed {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// A running service. It ends with the test.
pub struct PushService {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Pushed>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    task: JoinHandle<()>,
}

impl PushService {
    /// One that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let arrived: Arc<Mutex<Vec<Pushed>>> = Arc::default();
        let answers: Arc<Mutex<VecDeque<&'static str>>> = Arc::default();
        let (kept, asked) = (arrived.clone(), answers.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = asked.lock().expect("no panic").pop_front().unwrap_or("201 Created");
                tokio::spawn(take(stream, answer, kept.clone()));
            }
        });
        Self { address, arrived, answers, task }
    }

    /// The next answers, a status and perhaps a header each, before it takes everything again.
    pub fn will_answer(&self, answers: impl IntoIterator<Item = &'static str>) {
        self.answers.lock().expect("no panic").extend(answers);
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What arrived since the last look.
    pub fn arrived(&self) -> Vec<Pushed> {
        std::mem::take(&mut *self.arrived.lock().expect("no panic"))
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(mut stream: TcpStream, answer: &'static str, kept: Arc<Mutex<Vec<Pushed>>>) {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4_096]);
    loop {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(pushed) = head.and_then(|end| read(&bytes[..end], &bytes[end + 4..])) {
            kept.lock().expect("no panic").push(pushed);
            let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            drop(stream.write_all(answer.as_bytes()).await);
            return;
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn read(head: &[u8], body: &[u8]) -> Option<Pushed> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    (body.len() >= length).then(|| Pushed { path, headers, body: body[..length].to_vec() })
}

/// A browser that asked to be notified.
pub struct Subscriber {
    secret: SecretKey,
    auth: [u8; 16],
    endpoint: String,
}

impl Subscriber {
    /// A browser of this name at a service.
    pub fn at(service: &PushService, name: &str, number: u8) -> Self {
        let secret = SecretKey::from_slice(&[number; 32]).expect("a key");
        Self { secret, auth: [number; 16], endpoint: format!("{}/{name}", service.origin()) }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub fn p256dh(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.secret.public_key().to_sec1_bytes())
    }

    pub fn auth(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.auth)
    }

    /// What a notice says. Fails if it is not for this browser, or not sealed as RFC 8291 has it.
    pub fn reads(&self, pushed: &Pushed) -> Value {
        assert_eq!(pushed.headers["content-encoding"], "aes128gcm");
        let (salt, rest) = pushed.body.split_at(16);
        assert_eq!(rest[..5], [0, 0, 16, 0, 65], "one record of 4096 bytes at most, and an uncompressed point");
        let (point, sealed) = rest[5..].split_at(65);
        let sender = PublicKey::from_sec1_bytes(point).expect("a point");
        let shared = self.secret.diffie_hellman(&sender);
        let ours = self.secret.public_key().to_sec1_bytes();
        let material = hkdf(&self.auth, shared.raw_secret_bytes(), &[b"WebPush: info\0", &*ours, point].concat(), 32);
        let key = hkdf(salt, &material, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = hkdf(salt, &material, b"Content-Encoding: nonce\0", 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(&nonce).expect("a nonce");
        let mut sealed = sealed.to_vec();
        let opened = key.open_in_place(nonce, Aad::empty(), &mut sealed).expect("sealed for this browser");
        let end = opened.iter().rposition(|byte| *byte != 0).expect("an end");
        assert_eq!(opened[end], 2, "the last record");
        serde_json::from_slice(&opened[..end]).expect("JSON")
    }
}

/// Fails unless a notice is signed as RFC 8292 has it, for this service, by whom the browser was bound to.
pub fn verify(pushed: &Pushed, origin: &str, public_key: &str, now: DateTime<Utc>) {
    let header = pushed.headers["authorization"].strip_prefix("vapid t=").expect("vapid");
    let (token, key) = header.split_once(", k=").expect("a key");
    assert_eq!(key, public_key, "the browser was bound to this key");
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let (words, signature) = token.rsplit_once('.').expect("a signature");
    let signature = Signature::from_slice(&bytes(signature)).expect("64 bytes");
    let key = VerifyingKey::from_sec1_bytes(&bytes(key)).expect("a point");
    key.verify(words.as_bytes(), &signature).expect("signed by it");
    let (head, claims) = words.split_once('.').expect("two parts");
    let parse = |part: &str| serde_json::from_slice::<Value>(&bytes(part)).expect("JSON");
    let (head, claims) = (parse(head), parse(claims));
    assert_eq!((&head["alg"], &head["typ"]), (&"ES256".into(), &"JWT".into()));
    assert_eq!(claims["aud"], origin);
    let left = claims["exp"].as_i64().expect("a time") - now.timestamp();
    assert!((1..=24 * 3_600).contains(&left), "it ends within a day: {left} s");
    let contact = claims["sub"].as_str().expect("a contact");
    assert!(contact.starts_with("mailto:") || contact.starts_with("https://"), "{contact}");
}

/// RFC 5869, as far as one block goes.
fn hkdf(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let mac = |key: &[u8], parts: &[&[u8]]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().to_vec()
    };
    let mut block = mac(&mac(salt, &[secret]), &[info, &[1]]);
    block.truncate(length);
    block
}
