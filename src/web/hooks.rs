//! Webhooks of every push channel: raw bytes in, believed only after their signature, stored before they are answered.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::{Channel, ChannelKind, HookReply, Inbound, Parsed, RawRequest, Refused};

use crate::desk::DeskError;
use crate::store::channels;

use super::accounts::Account;
use super::site::Site;

/// Largest webhook body.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What providers are told when nothing could be stored; they try again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// `POST /hooks/{token}`, and `GET` for providers that ask whether the address is theirs.
pub async fn receive(
    site: web::Data<Site>,
    request: HttpRequest,
    token: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    match handle(&site, &request, &token, body).await {
        Ok(reply) => answer(reply),
        Err(error) => {
            tracing::error!(%error, "a webhook could not be stored; the provider will send it again");
            HttpResponse::ServiceUnavailable()
                .insert_header(("Retry-After", RETRY_AFTER.as_secs().to_string()))
                .finish()
        }
    }
}

async fn handle(site: &Site, request: &HttpRequest, token: &str, body: web::Bytes) -> Result<HookReply, DeskError> {
    let Some(account) = site.account(token).await? else { return Ok(bare(StatusCode::NOT_FOUND)) };
    let name = &account.channel.name;
    let Some(channel) = ChannelKind::from_str(&account.channel.kind).ok().and_then(|kind| site.desk.registry.get(kind))
    else {
        return Ok(bare(StatusCode::NOT_FOUND));
    };
    let raw = raw_request(site, request, body);
    if let Err(why) = channel.authenticate(&account.account, &raw, site.desk.clock.now().timestamp()) {
        tracing::warn!(channel = %name, %why, "a webhook was refused");
        // Whoever signs nothing is a passer-by.
        if !matches!(why, Refused::Unsigned | Refused::NotAWebhook) {
            let (id, hook_url) = (account.channel.id, &account.account.hook_url);
            site.desk.provider_refused(id, name, &why.to_string(), hook_url).await?;
        }
        return Ok(bare(StatusCode::FORBIDDEN));
    }
    if site.desk.health.believed(account.channel.id, site.desk.clock.now()) {
        site.desk.channel_recovered(account.channel.id).await?;
    }
    let account = addressee(site, account.clone(), channel.as_ref(), &raw).await?;
    let name = &account.channel.name;
    let Parsed { reply, events } = match channel.parse(&account.account, &raw) {
        Ok(parsed) => parsed,
        Err(why) => {
            // Signed and unreadable: asking the provider to repeat it would not make it readable.
            tracing::error!(channel = %name, %why, "a signed webhook could not be read");
            return Ok(channel.shrug());
        }
    };
    for event in events {
        match event {
            Inbound::Elsewhere { setting, value, event } => {
                elsewhere(site, channel.as_ref(), &raw, (&account.channel, setting, &value), *event).await?;
            }
            event => {
                // Where customers have phones, a machine may have one too, and answer every answer.
                let may_loop = channel.capabilities().opt_outs;
                let event = if may_loop { site.brake.check(event, site.desk.clock.now()) } else { event };
                site.desk.take_in(&account.channel, event).await?;
            }
        }
    }
    Ok(reply)
}

/// The account a request is for: this one, or one of its kind that shares its address.
async fn addressee(
    site: &Site,
    account: Arc<Account>,
    channel: &dyn Channel,
    raw: &RawRequest,
) -> Result<Arc<Account>, DeskError> {
    let Some((setting, value)) = channel.addressee(raw) else { return Ok(account) };
    let own = account.account.text(setting);
    if own.is_empty() || own == value {
        return Ok(account);
    }
    Ok(other(site, channel, raw, (&account.channel, setting, &value)).await?.unwrap_or(account))
}

/// Takes in what is about another account of the same provider.
async fn elsewhere(
    site: &Site,
    channel: &dyn Channel,
    raw: &RawRequest,
    (here, setting, value): (&channels::Channel, &'static str, &str),
    event: Inbound,
) -> Result<(), DeskError> {
    match other(site, channel, raw, (here, setting, value)).await? {
        Some(other) => site.desk.take_in(&other.channel, event).await,
        None => {
            tracing::warn!(channel = %here.name, setting, value, "an event for an account that is not set up here");
            Ok(())
        }
    }
}

/// The account of the same kind that a setting names, if the request convinces it too.
async fn other(
    site: &Site,
    channel: &dyn Channel,
    raw: &RawRequest,
    (here, setting, value): (&channels::Channel, &'static str, &str),
) -> Result<Option<Arc<Account>>, DeskError> {
    let all = channels::all(site.desk.store.reader()).await?;
    let named = |one: &channels::Channel| one.settings.get(setting).and_then(serde_json::Value::as_str) == Some(value);
    let Some(other) = all.into_iter().find(|one| one.kind == here.kind && one.id != here.id && named(one)) else {
        return Ok(None);
    };
    let now = site.desk.clock.now().timestamp();
    let other = site.account(&other.token).await?;
    Ok(other.filter(|other| channel.authenticate(&other.account, raw, now).is_ok()))
}

fn bare(status: StatusCode) -> HookReply {
    HookReply { status: status.as_u16(), ..HookReply::empty() }
}

fn answer(reply: HookReply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    if reply.body.is_empty() {
        return response.finish();
    }
    response.content_type(reply.content_type).body(reply.body)
}

/// The request as the provider sent it. actix-web speaks an older `http` than the adapters, so headers are copied.
pub(super) fn raw_request(site: &Site, request: &HttpRequest, body: web::Bytes) -> RawRequest {
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
