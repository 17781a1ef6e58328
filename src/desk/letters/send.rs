//! Sending letters, one after the other, each under one name however often it is tried.

use std::str::FromStr as _;

use baton_adapters::contract::{ChannelKind, Delivered, DeliveryError, Outbound, ThreadKey};
use chrono::TimeDelta;

use crate::handoff::message::Visibility;
use crate::handoff::{Author, Seq};
use crate::store::conversations::Record;
use crate::store::letters::{self, Letter};
use crate::store::settings::load;
use crate::store::timeline::{self, Item, Message};
use crate::store::{agents, channels, contacts, handoffs, quiet_hours};

use super::super::settings::Organisation;
use super::super::{Desk, DeskError};
use super::words::{self, Told};

/// Tries of one letter.
const TRIES_MAX: i32 = 8;
/// How long a try may take before somebody else tries.
const TRY: TimeDelta = TimeDelta::minutes(2);
/// Pause before the first retry; it doubles.
const PAUSE: TimeDelta = TimeDelta::seconds(30);
/// Stands before a thread that is a token.
const TOKEN_MARK: &str = "t:";
/// Messages a letter holds.
const MESSAGES_MAX: u64 = 200;

impl Desk {
    /// Keeps what is owed and sends the letter that has been due longest. `false`: none is.
    pub async fn send_due_letter(&self) -> Result<bool, DeskError> {
        self.write_letters().await?;
        let now = self.clock.now();
        if !letters::is_any_due(self.store.reader(), now).await? {
            return Ok(false);
        }
        let quiet = quiet_hours::quiet_at(self.store.reader(), now).await?;
        let tx = self.store.begin().await?;
        let claimed = letters::claim(&*tx, &quiet, now, now + TRY).await?;
        tx.commit().await?;
        let Some(letter) = claimed else { return Ok(false) };
        let outcome = self.send_letter(&letter).await?;
        let tx = self.store.begin().await?;
        match outcome {
            Ok(Delivered { provider_id, .. }) => letters::sent(&*tx, letter.id, provider_id).await?,
            Err(error) => {
                let again = !matches!(error, DeliveryError::Refused { .. }) && letter.attempts < TRIES_MAX;
                let pause = PAUSE * 2_i32.pow(u32::try_from(letter.attempts).unwrap_or(1).min(6));
                tracing::warn!(conversation = %letter.conversation, %error, again, "a letter could not be sent");
                letters::not_sent(&*tx, letter.id, &error.to_string(), again.then_some(now + pause)).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn send_letter(&self, letter: &Letter) -> Result<Result<Delivered, DeliveryError>, DeskError> {
        let db = self.store.reader();
        let gone = |what: &str| Ok(Err(DeliveryError::refused(format!("the {what} is gone"))));
        let Some(record) = self.told_of(letter).await? else { return gone("conversation") };
        let Some((mailbox, opened)) = channels::with_credentials(db, self.addresses.key(), letter.channel).await?
        else {
            return gone("mailbox");
        };
        let kind = ChannelKind::from_str(&mailbox.kind).ok();
        let Some(channel) = kind.and_then(|kind| self.registry.get(kind)) else { return gone("channel") };
        let (before, told) = letters::before(db, &letter.token).await?;
        let Some(outbound) = self.compose(letter, &record, told).await? else {
            return Ok(Err(DeliveryError::refused("there is nothing to tell any more")));
        };
        let threads = before.into_iter().chain([format!("{TOKEN_MARK}{}", letter.token)]).map(ThreadKey).collect();
        let account = self.addresses.account(&mailbox, opened.as_deref());
        Ok(channel.deliver(&account, &Outbound { threads, ..outbound }).await)
    }

    async fn compose(&self, letter: &Letter, record: &Record, told: Seq) -> Result<Option<Outbound>, DeskError> {
        let db = self.store.reader();
        let customer = contacts::find(db, record.core.contact).await?.and_then(|contact| contact.name);
        let customer = customer.unwrap_or_else(|| "Customer".into());
        let items = timeline::before(db, record.core.id, None, MESSAGES_MAX).await?;
        let messages: Vec<Message> = items
            .into_iter()
            .filter_map(|item| match item {
                Item::Message(message) if message.seq <= letter.through => Some(message),
                _ => None,
            })
            .collect();
        let people: Vec<_> = messages.iter().filter_map(|message| message.author.agent()).collect();
        let names = agents::names(db, &people).await?;
        let about = format!("{} {}", record.number, record.title.as_deref().unwrap_or("A conversation"));
        let outbound = Outbound { key: letter.id.to_string(), to: letter.address.clone(), ..Outbound::default() };
        // Somebody has noticed it since: a supervisor need not be troubled.
        let is_noticed = || record.core.handoff.is_none_or(|handoff| handoff.acknowledged);
        if letter.unseen && is_noticed() {
            return Ok(None);
        }
        if letter.agent.is_some() {
            let handoff = match record.core.handoff {
                Some(handoff) => handoffs::find(db, handoff.id).await?,
                None => None,
            };
            let link = format!("{}/inbox/conversations/{}", self.addresses.public(), record.number.0);
            let told = Told {
                customer: &customer,
                names: &names,
                link: &link,
                handoff: handoff.as_ref(),
                told,
                unseen: letter.unseen,
            };
            let text = words::to_agent(&told, &messages);
            return Ok(Some(Outbound {
                text,
                subject: Some(format!("{}{about} ({customer})", if letter.unseen { "Nobody has seen: " } else { "" })),
                ..outbound
            }));
        }
        let unread: Vec<&Message> =
            messages.iter().filter(|message| message.seq > told && is_unfetched(message)).collect();
        let Some(last) = unread.last() else { return Ok(None) };
        let author_name = last.author.agent().and_then(|agent| names.get(&agent).cloned());
        let organisation = load::<Organisation>(db).await?.value.name;
        let text = words::to_customer(&unread, &names, &organisation, record.language.as_deref());
        Ok(Some(Outbound { text, author_name, subject: record.title.clone(), ..outbound }))
    }
}

fn is_unfetched(message: &Message) -> bool {
    message.visibility == Visibility::Public
        && message.delivery == timeline::Delivery::Sent
        && !matches!(message.author, Author::Contact)
}
