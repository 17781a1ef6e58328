//! Phone calls: each thing a provider tells about one is a transaction that moves the call and its conversation together.
//!
//! Which step comes next is the core's to say ([`crate::handoff::call`]); whoever serves the provider only renders it.
//! Invariant: a call changes only while its conversation is held, and what it says was decided under the owner of that moment.

mod facts;
mod people;
mod perform;
mod socket;
mod voicemail;

use std::sync::Arc;

use crate::handoff::call::{Act, Call, CallLine, Happening, PhoneAgent, Step, Talk, advance};
use crate::handoff::people::Actor;
use crate::handoff::policy::Reason;
use crate::handoff::{Author, CallId, ContactId, ConversationId, Event, Fence, MessageId, NewMessage, Owner};
use crate::realtime::Hint;
use crate::store::calls::{self, StoredCall};
use crate::store::channels::Channel;
use crate::store::contacts::{self, Contact, Identity};
use crate::store::conversations::{self, Record};
use crate::store::{Tx, channels};

use super::change::Changed;
use super::receive::{Extra, Incoming, Place};
use super::{Desk, DeskError};

pub use facts::agent_of;

/// How often the machine may be asked about one thing that happened.
const ROUNDS_MAX: usize = 3;

/// A call that has just come in.
#[derive(Clone, Debug)]
pub struct NewCall {
    /// The number's channel.
    pub channel: Arc<Channel>,
    /// The provider's name for it.
    pub provider_id: String,
    /// The caller's number, unless it is withheld.
    pub from: Option<String>,
    /// The number that was called.
    pub to: String,
    /// The number that sent the call on, if one did.
    pub forwarded_from: Option<String>,
    /// The caller's name, if the provider tells.
    pub name: Option<String>,
}

/// What a leg of a call is to be told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The call afterwards.
    pub stored: StoredCall,
    /// What the leg that asked is told.
    pub steps: Vec<Step>,
    /// What was set for the number.
    pub agent: PhoneAgent,
}

/// What a caller did, as a provider tells it.
#[derive(Clone, Debug)]
pub enum Caller {
    /// They spoke.
    Said(String),
    /// Anything else.
    Did(Happening),
}

impl Desk {
    /// Takes a call. The same call told twice is one call, and told where it stands.
    pub async fn begin_call(&self, new: NewCall) -> Result<Told, DeskError> {
        if let Some(known) = calls::by_provider_id(self.store.reader(), new.channel.id, &new.provider_id).await? {
            return self.call_moved(known.id, known.call.step, &Happening::Asked).await;
        }
        match self.try_begin_call(&new).await {
            // Two calls of a new contact at once may both make the contact, and one call may be told twice at once.
            Err(DeskError::Store(error)) if error.is_conflict() => {
                match calls::by_provider_id(self.store.reader(), new.channel.id, &new.provider_id).await? {
                    Some(known) => self.call_moved(known.id, known.call.step, &Happening::Asked).await,
                    None => self.try_begin_call(&new).await,
                }
            }
            outcome => outcome,
        }
    }

    async fn try_begin_call(&self, new: &NewCall) -> Result<Told, DeskError> {
        let agent = agent_of(&new.channel);
        let tx = self.store.begin().await?;
        let contact = self.caller(&tx, new).await?;
        contacts::hold(&*tx, contact).await?;
        let record = match conversations::current(&*tx, new.channel.id, contact).await? {
            Some(id) => self.load(&tx, id).await?,
            None => {
                let attributes = serde_json::Value::Null;
                self.begin_conversation(&tx, &new.channel, contact, None, true, attributes).await?
            }
        };
        let stored = StoredCall {
            id: CallId(self.clock.new_id()),
            channel: new.channel.id,
            conversation: record.core.id,
            provider_id: new.provider_id.clone(),
            from: new.from.clone(),
            to: new.to.clone(),
            forwarded_from: new.forwarded_from.clone(),
            call: Call::incoming(agent.talk == Talk::Live, record.core.last_seq),
            whispered: None,
            pull_at: None,
            pulls: 0,
            started_at: self.clock.now(),
            ended_at: None,
        };
        if !calls::insert(&*tx, &stored).await? {
            drop(tx);
            let known = calls::by_provider_id(self.store.reader(), new.channel.id, &new.provider_id).await?;
            let known = known.ok_or(DeskError::NotFound("call"))?;
            return Box::pin(self.call_moved(known.id, known.call.step, &Happening::Asked)).await;
        }
        let mut changes = Changes::of(record);
        let line = CallLine::Began { from: new.from.clone() };
        changes.happen(self, &tx, &Event::Called { line, text: None }).await?;
        self.greet(&tx, &mut changes, &new.channel, &agent).await?;
        self.move_call(tx, changes, stored, 0, &Happening::Began).await
    }

    /// The AI's first words, or the way to people where no AI answers.
    async fn greet(
        &self,
        tx: &Tx,
        changes: &mut Changes,
        channel: &Channel,
        agent: &PhoneAgent,
    ) -> Result<(), DeskError> {
        let core = &changes.record.core;
        if core.owner != Owner::Ai || core.is_resolved() {
            return Ok(());
        }
        if !channel.autopilot {
            let explanation = format!("Autopilot is off for {}", channel.name);
            let act = Act::HandOff { reason: Reason::AutopilotOff, explanation };
            return self.perform(tx, changes, Actor::System, act).await;
        }
        let fence = Fence { epoch: core.epoch, watermark: core.watermark };
        let message = NewMessage::public(self.new_message_id(), Author::Ai, agent.greeting.clone());
        changes.happen(self, tx, &Event::AiAnswered { fence, message }).await
    }

    /// The contact who calls. Whoever withholds their number is somebody new each time.
    async fn caller(&self, tx: &Tx, new: &NewCall) -> Result<ContactId, DeskError> {
        if let Some(number) = &new.from {
            return self.known_contact(tx, ("phone", number), &[], new.name.as_deref()).await;
        }
        let now = self.clock.now();
        let contact = Contact {
            id: ContactId(self.clock.new_id()),
            name: new.name.clone(),
            email: None,
            phone: None,
            avatar_url: None,
            language: None,
            verified: false,
            custom_data: serde_json::Value::Null,
            created_at: now,
        };
        let identity = Identity { kind: "call".into(), value: new.provider_id.clone(), verified: false };
        contacts::insert(&**tx, &contact).await?;
        contacts::add_identity(&**tx, self.clock.new_id(), contact.id, &identity, now).await?;
        Ok(contact.id)
    }

    /// Something is told about a call. `step` is the document it is told about.
    pub async fn call_happened(
        &self,
        channel: &Arc<Channel>,
        id: CallId,
        step: u32,
        what: Caller,
    ) -> Result<Told, DeskError> {
        let text = match what {
            Caller::Did(happening) => return self.call_moved(id, step, &happening).await,
            Caller::Said(text) => text,
        };
        let stored = calls::find(self.store.reader(), id).await?.ok_or(DeskError::NotFound("call"))?;
        if stored.call.is_ais() && stored.call.step == step {
            self.hear(channel, &stored, step, text).await?;
        }
        self.call_moved(id, step, &Happening::Heard).await
    }

    /// Stores what the caller said. Told twice, it is stored once.
    async fn hear(
        &self,
        channel: &Arc<Channel>,
        stored: &StoredCall,
        step: u32,
        text: String,
    ) -> Result<(), DeskError> {
        let incoming = Incoming {
            channel: channel.clone(),
            provider_id: format!("{}:{step}", stored.provider_id),
            message: MessageId(self.clock.new_id()),
            place: Place::Conversation { id: stored.conversation, visitor: None },
            text,
            attachments: Vec::new(),
            shown_before: Vec::new(),
            language: Some(facts::language_of(stored, &agent_of(channel)).to_owned()),
            extra: Extra::default(),
        };
        self.receive(incoming).await.map(|_| ())
    }

    async fn call_moved(&self, id: CallId, step: u32, happening: &Happening) -> Result<Told, DeskError> {
        let found = calls::find(self.store.reader(), id).await?.ok_or(DeskError::NotFound("call"))?;
        let tx = self.store.begin().await?;
        let record = self.load(&tx, found.conversation).await?;
        // Again, now that nobody else can change it.
        let stored = calls::find(&*tx, id).await?.ok_or(DeskError::NotFound("call"))?;
        self.move_call(tx, Changes::of(record), stored, step, happening).await
    }

    /// Moves the call, carries out what follows, commits and tells everybody.
    async fn move_call(
        &self,
        tx: Tx,
        mut changes: Changes,
        mut stored: StoredCall,
        mut step: u32,
        happening: &Happening,
    ) -> Result<Told, DeskError> {
        let channel = channels::find(&*tx, stored.channel).await?.ok_or(DeskError::NotFound("channel"))?;
        let agent = agent_of(&channel);
        let before = stored.clone();
        let mut happening = happening.clone();
        let mut steps = Vec::new();
        for _ in 0..ROUNDS_MAX {
            let facts = self.facts(&tx, &changes.record, &stored, &agent).await?;
            let outcome = advance(&stored.call, &happening, step, &facts);
            self.mark_said(&tx, &stored.call, &outcome.next, &facts).await?;
            stored.call = outcome.next;
            steps = outcome.steps;
            let by = if happening == Happening::Zero { Actor::Contact } else { Actor::System };
            for act in outcome.acts {
                self.perform(&tx, &mut changes, by, act).await?;
            }
            if !outcome.again {
                break;
            }
            (happening, step) = (Happening::Asked, stored.call.step);
        }
        if !stored.call.is_ais() {
            stored.pull_at = None;
        }
        if stored.call.ending().is_some() && stored.ended_at.is_none() {
            stored.ended_at = Some(self.clock.now());
        }
        if stored != before {
            calls::save(&*tx, &stored, self.clock.now()).await?;
        }
        tx.commit().await?;
        changes.publish(self);
        if stored != before && changes.done.is_empty() {
            // Nothing was written on the timeline, and yet the call is somewhere else, and its words are said.
            let (conversation, last) = (changes.id(), changes.record.core.last_seq);
            self.bus.publish(Hint::Changed { conversation, last, notify: false });
        }
        Ok(Told { stored, steps, agent })
    }
}

/// A conversation to which several things happen in one transaction.
pub(super) struct Changes {
    pub(super) record: Record,
    done: Vec<Changed>,
}

impl Changes {
    fn of(record: Record) -> Self {
        Self { record, done: Vec::new() }
    }

    async fn happen(&mut self, desk: &Desk, tx: &Tx, event: &Event) -> Result<(), DeskError> {
        let changed = desk.happen(tx, &self.record, event).await?;
        self.record = changed.record.clone();
        self.done.push(changed);
        Ok(())
    }

    fn publish(&self, desk: &Desk) {
        self.done.iter().for_each(|changed| desk.publish(changed));
    }

    /// The conversation.
    fn id(&self) -> ConversationId {
        self.record.core.id
    }
}
