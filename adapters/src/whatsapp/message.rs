//! One message of a customer's, of any kind, as text and files.

use serde_json::Value;

use super::intake::{list, seconds, text};
use crate::contract::{Consent, Identity, Inbound, InboundMessage, MediaRef, Moved};

/// What a message says.
#[derive(Default)]
pub(super) struct Read {
    pub(super) text: String,
    pub(super) media: Vec<MediaRef>,
    /// Nobody can make anything of it, so the AI is not asked.
    pub(super) unreadable: bool,
}

/// What a message becomes.
pub(super) fn events(value: &Value, message: &Value) -> Vec<Inbound> {
    let Some(id) = text(message, "id") else { return vec![Inbound::Ignored("a message without a name".into())] };
    let Some((from, also, name)) = sender(value, message) else {
        return vec![Inbound::Ignored("a message of nobody".into())];
    };
    let kind = text(message, "type").unwrap_or("unknown");
    match kind {
        "reaction" => vec![reaction(id, from, message)],
        "system" => vec![system(id, from, message)],
        "edit" => edited(id, message),
        "revoke" => vec![Inbound::Deleted { provider_id: id.to_owned(), of: original(message) }],
        "button" if is_stop(message) => {
            let words = message.pointer("/button/text").and_then(Value::as_str).unwrap_or("STOP").to_owned();
            vec![Inbound::OptOut(Consent { provider_id: id.to_owned(), who: from, words })]
        }
        _ => {
            let read = read(message);
            let mut inbound = InboundMessage::new(id, from, read.text);
            inbound.also = also;
            inbound.name = name;
            inbound.media = read.media;
            inbound.sent_at = seconds(message);
            inbound.automatic = read.unreadable;
            inbound.unreadable = read.unreadable;
            vec![inbound.into()]
        }
    }
}

/// Who wrote: by their number if Meta tells it, and by everything else Meta knows them by.
fn sender(value: &Value, message: &Value) -> Option<(Identity, Vec<Identity>, Option<String>)> {
    let number = text(message, "from");
    let own_id = text(message, "from_user_id");
    let contacts = list(value, "contacts");
    let is_theirs = |contact: &&Value| {
        let (wa_id, user_id) = (text(contact, "wa_id"), text(contact, "user_id"));
        (number.is_some() && wa_id == number) || (own_id.is_some() && user_id == own_id)
    };
    let nobody_named = number.is_none() && own_id.is_none();
    let contact = contacts.iter().find(is_theirs).or_else(|| contacts.first().filter(|_| nobody_named));
    let of_contact = |name: &str| contact.and_then(|contact| text(contact, name));
    let mut names: Vec<Identity> = Vec::new();
    for value in [number, of_contact("wa_id"), own_id, of_contact("user_id"), of_contact("parent_user_id")] {
        names.extend(value.map(|value| Identity::new("whatsapp", value)));
    }
    let phone =
        number.or_else(|| of_contact("wa_id")).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    names.extend(phone.map(|digits| Identity::new("phone", format!("+{digits}"))));
    let from = names.first()?.clone();
    let mut also: Vec<Identity> = Vec::new();
    for name in names {
        if name != from && !also.contains(&name) {
            also.push(name);
        }
    }
    let profile = contact.and_then(|contact| contact.get("profile"));
    let name = profile.and_then(|profile| text(profile, "name").or_else(|| text(profile, "username")));
    Some((from, also, name.map(str::to_owned)))
}

/// What a message says, in words and files.
pub(super) fn read(message: &Value) -> Read {
    let kind = text(message, "type").unwrap_or_default();
    let content = message.get(kind).unwrap_or(&Value::Null);
    let said = |text: String| Read { text, ..Read::default() };
    match kind {
        "text" => said(text(content, "body").unwrap_or_default().to_owned()),
        "image" | "video" | "audio" | "document" | "sticker" => file(kind, content),
        "location" => said(location(content)),
        "contacts" => said(list(message, "contacts").iter().map(card).collect::<Vec<_>>().join("\n")),
        "interactive" => said(chosen(content)),
        "button" => said(text(content, "text").or_else(|| text(content, "payload")).unwrap_or_default().to_owned()),
        "order" => said(order(content)),
        _ => {
            let text = "(The customer sent something that WhatsApp does not pass on.)".to_owned();
            Read { text, unreadable: true, ..Read::default() }
        }
    }
}

fn file(kind: &str, content: &Value) -> Read {
    let Some(id) = text(content, "id") else { return Read::default() };
    let media_type = text(content, "mime_type").map(str::to_owned);
    let voice = content.get("voice").and_then(Value::as_bool).unwrap_or(false);
    let name = match (kind, voice) {
        ("audio", true) => "voice-message.ogg",
        ("audio", false) => "recording",
        ("image", _) => "picture.jpg",
        ("sticker", _) => "sticker.webp",
        ("video", _) => "video.mp4",
        _ => "document",
    };
    let name = text(content, "filename").unwrap_or(name).to_owned();
    let media = vec![MediaRef { id: id.to_owned(), media_type, name: Some(name) }];
    Read { text: text(content, "caption").unwrap_or_default().to_owned(), media, unreadable: false }
}

fn location(content: &Value) -> String {
    let number = |name: &str| content.get(name).and_then(Value::as_f64).unwrap_or_default();
    let (latitude, longitude) = (number("latitude"), number("longitude"));
    let words: Vec<&str> = [text(content, "name"), text(content, "address")].into_iter().flatten().collect();
    let words = if words.is_empty() { String::new() } else { format!(" {}", words.join(", ")) };
    format!("Location:{words}\nhttps://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}")
}

fn card(card: &Value) -> String {
    let name = card.pointer("/name/formatted_name").and_then(Value::as_str).unwrap_or("no name");
    let phones = list(card, "phones").iter().filter_map(|phone| text(phone, "phone"));
    let emails = list(card, "emails").iter().filter_map(|email| text(email, "email"));
    let ways: Vec<&str> = phones.chain(emails).collect();
    if ways.is_empty() { format!("Contact: {name}") } else { format!("Contact: {name} ({})", ways.join(", ")) }
}

fn chosen(content: &Value) -> String {
    let reply = content.get("button_reply").or_else(|| content.get("list_reply"));
    if let Some(reply) = reply {
        return text(reply, "title").unwrap_or_default().to_owned();
    }
    let form = content.pointer("/nfm_reply/response_json").and_then(Value::as_str);
    form.map(|answers| format!("Form: {answers}")).unwrap_or_default()
}

fn order(content: &Value) -> String {
    let item = |item: &Value| {
        let quantity = item.get("quantity").and_then(Value::as_u64).unwrap_or(1);
        format!("{quantity} × {}", text(item, "product_retailer_id").unwrap_or("an article"))
    };
    let items: Vec<String> = list(content, "product_items").iter().map(item).collect();
    let words = text(content, "text").map(|words| format!("\n{words}")).unwrap_or_default();
    format!("Order: {}{words}", items.join(", "))
}

fn reaction(id: &str, who: Identity, message: &Value) -> Inbound {
    let emoji = message.pointer("/reaction/emoji").and_then(Value::as_str).unwrap_or_default();
    let words = match emoji {
        "" => "The customer took a reaction back.".to_owned(),
        emoji => format!("The customer reacted with {emoji}."),
    };
    Inbound::Reacted { provider_id: id.to_owned(), who, words }
}

fn system(id: &str, from: Identity, message: &Value) -> Inbound {
    let system = message.get("system").unwrap_or(&Value::Null);
    match text(system, "wa_id").or_else(|| text(system, "new_wa_id")).or_else(|| text(system, "user_id")) {
        Some(new) if new != from.value => {
            Inbound::Moved(Moved { provider_id: id.to_owned(), from, to: Identity::new("whatsapp", new) })
        }
        _ => Inbound::Ignored(format!("a system message of {}", text(system, "type").unwrap_or("no type"))),
    }
}

fn edited(id: &str, message: &Value) -> Vec<Inbound> {
    let now = message.pointer("/edit/message").map(read).unwrap_or_default();
    vec![Inbound::Edited { provider_id: id.to_owned(), of: original(message), text: now.text }]
}

fn original(message: &Value) -> String {
    let named = ["/edit/original_message_id", "/revoke/original_message_id", "/original_message_id"];
    named.iter().find_map(|at| message.pointer(at)?.as_str()).unwrap_or_default().to_owned()
}

/// A button of a template that ends the messages.
fn is_stop(message: &Value) -> bool {
    let said = |at: &str| message.pointer(at).and_then(Value::as_str).unwrap_or_default().trim().to_ascii_uppercase();
    ["/button/payload", "/button/text"]
        .iter()
        .any(|at| ["STOP", "UNSUBSCRIBE", "STOP PROMOTIONS"].contains(&said(at).as_str()))
}
