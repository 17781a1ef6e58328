//! Everything that is needed to send what a claim found, read at once. What only some channels have costs the others nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use baton_adapters::contract::{Account, Capabilities, Channel, Files, Outbound, OutboundFile, ThreadKey};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

use crate::desk::DeskError;
use crate::desk::address::Addresses;
use crate::desk::inbound::WINDOW_MARGIN;
use crate::handoff::{AgentId, Author, ChannelId, ContactId, ConversationId, MessageId};
use crate::store::conversations::Record;
use crate::store::message_details::{self, Details};
use crate::store::outbox::{Row, State};
use crate::store::timeline::{self, Message};
use crate::store::{Tx, agents, attachments, channels, contacts, last_heard, opt_outs, threads};

/// A row that may be sent, as far as its conversation says.
pub(super) type Sendable = (Row, Arc<dyn Channel>);

/// What the rows of one claim need, by its key.
#[derive(Default)]
pub(super) struct Needed {
    messages: HashMap<MessageId, Message>,
    addresses: HashMap<(&'static str, ContactId), String>,
    names: HashMap<AgentId, String>,
    accounts: HashMap<ChannelId, Account>,
    details: HashMap<MessageId, Details>,
    files: HashMap<MessageId, Vec<OutboundFile>>,
    threads: HashMap<ConversationId, Vec<ThreadKey>>,
    subjects: HashMap<ConversationId, String>,
    heard: HashMap<(ChannelId, ContactId), DateTime<Utc>>,
    silenced: HashSet<(ChannelId, ContactId)>,
}

/// Why a row is not sent, and where that leaves it.
pub(super) type Unsendable = (State, String);

impl Needed {
    /// Reads what every row needs, then what only some do.
    pub(super) async fn of(
        tx: &Tx,
        rows: &[Sendable],
        records: &HashMap<ConversationId, Record>,
        addresses: &Addresses,
    ) -> Result<Self, DeskError> {
        let mut needed = Self::default();
        if rows.is_empty() {
            return Ok(needed);
        }
        let ids: Vec<MessageId> = rows.iter().map(|(row, _)| row.message).collect();
        let messages = timeline::messages(&**tx, &ids).await?;
        let authors: Vec<AgentId> = messages.iter().filter_map(|message| message.author.agent()).collect();
        needed.names = agents::names(&**tx, &authors).await?;
        needed.messages = messages.into_iter().map(|message| (message.id, message)).collect();
        needed.read_addresses(tx, rows, records).await?;
        for (row, _) in rows {
            if !needed.accounts.contains_key(&row.channel) {
                let found = channels::with_credentials(&**tx, addresses.key(), row.channel).await?;
                let account = found.map(|(channel, opened)| addresses.account(&channel, opened.as_deref()));
                needed.accounts.extend(account.map(|account| (row.channel, account)));
            }
        }
        needed.read_details(tx, rows).await?;
        needed.read_files(tx, rows, addresses).await?;
        needed.read_limits(tx, rows, records).await?;
        Ok(needed)
    }

    async fn read_addresses(
        &mut self,
        tx: &Tx,
        rows: &[Sendable],
        records: &HashMap<ConversationId, Record>,
    ) -> Result<(), DeskError> {
        let mut by_kind: HashMap<&'static str, Vec<ContactId>> = HashMap::new();
        for (row, channel) in rows {
            let contact = records.get(&row.conversation).map(|record| record.core.contact);
            by_kind.entry(channel.capabilities().address_kind).or_default().extend(contact);
        }
        for (kind, contacts) in by_kind {
            for (contact, value) in contacts::addresses(&**tx, kind, &contacts).await? {
                self.addresses.entry((kind, contact)).or_insert(value);
            }
        }
        Ok(())
    }

    /// Subjects, templates, quick replies and threads, where a channel has them.
    async fn read_details(&mut self, tx: &Tx, rows: &[Sendable]) -> Result<(), DeskError> {
        let has_details = |can: Capabilities| can.subject || can.templates || can.quick_replies_max > 0;
        let detailed = rows.iter().filter(|(_, channel)| has_details(channel.capabilities()));
        let ids: Vec<MessageId> = detailed.map(|(row, _)| row.message).collect();
        self.details = message_details::of(&**tx, &ids).await?;
        for (row, channel) in rows {
            if channel.capabilities().subject && !self.subjects.contains_key(&row.conversation) {
                let subject = message_details::subject_of(&**tx, row.conversation).await?;
                self.subjects.extend(subject.map(|subject| (row.conversation, subject)));
            }
            if channel.capabilities().threads {
                let keys = threads::of_conversation(&**tx, row.conversation).await?;
                self.threads.insert(row.conversation, keys.into_iter().map(ThreadKey).collect());
            }
        }
        Ok(())
    }

    async fn read_files(&mut self, tx: &Tx, rows: &[Sendable], addresses: &Addresses) -> Result<(), DeskError> {
        let with_files: Vec<MessageId> =
            self.messages.values().filter(|message| message.has_attachments).map(|message| message.id).collect();
        if with_files.is_empty() || rows.is_empty() {
            return Ok(());
        }
        for (file, content) in attachments::of_messages(&**tx, &with_files).await? {
            let Some(message) = file.message else { continue };
            let url = addresses.file(file.id, &file.name);
            let (name, media_type) = (file.name, file.media_type);
            let file = OutboundFile { name, media_type, content: Bytes::from(content), url };
            self.files.entry(message).or_default().push(file);
        }
        Ok(())
    }

    /// Windows and opt-outs, where a channel has them.
    async fn read_limits(
        &mut self,
        tx: &Tx,
        rows: &[Sendable],
        records: &HashMap<ConversationId, Record>,
    ) -> Result<(), DeskError> {
        for (row, channel) in rows {
            let can = channel.capabilities();
            let Some(contact) = records.get(&row.conversation).map(|record| record.core.contact) else { continue };
            if can.reply_window.is_some() {
                let heard = last_heard::on_channel(&**tx, row.channel, &[contact]).await?;
                self.heard.extend(heard.into_iter().map(|(contact, at)| ((row.channel, contact), at)));
            }
            if let Some(to) = self.addresses.get(&(can.address_kind, contact)).filter(|_| can.opt_outs)
                && opt_outs::find(&**tx, row.channel, to).await?.is_some()
            {
                self.silenced.insert((row.channel, contact));
            }
        }
        Ok(())
    }

    /// The account a row is sent from.
    pub(super) fn account(&self, channel: ChannelId) -> Account {
        self.accounts.get(&channel).cloned().unwrap_or_default()
    }

    /// What a row sends.
    pub(super) fn outbound(
        &self,
        row: &Row,
        record: &Record,
        can: &Capabilities,
        now: DateTime<Utc>,
    ) -> Result<Outbound, Unsendable> {
        let unsendable = |state, why: &str| (state, why.to_owned());
        let message =
            self.messages.get(&row.message).ok_or_else(|| unsendable(State::Discarded, "the message is gone"))?;
        let contact = record.core.contact;
        let to = self.addresses.get(&(can.address_kind, contact));
        let to = to.ok_or_else(|| unsendable(State::Parked, "the contact has no address on this channel"))?;
        if self.silenced.contains(&(row.channel, contact)) {
            return Err(unsendable(State::Parked, "the customer asked for no more messages here"));
        }
        let details = self.details.get(&row.message).cloned().unwrap_or_default();
        let template = details.template.and_then(|template| serde_json::from_value(template).ok());
        if template.is_none() {
            self.check_window(row, contact, can, now)?;
        }
        let author_name = match message.author {
            Author::Agent(agent) => self.names.get(&agent).cloned(),
            Author::Ai | Author::Contact | Author::System => None,
        };
        let files = self.files.get(&row.message).map(Vec::as_slice).unwrap_or_default();
        let (files, linked) = fitting(files, can.files.as_ref());
        Ok(Outbound {
            key: row.id.to_string(),
            to: details.to.unwrap_or_else(|| to.clone()),
            text: text(message, &linked, can.text_chars_max)?,
            author_name,
            files,
            threads: self.threads.get(&row.conversation).cloned().unwrap_or_default(),
            names_subject: details.subject.is_some(),
            unsigned: details.unsigned,
            subject: details.subject.or_else(|| self.subjects.get(&row.conversation).cloned()),
            cc: details.cc,
            template,
            quick_replies: details.quick_replies,
        })
    }

    fn check_window(
        &self,
        row: &Row,
        contact: ContactId,
        can: &Capabilities,
        now: DateTime<Utc>,
    ) -> Result<(), Unsendable> {
        let Some(window) = can.reply_window.and_then(|window| TimeDelta::from_std(window).ok()) else { return Ok(()) };
        let heard = self.heard.get(&(row.channel, contact));
        match heard.is_some_and(|at| now < *at + window - WINDOW_MARGIN) {
            true => Ok(()),
            false => {
                let why = format!(
                    "free text may be sent for {} hours after the customer's last message; it is sent when they write again",
                    window.num_hours()
                );
                Err((State::Waiting, why))
            }
        }
    }
}

/// The files a channel takes, and those that must be sent as links.
fn fitting(files: &[OutboundFile], can: Option<&Files>) -> (Vec<OutboundFile>, Vec<OutboundFile>) {
    let mut taken = 0;
    files.iter().cloned().partition(|file| {
        let fits = can.is_some_and(|can| {
            let is_known = can.kinds.is_empty() || can.kinds.iter().any(|kind| file.media_type.starts_with(kind));
            taken < can.count_max && file.content.len() as u64 <= can.bytes_max && is_known
        });
        taken += usize::from(fits);
        fits
    })
}

/// The text with links to the files that do not go along. What the AI or Baton wrote is cut to fit; what a person wrote is theirs.
fn text(message: &Message, linked: &[OutboundFile], chars_max: usize) -> Result<String, Unsendable> {
    let mut text = message.text.clone();
    for file in linked {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(&file.url);
    }
    let count = text.chars().count();
    if count <= chars_max {
        return Ok(text);
    }
    match message.author {
        Author::Agent(_) | Author::Contact => {
            Err((State::Parked, format!("it is too long for this channel: {count} characters, {chars_max} fit")))
        }
        Author::Ai | Author::System => {
            let cut: String = text.chars().take(chars_max.saturating_sub(1)).collect();
            let end = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
            Ok(format!("{}…", cut[..end].trim_end()))
        }
    }
}
