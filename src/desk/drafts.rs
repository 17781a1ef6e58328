//! Putting a handoff together before its transaction needs it: summary, mood, what was tried.

use std::collections::HashMap;

use crate::ai::assistant::{Said, Speaker};
use crate::ai::summary;
use crate::handoff::event::{HandoffDraft, Summary, Target};
use crate::handoff::message::{Author, Source};
use crate::handoff::people::Actor;
use crate::handoff::policy::Reason;
use crate::handoff::{AgentId, NewMessage};
use crate::store::conversations::Record;
use crate::store::timeline::{Message, recent_messages};
use crate::store::{Tx, agents, settings, turns};

use super::notices::waiting::{closed_until, next_opening};
use super::notices::{Notice, text};
use super::office::Office;
use super::settings::CustomerTexts;
use super::{Desk, DeskError};

/// Messages a summary and an AI turn look at.
pub(super) const HISTORY_MAX: u64 = 60;
/// AI answers named on the handoff card.
const TRIED_MAX: usize = 3;
/// Characters of each.
const TRIED_CHARS: usize = 140;

/// What causes a handoff.
pub(super) struct Cause {
    pub(super) reason: Reason,
    pub(super) explanation: String,
    pub(super) topic: Option<String>,
    pub(super) notice: bool,
    /// Whether the customer is told when somebody will be there, where nobody is; `None` is yes.
    pub(super) promise: Option<bool>,
}

impl Cause {
    /// A cause that tells the customer what every handoff tells.
    pub(super) fn new(reason: Reason, explanation: impl Into<String>) -> Self {
        Self { reason, explanation: explanation.into(), topic: None, notice: true, promise: None }
    }

    /// A person takes the conversation from the AI.
    pub(super) fn takeover(by: Actor) -> Self {
        let explanation = match by {
            Actor::Agent(_) => "A person took over",
            Actor::Contact | Actor::Ai | Actor::System => "The conversation was assigned to a person",
        };
        Self::new(Reason::AgentTookOver, explanation)
    }
}

impl Desk {
    /// The handoff that a cause makes of a conversation, from what was said so far. `person` is who has it then.
    pub(super) async fn draft_handoff(
        &self,
        tx: &Tx,
        record: &Record,
        cause: Cause,
        person: Option<AgentId>,
    ) -> Result<Box<HandoffDraft>, DeskError> {
        let messages = recent_messages(&**tx, record.core.id, HISTORY_MAX).await?;
        let texts = settings::load::<CustomerTexts>(&**tx).await?.value;
        let name = match person {
            Some(agent) => agents::find(&**tx, agent).await?.map(|agent| agent.name),
            None => None,
        };
        let notice = match &name {
            Some(name) => Notice::PersonJoined(name),
            None => Notice::HandedOff,
        };
        let spoken = self.spoken_notice(tx, record).await?;
        let mut words = match &spoken {
            Some(words) => words.clone(),
            None => text(notice, record.language.as_deref(), &texts),
        };
        let target = match person {
            Some(agent) => Target::Agent(agent),
            // Only the end of the AI's ownership looks for somebody.
            None if record.core.owner.is_human() => Target::Queue,
            None => {
                let target = self.route(tx, record, cause.topic.as_deref(), None).await?.target;
                let office = self.office(tx, record.core.channel, target.team().or(record.core.team)).await?;
                // A caller is put through at once, whatever the office hours of the written channels are.
                if spoken.is_none() && cause.promise.unwrap_or(true) {
                    words = promise(office, record.language.as_deref(), &texts).unwrap_or(words);
                }
                target
            }
        };
        let history = history(&messages, &agents::names(&**tx, &people(&messages)).await?);
        let id = self.new_message_id();
        // From here to the end of the transaction nothing more of an answer that is being written is shown.
        let shown = match record.core.owner.is_human() {
            true => None,
            false => turns::shown(&**tx, record.core.id).await?,
        };
        Ok(Box::new(HandoffDraft {
            id: self.new_handoff_id(),
            reason: cause.reason,
            explanation: cause.explanation,
            summary: summarise(&history, &messages),
            sentiment: record.sentiment,
            language: record.language.clone(),
            topic: cause.topic,
            tried: tried(&messages),
            sources: sources(&messages),
            target,
            notice: cause.notice.then(|| NewMessage::public(id, Author::System, words)),
            shown: shown.map(|(message, words)| NewMessage::public(message, Author::Ai, words)),
        }))
    }
}

/// What a customer is told while nobody is there; nothing while somebody is.
fn promise(office: Office, language: Option<&str>, texts: &CustomerTexts) -> Option<String> {
    let standard = closed_until(office, language)?;
    let Some(_) = texts.own("closed", language) else { return Some(standard) };
    let opening = next_opening(office, language);
    Some(text(Notice::Closed(opening.as_deref()), language, texts))
}

/// The people among the authors.
pub(super) fn people(messages: &[Message]) -> Vec<AgentId> {
    messages.iter().filter_map(|message| message.author.agent()).collect()
}

/// Stored messages as the AI reads them.
pub(super) fn history(messages: &[Message], names: &HashMap<AgentId, String>) -> Vec<Said> {
    let speaker = |author: Author| match author {
        Author::Contact => Speaker::Customer,
        Author::Ai => Speaker::Ai,
        Author::System => Speaker::System,
        Author::Agent(agent) => Speaker::Agent(names.get(&agent).cloned().unwrap_or_else(|| "Support".into())),
    };
    messages
        .iter()
        .map(|message| Said {
            message: message.id,
            by: speaker(message.author),
            text: message.text.clone(),
            has_files: message.has_attachments,
            at: message.at,
        })
        .collect()
}

/// The last answers. What was said before the customer's first word, as a greeting on the phone, is none.
fn tried(messages: &[Message]) -> Vec<String> {
    let begun = messages.iter().position(|message| message.author == Author::Contact).unwrap_or(messages.len());
    let answers = messages[begun..].iter().rev().filter(|message| message.author == Author::Ai).take(TRIED_MAX);
    let mut tried: Vec<String> = answers.map(|message| super::change::shorten(&message.text, TRIED_CHARS)).collect();
    tried.reverse();
    tried
}

/// What the AI's answers rested on, which says more about them than their words.
fn titles(messages: &[Message]) -> Vec<String> {
    sources(messages).into_iter().map(|source| source.title).collect()
}

/// The extract of a conversation, each line with the place of its message.
fn summarise(history: &[Said], messages: &[Message]) -> Summary {
    let extract = summary::summarise(history, &titles(messages));
    let place = |id| messages.iter().find(|message| Some(message.id) == id).map(|message| message.seq);
    Summary { seqs: extract.messages.into_iter().map(place).collect(), text: extract.text }
}

fn sources(messages: &[Message]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for source in messages.iter().flat_map(|message| &message.sources) {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    sources
}
