//! The documents of a call and of the leg that is dialled from it.

use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::voice::CallReport;
use serde::Deserialize;
use tokio::time::Instant;

use crate::desk::DeskError;
use crate::desk::calls::{Caller, NewCall, Told, agent_of};
use crate::handoff::call::{Happening, Phase};
use crate::store::calls::{self, StoredCall};
use crate::web::site::Site;

use super::door::{Number, Shut};
use super::render::{Urls, render};
use super::tongue;

/// The document that something is told about.
#[derive(Debug, Deserialize)]
pub(super) struct About {
    #[serde(default)]
    step: u32,
}

/// `POST /voice/{token}`: somebody calls.
pub(super) async fn incoming(
    site: web::Data<Site>,
    request: HttpRequest,
    token: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    take(&site, &request, &token, body).await.unwrap_or_else(Shut::answer)
}

async fn take(site: &Site, request: &HttpRequest, token: &str, body: web::Bytes) -> Result<HttpResponse, Shut> {
    let (number, raw) = Number::enter(site, request, token, body).await?;
    let report = number.voice()?.report(&raw).map_err(|_| Shut::Unknown)?;
    let new = NewCall {
        channel: number.account.channel.clone(),
        provider_id: report.call,
        from: report.from,
        to: report.to,
        forwarded_from: report.forwarded_from,
        name: report.caller_name,
    };
    let told = site.desk.begin_call(new).await?;
    number.document(&render(&told, &Urls::of(site, token, &told)))
}

/// `POST /voice/{token}/status`: a call of the number is over.
pub(super) async fn status(
    site: web::Data<Site>,
    request: HttpRequest,
    token: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    note_status(&site, &request, &token, body).await.unwrap_or_else(Shut::answer)
}

async fn note_status(site: &Site, request: &HttpRequest, token: &str, body: web::Bytes) -> Result<HttpResponse, Shut> {
    let (number, raw) = Number::enter(site, request, token, body).await?;
    let report = number.voice()?.report(&raw).map_err(|_| Shut::Unknown)?;
    let channel = &number.account.channel;
    let known = calls::by_provider_id(site.desk.store.reader(), channel.id, &report.call).await?;
    if let Some(known) = known.filter(|_| report.is_over) {
        site.desk.call_happened(channel, known.id, 0, Caller::Did(Happening::HungUp)).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /voice/{token}/{call}/{what}`: something about a call, or what comes next in it.
pub(super) async fn told(
    site: web::Data<Site>,
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    about: web::Query<About>,
    body: web::Bytes,
) -> HttpResponse {
    next(&site, &request, &path, about.step, body).await.unwrap_or_else(Shut::answer)
}

async fn next(
    site: &Site,
    request: &HttpRequest,
    (token, call, what): &(String, String, String),
    step: u32,
    body: web::Bytes,
) -> Result<HttpResponse, Shut> {
    let (number, raw) = Number::enter(site, request, token, body).await?;
    let report = number.voice()?.report(&raw).map_err(|_| Shut::Unknown)?;
    let stored = number.call(site, call, &report).await?;
    let channel = &number.account.channel;
    if what == "transcribed" {
        if let Some(text) = report.transcription {
            kept(site.desk.voicemail_said(channel, stored.id, text).await)?;
        }
        return Ok(HttpResponse::NoContent().finish());
    }
    if let Some(left) = report.recording.clone().filter(|left| what == "recorded" && left.duration_s > 0) {
        kept(site.desk.voicemail_left(channel, stored.id, left.url, left.duration_s).await)?;
    }
    let caller = match another_language(site, &number, &stored, what, step, &report).await? {
        Some(asked) => Caller::Did(asked),
        None => happened(what, report).ok_or(Shut::Unknown)?,
    };
    let told = match site.desk.call_happened(channel, stored.id, step, caller).await {
        // What was said can not be stored, being too long or nothing at all: as if nothing had been heard.
        Err(DeskError::Invalid(_)) => {
            site.desk.call_happened(channel, stored.id, step, Caller::Did(Happening::Silent)).await?
        }
        told => told?,
    };
    let told = patient(site, &number, told).await?;
    number.document(&render(&told, &Urls::of(site, token, &told)))
}

/// Whether the caller asks for another language, and nothing else. One that is only spoken is gone on in from here.
async fn another_language(
    site: &Site,
    number: &Number,
    stored: &StoredCall,
    what: &str,
    step: u32,
    report: &CallReport,
) -> Result<Option<Happening>, Shut> {
    let channel = &number.account.channel;
    let agent = agent_of(channel);
    let current = stored.call.language.as_deref().unwrap_or(&agent.language);
    let wanted = match (&report.speech, &report.keys) {
        _ if what != "heard" => None,
        (Some(words), _) => tongue::by_words(&agent, current, words, report.language.as_deref()),
        (None, Some(keys)) => tongue::by_key(&agent, keys),
        (None, None) => None,
    };
    match wanted {
        Some(spoken @ Happening::Speaks { asked: None, .. }) => {
            site.desk.call_happened(channel, stored.id, step, Caller::Did(spoken)).await?;
            Ok(None)
        }
        wanted => Ok(wanted),
    }
}

/// What a report means at an address.
fn happened(what: &str, report: CallReport) -> Option<Caller> {
    let keys = report.keys.as_deref();
    let happening = match what {
        "heard" => match (report.speech, keys) {
            (Some(text), _) => return Some(Caller::Said(text)),
            (None, Some("0")) => Happening::Zero,
            (None, Some(keys)) => return Some(Caller::Said(keys.to_owned())),
            (None, None) => Happening::Silent,
        },
        "next" => Happening::Asked,
        "whisper" => Happening::PickedUp,
        "key" => match keys {
            Some("1") => Happening::Accepted,
            Some("2") => Happening::Again,
            _ => Happening::Declined,
        },
        "dialled" => {
            let dialled = report.dialled?;
            let (bridged, status) = (dialled.bridged, dialled.status);
            Happening::Dialled { bridged, status, seconds: dialled.duration_s.unwrap_or(0), over: report.is_over }
        }
        "recorded" => match report.recording {
            Some(recording) => Happening::Recorded { seconds: recording.duration_s },
            None => Happening::Asked,
        },
        "closed" if report.is_over => Happening::HungUp,
        "closed" => Happening::Dropped,
        _ => return None,
    };
    Some(Caller::Did(happening))
}

/// Waits a little for the AI's answer, so that a quick one is said at once and a slow one is asked for again.
async fn patient(site: &Site, number: &Number, told: Told) -> Result<Told, Shut> {
    if !is_thinking(&told.stored) {
        return Ok(told);
    }
    let mut hints = site.desk.bus.subscribe_to(told.stored.conversation);
    let until = Instant::now() + site.desk.pace.call_wait;
    loop {
        if site.desk.call_has_news(&told.stored).await? {
            let (channel, step) = (&number.account.channel, told.stored.call.step);
            return Ok(site.desk.call_happened(channel, told.stored.id, step, Caller::Did(Happening::Asked)).await?);
        }
        // Whoever was too slow looks at the database too.
        if tokio::time::timeout_at(until, hints.recv()).await.is_err() {
            return Ok(told);
        }
    }
}

fn is_thinking(stored: &StoredCall) -> bool {
    matches!(stored.call.phase, Phase::Thinking { .. })
}

/// What a caller left and can not be used is not asked for again.
fn kept(outcome: Result<(), DeskError>) -> Result<(), DeskError> {
    match outcome {
        Err(DeskError::Invalid(why)) => {
            tracing::warn!(why, "what a caller left could not be used");
            Ok(())
        }
        outcome => outcome,
    }
}
