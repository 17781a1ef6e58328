//! A text-message channel to a provider on this machine, with the shape of a real one: signed webhooks in, JSON out.
//!
//! May not be part of a real installation. Invariant: a webhook is parsed only after its signature was found right.

use std::time::Duration;

use async_trait::async_trait;
use baton_adapters::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, Identity, Inbound, InboundMessage, Outbound,
    ParseError, Parsed, RawRequest, Refused, SIGNING,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use sha2::Sha256;
use url::Url;

use crate::outbound::use_ring;

/// The signature of a webhook: HMAC-SHA256 of its bytes with the channel's secret, in hexadecimal.
pub(super) const SIGNATURE_HEADER: &str = "x-loopback-signature";
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// The channel.
pub(super) struct Loopback {
    client: Client,
    provider: Option<Url>,
    idempotent: bool,
}

impl Loopback {
    /// A channel that posts what it sends to `provider`; without one, what it sends is dropped here.
    pub(super) fn new(provider: Option<Url>, idempotent: bool) -> Result<Self, reqwest::Error> {
        use_ring();
        let client = Client::builder().timeout(SEND_TIMEOUT).no_proxy().build()?;
        Ok(Self { client, provider, idempotent })
    }
}

/// A webhook.
#[derive(Deserialize)]
struct Webhook {
    id: String,
    from: String,
    text: String,
}

#[async_trait]
impl Channel for Loopback {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { idempotent_sends: self.idempotent, ..Capabilities::text("phone", 1_600) }
    }

    fn authenticate(&self, account: &Account, request: &RawRequest, _: i64) -> Result<(), Refused> {
        let secrets = account.credentials.get(SIGNING);
        if secrets.is_empty() {
            return Err(Refused::NoSecret);
        }
        let given = request.headers.get(SIGNATURE_HEADER).ok_or(Refused::Unsigned)?;
        let given = from_hex(given.as_bytes()).ok_or(Refused::BadSignature)?;
        let fits = |secret: &str| mac(secret, &request.body).is_some_and(|mac| mac.verify_slice(&given).is_ok());
        let known = secrets.iter().any(|secret| fits(secret.expose_secret()));
        if known { Ok(()) } else { Err(Refused::BadSignature) }
    }

    fn parse(&self, _: &Account, request: &RawRequest) -> Result<Parsed, ParseError> {
        let Webhook { id, from, text } =
            serde_json::from_slice(&request.body).map_err(|why| ParseError(why.to_string()))?;
        let message = InboundMessage::new(id, Identity::new("phone", from), text);
        Ok(vec![Inbound::from(message)].into())
    }

    async fn deliver(&self, _: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        let Some(provider) = &self.provider else { return Ok(Delivered::default()) };
        let body = serde_json::json!({
            "key": message.key, "to": message.to, "text": message.text, "author": message.author_name,
        });
        let request = self.client.post(provider.clone()).header("Idempotency-Key", &message.key);
        let sent = request.header(CONTENT_TYPE, "application/json").body(body.to_string()).send().await;
        sent.map_err(|why| not_answered(&why)).and_then(|answer| outcome(&answer))
    }
}

/// What an answer means.
fn outcome(answer: &Response) -> Result<Delivered, DeliveryError> {
    let status = answer.status();
    let why = format!("the provider answered {status}");
    match status {
        _ if status.is_success() => Ok(Delivered::default()),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            Err(DeliveryError::Again { why, after: seconds.map(Duration::from_secs) })
        }
        _ if status.is_client_error() => Err(DeliveryError::refused(why)),
        _ => Err(DeliveryError::Unknown { why }),
    }
}

/// What it means that there is none: before a connection stands nothing can have left.
fn not_answered(why: &reqwest::Error) -> DeliveryError {
    if why.is_connect() {
        DeliveryError::Again { why: format!("the provider can not be reached: {why}"), after: None }
    } else {
        DeliveryError::Unknown { why: format!("the provider's answer did not arrive: {why}") }
    }
}

/// Whether the MAC fits is found in constant time by [`hmac::Mac::verify_slice`].
fn mac(secret: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    Some(mac)
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_adapters::contract::Credentials;
    use http::{HeaderMap, HeaderValue, Method};

    fn request(signature: Option<&'static str>, body: &'static [u8]) -> RawRequest {
        let headers =
            signature.map(|hex| (http::HeaderName::from_static(SIGNATURE_HEADER), HeaderValue::from_static(hex)));
        RawRequest {
            method: Method::POST,
            url: String::new(),
            headers: HeaderMap::from_iter(headers),
            body: bytes::Bytes::from_static(body),
        }
    }

    #[test]
    fn a_webhook_is_believed_only_with_the_hmac_of_its_bytes() {
        // RFC 4231, test case 2.
        let body = b"what do ya want for nothing?";
        let right = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let loopback = Loopback::new(None, true).expect("a client");
        let secret = Account { credentials: Credentials::signing("Jefe".into()), ..Account::default() };
        assert_eq!(loopback.authenticate(&secret, &request(Some(right), body), 0), Ok(()));
        for (wrong, why) in [
            (request(None, body), Refused::Unsigned),
            (request(Some(""), body), Refused::BadSignature),
            (request(Some("5bd"), body), Refused::BadSignature),
            (request(Some("not hexadecimal!"), body), Refused::BadSignature),
            (request(Some(right), b"what do ya want"), Refused::BadSignature),
        ] {
            assert_eq!(loopback.authenticate(&secret, &wrong, 0), Err(why));
        }
        let none = Account::default();
        assert_eq!(loopback.authenticate(&none, &request(Some(right), body), 0), Err(Refused::NoSecret));
    }

    #[test]
    fn a_webhook_says_who_wrote_what_and_under_which_id() {
        let loopback = Loopback::new(None, true).expect("a client");
        let parsed = loopback
            .parse(&Account::default(), &request(None, br#"{"id":"m1","from":"+15550100","text":"Hello"}"#))
            .expect("read");
        let [Inbound::Message(message)] = &parsed.events[..] else { panic!("one message, not {parsed:?}") };
        assert_eq!((message.provider_id.as_str(), message.text.as_str()), ("m1", "Hello"));
        assert!(loopback.parse(&Account::default(), &request(None, b"{}")).is_err());
    }
}
