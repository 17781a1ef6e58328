//! The part of Twilio's REST API that Baton uses.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_adapters::contract::ChannelKind;
use serde_json::{Value, json};

use super::super::faults::Fault;
use super::super::phones::{Bubble, File, Program};
use super::super::world::World;
use super::tone::tone;
use super::{ACCOUNT_SID, AUTH_TOKEN, Accepted, NUMBER, new_sid};

/// How long a slow provider takes.
const SLOW: Duration = Duration::from_secs(4);
/// How long a busy one wants to be left alone, in seconds.
const BUSY_SECONDS: &str = "2";
/// Longest text.
const TEXT_CHARS_MAX: usize = 1_600;
/// Length of what callers leave, in seconds.
const RECORDING_SECONDS: u32 = 7;

/// Why a request is refused: status, code and words.
struct Refusal(StatusCode, u32, &'static str);

impl From<Refusal> for HttpResponse {
    fn from(Refusal(status, code, message): Refusal) -> Self {
        let mut response = Self::build(status);
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.insert_header(("Retry-After", BUSY_SECONDS));
        }
        response.json(json!({ "code": code, "message": message, "status": status.as_u16() }))
    }
}

/// Whether the request is the account's own, and the provider in a mood to answer it.
async fn admit(world: &World, request: &HttpRequest, sid: &str) -> Result<(), Refusal> {
    if world.faults().is_on(Fault::Slow) {
        tokio::time::sleep(SLOW).await;
    }
    if world.faults().is_on(Fault::Down) {
        return Err(Refusal(StatusCode::SERVICE_UNAVAILABLE, 20503, "Service unavailable"));
    }
    let expected = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT_SID}:{AUTH_TOKEN}")));
    let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    if given != Some(expected.as_str()) || sid != ACCOUNT_SID {
        return Err(Refusal(StatusCode::UNAUTHORIZED, 20003, "Authenticate"));
    }
    if world.faults().is_on(Fault::Busy) {
        return Err(Refusal(StatusCode::TOO_MANY_REQUESTS, 20429, "Too many requests"));
    }
    Ok(())
}

/// About the account.
pub(super) async fn account(world: web::Data<World>, request: HttpRequest, sid: web::Path<String>) -> HttpResponse {
    match admit(&world, &request, &sid).await {
        Ok(()) => HttpResponse::Ok().json(json!({ "friendly_name": "Lumen & Oak (sandbox)", "status": "active" })),
        Err(refusal) => refusal.into(),
    }
}

/// The account's numbers, and whom Twilio calls for them.
pub(super) async fn numbers(world: web::Data<World>, request: HttpRequest, sid: web::Path<String>) -> HttpResponse {
    if let Err(refusal) = admit(&world, &request, &sid).await {
        return refusal.into();
    }
    let number = json!({ "phone_number": NUMBER, "sms_url": world.hook(ChannelKind::Sms) });
    let asked = request.query_string().contains("PhoneNumber=%2B15550100900");
    let numbers: Vec<Value> = asked.then_some(number).into_iter().collect();
    HttpResponse::Ok().json(json!({ "incoming_phone_numbers": numbers }))
}

/// Sends a message to a customer's phone.
pub(super) async fn create_message(
    world: web::Data<World>,
    request: HttpRequest,
    sid: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    if let Err(refusal) = admit(&world, &request, &sid).await {
        return refusal.into();
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (to, text) = (field("To"), field("Body"));
    let media: Vec<&str> = form.iter().filter(|(key, _)| key == "MediaUrl").map(|(_, url)| url.as_str()).collect();
    if let Some(refusal) = wrong(&world, to, field("From"), text, &media) {
        return refusal.into();
    }
    let message = new_sid(if media.is_empty() { "SM" } else { "MM" });
    let file = |url: &&str| {
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        File { name, media_type: "image/*".into(), content: web::Bytes::copy_from_slice(url.as_bytes()) }
    };
    let files = media.iter().map(file).collect();
    world.phones().show(Program::Sms, to, Bubble { files, ..Bubble::new(message.clone(), false, text) });
    let callback = field("StatusCallback").to_owned();
    world.twilio().accept(Accepted { to: to.to_owned(), text: text.to_owned(), callback: callback.clone() });
    if !callback.is_empty() {
        for status in ["sent", "delivered"] {
            report(&world, &callback, &message, to, status);
        }
    }
    world.changed();
    if world.faults().is_on(Fault::Lost) {
        return HttpResponse::BadGateway().finish();
    }
    HttpResponse::Created().json(json!({
        "sid": message, "status": "queued", "to": to, "from": NUMBER, "body": text, "num_segments": "1",
        "num_media": media.len().to_string(), "error_code": null, "error_message": null,
    }))
}

/// Sends a call that goes on elsewhere.
pub(super) async fn redirect_call(
    world: web::Data<World>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: web::Bytes,
) -> HttpResponse {
    let (sid, call) = path.into_inner();
    if let Err(refusal) = admit(&world, &request, &sid).await {
        return refusal.into();
    }
    let Some((_, url)) = url::form_urlencoded::parse(&body).find(|(name, _)| name == "Url") else {
        return Refusal(StatusCode::BAD_REQUEST, 21205, "Url parameter is required").into();
    };
    world.exchange().redirect(&call, &url);
    HttpResponse::Ok().json(json!({ "sid": call, "status": "in-progress" }))
}

/// What the real one refuses too.
fn wrong(world: &World, to: &str, from: &str, text: &str, media: &[&str]) -> Option<Refusal> {
    let bad = |code, words| Some(Refusal(StatusCode::BAD_REQUEST, code, words));
    if !to.starts_with('+') || to.len() < 8 {
        return bad(21211, "Invalid 'To' Phone Number");
    }
    if from != NUMBER {
        return bad(21606, "The 'From' number is not a valid, SMS-capable number of this account");
    }
    if text.is_empty() && media.is_empty() {
        return bad(21602, "Message body is required");
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return bad(21617, "The concatenated message body exceeds the 1600 character limit");
    }
    if world.twilio().is_stopped(to) {
        return bad(21610, "Attempt to send to unsubscribed recipient");
    }
    None
}

fn report(world: &World, callback: &str, message: &str, to: &str, status: &str) {
    let form = [
        ("MessageSid", message.to_owned()),
        ("SmsSid", message.to_owned()),
        ("AccountSid", ACCOUNT_SID.to_owned()),
        ("From", NUMBER.to_owned()),
        ("To", to.to_owned()),
        ("MessageStatus", status.to_owned()),
        ("SmsStatus", status.to_owned()),
    ];
    world.owe_twilio_call(callback, &form);
}

/// A file a customer sent; only for who shows the password.
pub(super) async fn media(
    world: web::Data<World>,
    request: HttpRequest,
    path: web::Path<(String, String, usize)>,
) -> HttpResponse {
    let (sid, message, n) = path.into_inner();
    if let Err(refusal) = admit(&world, &request, &sid).await {
        return refusal.into();
    }
    let found = world.phones().find(Program::Sms, &message).and_then(|bubble| bubble.files.into_iter().nth(n));
    match found {
        Some(file) => HttpResponse::Ok().content_type(file.media_type).body(file.content),
        None => HttpResponse::NotFound().json(json!({ "code": 20404, "message": "Not found", "status": 404 })),
    }
}

/// What a caller left; only for who shows the password.
pub(super) async fn recording(
    world: web::Data<World>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    match admit(&world, &request, &path.0).await {
        Ok(()) => HttpResponse::Ok().content_type("audio/x-wav").body(tone(RECORDING_SECONDS)),
        Err(refusal) => refusal.into(),
    }
}
