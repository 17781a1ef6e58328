//! The phone call a conversation is: what it is doing, whisper, and one key to put the caller through. DOM id `call-{number}`.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::handoff::Owner;
use crate::handoff::call::{Ending, Phase};
use crate::store::calls::StoredCall;
use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::actions::{Common, answer, find};
use super::nav::View;
use super::present::Opened;

/// The call under the header.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_call.html")]
pub struct CallStrip {
    /// The conversation's number.
    pub number: i64,
    /// The token.
    pub csrf: String,
    /// The list the thread was opened from.
    pub view: View,
    /// The last call; nothing where the conversation is none.
    pub call: Option<ShownCall>,
}

nestable!(CallStrip);

/// A call as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCall {
    /// What it is doing.
    pub state: String,
    /// Whether it goes on.
    pub live: bool,
    /// How long it has lasted, or lasted.
    pub length: Length,
    /// Whether the AI has it, so that it can be whispered to and the caller be put through.
    pub with_ai: bool,
    /// What was whispered so far.
    pub whispered: Option<String>,
}

/// How long a call lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Length {
    /// Since then.
    Since(Moment),
    /// So long, in words.
    Was(String),
}

/// The call of an open conversation.
pub fn strip(site: &Site, who: &SignedIn, opened: &Opened, view: &View) -> CallStrip {
    let now = site.desk.clock.now();
    let call = opened.call.as_ref().map(|call| ShownCall {
        state: state(call),
        live: call.ended_at.is_none(),
        length: match call.ended_at {
            None => Length::Since(Moment::span_since(call.started_at, now)),
            Some(ended) => Length::Was(length((ended - call.started_at).num_seconds())),
        },
        with_ai: call.ended_at.is_none() && opened.record.core.owner == Owner::Ai,
        whispered: call.whispered.clone(),
    });
    CallStrip { number: opened.record.number.0, csrf: who.session.csrf.clone(), view: view.clone(), call }
}

fn state(stored: &StoredCall) -> String {
    match &stored.call.phase {
        Phase::Listening => "On the phone with the AI".into(),
        Phase::Thinking { .. } => "The AI is thinking of an answer".into(),
        Phase::Leaving => "Nothing is heard; the AI says goodbye".into(),
        Phase::Ringing { target, accepted: false, .. } => format!("Calling {}", target.label),
        Phase::Ringing { target, accepted: true, .. } => format!("Talking with {}", target.label),
        Phase::Recording => "The caller leaves a message".into(),
        Phase::Ended { ending: Ending::Bridged } => "Call ended after speaking with a person".into(),
        Phase::Ended { ending: Ending::Voicemail } => "Call ended with a message".into(),
        Phase::Ended { .. } => "Call ended".into(),
    }
}

fn length(seconds: i64) -> String {
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}

/// `POST /conversations/{number}/call/transfer`.
pub async fn transfer(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Common>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let id = find(&site, *number).await?;
    let done = site.desk.transfer_now(id, who.agent.id).await.map(|_| "The caller is being put through.");
    answer(&site, &who, &request, *number, &form.view, done).await
}

/// Words for the AI alone.
#[derive(Debug, Deserialize)]
pub struct Whisper {
    #[serde(flatten)]
    common: Common,
    words: String,
}

/// `POST /conversations/{number}/call/whisper`.
pub async fn whisper(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Whisper>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.common.csrf)?;
    let id = find(&site, *number).await?;
    let done =
        site.desk.whisper(id, who.agent.id, &form.words).await.map(|_| "The AI knows it from its next answer on.");
    answer(&site, &who, &request, *number, &form.common.view, done).await
}
