//! A person answered the customer from the provider's own app: the same as an answer from the inbox, only that it is sent.

use std::sync::Arc;

use baton_adapters::contract::{Echo, MediaRef};
use serde_json::Value;

use crate::handoff::people::{Actor, Role};
use crate::handoff::{AgentId, AttachmentId, Author, ConversationId, Event, MessageId, NewMessage, Owner};
use crate::store::channels::Channel;
use crate::store::conversations::Record;
use crate::store::message_details::{self, Details};
use crate::store::outbox::{self, State};
use crate::store::pending_media::{self, Pending};
use crate::store::receipts::{self, Receipt};
use crate::store::timeline::{self, Delivery};
use crate::store::{Tx, agents, attachments, contacts, conversations};

use super::drafts::Cause;
use super::receive::TEXT_CHARS_MAX;
use super::{Desk, DeskError};

impl Desk {
    pub(super) async fn echo(&self, channel: &Arc<Channel>, echo: Echo) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        // The provider may tell of what Baton sent itself.
        if outbox::by_provider_id(&*tx, channel.id, &echo.provider_id).await?.is_some() {
            return Ok(());
        }
        let record = self.echoed_to(&tx, channel, &echo).await?;
        let id = MessageId(self.clock.new_id());
        let (conversation, now) = (record.core.id, self.clock.now());
        let points_to = Receipt { conversation: Some(conversation), message: Some(id) };
        if !receipts::insert(&*tx, self.clock.new_id(), channel.id, &echo.provider_id, points_to, now).await? {
            return Ok(());
        }
        let agent = self.author_of(&tx, &record, echo.author_email.as_deref()).await?;
        let handoff = self.draft_handoff(&tx, &record, Cause::takeover(Actor::Agent(agent)), Some(agent)).await?;
        let text: String = echo.text.trim().chars().take(TEXT_CHARS_MAX).collect();
        let files = self.expect_media(&tx, channel, conversation, &echo.media).await?;
        let message = NewMessage { attachments: files, ..NewMessage::public(id, Author::Agent(agent), text) };
        let changed = self.happen(&tx, &record, &Event::AgentWrote { agent, message, handoff }).await?;
        message_details::insert(&*tx, id, &Details { from_app: true, ..Details::default() }).await?;
        if let Some(row) = outbox::of_message(&*tx, id).await? {
            outbox::set_state(&*tx, row.id, State::Sent, None, now).await?;
        }
        timeline::set_delivery(&*tx, id, Delivery::Sent, None).await?;
        tx.commit().await?;
        self.publish(&changed);
        if !echo.media.is_empty() {
            self.wake.media.ring_at(now);
        }
        Ok(())
    }

    /// The conversation a person went on with, or began.
    async fn echoed_to(&self, tx: &Tx, channel: &Channel, echo: &Echo) -> Result<Record, DeskError> {
        let also: Vec<_> = echo.also.iter().map(|also| (also.kind, also.value.clone())).collect();
        let contact = self.known_contact(tx, (echo.to.kind, &echo.to.value), &also, None).await?;
        contacts::hold(&**tx, contact).await?;
        match conversations::current(&**tx, channel.id, contact).await? {
            Some(id) => self.load(tx, id).await,
            None => self.begin_conversation(tx, channel, contact, None, true, Value::Null).await,
        }
    }

    /// Who wrote: whom the account names, else whoever has the conversation, else the first admin.
    async fn author_of(&self, tx: &Tx, record: &Record, email: Option<&str>) -> Result<AgentId, DeskError> {
        let people = agents::all(&**tx).await?;
        let active = || people.iter().filter(|agent| agent.disabled_at.is_none());
        let named = email.and_then(|email| active().find(|agent| agent.email.eq_ignore_ascii_case(email.trim())));
        if let (None, Owner::Agent(owner)) = (named, record.core.owner) {
            return Ok(owner);
        }
        let somebody = named.or_else(|| active().find(|agent| agent.role == Role::Admin)).or_else(|| active().next());
        somebody.map(|agent| agent.id).ok_or(DeskError::NotFound("person"))
    }

    /// Makes room for files that are fetched later. They are listed at once, in their order.
    pub(super) async fn expect_media(
        &self,
        tx: &Tx,
        channel: &Channel,
        conversation: ConversationId,
        media: &[MediaRef],
    ) -> Result<Vec<AttachmentId>, DeskError> {
        let now = self.clock.now();
        let mut files = Vec::with_capacity(media.len());
        for one in media {
            let file = attachments::Attachment {
                id: AttachmentId(self.clock.new_id()),
                conversation: None,
                message: None,
                contact: None,
                name: super::inbound::clean_name(one.name.as_deref().unwrap_or("file")),
                media_type: "application/octet-stream".into(),
                size_bytes: 0,
            };
            attachments::insert(&**tx, &file, Vec::new(), now).await?;
            let media = serde_json::to_value(one).unwrap_or_default();
            let pending = Pending { attachment: file.id, channel: channel.id, conversation, media, attempts: 0 };
            pending_media::insert(&**tx, &pending, now).await?;
            files.push(file.id);
        }
        Ok(files)
    }
}
