//! Webhooks of every push channel: raw bytes in, believed only after their signature, stored before they are answered.

use std::str::FromStr as _;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::{Channel, ChannelKind, Credentials, Identity, Inbound, InboundMessage, RawRequest};
use secrecy::SecretString;

use crate::desk::DeskError;
use crate::desk::receive::{Incoming, Place};
use crate::handoff::{ContactId, MessageId};
use crate::store::contacts::{self, Contact};
use crate::store::{StoreError, channels};

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
    let db = site.desk.store.reader();
    let Some(account) = channels::by_token(db, token).await? else { return Ok(StatusCode::NOT_FOUND) };
    let Some(channel) = ChannelKind::from_str(&account.kind).ok().and_then(|kind| site.desk.registry.get(kind)) else {
        return Ok(StatusCode::NOT_FOUND);
    };
    let raw = raw_request(site, request, body);
    let credentials = credentials(site, &account).await?;
    if let Err(why) = channel.authenticate(&credentials, &raw, site.desk.clock.now().timestamp()) {
        tracing::warn!(channel = %account.name, %why, "a webhook was refused");
        return Ok(StatusCode::FORBIDDEN);
    }
    let inbound = match channel.parse(&raw) {
        Ok(inbound) => inbound,
        Err(why) => {
            // Signed and unreadable: asking the provider to repeat it would not make it readable.
            tracing::error!(channel = %account.name, %why, "a signed webhook could not be read");
            return Ok(StatusCode::OK);
        }
    };
    for event in inbound {
        match event {
            Inbound::Message(message) => store(site, channel.as_ref(), &account, message).await?,
            Inbound::Ignored(what) => tracing::debug!(channel = %account.name, what, "a webhook event has no use"),
        }
    }
    Ok(StatusCode::OK)
}

async fn store(
    site: &Site,
    channel: &dyn Channel,
    account: &channels::Channel,
    message: InboundMessage,
) -> Result<(), DeskError> {
    let contact = known_contact(site, &message.from, message.name.as_deref()).await?;
    let chars_max = channel.capabilities().text_chars_max;
    let incoming = Incoming {
        channel: account.clone(),
        provider_id: message.provider_id,
        message: MessageId(site.desk.clock.new_id()),
        place: Place::Contact(contact),
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

/// The contact with this address; a new one if nobody has it. Two webhooks at once may both try: one row wins.
async fn known_contact(site: &Site, from: &Identity, name: Option<&str>) -> Result<ContactId, StoreError> {
    let desk = &site.desk;
    if let Some(contact) = contacts::by_identity(desk.store.reader(), from.kind, &from.value).await? {
        return Ok(contact.id);
    }
    let now = desk.clock.now();
    let contact = Contact {
        id: ContactId(desk.clock.new_id()),
        name: name.map(str::to_owned),
        email: (from.kind == "email").then(|| from.value.clone()),
        phone: (from.kind == "phone").then(|| from.value.clone()),
        avatar_url: None,
        language: None,
        verified: true,
        custom_data: serde_json::Value::Null,
        created_at: now,
    };
    let identity = contacts::Identity { kind: from.kind.into(), value: from.value.clone(), verified: true };
    let tx = desk.store.begin().await?;
    contacts::insert(&*tx, &contact).await?;
    match contacts::add_identity(&*tx, desk.clock.new_id(), contact.id, &identity, now).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(contact.id)
        }
        Err(error) if error.is_conflict() => {
            drop(tx);
            let winner = contacts::by_identity(desk.store.reader(), from.kind, &from.value).await?;
            winner.map(|contact| contact.id).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

async fn credentials(site: &Site, account: &channels::Channel) -> Result<Credentials, StoreError> {
    let opened = channels::credentials(site.desk.store.reader(), &site.key, account.id).await?;
    let secret = opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(SecretString::from);
    Ok(Credentials { signing: secret.clone().into_iter().collect(), access: secret })
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
