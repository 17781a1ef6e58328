//! Sending a message, and showing the customer that it was read and is being answered.

use http::Method;
use serde_json::{Value, json};

use super::api::Api;
use super::media::upload;
use crate::contract::{Account, Delivered, DeliveryError, Outbound, OutboundFile, Signal, Template};
use crate::http::Http;
use crate::markup::{self, Dialect};

/// WhatsApp's marks.
const DIALECT: Dialect = Dialect { bold: "*", italic: "_", struck: "~", code: "`", block: "```" };
/// Most answers that are buttons; more are a list.
const BUTTONS_MAX: usize = 3;
/// Characters of a button, and of a row of a list.
const BUTTON_CHARS_MAX: usize = 20;
const ROW_CHARS_MAX: usize = 24;
/// Characters of a text above answers to choose from.
const CHOICE_TEXT_CHARS_MAX: usize = 1_024;
/// Characters of a text below a file.
const CAPTION_CHARS_MAX: usize = 1_024;

/// Sends a message.
pub(super) async fn send(http: &Http, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
    let api = Api { http, account };
    let text = markup::render(&message.text, &DIALECT);
    let (kind, content) = match (&message.template, message.files.first()) {
        (Some(template), _) => ("template", template_object(template)),
        (None, Some(file)) => file_object(&api, file, &text).await?,
        (None, None) => match choices(&text, &message.quick_replies) {
            Some(interactive) => ("interactive", interactive),
            None => ("text", json!({ "body": text, "preview_url": false })),
        },
    };
    let mut body = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "type": kind,
        // Comes back with every report, also where the answer to this request is lost.
        "biz_opaque_callback_data": message.key,
    });
    // Whoever has no number is known by a name of Meta's.
    let is_number = message.to.bytes().all(|byte| byte.is_ascii_digit());
    body[if is_number { "to" } else { "recipient" }] = json!(message.to);
    body[kind] = content;
    let sent = api.ask(api.request(Method::POST, &api.number("/messages"))?.json(&body)).await?;
    let provider_id = sent.pointer("/messages/0/id").and_then(Value::as_str).map(str::to_owned);
    Ok(Delivered { provider_id, thread: None })
}

/// Marks a message as read, and says that an answer is being written.
pub(super) async fn signal(http: &Http, account: &Account, signal: &Signal) -> Result<(), DeliveryError> {
    let api = Api { http, account };
    let body = match signal {
        Signal::Read(id) => json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id }),
        Signal::Typing(id) => json!({
            "messaging_product": "whatsapp", "status": "read", "message_id": id, "typing_indicator": { "type": "text" },
        }),
    };
    api.ask(api.request(Method::POST, &api.number("/messages"))?.json(&body)).await.map(|_| ())
}

fn template_object(template: &Template) -> Value {
    let words = template.parameters.iter().map(|text| json!({ "type": "text", "text": text }));
    let words: Vec<Value> = words.collect();
    let components: Vec<Value> =
        if words.is_empty() { Vec::new() } else { vec![json!({ "type": "body", "parameters": words })] };
    json!({ "name": template.name, "language": { "code": template.language }, "components": components })
}

/// A file with its text below. Sound has none, so what does not fit there is refused before anything is sent.
async fn file_object(api: &Api<'_>, file: &OutboundFile, text: &str) -> Result<(&'static str, Value), DeliveryError> {
    let kind = match file.media_type.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "document",
    };
    if kind == "audio" && !text.is_empty() {
        return Err(DeliveryError::refused("WhatsApp shows no text with a recording; send them one after the other"));
    }
    if text.chars().count() > CAPTION_CHARS_MAX {
        let why = format!(
            "a text that goes with a file may have {CAPTION_CHARS_MAX} characters; send them one after the other"
        );
        return Err(DeliveryError::refused(why));
    }
    let mut content = json!({ "id": upload(api, file).await? });
    if !text.is_empty() {
        content["caption"] = json!(text);
    }
    if kind == "document" {
        content["filename"] = json!(file.name);
    }
    Ok((kind, content))
}

/// Answers to choose from, if they fit; what does not fit is better said in the text.
fn choices(text: &str, replies: &[String]) -> Option<Value> {
    let fit = |chars_max: usize| replies.iter().all(|reply| !reply.is_empty() && reply.chars().count() <= chars_max);
    if replies.is_empty() || text.is_empty() || text.chars().count() > CHOICE_TEXT_CHARS_MAX {
        return None;
    }
    if replies.len() <= BUTTONS_MAX && fit(BUTTON_CHARS_MAX) {
        let button = |(n, title)| json!({ "type": "reply", "reply": { "id": format!("choice-{n}"), "title": title } });
        let buttons: Vec<Value> = replies.iter().enumerate().map(button).collect();
        return Some(json!({ "type": "button", "body": { "text": text }, "action": { "buttons": buttons } }));
    }
    if replies.len() > super::QUICK_REPLIES_MAX || !fit(ROW_CHARS_MAX) {
        return None;
    }
    let row = |(n, title)| json!({ "id": format!("choice-{n}"), "title": title });
    let rows: Vec<Value> = replies.iter().enumerate().map(row).collect();
    let action = json!({ "button": "Choose", "sections": [{ "rows": rows }] });
    Some(json!({ "type": "list", "body": { "text": text }, "action": action }))
}
