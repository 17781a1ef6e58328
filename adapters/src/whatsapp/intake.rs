//! What Meta's webhooks say. Everything is read leniently: fields are added without notice, and some are missing for some
//! customers.

use http::Method;
use serde_json::Value;

use super::errors::Trouble;
use super::message;
use crate::contract::{
    Account, Echo, HookReply, Identity, Inbound, ParseError, Parsed, RawRequest, Refusal, Status, StatusReport,
};

/// Characters of a challenge that are given back.
const CHALLENGE_CHARS_MAX: usize = 256;

/// Reads a webhook.
pub(super) fn parse(account: &Account, request: &RawRequest) -> Result<Parsed, ParseError> {
    if request.method == Method::GET {
        let challenge = query(request, "hub.challenge").ok_or_else(|| ParseError("there is no challenge".into()))?;
        let challenge: String = challenge.chars().take(CHALLENGE_CHARS_MAX).collect();
        return Ok(Parsed { reply: HookReply::ok("text/plain; charset=utf-8", challenge), events: Vec::new() });
    }
    let body: Value = serde_json::from_slice(&request.body).map_err(|why| ParseError(why.to_string()))?;
    let changes = list(&body, "entry").iter().flat_map(|entry| list(entry, "changes"));
    let events: Vec<Inbound> = changes.flat_map(|change| of_change(account, change)).collect();
    Ok(Parsed::from(events))
}

/// A value of the query, by its name with its dots.
pub(super) fn query(request: &RawRequest, name: &str) -> Option<String> {
    let (_, query) = request.url.split_once('?')?;
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn of_change(account: &Account, change: &Value) -> Vec<Inbound> {
    let field = text(change, "field").unwrap_or_default();
    let value = change.get("value").unwrap_or(&Value::Null);
    let events: Vec<Inbound> = match field {
        "messages" => {
            let messages = list(value, "messages").iter().flat_map(|message| message::events(value, message));
            messages.chain(list(value, "statuses").iter().map(status)).collect()
        }
        "smb_message_echoes" => list(value, "message_echoes").iter().map(|echo| echoed(account, echo)).collect(),
        // Old messages are history, not questions.
        other => vec![Inbound::Ignored(format!("a change of {other}"))],
    };
    // One app has one address for all its numbers.
    let number = value.pointer("/metadata/phone_number_id").and_then(Value::as_str);
    match number.filter(|number| *number != account.text("phone_number_id")) {
        Some(number) => events.into_iter().map(|event| elsewhere(number, event)).collect(),
        None => events,
    }
}

fn elsewhere(number: &str, event: Inbound) -> Inbound {
    Inbound::Elsewhere { setting: "phone_number_id", value: number.to_owned(), event: Box::new(event) }
}

fn status(status: &Value) -> Inbound {
    let word = text(status, "status").unwrap_or_default();
    let status_of = match word {
        "sent" => Status::Sent,
        "delivered" => Status::Delivered,
        "read" | "played" => Status::Read,
        "failed" => Status::Failed,
        other => return Inbound::Ignored(format!("the status {other}")),
    };
    let trouble = list(status, "errors").first().map(Trouble::of);
    Inbound::Status(StatusReport {
        key: text(status, "biz_opaque_callback_data").map(str::to_owned),
        provider_id: text(status, "id").map(str::to_owned),
        status: status_of,
        why: trouble.as_ref().map(Trouble::why).filter(|_| status_of == Status::Failed),
        refusal: trouble.map_or(Refusal::Other, |trouble| trouble.refusal()),
    })
}

/// What a person wrote in the business app.
fn echoed(account: &Account, echo: &Value) -> Inbound {
    let (Some(id), Some(to)) = (text(echo, "id"), text(echo, "to").or_else(|| text(echo, "to_user_id"))) else {
        return Inbound::Ignored("an echo without a name or a customer".into());
    };
    let read = message::read(echo);
    let kind = text(echo, "type").unwrap_or("nothing");
    // What a person did in the app to what they had written there is told to the team; it is no message of its own.
    let told = match kind {
        "edit" => Some(echo.pointer("/edit/message").map(message::read).unwrap_or_default().text)
            .map(|now| format!("A message was changed in the WhatsApp Business app. It says now: {now}")),
        "revoke" => Some("A message was deleted in the WhatsApp Business app.".to_owned()),
        _ => None,
    };
    if let Some(words) = told {
        return Inbound::Reacted { provider_id: id.to_owned(), who: Identity::new("whatsapp", to), words };
    }
    if read.unreadable {
        return Inbound::Ignored(format!("an echo of {kind}"));
    }
    if read.text.is_empty() && read.media.is_empty() {
        return Inbound::Ignored(format!("an echo of {kind}"));
    }
    let also = text(echo, "to_user_id").filter(|other| *other != to).map(|other| Identity::new("whatsapp", other));
    Inbound::Echo(Box::new(Echo {
        provider_id: id.to_owned(),
        to: Identity::new("whatsapp", to),
        also: also.into_iter().collect(),
        text: read.text,
        media: read.media,
        author_email: Some(account.text("app_answerer").to_owned()).filter(|email| !email.is_empty()),
        sent_at: seconds(echo),
    }))
}

/// The text of a member.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The list of a member.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// When it was written. A number in a string, and sometimes a number.
pub(super) fn seconds(value: &Value) -> Option<i64> {
    let at = value.get("timestamp")?;
    at.as_i64().or_else(|| at.as_str()?.parse().ok())
}
