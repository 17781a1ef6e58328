//! Stored conversations, messages and lines in the shapes of [`super::wire`].
//!
//! Reads no clock: the same stored state is the same bytes. Invariant: notes and discarded messages have no shape.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web;
use baton_adapters::web::WebChatSettings;
use serde_json::{Map, Value};

use crate::handoff::event::Entry;
use crate::handoff::message::Visibility;
use crate::handoff::{AgentId, Author, ConversationId, MessageId, Owner};
use crate::store::attachments::{self, Attachment};
use crate::store::conversations::Record;
use crate::store::timeline::{Delivery, Item, Line, Message};
use crate::store::{agents, asking, receipts};
use crate::web::site::Site;
use crate::web::{files, markdown};

use super::lines::{self, Shown};
use super::refusal::Problem;
use super::text::without_html;
use super::visitor::Widget;
use super::wire::{
    AskedFor, Assignee, AutopilotResponse, AutopilotValue, Content, File, HistoryItem, Sender, Session, Source,
    SystemPayload, moment,
};

/// Renders for one widget; keeps the names it has looked up.
pub(super) struct Renderer {
    site: web::Data<Site>,
    settings: Arc<WebChatSettings>,
    names: HashMap<AgentId, String>,
}

impl Renderer {
    /// A renderer for a widget.
    pub(super) fn new(widget: &Widget) -> Self {
        Self { site: widget.site.clone(), settings: widget.settings.clone(), names: HashMap::new() }
    }

    /// Name the AI goes by.
    pub(super) fn ai_name(&self) -> &str {
        &self.settings.ai_name
    }

    /// A conversation.
    pub(super) async fn session(&mut self, record: &Record) -> Result<Session, Problem> {
        let core = &record.core;
        let (kind, name) = match core.owner {
            Owner::Ai => ("ai", Some(self.settings.ai_name.clone())),
            Owner::Queue => ("none", None),
            Owner::Agent(agent) => ("human", Some(self.name_of(agent).await?)),
        };
        Ok(Session {
            id: core.id.0,
            ticket_number: record.number.0,
            title: record.title.clone(),
            created_at: moment(record.created_at),
            updated_at: moment(record.updated_at),
            is_handed_off: core.owner.is_human(),
            is_opened: !core.is_resolved(),
            assignee: Assignee { kind, name, avatar_url: None },
            channel: record.channel_kind.clone(),
            is_verified: record.verified,
            last_message: record.last_text.clone(),
            mode_id: None,
            latest_state_checkpoint_payload: record.checkpoint.clone(),
            session_attributes: scalars(&record.attributes),
            custom_status: None,
            baton_asks: self.asks(record).await?,
        })
    }

    /// What the customer is asked for, where it is shown as a form. Without one nothing is looked up.
    async fn asks(&self, record: &Record) -> Result<Option<Vec<AskedFor>>, Problem> {
        let (core, collection) = (&record.core, self.site.collecting.settings().await?);
        let is_asked = core.owner == Owner::Ai && !core.is_resolved() && core.waiting_since.is_none();
        if !collection.in_form || !is_asked {
            return Ok(None);
        }
        let kept = asking::find(self.site.desk.store.reader(), core.id).await?;
        let Some((_, asking)) = kept.filter(|(epoch, _)| *epoch == core.epoch) else { return Ok(None) };
        let fields = asking.waiting_for.iter().map(|key| {
            let (kind, label) = collection.asked(key);
            AskedFor { label, kind, required: collection.field(key).is_none_or(|field| field.required) }
        });
        let fields: Vec<_> = fields.collect();
        Ok((!fields.is_empty()).then_some(fields))
    }

    /// The items a contact sees, in the order given.
    pub(super) async fn history(&mut self, record: &Record, items: &[Item]) -> Result<Vec<HistoryItem>, Problem> {
        let has_files = items.iter().any(|item| matches!(item, Item::Message(message) if message.has_attachments));
        let files = if has_files {
            attachments::of_conversation(self.site.desk.store.reader(), record.core.id).await?
        } else {
            Vec::new()
        };
        let mut history = Vec::with_capacity(items.len());
        for item in items {
            let shown = match item {
                Item::Message(message) => self.message(message, &files).await?,
                Item::Line(line) => self.line(record, line).await?,
            };
            history.extend(shown);
        }
        Ok(history)
    }

    /// What the AI, or Baton in its name, said to a message.
    pub(super) fn answer(&self, message: &Message) -> AutopilotResponse {
        AutopilotResponse {
            kind: "text",
            value: AutopilotValue { error: false, content: without_html(&message.text) },
            id: message.id.0,
            might_solve_user_issue: false,
            completely_and_fully_covered_user_issue: false,
        }
    }

    async fn message(&mut self, message: &Message, files: &[Attachment]) -> Result<Option<HistoryItem>, Problem> {
        if message.visibility == Visibility::Note || message.delivery == Delivery::Discarded {
            return Ok(None);
        }
        let kind = if matches!(message.author, Author::Agent(_)) { "agent_message" } else { "message" };
        let sources: Vec<Source> = message
            .sources
            .iter()
            .map(|source| Source { title: source.title.clone(), url: source.url.clone() })
            .collect();
        Ok(Some(HistoryItem {
            public_id: message.id.0,
            kind,
            content: content(message),
            sender: self.sender(message.author).await?,
            sent_at: moment(message.at),
            seq: message.seq.0,
            action_calls: None,
            attachments: self.files(message.id, files),
            sources: (!sources.is_empty()).then_some(sources),
            cut_off: message.cut_off,
            can_vote: message.author == Author::Ai && !message.cut_off,
            system_message_payload: SystemPayload::None,
        }))
    }

    async fn line(&mut self, record: &Record, line: &Line) -> Result<Option<HistoryItem>, Problem> {
        let Some(Shown { kind, words, agent }) = lines::shown(line.by, &line.entry) else { return Ok(None) };
        let name = match agent {
            Some(agent) => self.name_of(agent).await?,
            None => String::new(),
        };
        let text = words.map(|words| lines::text(words, record.language.as_deref(), &name)).unwrap_or_default();
        let (public_id, payload) = match &line.entry {
            Entry::RatingRequested => (line.id, SystemPayload::CsatRequested),
            Entry::Rated { score, feedback } => {
                let chosen = rating_receipt(&self.site, record).await?.map_or(line.id, |message| message.0);
                (chosen, SystemPayload::CsatSubmitted { score: *score, feedback: feedback.clone() })
            }
            _ => (line.id, SystemPayload::None),
        };
        Ok(Some(HistoryItem {
            public_id,
            kind,
            content: Content { text, html: None },
            sender: Sender { kind: "system", name: None, avatar: None },
            sent_at: moment(line.at),
            seq: line.seq.0,
            action_calls: None,
            attachments: None,
            sources: None,
            cut_off: false,
            can_vote: false,
            system_message_payload: payload,
        }))
    }

    async fn sender(&mut self, author: Author) -> Result<Sender, Problem> {
        let (kind, name) = match author {
            Author::Contact => ("user", None),
            // Baton speaks in the AI's place: the field's widgets show nothing from `system` that has no payload.
            Author::Ai | Author::System => ("ai", Some(self.settings.ai_name.clone())),
            Author::Agent(agent) => ("agent", Some(self.name_of(agent).await?)),
        };
        Ok(Sender { kind, name, avatar: None })
    }

    fn files(&self, message: MessageId, files: &[Attachment]) -> Option<Vec<File>> {
        let own: Vec<File> = files
            .iter()
            .filter(|file| file.message == Some(message))
            .map(|file| File {
                id: file.id.0,
                name: file.name.clone(),
                size: file.size_bytes,
                kind: bare(&file.media_type).to_owned(),
                url: files::address(&self.site, file),
            })
            .collect();
        (!own.is_empty()).then_some(own)
    }

    async fn name_of(&mut self, agent: AgentId) -> Result<String, Problem> {
        if let Some(name) = self.names.get(&agent) {
            return Ok(name.clone());
        }
        let name = agents::find(self.site.desk.store.reader(), agent)
            .await?
            .map_or_else(|| self.settings.title.clone(), |agent| agent.name);
        self.names.insert(agent, name.clone());
        Ok(name)
    }
}

/// The name under which a widget knows the rating of a conversation, kept as a receipt of the channel.
pub(super) fn rating_key(id: ConversationId) -> String {
    format!("csat:{id}")
}

/// The id a widget chose for the rating of a conversation.
pub(super) async fn rating_receipt(site: &Site, record: &Record) -> Result<Option<MessageId>, Problem> {
    let receipt = receipts::find(site.desk.store.reader(), record.core.channel, &rating_key(record.core.id)).await?;
    Ok(receipt.and_then(|receipt| receipt.message))
}

/// A media type without its parameters.
pub(super) fn bare(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or(media_type).trim()
}

/// Only the contact's own words are plain text; everything else is Markdown.
fn content(message: &Message) -> Content {
    match message.author {
        Author::Contact => Content { text: message.text.clone(), html: None },
        Author::Ai | Author::Agent(_) | Author::System => {
            Content { text: without_html(&message.text), html: Some(markdown::render(&message.text)) }
        }
    }
}

fn scalars(attributes: &Value) -> Map<String, Value> {
    let fields = attributes.as_object().into_iter().flatten();
    fields
        .filter(|(_, value)| !value.is_object() && !value.is_array())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
