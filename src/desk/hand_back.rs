//! A person gives the conversation back to the AI.

use crate::ai::summary;
use crate::handoff::after::{After, HandBack};
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, Author, ConversationId, Event, NewMessage};
use crate::store::conversations::Record;
use crate::store::timeline::{Message, recent_messages};
use crate::store::{Tx, agents, channels, settings};

use super::change::Changed;
use super::drafts::{HISTORY_MAX, history, people};
use super::notices::{Notice, text};
use super::settings::CustomerTexts;
use super::{Desk, DeskError};

/// Longest instruction a person may leave for the AI, in characters.
const INSTRUCTION_CHARS_MAX: usize = 2_000;

impl Desk {
    /// Makes the AI the owner again, with a digest of what the people did. `instruction` is added to it.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] where no AI would answer: autopilot is off for the channel.
    pub async fn hand_back(&self, id: ConversationId, agent: AgentId, instruction: &str) -> Result<Record, DeskError> {
        if settings::load::<After>(self.store.reader()).await?.value.hand_back == HandBack::Never {
            let why = "Giving conversations back to the AI is switched off (Settings, Afterwards).";
            return Err(DeskError::Invalid(why.to_owned()));
        }
        self.hand_back_by(id, Actor::Agent(agent), instruction).await
    }

    /// The same, whoever decides it.
    pub(super) async fn hand_back_by(
        &self,
        id: ConversationId,
        by: Actor,
        instruction: &str,
    ) -> Result<Record, DeskError> {
        if instruction.chars().count() > INSTRUCTION_CHARS_MAX {
            return Err(DeskError::Invalid(format!("Keep the note under {INSTRUCTION_CHARS_MAX} characters.")));
        }
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let channel = channels::find(&*tx, record.core.channel).await?.ok_or(DeskError::NotFound("channel"))?;
        if !channel.autopilot {
            let why = format!("Autopilot is off for {}, so nobody would answer. Switch it on first.", channel.name);
            return Err(DeskError::Invalid(why));
        }
        let digest = self.digest(&tx, &record, instruction).await?;
        let texts = settings::load::<CustomerTexts>(&*tx).await?.value;
        let words = text(Notice::HandedBack, record.language.as_deref(), &texts);
        let notice = NewMessage::public(self.new_message_id(), Author::System, words);
        let event = Event::HandedBack { by, digest, notice: Some(notice) };
        self.settle(tx, &record, &event).await
    }

    /// The waiting customer would rather go on with the AI.
    pub(super) async fn lead_back(&self, tx: &Tx, changed: Changed) -> Result<Changed, DeskError> {
        let record = &changed.record;
        let digest = "The customer chose to go on with the assistant instead of waiting.".to_owned();
        let texts = settings::load::<CustomerTexts>(&**tx).await?.value;
        let words = text(Notice::HandedBack, record.language.as_deref(), &texts);
        let notice = NewMessage::public(self.new_message_id(), Author::System, words);
        let event = Event::HandedBack { by: Actor::Contact, digest, notice: Some(notice) };
        let mut both = Changed::nothing(record.clone());
        both.merge(self.happen(tx, record, &event).await?);
        Ok(both)
    }

    async fn digest(&self, tx: &Tx, record: &Record, instruction: &str) -> Result<String, DeskError> {
        let messages = recent_messages(&**tx, record.core.id, HISTORY_MAX).await?;
        let stretch = human_stretch(&messages);
        let history = history(stretch, &agents::names(&**tx, &people(stretch)).await?);
        let digest = summary::digest(&history);
        Ok(match instruction.trim() {
            "" => digest,
            instruction => format!("{digest}\n{instruction}").trim().to_owned(),
        })
    }
}

/// The messages since the AI last spoke.
pub(super) fn human_stretch(messages: &[Message]) -> &[Message] {
    let start = messages.iter().rposition(|message| message.author == Author::Ai).map_or(0, |last| last + 1);
    &messages[start..]
}
