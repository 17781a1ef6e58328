//! What webhooks of Meta's become.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use super::Whatsapp;
use super::signature::{escape, sign};
use crate::contract::{
    Account, Channel as _, Credentials, Inbound, InboundMessage, RawRequest, Refusal, Refused, Status,
};

fn account() -> Account {
    let credentials = Credentials::default().with("app_secret", ["s3cret".into()]).with("verify_token", ["tok".into()]);
    Account {
        settings: json!({ "phone_number_id": "106", "app_answerer": "ines@example.com" }),
        credentials,
        ..Account::default()
    }
}

fn request(method: Method, url: &str, body: &[u8], signature: Option<&str>) -> RawRequest {
    let mut headers = HeaderMap::new();
    if let Some(signature) = signature {
        headers.insert("x-hub-signature-256", HeaderValue::from_str(signature).expect("a header"));
    }
    RawRequest { method, url: url.into(), headers, body: Bytes::copy_from_slice(body) }
}

fn value(number: &str, value: Value) -> Vec<Inbound> {
    let mut value = value;
    value["metadata"] = json!({ "phone_number_id": number });
    let field = if value.get("message_echoes").is_some() { "smb_message_echoes" } else { "messages" };
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "changes": [{ "field": field, "value": value }] }] });
    let asked = request(Method::POST, "https://support.example/hooks/w", body.to_string().as_bytes(), None);
    Whatsapp::default().parse(&account(), &asked).expect("read").events
}

fn one(message: Value) -> Inbound {
    let contacts = json!([{ "wa_id": "15550100142", "user_id": "US.77", "profile": { "name": "Maya" } }]);
    let mut events = value("106", json!({ "contacts": contacts, "messages": [message] }));
    assert_eq!(events.len(), 1);
    events.remove(0)
}

fn message(kind: &str, content: Value) -> InboundMessage {
    let mut message = json!({ "id": "wamid.1", "from": "15550100142", "timestamp": "1763800000", "type": kind });
    message[kind] = content;
    match one(message) {
        Inbound::Message(message) => *message,
        other => panic!("a message, not {other:?}"),
    }
}

#[test]
fn a_webhook_is_believed_with_the_hmac_of_its_bytes_in_either_spelling() {
    let body = "{\"text\":\"Grüße 👍\"}";
    let channel = Whatsapp::default();
    let check = |body: &str, signature: &str| {
        channel.authenticate(&account(), &request(Method::POST, "", body.as_bytes(), Some(signature)), 0)
    };
    // Computed apart from this code, with Python's hmac.
    let raw = "sha256=8072e6837ce96dddbc960bd3ce69cd9e37ad8f8c6f6e20073249a2f18004e5d8";
    let escaped = "sha256=ac6ab161a51c0dcb5f80742aaff4d8ac29beb8a379008cd1cf535ca2c623a3cd";
    assert_eq!(
        (sign("s3cret", body.as_bytes()), sign("s3cret", escape(body).as_bytes())),
        (raw.into(), escaped.into())
    );
    assert_eq!(check(body, raw), Ok(()));
    assert_eq!(check(body, escaped), Ok(()), "a proxy wrote the characters out");
    assert_eq!(check(&escape(body), escaped), Ok(()), "as Meta sends it");
    for wrong in ["sha256=", "sha256=00", "sha1=00", raw.trim_start_matches("sha256=")] {
        assert_eq!(check(body, wrong), Err(Refused::BadSignature), "{wrong}");
    }
    let unsigned = request(Method::POST, "", body.as_bytes(), None);
    assert_eq!(channel.authenticate(&account(), &unsigned, 0), Err(Refused::Unsigned));
    assert_eq!(
        channel.authenticate(&Account::default(), &request(Method::POST, "", b"", Some(raw)), 0),
        Err(Refused::NoSecret)
    );
}

#[test]
fn the_question_whether_the_address_is_ours_is_answered_to_who_knows_the_token() {
    let ask = |query: &str| request(Method::GET, &format!("https://support.example/hooks/w?{query}"), b"", None);
    let right = ask("hub.mode=subscribe&hub.verify_token=tok&hub.challenge=1158201444");
    assert_eq!(Whatsapp::default().authenticate(&account(), &right, 0), Ok(()));
    let reply = Whatsapp::default().parse(&account(), &right).expect("read").reply;
    assert_eq!(reply.body.as_ref(), b"1158201444");
    for wrong in
        ["hub.mode=subscribe&hub.verify_token=no", "hub.mode=x&hub.verify_token=tok", "", "hub_verify_token=tok"]
    {
        assert!(Whatsapp::default().authenticate(&account(), &ask(wrong), 0).is_err(), "{wrong}");
    }
}

#[test]
fn a_customer_is_known_by_every_name_meta_tells() {
    let hello = message("text", json!({ "body": "Hello" }));
    assert_eq!(
        (hello.from.kind, hello.from.value.as_str(), hello.name.as_deref()),
        ("whatsapp", "15550100142", Some("Maya"))
    );
    let also: Vec<(&str, &str)> = hello.also.iter().map(|also| (also.kind, also.value.as_str())).collect();
    assert_eq!(also, [("whatsapp", "US.77"), ("phone", "+15550100142")]);
    assert_eq!(hello.sent_at, Some(1_763_800_000));
    // Nobody's number is told any more.
    let contacts = json!([{ "user_id": "US.77", "profile": { "username": "maya" } }]);
    let message = json!({ "id": "wamid.2", "type": "text", "text": { "body": "Hi" } });
    let events = value("106", json!({ "contacts": contacts, "messages": [message] }));
    let [Inbound::Message(hi)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((hi.from.value.as_str(), hi.name.as_deref(), hi.also.len()), ("US.77", Some("maya"), 0));
}

#[test]
fn every_kind_of_message_is_read() {
    let picture = message("image", json!({ "id": "m1", "mime_type": "image/jpeg", "caption": "the clamp" }));
    assert_eq!((picture.text.as_str(), picture.media[0].id.as_str()), ("the clamp", "m1"));
    let voice = message("audio", json!({ "id": "m2", "voice": true }));
    assert_eq!(voice.media[0].name.as_deref(), Some("voice-message.ogg"));
    let paper = message("document", json!({ "id": "m3", "filename": "bill.pdf" }));
    assert_eq!(paper.media[0].name.as_deref(), Some("bill.pdf"));
    let place = message("location", json!({ "latitude": 52.5, "longitude": 13.4, "name": "Home" }));
    assert!(place.text.starts_with("Location: Home\nhttps://"), "{}", place.text);
    let choice =
        message("interactive", json!({ "type": "button_reply", "button_reply": { "id": "choice-0", "title": "Yes" } }));
    assert_eq!(choice.text, "Yes");
    let order = message("order", json!({ "product_items": [{ "product_retailer_id": "alba", "quantity": 2 }] }));
    assert_eq!(order.text, "Order: 2 × alba");
    assert!(message("unsupported", json!({})).unreadable, "and said to be");
    assert!(message("unsupported", json!({})).automatic && message("hologram", json!({})).automatic);
    let cards = json!({ "id": "wamid.3", "from": "15550100142", "type": "contacts",
        "contacts": [{ "name": { "formatted_name": "Omar" }, "phones": [{ "phone": "+1 555" }] }] });
    assert!(matches!(one(cards), Inbound::Message(card) if card.text == "Contact: Omar (+1 555)"));
}

#[test]
fn what_is_no_question_is_not_asked_of_the_ai() {
    let of = |kind: &str, content: Value| {
        let mut message = json!({ "id": "wamid.4", "from": "15550100142", "type": kind });
        message[kind] = content;
        one(message)
    };
    assert!(
        matches!(of("reaction", json!({ "message_id": "x", "emoji": "👍" })), Inbound::Reacted { words, .. } if words.contains("👍"))
    );
    assert!(
        matches!(of("system", json!({ "type": "user_changed_number", "wa_id": "15550100143" })), Inbound::Moved(moved) if moved.to.value == "15550100143")
    );
    assert!(
        matches!(of("revoke", json!({ "original_message_id": "wamid.1" })), Inbound::Deleted { of, .. } if of == "wamid.1")
    );
    let edit = json!({ "original_message_id": "wamid.1", "message": { "type": "text", "text": { "body": "two" } } });
    assert!(matches!(of("edit", edit), Inbound::Edited { text, .. } if text == "two"));
    assert!(matches!(of("button", json!({ "payload": "STOP", "text": "Stop" })), Inbound::OptOut(_)));
}

#[test]
fn reports_echoes_and_other_numbers() {
    let errors = json!([{ "code": 131047, "title": "Re-engagement message" }]);
    let statuses = json!([
        { "id": "wamid.9", "status": "read", "biz_opaque_callback_data": "0199" },
        { "id": "wamid.8", "status": "failed", "errors": errors },
    ]);
    let events = value("106", json!({ "statuses": statuses }));
    let [Inbound::Status(read), Inbound::Status(failed)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((read.status, read.key.as_deref()), (Status::Read, Some("0199")));
    assert_eq!((failed.status, failed.refusal), (Status::Failed, Refusal::OutsideWindow));
    let echo =
        json!({ "from": "1555", "to": "15550100142", "id": "wamid.7", "type": "text", "text": { "body": "On it" } });
    let events = value("106", json!({ "message_echoes": [echo] }));
    let [Inbound::Echo(echo)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((echo.text.as_str(), echo.author_email.as_deref()), ("On it", Some("ines@example.com")));
    let of_echo = |kind: &str, content: Value| {
        let mut echo = json!({ "from": "1555", "to": "15550100142", "id": "wamid.6", "type": kind });
        echo[kind] = content;
        value("106", json!({ "message_echoes": [echo] })).remove(0)
    };
    let edit =
        json!({ "original_message_id": "wamid.7", "message": { "type": "text", "text": { "body": "On it now" } } });
    assert!(matches!(of_echo("edit", edit), Inbound::Reacted { words, .. } if words.ends_with("now: On it now")));
    assert!(matches!(of_echo("revoke", json!({})), Inbound::Reacted { words, .. } if words.contains("deleted")));
    assert!(matches!(of_echo("hologram", json!({})), Inbound::Ignored(_)), "nobody said that");
    let message = json!({ "id": "wamid.5", "from": "1", "type": "text", "text": { "body": "x" } });
    let events = value("107", json!({ "messages": [message] }));
    assert!(matches!(&events[..], [Inbound::Elsewhere { value, .. }] if value == "107"), "{events:?}");
}

#[test]
fn f26_old_messages_that_a_phone_synchronises_are_no_questions() {
    let old = json!({ "id": "wamid.old", "from": "15550100142", "timestamp": "1700000000", "type": "text", "text": { "body": "Hello?" } });
    let threads = json!([{ "id": "15550100142", "messages": [old] }]);
    let value = json!({ "metadata": { "phone_number_id": "106" }, "history": [{ "threads": threads }] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "changes": [{ "field": "history", "value": value }] }] });
    let asked = request(Method::POST, "https://support.example/hooks/w", body.to_string().as_bytes(), None);
    let events = Whatsapp::default().parse(&account(), &asked).expect("read").events;
    assert!(matches!(&events[..], [Inbound::Ignored(_)]), "{events:?}");
}
