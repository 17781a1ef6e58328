//! What the targets share: a provider's request made of arbitrary bytes, and the rules that hold whatever they are.

use std::sync::OnceLock;

use baton_adapters::Registry;
use baton_adapters::conformance::{filled_in, reply_is_harmless};
use baton_adapters::contract::{ChannelKind, RawRequest};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// Headers of a request, for the names that come with arbitrary values.
const HEADERS: [&str; 6] = [
    "content-type",
    "upgrade",
    "x-hub-signature-256",
    "x-slack-request-timestamp",
    "x-slack-signature",
    "x-twilio-signature",
];
/// The moment of the requests.
const NOW: i64 = 1_700_000_000;

/// Nobody's signature is guessed, whatever is sent; and whatever is read is answered harmlessly.
///
/// The first line is the method's first letter and the address, the next ones are the headers, the rest is the body.
pub fn channel(kind: ChannelKind, data: &[u8]) {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    let registry = REGISTRY.get_or_init(Registry::standard);
    let channel = registry.get(kind).expect("a channel of this build");
    let account = filled_in(channel.as_ref());
    let request = request(data);
    let believed = channel.authenticate(&account, &request, NOW).is_ok();
    assert!(!believed, "{kind} believed what nobody signed: {request:?}");
    drop(channel.addressee(&request));
    if let Ok(parsed) = channel.parse(&account, &request) {
        reply_is_harmless(&request.method, &parsed.reply).expect("a harmless reply");
    }
    if let Some(voice) = channel.voice() {
        drop(voice.report(&request));
        drop(voice.heard(&String::from_utf8_lossy(&request.body)));
    }
}

fn request(data: &[u8]) -> RawRequest {
    let mut parts = data.splitn(HEADERS.len() + 2, |byte| *byte == b'\n');
    let first = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let method = if first.starts_with('G') { Method::GET } else { Method::POST };
    let url = first.get(1..).unwrap_or_default().to_owned();
    let mut headers = HeaderMap::new();
    for name in HEADERS {
        if let Ok(value) = HeaderValue::from_bytes(parts.next().unwrap_or_default()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    RawRequest { method, url, headers, body: Bytes::copy_from_slice(parts.next().unwrap_or_default()) }
}
