//! Messages and templates of stand-in Meta.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::super::faults::Fault;
use super::super::phones::{Bubble, Program};
use super::super::world::World;
use super::{ACCESS_TOKEN, new_id};
use crate::clock::{Clock as _, SystemClock};

/// How long a slow provider takes.
const SLOW: Duration = Duration::from_secs(4);
/// How long the sign that somebody types is shown.
const TYPING: TimeDelta = TimeDelta::seconds(25);
/// Longest text.
const TEXT_CHARS_MAX: usize = 4_096;
/// The templates the company has.
const TEMPLATES: [(&str, &str); 2] = [
    ("order_update", "Hello {{1}}, there is news about your order {{2}}. Reply here to hear it."),
    ("repair_ready", "Hello {{1}}, your lamp is mended. When would you like to have it back?"),
];

/// Whether the token was shown.
pub(super) fn is_allowed(request: &HttpRequest) -> bool {
    let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    given == Some(format!("Bearer {ACCESS_TOKEN}").as_str())
}

/// Whether the token was shown, and the provider is in a mood to answer.
pub(super) async fn admit(world: &World, request: &HttpRequest) -> Result<(), HttpResponse> {
    if world.faults().is_on(Fault::Slow) {
        tokio::time::sleep(SLOW).await;
    }
    if world.faults().is_on(Fault::Down) {
        return Err(refusal(StatusCode::SERVICE_UNAVAILABLE, 131_016, "Service unavailable"));
    }
    if !is_allowed(request) {
        return Err(refusal(StatusCode::UNAUTHORIZED, 190, "Invalid OAuth access token"));
    }
    if world.faults().is_on(Fault::Busy) {
        return Err(refusal(StatusCode::TOO_MANY_REQUESTS, 130_429, "Rate limit hit"));
    }
    Ok(())
}

fn refusal(status: StatusCode, code: u32, message: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.insert_header(("Retry-After", "2"));
    }
    response.json(json!({ "error": { "code": code, "message": message, "type": "OAuthException" } }))
}

/// The answer about something nobody knows.
pub(super) fn unknown() -> HttpResponse {
    refusal(StatusCode::BAD_REQUEST, 100, "Object does not exist")
}

/// Sends a message, or marks one as read.
pub(super) async fn send(world: web::Data<World>, request: HttpRequest, body: web::Json<Value>) -> HttpResponse {
    if let Err(refusal) = admit(&world, &request).await {
        return refusal;
    }
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default();
    if text("/status") == "read" {
        return mark_read(&world, text("/message_id"), body.get("typing_indicator").is_some());
    }
    let to = text("/to");
    if text("/messaging_product") != "whatsapp" || to.is_empty() {
        return refusal(StatusCode::BAD_REQUEST, 100, "Invalid parameter");
    }
    let id = new_id();
    let bubble = match bubble(&world, &id, &body) {
        Ok(bubble) => bubble,
        Err(refusal) => return refusal,
    };
    world.phones().show(Program::Whatsapp, &format!("+{to}"), bubble);
    world.meta().accept(body.clone());
    for word in ["sent", "delivered", "read"] {
        let mut status = json!({
            "id": id, "status": word, "recipient_id": to, "timestamp": SystemClock.now().timestamp().to_string(),
        });
        status["biz_opaque_callback_data"] = body["biz_opaque_callback_data"].clone();
        world.owe_meta_call("messages", json!({ "statuses": [status] }));
    }
    world.changed();
    if world.faults().is_on(Fault::Lost) {
        return HttpResponse::BadGateway().finish();
    }
    HttpResponse::Ok().json(json!({
        "messaging_product": "whatsapp", "contacts": [{ "input": to, "wa_id": to }], "messages": [{ "id": id }],
    }))
}

fn mark_read(world: &World, id: &str, typing: bool) -> HttpResponse {
    world.phones().mark_read(Program::Whatsapp, id);
    if let Some(number) = world.phones().owner_of(Program::Whatsapp, id).filter(|_| typing) {
        world.phones().type_until(Program::Whatsapp, &number, SystemClock.now() + TYPING);
    }
    world.changed();
    HttpResponse::Ok().json(json!({ "success": true }))
}

/// A message as the customer sees it, as strict about its form as the real one.
#[expect(clippy::result_large_err, reason = "a stand-in answers a few times a second")]
fn bubble(world: &World, id: &str, body: &Value) -> Result<Bubble, HttpResponse> {
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default();
    let wrong = |words: &str| refusal(StatusCode::BAD_REQUEST, 100, words);
    let file = |kind: &str| {
        let file = world.meta().file(text(&format!("/{kind}/id"))).ok_or_else(unknown)?;
        let caption = text(&format!("/{kind}/caption")).to_owned();
        Ok(Bubble { files: vec![file], ..Bubble::new(id.to_owned(), false, &caption) })
    };
    match text("/type") {
        "text" if text("/text/body").is_empty() => Err(wrong("The parameter text['body'] is required")),
        "text" if text("/text/body").chars().count() > TEXT_CHARS_MAX => Err(wrong("text['body'] is too long")),
        "text" => Ok(Bubble::new(id.to_owned(), false, text("/text/body"))),
        kind @ ("image" | "video" | "audio" | "document") => file(kind),
        "interactive" => {
            let titles = |at: &str, title: &str| {
                let all = body.pointer(at).and_then(Value::as_array).cloned().unwrap_or_default();
                all.iter().filter_map(|one| one.pointer(title)?.as_str().map(str::to_owned)).collect::<Vec<String>>()
            };
            let mut choices = titles("/interactive/action/buttons", "/reply/title");
            choices.extend(titles("/interactive/action/sections/0/rows", "/title"));
            Ok(Bubble { choices, ..Bubble::new(id.to_owned(), false, text("/interactive/body/text")) })
        }
        "template" => template(id, body),
        _ => Err(wrong("Unsupported type")),
    }
}

#[expect(clippy::result_large_err, reason = "a stand-in answers a few times a second")]
fn template(id: &str, body: &Value) -> Result<Bubble, HttpResponse> {
    let name = body.pointer("/template/name").and_then(Value::as_str).unwrap_or_default();
    let missing = || refusal(StatusCode::NOT_FOUND, 132_001, "Template name does not exist in the translation");
    let (_, words) = TEMPLATES.iter().find(|(known, _)| *known == name).ok_or_else(missing)?;
    let given =
        body.pointer("/template/components/0/parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut text = (*words).to_owned();
    for (n, parameter) in given.iter().enumerate() {
        let value = parameter.get("text").and_then(Value::as_str).unwrap_or_default();
        text = text.replace(&format!("{{{{{}}}}}", n + 1), value);
    }
    if text.contains("{{") {
        return Err(refusal(StatusCode::BAD_REQUEST, 132_000, "Number of parameters does not match"));
    }
    Ok(Bubble::new(id.to_owned(), false, &text))
}

/// The company's templates.
pub(super) async fn templates(world: web::Data<World>, request: HttpRequest) -> HttpResponse {
    if let Err(refusal) = admit(&world, &request).await {
        return refusal;
    }
    let template = |(name, body): &(&str, &str)| {
        let components = json!([{ "type": "BODY", "text": body }]);
        json!({ "name": name, "language": "en", "status": "APPROVED", "components": components })
    };
    HttpResponse::Ok().json(json!({ "data": TEMPLATES.iter().map(template).collect::<Vec<Value>>() }))
}
