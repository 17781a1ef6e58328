//! What webhooks of Twilio's become.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;

use super::Sms;
use crate::contract::{Account, Channel as _, Inbound, InboundMessage, RawRequest, Refusal, Status};

fn account() -> Account {
    Account {
        settings: json!({ "account_sid": "AC0123456789abcdef0123456789abcdef", "sender": "+15550100999" }),
        ..Account::default()
    }
}

fn parsed(url: &str, form: &str) -> Vec<Inbound> {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded; charset=UTF-8"));
    let body = Bytes::copy_from_slice(form.as_bytes());
    let request = RawRequest { method: Method::POST, url: url.into(), headers, body };
    let parsed = Sms::default().parse(&account(), &request).expect("read");
    assert!(parsed.reply.content_type.starts_with("text/xml"), "a text would be sent to the customer");
    parsed.events
}

fn message(form: &str) -> InboundMessage {
    let events = parsed("https://support.example/hooks/t", form);
    let found = events.into_iter().find_map(|event| match event {
        Inbound::Message(message) => Some(*message),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("a message in {form}"))
}

#[test]
fn a_text_says_who_wrote_what_under_which_name() {
    let message =
        message("MessageSid=SM1&From=%2B15550100142&To=%2B15550100999&Body=Where+is+it%3F+%E2%9C%93&NumMedia=0");
    assert_eq!((message.provider_id.as_str(), message.text.as_str()), ("SM1", "Where is it? ✓"));
    assert_eq!((message.from.kind, message.from.value.as_str()), ("phone", "+15550100142"));
    assert!(!message.automatic);
}

#[test]
fn pictures_come_by_their_address() {
    let form = "MessageSid=MM1&From=%2B15550100142&Body=&NumMedia=2&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fa&MediaContentType0=image%2Fjpeg&MediaUrl1=https%3A%2F%2Fapi.twilio.com%2Fb&MediaContentType1=audio%2Famr";
    let media = message(form).media;
    assert_eq!(media.len(), 2);
    assert_eq!((media[0].id.as_str(), media[0].name.as_deref()), ("https://api.twilio.com/a", Some("picture-1.jpg")));
}

#[test]
fn stop_words_stop_and_what_only_begins_like_one_does_not() {
    let one = |body: &str, more: &str| {
        let form = format!("MessageSid=SM1&From=%2B15550100142&Body={body}{more}");
        parsed("https://support.example/hooks/t", &form)
    };
    for word in ["STOP", "stop", "Stop.", "unsubscribe", "+REVOKE+"] {
        assert!(matches!(one(word, "")[..], [Inbound::OptOut(_)]), "{word}");
    }
    assert!(matches!(one("please", "&OptOutType=STOP")[..], [Inbound::OptOut(_)]));
    assert!(matches!(one("START", "")[..], [Inbound::OptIn(_)]));
    assert!(matches!(one("yes", "")[..], [Inbound::OptIn(_), Inbound::Message(_)]));
    assert!(matches!(&one("stop+by+the+shop", "")[..], [Inbound::Message(message)] if !message.automatic));
    assert!(matches!(&one("HELP", "")[..], [Inbound::Message(message)] if message.automatic));
}

#[test]
fn machines_and_ourselves_are_not_answered() {
    let from = |from: &str| parsed("https://support.example/hooks/t", &format!("MessageSid=SM1&From={from}&Body=Hi"));
    for machine in ["72975", "ACME", "%2B72975"] {
        assert!(matches!(&from(machine)[..], [Inbound::Message(message)] if message.automatic), "{machine}");
    }
    assert!(matches!(from("%2B15550100999")[..], [Inbound::Ignored(_)]));
    assert!(matches!(from("whatsapp:%2B15550100142")[..], [Inbound::Ignored(_)]));
}

#[test]
fn a_report_carries_our_own_key_and_says_what_a_failure_means() {
    let url = "https://support.example/hooks/t?key=0199";
    let events = parsed(url, "MessageSid=SM9&MessageStatus=undelivered&ErrorCode=21610");
    let [Inbound::Status(report)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((report.key.as_deref(), report.provider_id.as_deref()), (Some("0199"), Some("SM9")));
    assert_eq!((report.status, report.refusal), (Status::Failed, Refusal::OptedOut));
    assert!(matches!(parsed(url, "MessageSid=SM9&MessageStatus=on_the_moon")[..], [Inbound::Ignored(_)]));
}

#[test]
fn settings_are_checked_field_by_field() {
    let wrong = |settings: serde_json::Value| {
        let fields = Sms::default().check_settings(&Account { settings, ..Account::default() });
        fields.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    assert_eq!(wrong(account().settings), Vec::<&str>::new());
    assert_eq!(wrong(json!({ "account_sid": "ACx" })), ["account_sid", "sender"]);
    let key = json!({ "account_sid": "AC0123456789abcdef0123456789abcdef", "sender": "72975", "api_key_sid": "SK1" });
    assert_eq!(wrong(key), ["api_key_sid", "api_key_secret"]);
}
