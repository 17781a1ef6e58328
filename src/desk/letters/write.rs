//! Which letters are owed.

use std::str::FromStr as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_adapters::contract::{Answers, ChannelKind};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha2::Sha256;

use crate::handoff::{AgentId, ChannelId, ConversationId, Owner};
use crate::store::agents::Agent;
use crate::store::conversations::{self, Record};
use crate::store::letters::{self, Letter};
use crate::store::settings::Source;
use crate::store::{Tx, agents, channels, contacts, quiet_hours};

use super::super::{Desk, DeskError};

/// How long an answer waits in the chat before it is mailed after the customer.
const LEFT_AFTER: TimeDelta = TimeDelta::minutes(2);
/// Answers older than this are not mailed after anybody.
const FOLLOWED_FOR: TimeDelta = TimeDelta::hours(24);

impl Desk {
    /// Keeps every letter that is owed, to be sent. `true`: there was one.
    pub async fn write_letters(&self) -> Result<bool, DeskError> {
        let db = self.store.reader();
        let now = self.clock.now();
        // First, as what is owed is looked for in every conversation of the day.
        let Some(mailbox) = self.mailbox(db, None).await? else { return Ok(false) };
        let to_agents = letters::owed_to_agents(db, &quiet_hours::quiet_at(db, now).await?).await?;
        let kinds: Vec<&str> = self.fetching_kinds();
        let to_customers = letters::owed_to_customers(db, &kinds, now - LEFT_AFTER, now - FOLLOWED_FOR).await?;
        let mut wrote = false;
        for (conversation, agent) in to_agents {
            wrote |= self.write_to_agent(conversation, agent, mailbox).await?;
        }
        for conversation in to_customers {
            wrote |= self.write_to_customer(conversation, mailbox).await?;
        }
        Ok(wrote)
    }

    async fn write_to_agent(&self, id: ConversationId, agent: AgentId, other: ChannelId) -> Result<bool, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let person = agents::find(&*tx, agent).await?.filter(|person| person.disabled_at.is_none());
        let Some(person) = person.filter(|_| record.core.owner == Owner::Agent(agent)) else { return Ok(false) };
        let mailbox = self.mailbox(&*tx, Some(record.core.channel)).await?.unwrap_or(other);
        let letter = self.letter(&record, Some(agent), person.email.to_lowercase(), mailbox);
        letters::insert(&*tx, &letter, self.clock.now()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Keeps a letter to a supervisor about what nobody has noticed.
    pub(in crate::desk) async fn write_to_supervisor(
        &self,
        tx: &Tx,
        record: &Record,
        agent: &Agent,
        other: ChannelId,
    ) -> Result<(), DeskError> {
        let mailbox = self.mailbox(&**tx, Some(record.core.channel)).await?.unwrap_or(other);
        let letter = self.letter(record, Some(agent.id), agent.email.to_lowercase(), mailbox);
        letters::insert(&**tx, &Letter { unseen: true, ..letter }, self.clock.now()).await?;
        Ok(())
    }

    async fn write_to_customer(&self, id: ConversationId, mailbox: ChannelId) -> Result<bool, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let email = contacts::find(&*tx, record.core.contact).await?.and_then(|contact| contact.email);
        let Some(email) = email.filter(|email| email.contains('@')) else { return Ok(false) };
        let letter = self.letter(&record, None, email.to_lowercase(), mailbox);
        letters::insert(&*tx, &letter, self.clock.now()).await?;
        tx.commit().await?;
        Ok(true)
    }

    fn letter(&self, record: &Record, agent: Option<AgentId>, address: String, channel: ChannelId) -> Letter {
        Letter {
            id: self.clock.new_id(),
            conversation: record.core.id,
            agent,
            channel,
            token: self.letter_token(record.core.id, &address),
            address,
            epoch: record.core.epoch,
            through: record.core.last_seq,
            unseen: false,
            attempts: 0,
        }
    }

    /// What answers to the letters of one conversation to one address carry. Nobody can guess it.
    fn letter_token(&self, id: ConversationId, address: &str) -> String {
        let key = self.addresses.key().derive("letters");
        let mut mac = match Hmac::<Sha256>::new_from_slice(key.expose_secret()) {
            Ok(mac) => mac,
            Err(never) => unreachable!("HMAC takes a key of any length: {never}"),
        };
        mac.update(id.0.as_bytes());
        mac.update(address.as_bytes());
        let digest = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        digest.chars().filter(char::is_ascii_alphanumeric).take(28).collect::<String>().to_ascii_lowercase()
    }

    /// Kinds of channel whose customers fetch their answers.
    fn fetching_kinds(&self) -> Vec<&'static str> {
        let pulls = self.registry.iter().filter(|channel| channel.capabilities().answers == Answers::Pull);
        pulls.map(|channel| channel.kind().as_str()).collect()
    }

    /// A mailbox that letters can be sent from: this one, if it is one, or else the first there is.
    pub(in crate::desk) async fn mailbox(
        &self,
        db: &impl Source,
        wanted: Option<ChannelId>,
    ) -> Result<Option<ChannelId>, DeskError> {
        let all = channels::all(db).await?;
        let mut mailboxes = all.into_iter().filter(|channel| self.sends_letters(&channel.kind));
        Ok(match wanted {
            Some(wanted) => mailboxes.find(|channel| channel.id == wanted).map(|channel| channel.id),
            None => mailboxes.next().map(|channel| channel.id),
        })
    }

    fn sends_letters(&self, kind: &str) -> bool {
        let channel = ChannelKind::from_str(kind).ok().and_then(|kind| self.registry.get(kind));
        channel.is_some_and(|channel| {
            let can = channel.capabilities();
            can.subject && can.threads && can.address_kind == "email"
        })
    }

    /// The conversation of a letter, as it is now.
    pub(super) async fn told_of(&self, letter: &Letter) -> Result<Option<Record>, DeskError> {
        Ok(conversations::find(self.store.reader(), letter.conversation).await?)
    }
}
