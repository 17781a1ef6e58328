//! The card at the head of a thread: what a person must know before the first word to the customer.

use baton_adapters::contract::team::{Card, Spoken, Standing, TeamButton};

use crate::desk::DeskError;
use crate::handoff::conversation::Status;
use crate::handoff::event::Sentiment;
use crate::handoff::message::Visibility;
use crate::handoff::{Author, Owner, Seq};
use crate::store::contacts::Contact;
use crate::store::conversations::Record;
use crate::store::handoffs::Handoff;
use crate::store::timeline::{self, Item, Message};
use crate::store::{Tx, agents, channels, contacts, handoffs};

use super::TeamRelay;

/// Messages of the history.
const HISTORY_MAX: usize = 8;
/// Items looked at for them.
const ITEMS_MAX: u64 = 40;

impl TeamRelay {
    /// The card of a conversation whose thread began at a place.
    pub(super) async fn card(&self, tx: &Tx, record: &Record, began: Seq) -> Result<Card, DeskError> {
        let core = &record.core;
        let contact = contacts::find(&**tx, core.contact).await?;
        let handoff = handoffs::last(&**tx, core.id).await?;
        let channel = channels::find(&**tx, core.channel).await?;
        let customer = contact.as_ref().map_or_else(|| "Customer".to_owned(), called);
        let owner = match core.owner.agent() {
            Some(agent) => agents::find(&**tx, agent).await?.map(|agent| agent.name),
            None => None,
        };
        let (standing, state, buttons) = standing(record, owner.as_deref());
        let channel = channel.map_or_else(|| record.channel_kind.clone(), |channel| channel.name);
        Ok(Card {
            reference: format!("{}:{}", core.id, core.epoch.0),
            state,
            standing,
            facts: facts(record, handoff.as_ref(), contact.as_ref(), channel),
            explanation: handoff.as_ref().map(|handoff| handoff.explanation.clone()).unwrap_or_default(),
            summary: handoff.map(|handoff| handoff.summary.text).unwrap_or_default(),
            history: self.history(tx, record, began, &customer).await?,
            link: Some(format!("{}/inbox/conversations/{}", self.desk.addresses.public(), record.number.0)),
            buttons,
            customer,
        })
    }

    async fn history(&self, tx: &Tx, record: &Record, began: Seq, customer: &str) -> Result<Vec<Spoken>, DeskError> {
        let items = timeline::before(&**tx, record.core.id, Some(Seq(began.0 + 1)), ITEMS_MAX).await?;
        let messages: Vec<Message> = items
            .into_iter()
            .filter_map(|item| match item {
                Item::Message(message) if message.visibility == Visibility::Public => Some(message),
                Item::Message(_) | Item::Line(_) => None,
            })
            .filter(|message| message.author != Author::System)
            .collect();
        let start = messages.len().saturating_sub(HISTORY_MAX);
        let mut history = Vec::new();
        for message in &messages[start..] {
            history.push(self.spoken(tx, message, customer).await?);
        }
        Ok(history)
    }

    /// What was said, under the name the team knows.
    pub(super) async fn spoken(&self, tx: &Tx, message: &Message, customer: &str) -> Result<Spoken, DeskError> {
        let who = match message.author {
            Author::Contact => customer.to_owned(),
            Author::Ai => "AI".to_owned(),
            Author::System => "Baton".to_owned(),
            Author::Agent(agent) => {
                agents::find(&**tx, agent).await?.map_or_else(|| "Somebody".to_owned(), |agent| agent.name)
            }
        };
        Ok(Spoken { who, text: message.text.clone(), markdown: message.author != Author::Contact })
    }
}

/// What the team calls a customer.
fn called(contact: &Contact) -> String {
    let names = [&contact.name, &contact.email, &contact.phone];
    let name = names.into_iter().flatten().find(|name| !name.trim().is_empty());
    name.map_or_else(|| "Customer".to_owned(), |name| name.trim().to_owned())
}

fn standing(record: &Record, owner: Option<&str>) -> (Standing, String, Vec<TeamButton>) {
    use TeamButton::{GiveBack, Resolve, Take};
    match (record.core.status, record.core.owner) {
        (Status::Resolved { .. }, _) => (Standing::Done, "Resolved".into(), Vec::new()),
        (Status::Snoozed { until }, _) => {
            let state = format!("Put aside until {}", until.format("%-d %B, %H:%M UTC"));
            (Standing::Aside, state, vec![Take, Resolve])
        }
        (Status::Open, Owner::Queue) => {
            (Standing::Waiting, "Waiting for a person".into(), vec![Take, Resolve, GiveBack])
        }
        (Status::Open, Owner::Agent(_)) => {
            (Standing::Taken, format!("{} has it", owner.unwrap_or("Somebody")), vec![Resolve, GiveBack])
        }
        (Status::Open, Owner::Ai) => (Standing::WithAi, "The AI answers".into(), vec![Take, Resolve]),
    }
}

fn facts(
    record: &Record,
    handoff: Option<&Handoff>,
    contact: Option<&Contact>,
    channel: String,
) -> Vec<(String, String)> {
    let mood = handoff.map_or(record.sentiment, |handoff| handoff.sentiment);
    let mood = match mood {
        Sentiment::Angry => "Losing patience",
        Sentiment::Neutral => "Neutral",
        Sentiment::Happy => "Pleased",
    };
    let contact = |read: fn(&Contact) -> &Option<String>| contact.and_then(|contact| read(contact).clone());
    let known = [
        ("Reason", handoff.map(reason)),
        ("Mood", Some(mood.to_owned())),
        ("Channel", Some(channel)),
        ("Conversation", Some(format!("#{}", record.number.0))),
        ("Topic", handoff.and_then(|handoff| handoff.topic.clone())),
        ("Email", contact(|contact| &contact.email)),
        ("Phone", contact(|contact| &contact.phone)),
        ("Language", record.language.clone()),
    ];
    known.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value?))).collect()
}

/// The reason's code as words: `customer_request` is "Customer request".
fn reason(handoff: &Handoff) -> String {
    let code = serde_json::to_value(handoff.reason).ok();
    let words = code.as_ref().and_then(serde_json::Value::as_str).unwrap_or("handoff").replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
