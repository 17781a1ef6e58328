//! A message that needs more than a row of its own: a new contact or conversation, files, a handoff, a reopening.

use baton_adapters::contract::ThreadRule;
use chrono::TimeDelta;
use serde_json::Value;

use crate::fail::Gap;
use crate::handoff::after::After;
use crate::handoff::people::Actor;
use crate::handoff::policy::Reason;
use crate::handoff::{Author, ContactId, ConversationId, Event, Fence, MessageId, NewMessage, Owner};
use crate::store::contacts::{self, Contact, Identity};
use crate::store::conversations::{self, Record};
use crate::store::receipts::{self, Receipt};
use crate::store::timeline::{self, Item};
use crate::store::{Tx, attachments, contact_links, message_details, settings, threads};

use super::super::change::Changed;
use super::super::drafts::Cause;
use super::super::notices::unreadable;
use super::super::{Desk, DeskError};
use super::{Incoming, Place, Received};

/// How long what was told about an unreadable message is not told again, and how far back that is looked for.
const TOLD_FOR: TimeDelta = TimeDelta::hours(1);
const LOOKED_BACK: u64 = 30;

impl Desk {
    /// Stores a message in a transaction of its own.
    pub(super) async fn receive_alone(&self, incoming: &Incoming) -> Result<Received, DeskError> {
        match self.try_alone(incoming).await {
            // Two first messages at once may both make the contact. One wins, and the other finds it.
            Err(DeskError::Store(error)) if error.is_conflict() && matches!(incoming.place, Place::Address { .. }) => {
                self.try_alone(incoming).await
            }
            outcome => outcome,
        }
    }

    async fn try_alone(&self, incoming: &Incoming) -> Result<Received, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.place(&tx, incoming).await?;
        if let Some(record) = self.seen_before(&tx, incoming, &record).await? {
            return Ok(Received { record, duplicate: true });
        }
        let changed = self.store_incoming(&tx, record, incoming).await?;
        self.fail.check(Gap::BeforeReceiveCommit)?;
        tx.commit().await?;
        self.fail.check(Gap::AfterReceiveCommit)?;
        self.publish(&changed);
        if !incoming.extra.media.is_empty() {
            self.wake.media.ring_at(self.clock.now());
        }
        Ok(Received { record: changed.record, duplicate: false })
    }

    async fn place(&self, tx: &Tx, incoming: &Incoming) -> Result<Record, DeskError> {
        match &incoming.place {
            Place::Conversation { id, .. } => {
                let record = self.load(tx, *id).await?;
                incoming.check_place(&record)?;
                Ok(record)
            }
            Place::Address { kind, value, name } => {
                let (also, rule) = (&incoming.extra.also, incoming.extra.thread_rule);
                let contact = self.known_contact(tx, (*kind, value), also, name.as_deref()).await?;
                contacts::hold(&**tx, contact).await?;
                for id in threads::find(&**tx, incoming.channel.id, &incoming.extra.threads).await? {
                    let record = self.load(tx, id).await?;
                    // A thread somebody forwarded is no way into another customer's conversation.
                    if rule != ThreadRule::SameCustomer || self.is_same(tx, record.core.contact, contact).await? {
                        return Ok(record);
                    }
                }
                let goes_on = match (rule, incoming.extra.threads.is_empty()) {
                    (ThreadRule::AnybodyIfKnown, _) => return Err(DeskError::NotFound("thread")),
                    (ThreadRule::Anybody, false) => None,
                    (ThreadRule::Anybody, true) | (ThreadRule::SameCustomer, _) => {
                        match conversations::current(&**tx, incoming.channel.id, contact).await? {
                            Some(id) => Some(id),
                            None => self.reopenable(tx, incoming, contact).await?,
                        }
                    }
                };
                match goes_on {
                    Some(id) => self.load(tx, id).await,
                    None => self.begin_conversation(tx, &incoming.channel, contact, None, true, Value::Null).await,
                }
            }
        }
    }

    /// Whether two customers are one person.
    async fn is_same(&self, tx: &Tx, one: ContactId, other: ContactId) -> Result<bool, DeskError> {
        Ok(one == other || contact_links::root(&**tx, one).await? == contact_links::root(&**tx, other).await?)
    }

    /// The contact's last conversation, if its end is so near that a message belongs to it: as the settings say, or because the
    /// message is the rating that was asked for.
    async fn reopenable(
        &self,
        tx: &Tx,
        incoming: &Incoming,
        contact: ContactId,
    ) -> Result<Option<ConversationId>, DeskError> {
        let Some(last) = conversations::last_of(&**tx, incoming.channel.id, contact).await? else { return Ok(None) };
        let within = settings::load::<After>(&**tx).await?.value.reopen_within_d;
        let is_near = within.is_some_and(|days| self.clock.now() - last.last_at <= TimeDelta::days(days.into()));
        Ok((is_near || incoming.rates(&last, self.clock.now()).is_some()).then_some(last.core.id))
    }

    /// The contact known by this address, or by what else it is known by; a new one if nobody is.
    pub(in crate::desk) async fn known_contact(
        &self,
        tx: &Tx,
        (kind, value): (&str, &str),
        also: &[(&'static str, String)],
        name: Option<&str>,
    ) -> Result<ContactId, DeskError> {
        if let Some(contact) = contacts::by_identity(&**tx, kind, value).await? {
            return Ok(contact.id);
        }
        let now = self.clock.now();
        let identity = Identity { kind: kind.into(), value: value.into(), verified: true };
        for (kind, value) in also {
            // What somebody only claimed is no proof that it is theirs.
            if let Some((contact, true)) = contacts::owner_of(&**tx, kind, value).await? {
                contacts::add_identity(&**tx, self.clock.new_id(), contact, &identity, now).await?;
                return Ok(contact);
            }
        }
        let known_as = |wanted: &str| {
            let named = also.iter().find(|(kind, _)| *kind == wanted).map(|(_, value)| value.clone());
            (kind == wanted).then(|| value.to_owned()).or(named)
        };
        let contact = Contact {
            id: ContactId(self.clock.new_id()),
            name: name.map(str::to_owned),
            email: known_as("email"),
            phone: known_as("phone"),
            avatar_url: None,
            language: None,
            verified: true,
            custom_data: Value::Null,
            created_at: now,
        };
        contacts::insert(&**tx, &contact).await?;
        contacts::add_identity(&**tx, self.clock.new_id(), contact.id, &identity, now).await?;
        self.add_identities(tx, contact.id, also).await?;
        Ok(contact.id)
    }

    /// Keeps the receipt; the conversation of the first time if there was one.
    async fn seen_before(&self, tx: &Tx, incoming: &Incoming, record: &Record) -> Result<Option<Record>, DeskError> {
        let points_to = Receipt { conversation: Some(record.core.id), message: Some(incoming.message) };
        let (id, now) = (self.clock.new_id(), self.clock.now());
        let channel = incoming.channel.id;
        if receipts::insert(&**tx, id, channel, &incoming.provider_id, points_to, now).await? {
            return Ok(None);
        }
        let first = receipts::find(&**tx, channel, &incoming.provider_id).await?.and_then(|first| first.conversation);
        match (first, &incoming.place) {
            (Some(first), Place::Conversation { id, .. }) if first != *id => Err(used_elsewhere()),
            (Some(first), _) => Ok(conversations::find(&**tx, first).await?),
            (None, _) => Ok(Some(record.clone())),
        }
    }

    async fn store_incoming(&self, tx: &Tx, mut record: Record, incoming: &Incoming) -> Result<Changed, DeskError> {
        for (id, text) in &incoming.shown_before {
            record = self.store_shown_before(tx, record, *id, text).await?;
        }
        if let Some(score) = incoming.rates(&record, self.clock.now()) {
            return self.happen(tx, &record, &Event::Rated { score, feedback: None }).await;
        }
        let mut event = incoming.event();
        if let Event::CustomerWrote { message, reopen_to, .. } = &mut event {
            let id = record.core.id;
            message.attachments.extend(self.expect_media(tx, &incoming.channel, id, &incoming.extra.media).await?);
            if record.core.is_resolved() {
                *reopen_to = self.reopened_for(tx, &record, incoming.channel.autopilot).await?;
            }
        }
        let changed = self.happen_to(tx, &record, &incoming.learned(&record), &event).await?;
        self.store_extra(tx, &changed.record, incoming).await?;
        if incoming.channel.autopilot && incoming.leads_back(&changed.record) {
            return self.lead_back(tx, changed).await;
        }
        let nobody_answers = !incoming.channel.autopilot && !incoming.extra.automatic;
        if nobody_answers && changed.record.core.owner == Owner::Ai {
            let cause = Cause::new(Reason::AutopilotOff, format!("Autopilot is off for {}", incoming.channel.name));
            let handoff = self.draft_handoff(tx, &changed.record, cause, None).await?;
            let epoch = changed.record.core.epoch;
            let event = Event::HandedOff { epoch, by: Actor::System, handoff };
            return self.happen(tx, &changed.record, &event).await;
        }
        if incoming.extra.unreadable && incoming.channel.autopilot && changed.record.core.owner == Owner::Ai {
            return self.say_unreadable(tx, changed).await;
        }
        Ok(changed)
    }

    /// Tells the customer that nobody here can open what they sent, but not again and again.
    async fn say_unreadable(&self, tx: &Tx, changed: Changed) -> Result<Changed, DeskError> {
        let (record, now) = (&changed.record, self.clock.now());
        let words = unreadable(record.language.as_deref());
        let lately = timeline::before(&**tx, record.core.id, None, LOOKED_BACK).await?;
        let is_told = |item: &Item| match item {
            Item::Message(said) => said.text == words && now - said.at < TOLD_FOR,
            Item::Line(_) => false,
        };
        if lately.iter().any(is_told) {
            return Ok(changed);
        }
        let fence = Fence { epoch: record.core.epoch, watermark: record.core.watermark };
        let message = NewMessage::public(MessageId(self.clock.new_id()), Author::Ai, words);
        self.happen(tx, record, &Event::AiAnswered { fence, message }).await
    }

    /// What the message carries beside its text, and the threads it tells of.
    async fn store_extra(&self, tx: &Tx, record: &Record, incoming: &Incoming) -> Result<(), DeskError> {
        let (extra, now) = (&incoming.extra, self.clock.now());
        message_details::insert(&**tx, incoming.message, &extra.details).await?;
        if let Some(original) = extra.details.original {
            attachments::keep_with(&**tx, original, record.core.id).await?;
        }
        for key in extra.threads.iter().chain(&extra.own_thread) {
            threads::insert(&**tx, self.clock.new_id(), incoming.channel.id, key, record.core.id, now).await?;
        }
        Ok(())
    }

    /// Greetings the page showed belong to the history, so that the AI and people read what the customer read.
    async fn store_shown_before(
        &self,
        tx: &Tx,
        record: Record,
        id: MessageId,
        text: &str,
    ) -> Result<Record, DeskError> {
        let fence = Fence { epoch: record.core.epoch, watermark: record.core.watermark };
        if record.core.owner != Owner::Ai || record.core.last_seq.0 > 0 && record.core.watermark.0 > 0 {
            return Ok(record);
        }
        let event = Event::AiAnswered { fence, message: NewMessage::public(id, Author::Ai, text) };
        Ok(self.happen(tx, &record, &event).await?.record)
    }
}

/// A message id belongs to one conversation for ever.
pub(super) fn used_elsewhere() -> DeskError {
    DeskError::Invalid("this message id was used in another conversation; make a new one".into())
}
