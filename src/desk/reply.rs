//! A person answers the customer, and owns the conversation from then on.

use crate::handoff::people::Actor;
use crate::handoff::{AgentId, AttachmentId, Author, ConversationId, Event, MessageId, NewMessage, Seq};
use crate::store::conversations::Record;
use crate::store::message_details::{self, Details};
use crate::store::timeline::{self, Item};

use super::drafts::Cause;
use super::receive::{FILES_MAX, check_length};
use super::{Desk, DeskError};

/// A person's message.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Who.
    pub agent: AgentId,
    /// Chosen by the sender's form, so that a form sent twice is one message.
    pub message: MessageId,
    /// What they wrote.
    pub text: String,
    /// Files stored before.
    pub attachments: Vec<AttachmentId>,
    /// How far the sender had read; `None` sends whatever has arrived since.
    pub seen: Option<Seq>,
}

impl Desk {
    /// Stores a person's message and takes ownership, in one transaction.
    ///
    /// # Errors
    /// [`DeskError::Unseen`] if the customer or a colleague wrote after `seen`.
    pub async fn reply(&self, id: ConversationId, reply: Reply) -> Result<Record, DeskError> {
        self.reply_with(id, reply, &Details::default()).await
    }

    /// The same with what the message carries beside its text: a subject, copies, a template, quick replies.
    ///
    /// # Errors
    /// As [`Desk::reply`].
    pub async fn reply_with(&self, id: ConversationId, reply: Reply, details: &Details) -> Result<Record, DeskError> {
        let says_something = !reply.text.trim().is_empty() || details.template.is_some();
        if !says_something && reply.attachments.is_empty() {
            return Err(DeskError::Invalid("Write a message or add a file first.".into()));
        }
        check_length(&reply.text)?;
        if reply.attachments.len() > FILES_MAX {
            return Err(DeskError::Invalid(format!("At most {FILES_MAX} files fit in one message.")));
        }
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        if timeline::message(&*tx, reply.message).await?.is_some_and(|sent| sent.conversation == id) {
            return Ok(record);
        }
        if let Some(seen) = reply.seen {
            let items = timeline::after(&*tx, id, seen, 200).await?;
            let count = items.iter().filter(|item| is_news_to(reply.agent, item)).count();
            if count > 0 {
                return Err(DeskError::Unseen { count });
            }
        }
        let cause = Cause::takeover(Actor::Agent(reply.agent));
        let handoff = self.draft_handoff(&tx, &record, cause, Some(reply.agent)).await?;
        let message = NewMessage {
            attachments: reply.attachments,
            ..NewMessage::public(reply.message, Author::Agent(reply.agent), reply.text.trim())
        };
        let event = Event::AgentWrote { agent: reply.agent, message, handoff };
        let written = reply.message;
        let changed = self.happen(&tx, &record, &event).await?;
        message_details::insert(&*tx, written, details).await?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(changed.record)
    }
}

fn is_news_to(agent: AgentId, item: &Item) -> bool {
    match item {
        Item::Message(message) => match message.author {
            Author::Contact => true,
            Author::Agent(other) => other != agent,
            Author::Ai | Author::System => false,
        },
        Item::Line(_) => false,
    }
}
