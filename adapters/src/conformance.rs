//! Rules that every channel must pass, whatever its provider. Run over the whole registry, and by a channel's own tests.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use crate::contract::{Account, Channel, Credentials, FieldKind, HookReply, Intake, RawRequest};

/// Checks the rules. The error names the one that was broken.
///
/// # Errors
/// The broken rule, in words.
pub fn check(channel: &dyn Channel) -> Result<(), String> {
    let kind = channel.kind();
    let told = |rule: String| format!("{kind}: {rule}");
    fields_are_documented(channel).map_err(told)?;
    for account in [Account::default(), filled_in(channel)] {
        for request in hostile() {
            unsigned_is_refused(channel, &account, &request).map_err(told)?;
            // Parsing bytes nobody signed may fail, but it must return, and answer harmlessly.
            if let Ok(parsed) = channel.parse(&account, &request) {
                reply_is_harmless(&request.method, &parsed.reply).map_err(told)?;
            }
        }
    }
    reply_is_harmless(&Method::POST, &channel.shrug()).map_err(told)?;
    let can = channel.capabilities();
    if can.text_chars_max == 0 {
        return Err(told("no message fits".into()));
    }
    if can.address_kind.is_empty() {
        return Err(told("nobody can be answered without a kind of address".into()));
    }
    if can.templates && can.reply_window.is_none() {
        return Err(told("templates are for channels with a window".into()));
    }
    if can.intake == Intake::Hook && channel.fields().iter().all(|field| field.kind != FieldKind::Secret) {
        return Err(told("a webhook can not be believed without a secret".into()));
    }
    Ok(())
}

fn fields_are_documented(channel: &dyn Channel) -> Result<(), String> {
    let fields = channel.fields();
    for (place, field) in fields.iter().enumerate() {
        let name = field.name;
        if name.is_empty()
            || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            return Err(format!("{name:?} is no name for a field; use a_z, 0-9 and _"));
        }
        if ["name", "autopilot", "enabled", "version", "kind", "csrf"].contains(&name) {
            return Err(format!("the form has a {name} of its own already"));
        }
        if fields[..place].iter().any(|other| other.name == name) {
            return Err(format!("two fields are called {name}"));
        }
        if field.label.is_empty() || field.help.is_empty() {
            return Err(format!("the field {name} says nothing of itself"));
        }
        let fits = match field.kind {
            FieldKind::Choice(words) => words.iter().any(|(value, _)| *value == field.default),
            FieldKind::Toggle => matches!(field.default, "true" | "false"),
            FieldKind::Secret => field.default.is_empty(),
            FieldKind::Url => field.default.is_empty() || url::Url::parse(field.default).is_ok(),
            FieldKind::Line | FieldKind::Lines => true,
        };
        if !fits {
            return Err(format!("{:?} is no default for the field {name}", field.default));
        }
    }
    Ok(())
}

/// An account in which every field says something, so that no refusal is for want of a secret alone.
pub fn filled_in(channel: &dyn Channel) -> Account {
    let mut settings = serde_json::Map::new();
    let mut credentials = Credentials::default();
    for field in channel.fields() {
        let text = if field.default.is_empty() { "example" } else { field.default };
        let value = match field.kind {
            FieldKind::Secret => {
                credentials.replace(field.name, "a secret of sixteen bytes and more".into());
                continue;
            }
            FieldKind::Line | FieldKind::Choice(_) => text.into(),
            FieldKind::Url if field.default.is_empty() => "https://provider.example".into(),
            FieldKind::Url => text.into(),
            FieldKind::Toggle => (text == "true").into(),
            FieldKind::Lines => vec![text].into(),
        };
        settings.insert(field.name.to_owned(), value);
    }
    let hook_url = "https://support.example/hooks/x".into();
    Account { id_hint: "conformance".into(), settings: settings.into(), credentials, hook_url }
}

fn hostile() -> Vec<RawRequest> {
    let bodies: [&[u8]; 8] =
        [b"", b"\0\xff\xfe", b"{", b"[]", b"{\"entry\":[{}]}", b"a=1&a=2&%zz", b"<x>", &[b'['; 4096]];
    let urls = [
        "https://support.example/hooks/x",
        "https://support.example/hooks/x?hub.mode=subscribe&a=%ff&",
        "",
        "\u{fffd}",
    ];
    let mut requests = Vec::new();
    for (method, content_type) in
        [(Method::POST, "application/json"), (Method::POST, "application/x-www-form-urlencoded"), (Method::GET, "")]
    {
        for body in bodies {
            for url in urls {
                let mut headers = HeaderMap::new();
                headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
                let body = Bytes::copy_from_slice(body);
                requests.push(RawRequest { method: method.clone(), url: url.into(), headers, body });
            }
        }
    }
    requests
}

fn unsigned_is_refused(channel: &dyn Channel, account: &Account, request: &RawRequest) -> Result<(), String> {
    for unix_seconds in [0, 1_700_000_000, i64::MAX, i64::MIN] {
        if channel.authenticate(account, request, unix_seconds).is_ok() {
            return Err(format!("an unsigned request was believed: {request:?}"));
        }
    }
    Ok(())
}

/// A plain text answered to a provider may be read out to the customer as a message; only a question for a text gets one.
pub fn reply_is_harmless(method: &Method, reply: &HookReply) -> Result<(), String> {
    if *method != Method::GET && reply.content_type.starts_with("text/plain") {
        return Err("a webhook is answered with plain text, which some providers send on to the customer".into());
    }
    if !reply.body.is_empty() && reply.content_type.is_empty() {
        return Err("a webhook is answered with a body of no type".into());
    }
    if reply.status / 100 == 3 {
        return Err("a webhook is redirected; what was signed is the first address".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Registry;

    #[test]
    fn every_channel_of_the_registry_keeps_the_rules() {
        for channel in Registry::standard().iter() {
            check(channel.as_ref()).unwrap_or_else(|rule| panic!("{rule}"));
        }
    }

    proptest! {
        #[test]
        fn whatever_bytes_come_every_channel_returns_and_believes_nothing(
            body in proptest::collection::vec(any::<u8>(), 0..512),
            url in "\\PC{0,80}",
            header in "[ -~]{0,80}",
            now in any::<i64>(),
        ) {
            for channel in Registry::standard().iter() {
                let account = filled_in(channel.as_ref());
                let mut headers = HeaderMap::new();
                for name in ["content-type", "x-twilio-signature", "x-hub-signature-256", "x-slack-signature"] {
                    if let Ok(value) = HeaderValue::from_str(&header) {
                        headers.insert(name, value);
                    }
                }
                let body = Bytes::from(body.clone());
                for method in [Method::POST, Method::GET] {
                    let request = RawRequest { method, url: url.clone(), headers: headers.clone(), body: body.clone() };
                    prop_assert!(channel.authenticate(&account, &request, now).is_err());
                    drop(channel.parse(&account, &request));
                }
            }
        }
    }
}
