//! What people do with a call that goes on: put it through at once, whisper to the AI. And what a call changes about a turn.

use crate::handoff::call::{Knowledge, PhoneAgent};
use crate::handoff::people::Actor;
use crate::handoff::policy::{HandoffSettings, Reason};
use crate::handoff::{AgentId, Author, ChannelId, ConversationId, Event, NewMessage, Owner};
use crate::store::calls::{self, StoredCall};
use crate::store::conversations::Record;
use crate::store::settings::Source;
use crate::store::{Tx, channels};

use super::super::drafts::Cause;
use super::super::{Desk, DeskError};
use super::agent_of;
use super::facts::language_of;

/// Longest whisper, in characters.
const WHISPER_CHARS_MAX: usize = 1_000;

impl Desk {
    /// Puts the caller through now: the AI's ownership ends, and the call goes to the fallback numbers.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] where no call is going on.
    pub async fn transfer_now(&self, id: ConversationId, agent: AgentId) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        live_call(calls::last_of(&*tx, id).await?)?;
        if record.core.owner != Owner::Ai {
            return Err(DeskError::Invalid("The caller is being put through already.".into()));
        }
        let cause = Cause::new(Reason::AgentTookOver, "A person pulled the call");
        let handoff = self.draft_handoff(&tx, &record, cause, None).await?;
        let event = Event::HandedOff { epoch: record.core.epoch, by: Actor::Agent(agent), handoff };
        self.settle(tx, &record, &event).await
    }

    /// Tells the AI something the caller does not hear. It knows it from its next answer on.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] without words, or where no call of the AI's is going on.
    pub async fn whisper(&self, id: ConversationId, agent: AgentId, text: &str) -> Result<Record, DeskError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > WHISPER_CHARS_MAX {
            return Err(DeskError::Invalid(format!("Write something of at most {WHISPER_CHARS_MAX} characters.")));
        }
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let mut stored = live_call(calls::last_of(&*tx, id).await?)?;
        if record.core.owner != Owner::Ai {
            return Err(DeskError::Invalid("The AI does not have this call any more. Leave a note instead.".into()));
        }
        stored.whispered = Some(match stored.whispered {
            Some(before) => format!("{before}\n{text}"),
            None => text.to_owned(),
        });
        calls::save(&*tx, &stored, self.clock.now()).await?;
        let words = format!("Whispered to the AI: {text}");
        let message = NewMessage::note(self.new_message_id(), Author::Agent(agent), words);
        self.settle(tx, &record, &Event::AgentNoted { message }).await
    }

    /// What was set for the number of a channel that carries speech; nothing for the others.
    pub(in crate::desk) async fn phone_agent(
        &self,
        db: &impl Source,
        channel: ChannelId,
    ) -> Result<Option<PhoneAgent>, DeskError> {
        let channel = channels::find(db, channel).await?;
        Ok(channel.filter(|channel| self.speaks(&channel.kind)).map(|channel| agent_of(&channel)))
    }

    /// How much of the articles may answer on a channel: only a phone number has a limit of its own.
    pub(in crate::desk) async fn knowledge_on(&self, channel: ChannelId) -> Result<Knowledge, DeskError> {
        let db = self.store.reader();
        Ok(self.phone_agent(db, channel).await?.map(|agent| agent.knowledge).unwrap_or_default())
    }

    /// The levers of a turn: on a call, the number's own, with the organisation's topics.
    pub(in crate::desk) async fn levers_of(
        &self,
        db: &impl Source,
        record: &Record,
        organisation: HandoffSettings,
    ) -> Result<HandoffSettings, DeskError> {
        if !self.is_spoken(record) {
            return Ok(organisation);
        }
        let agent = self.phone_agent(db, record.core.channel).await?.unwrap_or_default();
        Ok(agent.levers(&organisation))
    }

    /// What the AI should know on a call beside the conversation: how to speak, and what was whispered.
    pub(in crate::desk) async fn call_instructions(&self, record: &Record) -> Result<Option<String>, DeskError> {
        if !self.is_spoken(record) {
            return Ok(None);
        }
        let db = self.store.reader();
        let agent = self.phone_agent(db, record.core.channel).await?.unwrap_or_default();
        let stored = calls::last_of(db, record.core.id).await?;
        let live = stored.filter(|stored| stored.ended_at.is_none());
        let language = live.as_ref().map_or(agent.language.as_str(), |stored| language_of(stored, &agent)).to_owned();
        let whispered = live.and_then(|stored| stored.whispered);
        let lines = [
            Some("This is a phone call. Answer in one to three short sentences as they are spoken, without lists, links or markup.".to_owned()),
            Some(format!("The call is held in the language {language}; answer in it.")),
            Some(agent.instructions).filter(|text| !text.trim().is_empty()),
            whispered.map(|text| format!("A colleague whispers: {text}")),
        ];
        Ok(Some(lines.into_iter().flatten().collect::<Vec<_>>().join("\n")))
    }

    /// What a caller is told when the call is passed on.
    pub(in crate::desk) async fn spoken_notice(&self, tx: &Tx, record: &Record) -> Result<Option<String>, DeskError> {
        use crate::handoff::call::Transfer;
        if !self.is_spoken(record) {
            return Ok(None);
        }
        let Some(channel) = channels::find(&**tx, record.core.channel).await? else { return Ok(None) };
        let agent = agent_of(&channel);
        let stored = calls::last_of(&**tx, record.core.id).await?.filter(|stored| stored.ended_at.is_none());
        let language = stored.as_ref().map_or(agent.language.as_str(), |stored| language_of(stored, &agent));
        let wording = agent.wording_in(language);
        Ok(Some(match agent.transfer {
            Transfer::Live => wording.transferring,
            Transfer::Logged => wording.logged,
        }))
    }
}

fn live_call(stored: Option<StoredCall>) -> Result<StoredCall, DeskError> {
    let live = stored.filter(|stored| stored.ended_at.is_none());
    live.ok_or_else(|| DeskError::Invalid("The call is over.".into()))
}
