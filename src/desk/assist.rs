//! Assist: while a person has a conversation, the AI drafts a reply to what the customer wrote, as a note.
//!
//! May not send anything. Invariant: at most one draft for what the customer wrote last, and none once anybody has answered it.

use crate::handoff::message::Visibility;
use crate::handoff::policy::HandoffSettings;
use crate::handoff::{Author, ConversationId, Event, NewMessage, Seq, Status};
use crate::store::conversations::{self, Record};
use crate::store::timeline::{self, Item, recent_messages};
use crate::store::{agents, settings};

use super::drafts::{HISTORY_MAX, history, people};
use super::{Desk, DeskError};

/// Lines looked at for a draft that is there already.
const LOOKED_AT: u64 = 30;

impl Desk {
    /// Whether the AI drafts for people on any channel.
    pub async fn assists_anywhere(&self) -> Result<bool, DeskError> {
        let levers = settings::load::<HandoffSettings>(self.store.reader()).await?.value;
        Ok(levers.channels.values().any(|policy| policy.assist))
    }

    /// Drafts a reply for whoever has the conversation, if one is wanted. `true`: there is a new note.
    ///
    /// Stays quiet on what is kept for people, and where the knowledge says nothing.
    pub async fn assist(&self, id: ConversationId) -> Result<bool, DeskError> {
        let db = self.store.reader();
        let levers = settings::load::<HandoffSettings>(db).await?.value;
        let Some(record) = conversations::find(db, id).await? else { return Ok(false) };
        if !levers.assists(record.core.channel) || !self.wants_draft(&record).await? {
            return Ok(false);
        }
        let messages = recent_messages(db, id, HISTORY_MAX).await?;
        let said = history(&messages, &agents::names(db, &people(&messages)).await?);
        let heard = self.assistant.hear(&said, &levers.topic_lines());
        if heard.topic.is_some_and(|topic| topic.decided) {
            return Ok(false);
        }
        let Some(reply) = self.propose(&record, said).await? else { return Ok(false) };
        let tx = self.store.begin().await?;
        let now = self.load(&tx, id).await?;
        if now.core.watermark != record.core.watermark || now.core.epoch != record.core.epoch {
            return Ok(false);
        }
        let words = NewMessage::note(self.new_message_id(), Author::Ai, reply.text);
        let message = NewMessage { sources: reply.sources, ..words };
        let changed = self.happen(&tx, &now, &Event::AgentNoted { message }).await?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(true)
    }

    /// Whether the customer waits for a person's words, and no draft was made for theirs.
    async fn wants_draft(&self, record: &Record) -> Result<bool, DeskError> {
        let core = &record.core;
        if !core.owner.is_human() || core.status != Status::Open || core.watermark == Seq(0) {
            return Ok(false);
        }
        let lines = timeline::before(self.store.reader(), core.id, None, LOOKED_AT).await?;
        let since = lines.iter().filter_map(|line| match line {
            Item::Message(message) if message.seq > core.watermark => Some(message),
            Item::Message(_) | Item::Line(_) => None,
        });
        let answers = |author: Author, visibility| match author {
            Author::Agent(_) => visibility == Visibility::Public,
            Author::Ai => visibility == Visibility::Note,
            Author::Contact | Author::System => false,
        };
        Ok(!since.into_iter().any(|message| answers(message.author, message.visibility)))
    }
}
