//! What is stored about a customer is handed out, or goes: because they ask for it, or because its time is over.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::handoff::{ChannelId, ContactId, ConversationId, Seq};
use crate::store::settings::Section;
use crate::store::timeline::{self, Item};
use crate::store::{contact_links, contacts, conversations, erasure, settings};

use super::{Desk, DeskError};

/// Conversations one round erases.
const ERASED_MAX: u64 = 50;
/// Lines of a timeline read at a time.
const LINES_MAX: u64 = 500;
/// Conversations of one customer that are handed out.
const CONVERSATIONS_MAX: u64 = 10_000;

/// How long conversations are kept after their end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// In days; `None` is for ever.
    pub days: Option<u32>,
    /// The same for channels that have their own.
    pub channels: BTreeMap<ChannelId, u32>,
}

impl Section for Retention {
    const NAME: &'static str = "retention";
}

impl Desk {
    /// Erases a customer with all that was said. How many conversations there were.
    pub async fn erase_contact(&self, contact: ContactId) -> Result<usize, DeskError> {
        let mut erased = 0;
        // Whoever they were merged with is the same person. The one who stands for all goes last.
        for one in contact_links::group(self.store.reader(), contact).await?.into_iter().rev() {
            erased += self.erase_one(one).await?;
        }
        Ok(erased)
    }

    async fn erase_one(&self, contact: ContactId) -> Result<usize, DeskError> {
        let mut erased = 0;
        loop {
            for id in erasure::conversations_of(self.store.reader(), contact, ERASED_MAX).await? {
                self.erase_conversation(id).await?;
                erased += 1;
            }
            let tx = self.store.begin().await?;
            contacts::hold(&*tx, contact).await?;
            if erasure::contact(&*tx, contact).await? {
                tx.commit().await?;
                return Ok(erased);
            }
        }
    }

    /// Erases what has been kept for as long as the settings say; how many conversations it was.
    pub async fn erase_outdated(&self) -> Result<usize, DeskError> {
        let retention = settings::load::<Retention>(self.store.reader()).await?.value;
        let (db, now) = (self.store.reader(), self.clock.now());
        let before = |days: u32| now - TimeDelta::days(days.into());
        let mut ids = Vec::new();
        for (channel, days) in &retention.channels {
            ids.extend(erasure::outdated(db, Some(*channel), &[], before(*days), ERASED_MAX).await?);
        }
        if let Some(days) = retention.days {
            let own: Vec<ChannelId> = retention.channels.keys().copied().collect();
            ids.extend(erasure::outdated(db, None, &own, before(days), ERASED_MAX).await?);
        }
        for id in &ids {
            self.erase_conversation(*id).await?;
        }
        Ok(ids.len())
    }

    async fn erase_conversation(&self, id: ConversationId) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        if conversations::lock(&*tx, id).await?.is_some() {
            erasure::conversation(&*tx, id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Everything that is stored about a customer, to be handed to them.
    pub async fn export_contact(&self, contact: ContactId) -> Result<Value, DeskError> {
        let db = self.store.reader();
        let stored = contacts::find(db, contact).await?.ok_or(DeskError::NotFound("contact"))?;
        let mut said = Vec::new();
        let group = contact_links::group(db, contact).await?;
        for one in &group {
            for id in erasure::conversations_of(db, *one, CONVERSATIONS_MAX).await? {
                said.push(self.export_conversation(id).await?);
            }
        }
        let known_by = contacts::identities(db, &group).await?;
        let known_by: Vec<Value> =
            known_by.into_iter().map(|one| json!({ "kind": one.kind, "value": one.value })).collect();
        Ok(json!({
            "contact": {
                "id": stored.id, "name": stored.name, "email": stored.email, "phone": stored.phone,
                "language": stored.language, "facts": stored.custom_data, "first_seen": stored.created_at,
            },
            "known_by": known_by,
            "conversations": said,
        }))
    }

    async fn export_conversation(&self, id: ConversationId) -> Result<Value, DeskError> {
        let db = self.store.reader();
        let record = conversations::find(db, id).await?.ok_or(DeskError::NotFound("conversation"))?;
        let (mut messages, mut last) = (Vec::new(), Seq(0));
        loop {
            let items = timeline::after(db, id, last, LINES_MAX).await?;
            let Some(end) = items.last().map(Item::seq) else { break };
            last = end;
            messages.extend(items.iter().filter_map(exported));
        }
        Ok(json!({
            "number": record.number, "channel": record.channel_kind, "begun": record.created_at,
            "facts": record.attributes, "rating": record.rating, "messages": messages,
        }))
    }
}

/// A message as its customer may read it. Internal notes are the team's own.
fn exported(item: &Item) -> Option<Value> {
    match item {
        Item::Message(message) if message.visibility == crate::handoff::message::Visibility::Public => {
            Some(json!({ "at": message.at, "by": message.author, "text": message.text }))
        }
        Item::Message(_) | Item::Line(_) => None,
    }
}
