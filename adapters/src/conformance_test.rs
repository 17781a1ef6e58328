//! Requests as the providers send them, spoiled: whatever became of the bytes, every channel returns, believes only what is signed,
//! and answers harmlessly.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::conformance::{filled_in, reply_is_harmless};
use crate::contract::{Account, Channel, ChannelKind, RawRequest};
use crate::{Registry, email, twilio, whatsapp};

/// The secret that a filled-in account has under every name.
const SECRET: &str = "a secret of sixteen bytes and more";
const NOW: i64 = 1_700_000_000;
const URL: &str = "https://support.example/hooks/x";
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// What parsers trip over.
const TRIPS: [&str; 16] = [
    "\0",
    "%00",
    "%",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\"",
    "}",
    "[[[[[[[[",
    "null",
    "-1",
    "1e999",
    "99999999999999999999",
    "&a=1&a=2",
    "=\r\n\r\n--",
    "<!DOCTYPE x [<!ENTITY y \"z\">]>",
];

/// A way to spoil bytes: which, where, and how much or with what.
type Spoiling = (u8, u16, u8);

fn spoil(bytes: &[u8], ways: &[Spoiling]) -> Vec<u8> {
    let mut spoiled = bytes.to_vec();
    for &(way, place, value) in ways {
        let at = usize::from(place) % (spoiled.len() + 1);
        let end = (at + usize::from(value)).min(spoiled.len());
        match way % 6 {
            0 => drop(spoiled.drain(at..end)),
            1 => spoiled.truncate(at),
            2 => spoiled.insert(at, value),
            3 if at < spoiled.len() => spoiled[at] ^= value.max(1),
            4 => {
                let again = spoiled[at..end].to_vec();
                spoiled.splice(at..at, again);
            }
            _ => {
                let trip = TRIPS[usize::from(value) % TRIPS.len()];
                spoiled.splice(at..at, trip.bytes());
            }
        }
    }
    spoiled
}

/// What providers send, by channel: the kind of body, and the body.
fn sent() -> Vec<(ChannelKind, &'static str, Vec<u8>)> {
    let text = |body: &str| body.as_bytes().to_vec();
    vec![
        (
            ChannelKind::Sms,
            FORM,
            text(
                "MessageSid=SM1&From=%2B15550100142&To=%2B15550100900&Body=Gr%C3%BC%C3%9Fe+%F0%9F%91%8D&NumMedia=1&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fm&MediaContentType0=image%2Fpng&OptOutType=",
            ),
        ),
        (ChannelKind::Sms, FORM, text("MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&key=k")),
        (
            ChannelKind::PhoneVoice,
            FORM,
            text(
                "CallSid=CA1&CallStatus=in-progress&From=%2B15550100142&To=%2B15550100900&SpeechResult=Hi&Digits=1&DialCallStatus=completed&DialBridged=true&DialCallDuration=7&RecordingUrl=https%3A%2F%2Fx&RecordingDuration=3&TranscriptionText=Hi",
            ),
        ),
        (ChannelKind::Whatsapp, JSON, meta(json!({ "messages": messages() }))),
        (
            ChannelKind::Whatsapp,
            JSON,
            meta(
                json!({ "statuses": [{ "id": "wamid.1", "status": "failed", "recipient_id": "15550100142", "timestamp": "1700000000", "errors": [{ "code": 131_047, "title": "Re-engagement message" }] }] }),
            ),
        ),
        (
            ChannelKind::Slack,
            JSON,
            slack(
                json!({ "type": "message", "channel": "D1", "user": "U1", "text": "Hello <@U2> &amp; _you_", "ts": "1700000000.000100", "channel_type": "im", "files": [{ "id": "F1", "name": "a.png", "url_private_download": "https://files.slack.com/a" }] }),
            ),
        ),
        (
            ChannelKind::Slack,
            JSON,
            slack(
                json!({ "type": "message", "subtype": "message_changed", "channel": "C1", "ts": "1.2", "message": { "user": "U1", "text": "b", "ts": "1.1" }, "previous_message": { "text": "a" } }),
            ),
        ),
        (
            ChannelKind::Slack,
            FORM,
            text(
                "payload=%7B%22type%22%3A%22block_actions%22%2C%22team%22%3A%7B%22id%22%3A%22T1%22%7D%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%2C%22channel%22%3A%7B%22id%22%3A%22C1%22%7D%2C%22container%22%3A%7B%22message_ts%22%3A%221.1%22%7D%2C%22actions%22%3A%5B%7B%22action_id%22%3A%22take%22%2C%22value%22%3A%221%22%7D%5D%7D",
            ),
        ),
        (ChannelKind::Web, JSON, text("{\"message\":\"Hello\"}")),
        (
            ChannelKind::Email,
            "message/rfc822",
            text("From: a@b.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello"),
        ),
    ]
}

fn messages() -> Value {
    let one = |kind: &str, content: Value| json!({ "id": format!("wamid.{kind}"), "from": "15550100142", "timestamp": "1700000000", "type": kind, kind: content });
    json!([
        one("text", json!({ "body": "Grüße 👍" })),
        one("image", json!({ "id": "1", "mime_type": "image/png", "caption": "Look" })),
        one("location", json!({ "latitude": 52.5, "longitude": 13.4, "name": "Shop" })),
        one("contacts", json!([{ "name": { "formatted_name": "Omar" }, "phones": [{ "phone": "+1555" }] }])),
        one("interactive", json!({ "type": "button_reply", "button_reply": { "id": "1", "title": "Yes" } })),
        one("reaction", json!({ "message_id": "wamid.0", "emoji": "👍" })),
        one("unsupported", json!({})),
    ])
}

fn meta(mut value: Value) -> Vec<u8> {
    value["metadata"] = json!({ "phone_number_id": "example" });
    value["contacts"] = json!([{ "wa_id": "15550100142", "profile": { "name": "Maya" } }]);
    let changes = json!([{ "field": "messages", "value": value }]);
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": changes }] })
        .to_string()
        .into_bytes()
}

fn slack(event: Value) -> Vec<u8> {
    json!({ "type": "event_callback", "team_id": "example", "event_id": "Ev1", "event": event })
        .to_string()
        .into_bytes()
}

/// The request with the signatures of every provider.
fn request(kind: &'static str, signed: &[u8], body: Vec<u8>) -> RawRequest {
    let mut headers = HeaderMap::new();
    let mut slack = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    slack.update(format!("v0:{NOW}:").as_bytes());
    slack.update(signed);
    let digest: String = slack.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let form = if kind == FORM { signed } else { b"" };
    for (name, value) in [
        ("content-type", kind.to_owned()),
        ("x-twilio-signature", twilio::sign(&SECRET.into(), URL, form)),
        ("x-hub-signature-256", whatsapp::sign(SECRET, signed)),
        ("x-slack-request-timestamp", NOW.to_string()),
        ("x-slack-signature", format!("v0={digest}")),
    ] {
        headers.insert(name, HeaderValue::from_str(&value).expect("a header"));
    }
    RawRequest { method: Method::POST, url: URL.into(), headers, body: Bytes::from(body) }
}

fn is_signed(kind: ChannelKind) -> bool {
    !matches!(kind, ChannelKind::Web | ChannelKind::Email)
}

/// Every part of a channel that reads what came.
fn read(channel: &dyn Channel, account: &Account, request: &RawRequest) {
    drop(channel.addressee(request));
    if let Ok(parsed) = channel.parse(account, request) {
        reply_is_harmless(&request.method, &parsed.reply).unwrap_or_else(|rule| panic!("{}: {rule}", channel.kind()));
    }
    if let Some(voice) = channel.voice() {
        drop(voice.report(request));
        drop(voice.heard(&String::from_utf8_lossy(&request.body)));
    }
}

/// Whether two forms say the same, which is what is signed of them.
fn says_the_same(kind: &str, one: &[u8], other: &[u8]) -> bool {
    let fields = |body: &[u8]| {
        let mut all: Vec<_> = url::form_urlencoded::parse(body).into_owned().collect();
        all.sort();
        all.dedup();
        all
    };
    one == other || (kind == FORM && fields(one) == fields(other))
}

#[test]
fn what_is_signed_is_believed_as_it_is_and_read() {
    let registry = Registry::standard();
    for (kind, form, body) in sent() {
        let channel = registry.get(kind).expect("a channel");
        let request = request(form, &body, body.clone());
        let account = filled_in(channel.as_ref());
        assert_eq!(channel.authenticate(&account, &request, NOW).is_ok(), is_signed(kind), "{kind}: {request:?}");
        if is_signed(kind) {
            assert!(channel.parse(&account, &request).is_ok(), "{kind}: {request:?}");
        }
    }
}

proptest! {
    #[test]
    fn spoiled_requests_are_refused_and_signed_ones_are_read_to_an_end(
        ways in proptest::collection::vec(any::<Spoiling>(), 1..6),
    ) {
        let registry = Registry::standard();
        for (kind, form, body) in sent() {
            let channel = registry.get(kind).expect("a channel");
            let account = filled_in(channel.as_ref());
            let spoiled = spoil(&body, &ways);
            // Spoiled on the way: the signature is of what was sent.
            let tampered = request(form, &body, spoiled.clone());
            if !(says_the_same(form, &body, &spoiled) || spoiled.is_empty() && form == FORM) {
                prop_assert!(channel.authenticate(&account, &tampered, NOW).is_err(), "{kind} believed {tampered:?}");
            }
            read(channel.as_ref(), &account, &tampered);
            // Spoiled by the provider itself.
            let signed = request(form, &spoiled, spoiled.clone());
            if is_signed(kind) {
                prop_assert!(channel.authenticate(&account, &signed, NOW).is_ok(), "{kind} did not believe {signed:?}");
            }
            read(channel.as_ref(), &account, &signed);
        }
    }

    #[test]
    fn spoiled_mails_and_frames_are_read_to_an_end(ways in proptest::collection::vec(any::<Spoiling>(), 1..12)) {
        let registry = Registry::standard();
        let phone = registry.get(ChannelKind::PhoneVoice).expect("a channel");
        let voice = phone.voice().expect("a voice");
        for frame in [
            r#"{"type":"setup","callSid":"CA1","customParameters":{}}"#,
            r#"{"type":"prompt","voicePrompt":"Grüße","lang":"de-DE","last":true}"#,
            r#"{"type":"interrupt","utteranceUntilInterrupt":"We del","durationUntilInterruptMs":"460"}"#,
        ] {
            drop(voice.heard(&String::from_utf8_lossy(&spoil(frame.as_bytes(), &ways))));
        }
        let mail = "From: Maya <maya@b.example>\r\nTo: s@shop.example\r\nMessage-ID: <1@b.example>\r\nReferences: <0@b.example>\r\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\nAuto-Submitted: no\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div style='display:none'>x</div><p>Hi <b>there</b><blockquote type=cite>old\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: image/png; name*=utf-8''%41.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";
        drop(email::read(&spoil(mail.as_bytes(), &ways)));
    }
}
