//! A contact's message: stored first, then answered with whatever is said to it within a few seconds.

use actix_web::HttpResponse;
use serde::Deserialize;
use uuid::Uuid;

use crate::desk::DeskError;
use crate::desk::receive::{Extra, Incoming, Place};
use crate::handoff::{ConversationId, MessageId};
use crate::store::conversations::Record;
use crate::store::timeline;

use super::answer::{Answer, wait};
use super::attached::{self, Named};
use super::body::{SentJson, language};
use super::refusal::Problem;
use super::render::Renderer;
use super::visitor::Caller;
use super::wire;

/// Most messages a page may have shown before the contact wrote.
const SHOWN_BEFORE_MAX: usize = 10;
/// Longest of them, in characters.
const SHOWN_BEFORE_CHARS_MAX: usize = 4_000;

const TO_A_PERSON: &str = "session_assigned_to_human_agent";
const DUPLICATE: &str = "duplicate_message_ignored";

#[derive(Deserialize)]
struct NewMessage {
    uuid: Uuid,
    content: String,
    session_id: ConversationId,
    language: Option<String>,
    attachments: Option<Vec<Named>>,
    initial_messages: Option<Vec<ShownBefore>>,
}

#[derive(Deserialize)]
struct ShownBefore {
    uuid: Uuid,
    content: String,
}

/// `POST /backend/widget/v2/chat/send`.
pub(super) async fn create(visitor: Caller, body: SentJson) -> Result<HttpResponse, Problem> {
    let new: NewMessage = body.read()?;
    visitor.count_message()?;
    if !new.attachments.as_ref().is_none_or(Vec::is_empty) || !new.initial_messages.as_ref().is_none_or(Vec::is_empty) {
        // What they name is looked up before the desk asks whose conversation it is.
        visitor.session(new.session_id).await?;
    }
    // Before the message is stored, so that no answer to it can be missed.
    let hints = visitor.site.desk.bus.subscribe_to(new.session_id);
    let incoming = incoming(&visitor, new).await?;
    let received = visitor.site.desk.receive(incoming).await.map_err(|error| match error {
        DeskError::NotFound("conversation") => Problem::NotFound("session"),
        other => other.into(),
    })?;
    let answer = if received.duplicate || is_for_people(&received.record) {
        Answer { record: received.record, said: None }
    } else {
        // The message is stored whatever becomes of the wait, and the widget is told so.
        let stored = received.record.clone();
        wait(&visitor.site, received.record, hints).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the answer to a stored message could not be looked for");
            Answer { record: stored, said: None }
        })
    };
    let mut renderer = Renderer::new(&visitor);
    let handed_off = answer.record.core.owner.is_human();
    Ok(HttpResponse::Created().json(wire::Sent {
        success: true,
        code: if received.duplicate { Some(DUPLICATE) } else { handed_off.then_some(TO_A_PERSON) },
        autopilot_response: answer.said.as_ref().map(|message| renderer.answer(message)),
        session_is_handed_off: handed_off,
        session: renderer.session(&answer.record).await?,
    }))
}

async fn incoming(visitor: &Caller, new: NewMessage) -> Result<Incoming, Problem> {
    let message = MessageId(new.uuid);
    Ok(Incoming {
        channel: visitor.channel.clone(),
        provider_id: new.uuid.to_string(),
        message,
        place: Place::Conversation { id: new.session_id, visitor: Some(visitor.as_visitor()) },
        text: new.content,
        attachments: attached::find(visitor, message, &new.attachments.unwrap_or_default()).await?,
        shown_before: shown_before(visitor, new.initial_messages.unwrap_or_default()).await?,
        language: language(new.language.as_deref()),
        extra: Extra::default(),
    })
}

/// Greetings the page had shown. One whose id is in use was stored with an earlier conversation and is not told again.
async fn shown_before(visitor: &Caller, shown: Vec<ShownBefore>) -> Result<Vec<(MessageId, String)>, Problem> {
    if shown.len() > SHOWN_BEFORE_MAX {
        return Err(Problem::Invalid(format!("initial_messages holds too much. Send at most {SHOWN_BEFORE_MAX}.")));
    }
    let mut fresh: Vec<(MessageId, String)> = Vec::with_capacity(shown.len());
    for ShownBefore { uuid, content } in shown {
        if content.chars().count() > SHOWN_BEFORE_CHARS_MAX {
            let why = format!("An initial message is longer than {SHOWN_BEFORE_CHARS_MAX} characters.");
            return Err(Problem::Invalid(why));
        }
        let id = MessageId(uuid);
        let taken = timeline::message(visitor.site.desk.store.reader(), id).await?.is_some();
        if !taken && !content.trim().is_empty() && fresh.iter().all(|(known, _)| *known != id) {
            fresh.push((id, content));
        }
    }
    Ok(fresh)
}

/// Whether people have the conversation and nothing was said to the message yet: there is nothing to wait for.
fn is_for_people(record: &Record) -> bool {
    record.core.owner.is_human() && record.core.last_seq == record.core.watermark
}
