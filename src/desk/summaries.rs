//! Better summaries, afterwards: where a language model is set up, it writes what a person must know in the place of what was cut
//! from the conversation.
//!
//! May not hold anything up: a handoff has its summary when it happens. Invariant: each is tried once, and what does not come in
//! time, or can not be used, changes nothing.

use std::time::Duration;

use chrono::TimeDelta;

use crate::ai::assistant::{Purpose, ToSummarise};
use crate::ai::summary::{self, Extract};
use crate::handoff::event::{Entry, Summary};
use crate::handoff::{ConversationId, Seq};
use crate::realtime::Hint;
use crate::store::model_usage::{self, ModelUsage};
use crate::store::summaries_due::{self, Due, What};
use crate::store::timeline::{Line, Message, recent_messages};
use crate::store::{Tx, agents, conversations, handoffs, lines, team_threads};

use super::drafts::{HISTORY_MAX, history, people};
use super::hand_back::human_stretch;
use super::{Desk, DeskError};

/// Longest wait for a summary: by then the person has read the conversation.
const DEADLINE: Duration = Duration::from_secs(8);
/// After this, people have read the conversation themselves.
const STALE: TimeDelta = TimeDelta::minutes(3);
/// Longer than a page usually takes to open its stream.
const TOLD_AGAIN: Duration = Duration::from_secs(3);

impl Desk {
    /// Has the summary written that has waited longest. `false`: none waits.
    pub async fn write_due_summary(&self) -> Result<bool, DeskError> {
        if !summaries_due::is_any(self.store.reader()).await? {
            return Ok(false);
        }
        let tx = self.store.begin().await?;
        let due = summaries_due::take(&*tx).await?;
        tx.commit().await?;
        let Some(due) = due else { return Ok(false) };
        if self.clock.now() - due.since < STALE {
            self.write_summary(&due).await?;
        }
        Ok(true)
    }

    async fn write_summary(&self, due: &Due) -> Result<(), DeskError> {
        let Some((purpose, messages)) = self.to_summarise(due).await? else { return Ok(()) };
        let names = agents::names(self.store.reader(), &people(&messages)).await?;
        let spent = model_usage::of(self.store.reader(), due.conversation).await?;
        let tokens_spent = spent.input_tokens.saturating_add(spent.output_tokens);
        let deadline = DEADLINE.min(self.pace.turn_deadline);
        let wanted = ToSummarise { purpose, history: history(&messages, &names), tokens_spent, deadline };
        let summarised = self.assistant.summarise(&wanted).await;
        let tx = self.store.begin().await?;
        if let Some(spent) = summarised.spent {
            let used = ModelUsage {
                requests: 1,
                input_tokens: spent.input_tokens,
                output_tokens: spent.output_tokens,
                cost_micros: spent.cost_micros,
            };
            model_usage::add(&*tx, due.conversation, used, self.clock.now()).await?;
        }
        match summarised.extract {
            Ok(extract) => self.keep_summary(&tx, due, extract, &messages).await?,
            Err(why) => {
                tracing::warn!(conversation = %due.conversation, %why, "no summary was written; the one from the conversation stays");
            }
        }
        tx.commit().await?;
        self.tell_of_summary(due.conversation).await
    }

    /// What was said up to the handoff, or by people before they gave the conversation back.
    async fn to_summarise(&self, due: &Due) -> Result<Option<(Purpose, Vec<Message>)>, DeskError> {
        let db = self.store.reader();
        let messages = recent_messages(db, due.conversation, HISTORY_MAX).await?;
        let found = match due.what {
            What::Handoff(id) => {
                let Some(handoff) = handoffs::find(db, id).await? else { return Ok(None) };
                let before = messages.into_iter().filter(|message| message.epoch < handoff.epoch);
                (Purpose::Handoff, before.collect())
            }
            What::HandBack(id) => {
                let Some(line) = lines::line(db, id).await? else { return Ok(None) };
                (Purpose::HandBack, stretch_before(messages, line.seq))
            }
        };
        Ok(Some(found).filter(|(_, messages)| !messages.is_empty()))
    }

    async fn keep_summary(&self, tx: &Tx, due: &Due, extract: Extract, messages: &[Message]) -> Result<(), DeskError> {
        match due.what {
            What::Handoff(id) => {
                let place = |id| messages.iter().find(|message| Some(message.id) == id).map(|message| message.seq);
                let seqs = extract.messages.into_iter().map(place).collect();
                handoffs::set_summary(&**tx, id, &Summary { text: extract.text, seqs }).await?;
                Ok(team_threads::touch(&**tx, due.conversation).await?)
            }
            What::HandBack(id) => {
                let Some(line) = lines::line(&**tx, id).await? else { return Ok(()) };
                let names = agents::names(&**tx, &people(messages)).await?;
                let stored = summary::digest(&history(messages, &names));
                match reworded(&line, &stored, &extract.text) {
                    Some(entry) => Ok(lines::reword(&**tx, id, &entry).await?),
                    None => Ok(()),
                }
            }
        }
    }

    async fn tell_of_summary(&self, conversation: ConversationId) -> Result<(), DeskError> {
        let Some(record) = conversations::find(self.store.reader(), conversation).await? else { return Ok(()) };
        let hint = Hint::Changed { conversation, last: record.core.last_seq, notify: false };
        self.bus.publish(hint.clone());
        self.wake.team.ring();
        // Nothing of the timeline has changed, by which a page that was loading at this moment, or an answer that was on its way to
        // one, could find out that its card is older.
        let bus = self.bus.clone();
        tokio::spawn(async move {
            tokio::time::sleep(TOLD_AGAIN).await;
            bus.publish(hint);
        });
        Ok(())
    }
}

/// What people and the customer said before a place, since the AI last spoke.
fn stretch_before(messages: Vec<Message>, place: Seq) -> Vec<Message> {
    let before: Vec<Message> = messages.into_iter().filter(|message| message.seq < place).collect();
    human_stretch(&before).to_vec()
}

/// The line of a hand-back with other words for what was cut from the conversation. What a person added behind it stays.
fn reworded(line: &Line, cut: &str, written: &str) -> Option<Entry> {
    let Entry::HandedBack { digest } = &line.entry else { return None };
    let added = digest.strip_prefix(cut)?;
    Some(Entry::HandedBack { digest: format!("{written}{added}") })
}
