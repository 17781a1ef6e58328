//! A conversation that people have only because the AI failed goes back to the AI once it answers again.
//!
//! Invariant: once a conversation, and only while nobody has noticed it: whoever looks at a handoff keeps it.

use std::sync::{Arc, Mutex, PoisonError};

use baton_adapters::contract::Answers;
use chrono::{DateTime, Utc};

use crate::handoff::after::{After, Fitness};
use crate::handoff::people::Actor;
use crate::handoff::policy::Reason;
use crate::handoff::{Author, ConversationId, Event, NewMessage, Owner, Status};
use crate::store::conversations::Record;
use crate::store::handoffs::{self, AiAgain};
use crate::store::{Tx, channels, rounds, settings};

use super::change::Changed;
use super::notices::{Notice, text};
use super::settings::CustomerTexts;
use super::{Desk, DeskError};

/// What the thread says.
const WHY: &str =
    "The AI had failed here. It answers again and nobody had taken the conversation, so it goes back to the AI, once.";

/// How the AI's last turns went. Clones share what is known; after a restart nothing is.
#[derive(Clone, Debug, Default)]
pub struct LastTurns(Arc<Mutex<Ends>>);

#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    answered: bool,
    failed_at: Option<DateTime<Utc>>,
}

impl LastTurns {
    /// A turn came to its end.
    pub(super) fn note(&self, answered: bool, now: DateTime<Utc>) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.answered = answered;
        if !answered {
            ends.failed_at = Some(now);
        }
    }

    fn fitness(&self) -> Fitness {
        let ends = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ends.answered { Fitness::Well } else { Fitness::Untried { failed_at: ends.failed_at } }
    }
}

impl Desk {
    /// Gives the AI back what it failed to answer, as far as it may have it; how many it was.
    pub(super) async fn give_ai_second_try(&self, after: After) -> Result<usize, DeskError> {
        let fitness = if self.assistant.is_down() { Fitness::Down } else { self.last_turns.fitness() };
        let Some(returning) = after.returning(fitness, self.clock.now()) else { return Ok(0) };
        let kinds = self.written_kinds();
        let reader = self.store.reader();
        let mut returned = 0;
        for id in rounds::failed_by_ai(reader, &kinds, returning.handed_off_until, returning.most).await? {
            returned += usize::from(self.give_second_try(id).await?);
        }
        Ok(returned)
    }

    async fn give_second_try(&self, id: ConversationId) -> Result<bool, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let channel = channels::find(&*tx, record.core.channel).await?.ok_or(DeskError::NotFound("channel"))?;
        // Looked at again under the lock: somebody may have taken or noticed it.
        let Some(handoff) = record.core.handoff.filter(|handoff| !handoff.acknowledged) else { return Ok(false) };
        let waits = record.core.owner == Owner::Queue && record.core.status == Status::Open;
        if !waits || !channel.autopilot || record.handoff_reason != Some(Reason::AiUnavailable) {
            return Ok(false);
        }
        handoffs::set_ai_again(&*tx, handoff.id, AiAgain::Returned).await?;
        let changed = self.return_to_ai(&tx, &record).await?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(true)
    }

    async fn return_to_ai(&self, tx: &Tx, record: &Record) -> Result<Changed, DeskError> {
        let note = NewMessage::note(self.new_message_id(), Author::System, WHY);
        let mut changed = self.happen(tx, record, &Event::AgentNoted { message: note }).await?;
        let texts = settings::load::<CustomerTexts>(&**tx).await?.value;
        let words = text(Notice::HandedBack, record.language.as_deref(), &texts);
        let notice = NewMessage::public(self.new_message_id(), Author::System, words);
        // Nobody did anything meanwhile, so there is nothing for the AI to know.
        let event = Event::HandedBack { by: Actor::System, digest: String::new(), notice: Some(notice) };
        let record = changed.record.clone();
        changed.merge(self.happen(tx, &record, &event).await?);
        Ok(changed)
    }

    /// Kinds of channel on which a late answer is still an answer: a caller has hung up by then.
    fn written_kinds(&self) -> Vec<&'static str> {
        let written = self.registry.iter().filter(|channel| channel.capabilities().answers != Answers::Spoken);
        written.map(|channel| channel.kind().as_str()).collect()
    }
}
