//! Webhooks of every push channel: raw bytes in, believed only after their signature, stored before they are answered.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::{Channel, ChannelKind, Inbound, InboundMessage, RawRequest};

use crate::desk::DeskError;
use crate::desk::receive::{Incoming, Place};
use crate::handoff::MessageId;
use crate::store::channels;

use super::site::Site;

/// Largest webhook body.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What providers are told when nothing could be stored; they try again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// `POST /hooks/{token}`.
pub async fn receive(
    site: web::Data<Site>,
    request: HttpRequest,
    token: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    match handle(&site, &request, &token, body).await {
        Ok(status) => HttpResponse::build(status).finish(),
        Err(error) => {
            tracing::error!(%error, "a webhook could not be stored; the provider will send it again");
            HttpResponse::ServiceUnavailable()
                .insert_header(("Retry-After", RETRY_AFTER.as_secs().to_string()))
                .finish()
        }
    }
}

async fn handle(site: &Site, request: &HttpRequest, token: &str, body: web::Bytes) -> Result<StatusCode, DeskError> {
    let Some(account) = site.account(token).await? else { return Ok(StatusCode::NOT_FOUND) };
    let name = &account.channel.name;
    let Some(channel) = ChannelKind::from_str(&account.channel.kind).ok().and_then(|kind| site.desk.registry.get(kind))
    else {
        return Ok(StatusCode::NOT_FOUND);
    };
    let raw = raw_request(site, request, body);
    if let Err(why) = channel.authenticate(&account.credentials, &raw, site.desk.clock.now().timestamp()) {
        tracing::warn!(channel = %name, %why, "a webhook was refused");
        return Ok(StatusCode::FORBIDDEN);
    }
    let inbound = match channel.parse(&raw) {
        Ok(inbound) => inbound,
        Err(why) => {
            // Signed and unreadable: asking the provider to repeat it would not make it readable.
            tracing::error!(channel = %name, %why, "a signed webhook could not be read");
            return Ok(StatusCode::OK);
        }
    };
    for event in inbound {
        match event {
            Inbound::Message(message) => store(site, channel.as_ref(), &account.channel, message).await?,
            Inbound::Ignored(what) => tracing::debug!(channel = %name, what, "a webhook event has no use"),
        }
    }
    Ok(StatusCode::OK)
}

async fn store(
    site: &Site,
    channel: &dyn Channel,
    account: &Arc<channels::Channel>,
    message: InboundMessage,
) -> Result<(), DeskError> {
    let chars_max = channel.capabilities().text_chars_max;
    let incoming = Incoming {
        channel: account.clone(),
        provider_id: message.provider_id,
        message: MessageId(site.desk.clock.new_id()),
        place: Place::Address { kind: message.from.kind, value: message.from.value, name: message.name },
        text: message.text.chars().take(chars_max).collect(),
        attachments: Vec::new(),
        shown_before: Vec::new(),
        language: None,
    };
    match site.desk.receive(incoming).await {
        Ok(_) => Ok(()),
        Err(DeskError::Invalid(why)) => {
            tracing::warn!(channel = %account.name, why, "a message could not be used");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The request as the provider sent it. actix-web speaks an older `http` than the adapters, so headers are copied.
fn raw_request(site: &Site, request: &HttpRequest, body: web::Bytes) -> RawRequest {
    let mut headers = http::HeaderMap::new();
    for (name, value) in request.headers() {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    let method = http::Method::from_bytes(request.method().as_str().as_bytes()).unwrap_or(http::Method::POST);
    RawRequest { method, url: format!("{}{path}", site.public_url), headers, body }
}
