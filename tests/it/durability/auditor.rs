//! The auditor: compares what clients were promised, what is stored, and what reached the world.
//!
//! It knows the rules of the product from its documents, not from its code. Every finding is one sentence.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::ledger::{Promises, Received};
use super::provider::Arrival;
use super::rehearsal::Evidence;
use super::stored::{Conversation, Event, Message, Outgoing, Stored};

/// What an audit came to.
#[derive(Debug, Default)]
pub struct Findings {
    /// Messages looked at.
    pub messages: usize,
    /// Acknowledged, and not stored; or stored as sent, and never arrived; or forgotten on the way.
    pub losses: Vec<String>,
    /// Stored or sent more than once.
    pub duplicates: Vec<String>,
    /// What the AI said, or sent, after its ownership had ended.
    pub late_ai: Vec<String>,
    /// Every other broken promise.
    pub others: Vec<String>,
}

impl Findings {
    pub fn is_clean(&self) -> bool {
        [&self.losses, &self.duplicates, &self.late_ai, &self.others].into_iter().all(Vec::is_empty)
    }
}

/// What the auditor works with.
pub struct Audit<'a> {
    promises: &'a Promises,
    stored: &'a Stored,
    /// What reached the world first under each key, and its place among all arrivals.
    first: HashMap<&'a str, (usize, &'a Arrival)>,
    arrivals: &'a [Arrival],
    /// Whether the world drops a second send with the same key.
    idempotent: bool,
    steady_clock: bool,
    conversations: HashMap<Uuid, &'a Conversation>,
    messages: HashMap<Uuid, &'a Message>,
    found: Findings,
}

/// Audits a finished run.
pub fn audit(evidence: &Evidence) -> Findings {
    let Evidence { promises, stored, arrivals, idempotent, steady_clock } = evidence;
    let mut first = HashMap::new();
    for (place, arrival) in arrivals.iter().enumerate() {
        first.entry(arrival.key.as_str()).or_insert((place, arrival));
    }
    let mut audit = Audit {
        promises,
        stored,
        first,
        arrivals,
        idempotent: *idempotent,
        steady_clock: *steady_clock,
        conversations: stored.conversations.iter().map(|row| (row.id, row)).collect(),
        messages: stored.messages.iter().map(|row| (row.id, row)).collect(),
        found: Findings { messages: stored.messages.len(), ..Findings::default() },
    };
    audit.what_customers_sent();
    audit.what_people_sent();
    audit.timelines();
    audit.who_spoke_when();
    audit.what_reached_the_world();
    audit.order_in_the_world();
    if audit.steady_clock {
        audit.what_left_after_a_takeover();
    }
    audit.nothing_is_forgotten();
    audit.found
}

impl Audit<'_> {
    /// Every acknowledged message is stored once, in the order of its sender; nothing is stored that nobody sent.
    fn what_customers_sent(&mut self) {
        let mut by_text: HashMap<&str, Vec<&Message>> = HashMap::new();
        for message in self.stored.messages.iter().filter(|message| message.author_kind == "contact") {
            by_text.entry(&message.text).or_default().push(message);
            if !self.promises.offered.contains(&message.text) {
                self.found.others.push(format!("nobody sent {:?}", message.text));
            }
        }
        for (text, stored) in &by_text {
            if stored.len() > 1 {
                self.found.duplicates.push(format!("{text:?} is stored {} times", stored.len()));
            }
        }
        let mut receipts: HashMap<(&str, &str), Option<Uuid>> = HashMap::new();
        for receipt in &self.stored.receipts {
            receipts.insert((&receipt.channel_kind, &receipt.provider_id), receipt.message_id);
        }
        let mut last: HashMap<&str, &Message> = HashMap::new();
        for received in &self.promises.received {
            let Received { channel, id, from, text } = received;
            let Some(message) = by_text.get(text.as_str()).and_then(|stored| stored.first()) else {
                self.found.losses.push(format!("{id} was acknowledged and is not stored"));
                continue;
            };
            if receipts.get(&(*channel, id.as_str())) != Some(&Some(message.id)) {
                self.found.others.push(format!("the receipt of {id} does not lead to its message"));
            }
            if last
                .insert(from, message)
                .is_some_and(|before| before.conversation_id == message.conversation_id && before.seq >= message.seq)
            {
                self.found.others.push(format!("{id} is stored before what its sender wrote earlier"));
            }
        }
    }

    /// Every acknowledged reply is stored in its conversation, as it was written.
    fn what_people_sent(&mut self) {
        for reply in &self.promises.replies {
            let stored = self.messages.get(&reply.message);
            let fits = stored.is_some_and(|message| {
                message.text == reply.text
                    && self.conversations.get(&message.conversation_id).is_some_and(|row| row.number == reply.number)
            });
            if !fits {
                self.found.losses.push(format!("reply {} in {} is not stored", reply.message, reply.number));
            }
        }
        let mut texts = HashSet::new();
        for message in self.stored.messages.iter().filter(|message| message.author_kind == "agent") {
            if !texts.insert(&message.text) {
                self.found.duplicates.push(format!("the reply {:?} is stored twice", message.text));
            }
        }
        for taken in &self.promises.takeovers {
            let joined = self.stored.events.iter().any(|event| {
                event.kind == "agent_joined" && event.epoch == taken.epoch && self.number(event) == Some(taken.number)
            });
            if !joined {
                let (number, epoch) = (taken.number, taken.epoch);
                self.found.losses.push(format!("the take-over of {number} at epoch {epoch} is not stored"));
            }
        }
    }

    /// Messages and events of a conversation are numbered 1, 2, 3 without a gap.
    fn timelines(&mut self) {
        let mut places: HashMap<Uuid, Vec<i64>> = HashMap::new();
        for message in &self.stored.messages {
            places.entry(message.conversation_id).or_default().push(message.seq);
        }
        for event in &self.stored.events {
            places.entry(event.conversation_id).or_default().push(event.seq);
        }
        for row in &self.stored.conversations {
            let mut found = places.remove(&row.id).unwrap_or_default();
            found.sort_unstable();
            if !found.iter().copied().eq(1..=row.last_seq) {
                self.found.others.push(format!("the timeline of {} has a gap, or a place taken twice", row.number));
            }
        }
        for id in places.keys() {
            self.found.others.push(format!("conversation {id} has a timeline and does not exist"));
        }
    }

    /// The AI speaks only while it is the owner, under the epoch in force.
    fn who_spoke_when(&mut self) {
        let mut events: HashMap<Uuid, Vec<&Event>> = HashMap::new();
        for event in &self.stored.events {
            events.entry(event.conversation_id).or_default().push(event);
        }
        for message in self.stored.messages.iter().filter(|message| message.author_kind == "ai") {
            let before = events.get(&message.conversation_id).into_iter().flatten();
            let before: Vec<&&Event> = before.take_while(|event| event.seq < message.seq).collect();
            let epoch = before.iter().map(|event| event.epoch).max().unwrap_or(0);
            let is_owner = before.iter().rev().find_map(|event| ai_owns_after(event)).unwrap_or(true);
            if !is_owner || message.epoch < epoch {
                let said = format!("at place {} of {}", message.seq, message.conversation_id);
                self.found.late_ai.push(format!("the AI spoke {said}, where people had the conversation"));
            }
        }
    }

    /// What is stored as sent arrived, once; what was discarded did not; nothing arrived that is not stored.
    fn what_reached_the_world(&mut self) {
        let mut rows: HashMap<String, &Outgoing> = HashMap::new();
        let mut queued: HashMap<Uuid, usize> = HashMap::new();
        for row in &self.stored.outbox {
            rows.insert(row.id.to_string(), row);
            *queued.entry(row.message_id).or_default() += 1;
            let arrived = self.first.contains_key(row.id.to_string().as_str());
            match row.state.as_str() {
                "sent" if !arrived => self.found.losses.push(format!("{} counts as sent and never arrived", row.id)),
                "discarded" if arrived => self.found.late_ai.push(format!("{} was discarded and arrived", row.id)),
                _ => {}
            }
            let shown = self.messages.get(&row.message_id).map_or("", |message| message.delivery.as_str());
            if shown != row.state {
                self.found.others.push(format!("message {} shows {shown}, its row {}", row.message_id, row.state));
            }
        }
        let leaving: Vec<&Message> = self.stored.messages.iter().filter(|message| self.goes_by_text(message)).collect();
        for message in leaving {
            match queued.get(&message.id).copied().unwrap_or(0) {
                0 => self.found.losses.push(format!("message {} was never queued", message.id)),
                1 => {}
                _ => self.found.duplicates.push(format!("message {} is queued twice", message.id)),
            }
        }
        let mut seen = HashSet::new();
        for arrival in self.arrivals {
            let Some(row) = rows.get(&arrival.key) else {
                self.found.others.push(format!("{} arrived and is not stored", arrival.key));
                continue;
            };
            let message = self.messages.get(&row.message_id);
            let phone = self.conversations.get(&row.conversation_id).and_then(|row| row.phone.as_deref());
            if message.is_none_or(|message| message.text != arrival.text) || phone != Some(arrival.to.as_str()) {
                self.found.others.push(format!("{} arrived with another text, or at another number", arrival.key));
            }
            if !seen.insert(&arrival.key) && !self.idempotent {
                self.found.duplicates.push(format!("{} arrived twice at a world that shows both", arrival.key));
            }
        }
    }

    /// First arrivals keep the order of each conversation.
    fn order_in_the_world(&mut self) {
        let mut places: BTreeMap<(Uuid, i64), (usize, Uuid)> = BTreeMap::new();
        for row in &self.stored.outbox {
            if let Some((place, _)) = self.first.get(row.id.to_string().as_str()) {
                places.insert((row.conversation_id, row.seq), (*place, row.id));
            }
        }
        let rows: Vec<_> = places.iter().collect();
        for pair in rows.windows(2) {
            let (((before, _), (first, _)), ((after, _), (second, id))) = (pair[0], pair[1]);
            if before == after && first > second {
                self.found.others.push(format!("{id} overtook an earlier message of its conversation"));
            }
        }
    }

    /// No attempt to send an AI message is opened after the transaction that ended its epoch; and what was acknowledged to a
    /// person as theirs is followed by nothing of the AI's but what was on its way.
    fn what_left_after_a_takeover(&mut self) {
        let mut ends: HashMap<Uuid, Vec<&Event>> = HashMap::new();
        for event in self.stored.events.iter().filter(|event| ai_owns_after(event) == Some(false)) {
            ends.entry(event.conversation_id).or_default().push(event);
        }
        let mut attempts: HashMap<Uuid, Vec<_>> = HashMap::new();
        for attempt in &self.stored.attempts {
            attempts.entry(attempt.outbox_id).or_default().push(attempt.started_at);
        }
        for row in &self.stored.outbox {
            let Some(epoch) = row.fence_epoch else { continue };
            let tries = attempts.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            let end = ends.get(&row.conversation_id).into_iter().flatten().find(|event| event.epoch > epoch);
            if end.is_some_and(|end| tries.iter().any(|begun| *begun > end.created_at)) {
                self.found.late_ai.push(format!("sending {} was begun after its epoch had ended", row.id));
            }
            let Some((_, arrival)) = self.first.get(row.id.to_string().as_str()) else { continue };
            let number = self.conversations.get(&row.conversation_id).map(|row| row.number);
            let taken =
                self.promises.takeovers.iter().find(|taken| Some(taken.number) == number && taken.epoch > epoch);
            let was_on_its_way = end.is_none_or(|end| tries.iter().any(|begun| *begun <= end.created_at));
            if taken.is_some_and(|taken| arrival.at > taken.at) && !was_on_its_way {
                self.found.late_ai.push(format!("{} arrived after a person was told they had it", row.id));
            }
        }
    }

    /// No work is left over; whoever waits for people has a handoff that keeps asking; whoever waits for the AI got an answer.
    fn nothing_is_forgotten(&mut self) {
        for turn in &self.stored.turns {
            self.found.others.push(format!("a turn is left for {}", turn.conversation_id));
        }
        for row in self.stored.outbox.iter().filter(|row| matches!(row.state.as_str(), "queued" | "sending")) {
            self.found.losses.push(format!("{} still waits to be sent", row.id));
        }
        let asking: HashSet<Uuid> = self
            .stored
            .timers
            .iter()
            .filter(|timer| timer.kind == "renotify")
            .map(|timer| timer.conversation_id)
            .collect();
        let mut answered: HashMap<Uuid, i64> = HashMap::new();
        for message in self.stored.messages.iter().filter(|message| message.author_kind != "contact") {
            answered.insert(message.conversation_id, message.seq);
        }
        for row in self.stored.conversations.iter().filter(|row| row.status == "open") {
            let is_heard = row.handoff_id.is_some() && (row.handoff_acknowledged || asking.contains(&row.id));
            if row.owner_kind != "ai" && !is_heard {
                self.found.others.push(format!("{} waits for people who will not be told again", row.number));
            }
            if row.owner_kind == "ai" && answered.get(&row.id).copied().unwrap_or(0) < row.watermark {
                self.found.losses.push(format!("the customer of {} was left in silence", row.number));
            }
        }
    }

    fn number(&self, event: &Event) -> Option<i64> {
        self.conversations.get(&event.conversation_id).map(|row| row.number)
    }

    /// Whether a message has to leave the building.
    fn goes_by_text(&self, message: &Message) -> bool {
        message.visibility == "public"
            && message.author_kind != "contact"
            && self.conversations.get(&message.conversation_id).is_some_and(|row| row.channel_kind == "sms")
    }
}

/// Whether the AI owns a conversation after an event; nothing if the event does not say.
fn ai_owns_after(event: &Event) -> Option<bool> {
    match event.kind.as_str() {
        "handed_off" | "agent_joined" | "unassigned" => Some(false),
        "handed_back" => Some(true),
        "reopened" => Some(event.data["to"] == "ai" || event.data["to"]["kind"] == "ai"),
        _ => None,
    }
}
