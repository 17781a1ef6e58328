//! A conversation in a list.

use baton_adapters::contract;
use chrono::{DateTime, Utc};

use crate::handoff::policy::Reason;
use crate::handoff::waiting::Missed;
use crate::handoff::{Owner, Status, conversation::Outcome};
use crate::store::conversations::Record;
use crate::store::inbox;
use crate::web::inbox::badge::{HandoffReason, Wait};
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::nav::View;
use crate::web::inbox::row::{LastSpeaker, Row, Standing};
use crate::web::markdown;
use crate::web::moment::Moment;

use super::People;

/// A row of a list, as one agent sees it.
pub fn row(stored: &inbox::Row, people: &People, view: &View, selected: bool, now: DateTime<Utc>) -> Row {
    let asks_people = stored.owner.is_human() && !matches!(stored.status, Status::Resolved { .. });
    Row {
        number: stored.number.0,
        view: view.clone(),
        sort: stored.last_at.timestamp_micros(),
        channel: channel_kind(&stored.channel_kind),
        contact: stored.customer.clone(),
        speaker: speaker(stored, people),
        line: stored.last_text.as_deref().map(markdown::plain).unwrap_or_default(),
        at: Moment::ago(stored.last_at, now),
        owner: people.badge(stored.owner, stored.team, stored.ai_answers || stored.status != Status::Open),
        reason: stored.handoff_reason.filter(|_| stored.owner.is_human()).map(|why| reason(why, None)),
        wait: stored
            .waiting_since
            .filter(|_| asks_people)
            .map(|since| Wait::new(since, promised(since, stored.due_at, stored.missed), now)),
        unread: asks_people && stored.news,
        standing: standing(stored.status),
        selected,
        excerpt: None,
    }
}

/// How long the customer has waited for a person.
pub(super) fn waiting(record: &Record, now: DateTime<Utc>) -> Option<Wait> {
    let asks_people = record.core.owner.is_human() && !record.core.is_resolved();
    let due = |since| promised(since, record.care.due_at, record.care.missed);
    record.core.waiting_since.filter(|_| asks_people).map(|since| Wait::new(since, due(since), now))
}

/// By when the customer was promised an answer; for a promise that is broken, a moment that is past.
fn promised(since: DateTime<Utc>, due: Option<DateTime<Utc>>, missed: Missed) -> Option<DateTime<Utc>> {
    if missed.reply { Some(since) } else { due }
}

pub(super) fn standing(status: Status) -> Standing {
    match status {
        Status::Open => Standing::Open,
        Status::Snoozed { until } => Standing::Snoozed(Moment::date(until)),
        Status::Resolved { outcome: Outcome::Resolved } => Standing::Resolved,
        Status::Resolved { outcome: Outcome::Unresolved } => Standing::Unresolved,
    }
}

/// A reason in the page's words.
pub(super) fn reason(reason: Reason, topic: Option<&str>) -> HandoffReason {
    match reason {
        Reason::CustomerRequest => HandoffReason::Requested,
        Reason::Frustration => HandoffReason::Frustrated,
        Reason::NoProgress => HandoffReason::NoProgress,
        Reason::ForbiddenTopic => HandoffReason::Topic(topic.unwrap_or("Forbidden topic").to_owned()),
        Reason::AiDecision => HandoffReason::Unsure,
        Reason::TurnLimit => HandoffReason::Other("The AI had answered often enough".to_owned()),
        Reason::AiUnavailable => HandoffReason::AiUnavailable,
        Reason::AutopilotOff => HandoffReason::Other("Autopilot is off".to_owned()),
        Reason::AgentTookOver => HandoffReason::TakenOver,
    }
}

/// A channel's kind as the page draws it. A word this version does not know is drawn as web chat.
pub fn channel_kind(word: &str) -> ChannelKind {
    match word.parse() {
        Ok(contract::ChannelKind::Email) => ChannelKind::Email,
        Ok(contract::ChannelKind::Whatsapp) => ChannelKind::WhatsApp,
        Ok(contract::ChannelKind::Sms) => ChannelKind::Sms,
        Ok(contract::ChannelKind::Slack) => ChannelKind::Slack,
        Ok(contract::ChannelKind::PhoneVoice) => ChannelKind::Phone,
        Ok(contract::ChannelKind::Web) | Err(_) => ChannelKind::Web,
    }
}

fn speaker(stored: &inbox::Row, people: &People) -> LastSpeaker {
    match (stored.last_author.as_deref(), stored.owner) {
        (Some("ai"), _) => LastSpeaker::Ai,
        (Some("system"), _) => LastSpeaker::Notice,
        (Some("agent"), Owner::Agent(agent)) if agent == people.me => LastSpeaker::Me,
        (Some("agent"), _) => LastSpeaker::Colleague,
        _ => LastSpeaker::Customer,
    }
}
