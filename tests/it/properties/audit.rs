//! What must be true after a sequence, of what is stored and of what customers have.

use std::collections::HashMap;

use baton::handoff::event::Entry;
use baton::handoff::message::Author;
use baton::handoff::{Owner, Status};
use baton::store::conversations::Record;
use baton::store::timeline::{Delivery, Item, Message};
use chrono::TimeDelta;

use super::play::Play;

/// Longer than any wait for a notification.
const A_DAY: TimeDelta = TimeDelta::hours(24);
/// Timers that fire in a day, at most.
const TIMERS_MAX: usize = 5_000;

impl Play<'_> {
    /// Every promise that does not hold.
    pub async fn audit(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let counts = self.stage.provider.counts();
        let mut unnoticed = Vec::new();
        for (index, customer) in self.customers.iter().enumerate() {
            let shown = self.stage.provider.shown(&customer.phone);
            let mut told: HashMap<String, usize> = HashMap::new();
            for record in self.conversations(index).await {
                let items = self.items(record.core.id).await;
                broken.extend(timeline_has_no_gaps(&record, &items));
                broken.extend(ai_is_silent_among_people(&items));
                broken.extend(handoffs_tell_one_thing(&items));
                broken.extend(nobody_waits(&record));
                for message in messages(&items).filter(|message| message.author == Author::Contact) {
                    *told.entry(message.text.clone()).or_default() += 1;
                }
                broken.extend(self.sent(&items, &shown, &counts).await);
                if waits_for_people(&record) {
                    unnoticed.push((record.core.id, told_again(&items)));
                }
            }
            for (event, text) in customer.events.lock().await.iter() {
                match told.get(text).copied().unwrap_or(0) {
                    1 => {}
                    times => {
                        broken.push(format!("promise 2: event {event} was acknowledged and is stored {times} times"))
                    }
                }
            }
        }
        broken.extend(self.silence_was_kept(&counts).await);
        broken.extend(self.people_are_told_again(unnoticed).await);
        broken
    }

    /// Whoever owns unnoticed handoffs hears of them within a day.
    async fn people_are_told_again(&self, unnoticed: Vec<(baton::handoff::ConversationId, usize)>) -> Vec<String> {
        self.stage.app.advance(A_DAY);
        for _ in 0..TIMERS_MAX {
            if !self.stage.desk().fire_due_timer().await.expect("a timer") {
                break;
            }
        }
        let mut broken = Vec::new();
        for (id, before) in unnoticed {
            if told_again(&self.items(id).await) == before {
                broken.push(format!("promise 4: nobody noticed the handoff of {id}, and nobody is told again"));
            }
        }
        broken
    }

    async fn silence_was_kept(&self, counts: &HashMap<String, usize>) -> Vec<String> {
        let mut broken = Vec::new();
        for (message, had) in self.silenced.lock().await.iter() {
            let key = self.key(*message).await.unwrap_or_default();
            let has = counts.get(&key).copied().unwrap_or(0);
            if has > *had {
                broken.push(format!("promise 1: the AI's message {message} left after its ownership had ended"));
            }
        }
        broken
    }

    /// Everything has left or says why not; in order, and once.
    async fn sent(&self, items: &[Item], shown: &[String], counts: &HashMap<String, usize>) -> Vec<String> {
        let mut broken = Vec::new();
        let tried_again = self.tried_again.lock().await;
        let mut last_place = 0;
        for message in messages(items).filter(|message| message.author != Author::Contact) {
            let Some(key) = self.key(message.id).await else {
                broken.push(format!("promise 6: message {} was never to be sent", message.id));
                continue;
            };
            let times = counts.get(&key).copied().unwrap_or(0);
            let words = format!("message {} ({:?}, {:?})", message.seq.0, message.author, message.delivery);
            match message.delivery {
                Delivery::Queued | Delivery::Sending | Delivery::None => {
                    broken.push(format!("promise 6: {words} is left in the queue"));
                }
                Delivery::Sent if times == 0 => broken.push(format!("promise 6: {words} never arrived")),
                Delivery::Parked | Delivery::Discarded if times > 0 => {
                    broken.push(format!("promise 6: {words} arrived all the same"));
                }
                _ => {}
            }
            if tried_again.contains(&message.id) {
                continue;
            }
            if times > 1 {
                broken.push(format!("promise 6: {words} arrived {times} times"));
            }
            if let Some(place) = shown.iter().position(|shown| *shown == key) {
                if place < last_place {
                    broken.push(format!("promise 6: {words} arrived after a later one"));
                }
                last_place = place.max(last_place);
            }
        }
        broken
    }
}

fn messages(items: &[Item]) -> impl Iterator<Item = &Message> {
    items.iter().filter_map(|item| match item {
        Item::Message(message) => Some(message),
        Item::Line(_) => None,
    })
}

fn told_again(items: &[Item]) -> usize {
    items.iter().filter(|item| matches!(item, Item::Line(line) if line.entry == Entry::NotifiedAgain)).count()
}

fn timeline_has_no_gaps(record: &Record, items: &[Item]) -> Option<String> {
    let places: Vec<i64> = items.iter().map(|item| item.seq().0).collect();
    let whole = (1..=record.core.last_seq.0).eq(places.iter().copied());
    (!whole).then(|| format!("the timeline up to {} has the places {places:?}", record.core.last_seq.0))
}

/// No message of the AI stands in a stretch that is people's.
fn ai_is_silent_among_people(items: &[Item]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut owned_by_ai = true;
    for item in items {
        match item {
            Item::Line(line) => match &line.entry {
                Entry::HandedOff { .. } => owned_by_ai = false,
                Entry::HandedBack { .. } => owned_by_ai = true,
                Entry::Reopened { to } => owned_by_ai = *to == Owner::Ai,
                _ => {}
            },
            Item::Message(message) if message.author == Author::Ai && !owned_by_ai => {
                broken.push(format!("promise 1: the AI spoke at {} where people had it", message.seq.0));
            }
            Item::Message(_) => {}
        }
    }
    broken
}

/// After the line of a handoff comes one text of the server, or the person's own message.
fn handoffs_tell_one_thing(items: &[Item]) -> Vec<String> {
    let mut broken = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let Item::Line(line) = item else { continue };
        if !matches!(line.entry, Entry::HandedOff { .. }) {
            continue;
        }
        let Some(first) = messages(&items[at..]).next() else {
            broken.push(format!("promise 5: the handoff at {} told the customer nothing", line.seq.0));
            continue;
        };
        let notices = messages(&items[at..])
            .filter(|message| message.epoch == first.epoch && message.author == Author::System)
            .count();
        let expected = match first.author {
            Author::System => 1,
            Author::Agent(_) => 0,
            Author::Ai | Author::Contact => usize::MAX,
        };
        if notices != expected {
            broken.push(format!(
                "promise 5: the handoff at {} has {notices} notices before {:?}",
                line.seq.0, first.author
            ));
        }
    }
    broken
}

fn nobody_waits(record: &Record) -> Option<String> {
    let core = &record.core;
    let forgotten = core.owner == Owner::Ai && core.status == Status::Open && core.waiting_since.is_some();
    forgotten.then(|| format!("promise 7: the customer of {} waits for the AI, which has nothing to do", core.id))
}

fn waits_for_people(record: &Record) -> bool {
    let core = &record.core;
    let unnoticed = core.handoff.is_some_and(|handoff| !handoff.acknowledged);
    core.owner.is_human() && core.status == Status::Open && unnoticed
}
