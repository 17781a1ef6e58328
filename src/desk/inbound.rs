//! What a channel brought, whichever way it came: each kind of event goes to its use case.
//!
//! May not know a channel by name. Invariant: an event that is answered for is stored, and one that comes again changes nothing.

use std::str::FromStr as _;
use std::sync::Arc;

use baton_adapters::contract::{Answers, ChannelKind, Consent, Identity, Inbound, InboundMessage, Moved, Signal};
use chrono::TimeDelta;

use crate::handoff::{AttachmentId, Author, ContactId, Event, MessageId, NewMessage, Owner};
use crate::store::channels::{self, Channel};
use crate::store::receipts::{self, Receipt};
use crate::store::{Tx, attachments, contacts, conversations, opt_outs};

use super::receive::{Extra, Incoming, Place, Received, TEXT_CHARS_MAX};
use super::{Desk, DeskError};

/// How long before the end of a window nothing is sent any more: the provider's clock is not ours.
pub const WINDOW_MARGIN: TimeDelta = TimeDelta::minutes(5);
/// Characters of a name that a file keeps.
const FILE_NAME_CHARS_MAX: usize = 120;

impl Desk {
    /// Takes one event in. What can not be used is logged and done with: asking for it again would not help.
    ///
    /// # Errors
    /// Only those after which the provider should try again.
    pub async fn take_in(&self, channel: &Arc<Channel>, event: Inbound) -> Result<(), DeskError> {
        self.health.heard(channel.id, self.clock.now());
        let outcome = match event {
            Inbound::Message(message) => self.take_words(channel, *message).await,
            Inbound::Status(report) => self.report(channel, report).await,
            Inbound::Echo(echo) => self.echo(channel, *echo).await,
            Inbound::OptOut(consent) => self.opt_out(channel, consent).await,
            Inbound::OptIn(consent) => self.opt_in(channel, consent).await,
            Inbound::Moved(moved) => self.move_contact(channel, moved).await,
            Inbound::Edited { provider_id, of, text } => {
                let words = format!("The customer changed a message. It now says:\n\n{text}");
                self.remark_on(channel, &provider_id, &of, words).await
            }
            Inbound::Deleted { provider_id, of } => {
                let words = "The customer deleted a message on their side.".to_owned();
                self.remark_on(channel, &provider_id, &of, words).await
            }
            Inbound::Reacted { provider_id, who, words } => self.remark(channel, &provider_id, &who, words).await,
            Inbound::Elsewhere { setting, value, .. } => {
                tracing::warn!(channel = %channel.name, setting, value, "an event for an account that is not set up here");
                Ok(())
            }
            Inbound::Team(event) => self.team_did(channel.id, *event).await,
            Inbound::Ignored(what) => {
                tracing::debug!(channel = %channel.name, what, "a provider's event has no use");
                Ok(())
            }
        };
        match outcome {
            Err(DeskError::NotFound(what)) => {
                tracing::debug!(channel = %channel.name, what, "a provider's event is about something we do not have");
                Ok(())
            }
            Err(DeskError::Invalid(why)) => {
                tracing::warn!(channel = %channel.name, why, "a provider's event could not be used");
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// What somebody wrote: an answer to a letter of ours, or a customer's message.
    async fn take_words(&self, channel: &Arc<Channel>, message: InboundMessage) -> Result<(), DeskError> {
        match self.take_letter_answer(channel, &message).await? {
            Some(()) => Ok(()),
            None => self.take_message(channel, message).await.map(drop),
        }
    }

    /// Stores a customer's message with its files, and lets go what waited for the customer to write.
    ///
    /// # Errors
    /// As [`Desk::receive`].
    pub async fn take_message(&self, channel: &Arc<Channel>, message: InboundMessage) -> Result<Received, DeskError> {
        let id = MessageId(self.clock.new_id());
        let provider_id = message.provider_id.clone();
        let (attachments, original) = self.keep_files(channel, &message).await?;
        let from = message.from;
        let mut extra = Extra {
            also: message.also.into_iter().map(|also| (also.kind, also.value)).collect(),
            automatic: message.automatic,
            unreadable: message.unreadable,
            media: message.media,
            threads: message.threads.into_iter().map(|key| key.0).collect(),
            thread_rule: message.thread_rule,
            own_thread: message.own_thread.map(|key| key.0),
            ..Extra::default()
        };
        extra.details.subject = message.subject;
        extra.details.cc = message.cc;
        extra.details.original = original;
        extra.details.automatic = message.automatic;
        let also = extra.also.clone();
        let received = self
            .receive(Incoming {
                channel: channel.clone(),
                provider_id: message.provider_id,
                message: id,
                place: Place::Address { kind: from.kind, value: from.value, name: message.name },
                text: message.text.chars().take(TEXT_CHARS_MAX).collect(),
                attachments,
                shown_before: Vec::new(),
                language: message.language,
                extra,
            })
            .await?;
        self.learn(received.record.core.contact, &also).await?;
        if !received.duplicate {
            self.show_that_it_was_read(channel, &received, &provider_id);
        }
        if self.capabilities(&channel.kind).is_some_and(|can| can.reply_window.is_some()) {
            // Also after a repeated event: the process may have stopped between the two.
            self.release_waiting(received.record.core.id).await?;
        }
        Ok(received)
    }

    /// Lets the customer see that their message was read and is being answered, where the AI is about to. Nobody waits for it.
    fn show_that_it_was_read(&self, channel: &Arc<Channel>, received: &Received, provider_id: &str) {
        let kind = ChannelKind::from_str(&channel.kind).ok();
        let Some(adapter) = kind.and_then(|kind| self.registry.get(kind).cloned()) else { return };
        let can = adapter.capabilities();
        let is_answered = received.record.core.owner == Owner::Ai && channel.autopilot;
        if !can.typing || can.answers != Answers::Push || !is_answered {
            return;
        }
        let (desk, channel) = (self.clone(), channel.clone());
        let signal = Signal::Typing(provider_id.to_owned());
        tokio::spawn(async move {
            let key = desk.addresses.key();
            let found = channels::with_credentials(desk.store.reader(), key, channel.id).await.ok().flatten();
            let Some((channel, opened)) = found else { return };
            if let Err(error) = adapter.signal(&desk.addresses.account(&channel, opened.as_deref()), &signal).await {
                tracing::debug!(channel = %channel.name, %error, "the customer could not be shown that somebody reads");
            }
        });
    }

    /// Stores files that came along, unless the event was seen before.
    pub(super) async fn keep_files(
        &self,
        channel: &Channel,
        message: &InboundMessage,
    ) -> Result<(Vec<AttachmentId>, Option<AttachmentId>), DeskError> {
        if message.files.is_empty() && message.original.is_none() {
            return Ok((Vec::new(), None));
        }
        if receipts::find(self.store.reader(), channel.id, &message.provider_id).await?.is_some() {
            return Ok((Vec::new(), None));
        }
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let mut kept = Vec::new();
        for file in message.files.iter().chain(&message.original) {
            let attachment = attachments::Attachment {
                id: AttachmentId(self.clock.new_id()),
                conversation: None,
                message: None,
                contact: None,
                name: clean_name(&file.name),
                media_type: media_type(&file.content, &file.media_type).to_owned(),
                size_bytes: i64::try_from(file.content.len()).unwrap_or(i64::MAX),
            };
            attachments::insert(&*tx, &attachment, file.content.to_vec(), now).await?;
            kept.push(attachment.id);
        }
        tx.commit().await?;
        let original = message.original.as_ref().and_then(|_| kept.pop());
        Ok((kept, original))
    }

    /// Remembers what else a customer is known by, as their provider says. Whoever else proved the same is the same person.
    async fn learn(&self, contact: ContactId, also: &[(&'static str, String)]) -> Result<(), DeskError> {
        if also.is_empty() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        if self.add_identities(&tx, contact, also).await? {
            tx.commit().await?;
        }
        Ok(())
    }

    /// Adds identities nobody has, and joins the customer with whoever has them. `true`: something changed.
    pub(super) async fn add_identities(
        &self,
        tx: &Tx,
        contact: ContactId,
        also: &[(&'static str, String)],
    ) -> Result<bool, DeskError> {
        let mut added = false;
        for (kind, value) in also {
            added |= self.prove(tx, contact, kind, value).await?;
        }
        Ok(added)
    }

    async fn opt_out(&self, channel: &Arc<Channel>, consent: Consent) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let (id, now) = (self.clock.new_id(), self.clock.now());
        opt_outs::insert(&*tx, id, channel.id, &consent.who.value, &consent.words, now).await?;
        tx.commit().await?;
        let words = format!(
            "The customer wants no more messages here ({}). Nothing is sent until they ask for it again.",
            consent.words
        );
        self.remark(channel, &consent.provider_id, &consent.who, words).await
    }

    async fn opt_in(&self, channel: &Arc<Channel>, consent: Consent) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        if opt_outs::find(&*tx, channel.id, &consent.who.value).await?.is_none() {
            return Ok(());
        }
        opt_outs::remove(&*tx, channel.id, &consent.who.value).await?;
        tx.commit().await?;
        let words = format!("The customer can be written to again ({}).", consent.words);
        self.remark(channel, &consent.provider_id, &consent.who, words).await
    }

    async fn move_contact(&self, channel: &Arc<Channel>, moved: Moved) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let Some(contact) = contacts::by_identity(&*tx, moved.from.kind, &moved.from.value).await? else {
            return Ok(());
        };
        if self.add_identities(&tx, contact.id, &[(moved.to.kind, moved.to.value.clone())]).await? {
            contacts::prefer_identity(&*tx, moved.to.kind, &moved.to.value).await?;
            tx.commit().await?;
        } else {
            drop(tx);
        }
        let words = format!("The customer is now reached at {} instead of {}.", moved.to.value, moved.from.value);
        self.remark(channel, &moved.provider_id, &moved.from, words).await
    }

    /// Leaves a note in the conversation of a message, by the name it came under.
    async fn remark_on(&self, channel: &Channel, provider_id: &str, of: &str, words: String) -> Result<(), DeskError> {
        let first = receipts::find(self.store.reader(), channel.id, of).await?;
        let Some(conversation) = first.and_then(|receipt| receipt.conversation) else { return Ok(()) };
        self.note_once(channel, provider_id, conversation, words).await
    }

    /// Leaves a note in the customer's current conversation, if there is one.
    async fn remark(
        &self,
        channel: &Channel,
        provider_id: &str,
        who: &Identity,
        words: String,
    ) -> Result<(), DeskError> {
        let db = self.store.reader();
        let Some(contact) = contacts::by_identity(db, who.kind, &who.value).await? else { return Ok(()) };
        let Some(conversation) = conversations::current(db, channel.id, contact.id).await? else { return Ok(()) };
        self.note_once(channel, provider_id, conversation, words).await
    }

    async fn note_once(
        &self,
        channel: &Channel,
        provider_id: &str,
        conversation: crate::handoff::ConversationId,
        words: String,
    ) -> Result<(), DeskError> {
        let message = MessageId(self.clock.new_id());
        let points_to = Receipt { conversation: Some(conversation), message: Some(message) };
        let tx = self.store.begin().await?;
        let record = self.load(&tx, conversation).await?;
        if !receipts::insert(&*tx, self.clock.new_id(), channel.id, provider_id, points_to, self.clock.now()).await? {
            return Ok(());
        }
        let words: String = words.chars().take(TEXT_CHARS_MAX).collect();
        let event = Event::AgentNoted { message: NewMessage::note(message, Author::System, words) };
        let changed = self.happen(&tx, &record, &event).await?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(())
    }
}

/// A name that is safe to show and to save under.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String =
        last.chars().filter(|c| !c.is_control() && !"\"<>|:*?".contains(*c)).take(FILE_NAME_CHARS_MAX).collect();
    match cleaned.trim().trim_start_matches('.') {
        "" => "file".into(),
        name => name.to_owned(),
    }
}

/// The type of a file by its bytes. What they do not tell is believed only where a browser will not run it.
pub fn media_type(content: &[u8], claimed: &str) -> &'static str {
    if let Some(kind) = infer::get(content) {
        return kind.mime_type();
    }
    let claimed = claimed.split(';').next().unwrap_or_default().trim();
    let harmless = ["text/plain", "text/csv", "text/calendar", "text/vcard", "message/rfc822"];
    harmless.into_iter().find(|kind| kind.eq_ignore_ascii_case(claimed)).unwrap_or("application/octet-stream")
}
