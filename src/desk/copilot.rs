//! Help for a person who answers: a reply from the knowledge, and their own words said differently.
//!
//! May not send anything. Invariant: what is proposed reaches a customer only in a message that a person sends.

use std::collections::HashSet;
use std::time::Duration;

use uuid::Uuid;

use crate::ai::assistant::{AssistantError, Reply, Rewrite, Said, Speaker, TurnContext};
use crate::handoff::message::Source;
use crate::handoff::{AgentId, ConversationId};
use crate::store::conversations::Record;
use crate::store::suggestions::{self, Fate, Suggestion};
use crate::store::timeline::recent_messages;
use crate::store::{agents, conversations};

use super::drafts::{HISTORY_MAX, history, people};
use super::receive::check_length;
use super::{Desk, DeskError};

/// How many of the customer's turns are tried, newest first: the last may be no more than "hello?".
const TURNS_MAX: usize = 3;
/// Of a proposal's words this share must be in the message for it to count as edited, in percent.
const KEPT_PERCENT: usize = 30;
const REWRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// A reply a person may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Names it when its fate is told.
    pub id: Uuid,
    /// The words.
    pub text: String,
    /// The articles it rests on.
    pub sources: Vec<Source>,
}

impl Desk {
    /// Proposes a reply from the knowledge; nothing, where the knowledge says nothing.
    pub async fn suggest(&self, id: ConversationId, agent: AgentId) -> Result<Option<Proposal>, DeskError> {
        let db = self.store.reader();
        let messages = recent_messages(db, id, HISTORY_MAX).await?;
        let Some(record) = conversations::find(db, id).await? else { return Ok(None) };
        let said = history(&messages, &agents::names(db, &people(&messages)).await?);
        let Some(reply) = self.propose(&record, said).await? else { return Ok(None) };
        let proposal = Proposal { id: self.clock.new_id(), text: reply.text, sources: reply.sources };
        self.keep(id, agent, &proposal).await?;
        Ok(Some(proposal))
    }

    /// A reply that rests on the knowledge, for one of the customer's last turns.
    pub(super) async fn propose(&self, record: &Record, said: Vec<Said>) -> Result<Option<Reply>, DeskError> {
        let said = as_answers(said);
        for end in turn_ends(&said).into_iter().take(TURNS_MAX) {
            let unseen = self.unseen_context(record.core.id, said[..end].to_vec()).await?;
            let context = TurnContext { channel: Some(record.core.channel), for_colleague: true, ..unseen };
            let reply = self.draft_unseen(context).await?.reply;
            if let Some(reply) = reply.filter(|reply| !reply.sources.is_empty()) {
                return Ok(Some(reply));
            }
        }
        Ok(None)
    }

    async fn keep(&self, id: ConversationId, agent: AgentId, proposal: &Proposal) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let row =
            Suggestion { id: proposal.id, conversation: id, agent, text: proposal.text.clone(), at: self.clock.now() };
        suggestions::insert(&*tx, &row).await?;
        Ok(tx.commit().await?)
    }

    /// Writes down that a proposal was not wanted.
    pub async fn reject_suggestion(&self, id: ConversationId, suggestion: Uuid) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        if suggestions::find_open(&*tx, suggestion, id).await?.is_some() {
            suggestions::close(&*tx, suggestion, Fate::Rejected).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Writes down what became of a proposal whose writer has sent a message.
    pub async fn settle_suggestion(&self, id: ConversationId, suggestion: Uuid, sent: &str) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        if let Some(proposal) = suggestions::find_open(&*tx, suggestion, id).await? {
            suggestions::close(&*tx, suggestion, fate(&proposal.text, sent)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Whether words can be said differently, which takes a language model.
    pub fn can_rewrite(&self) -> bool {
        self.assistant.rewrites()
    }

    /// A person's words, said differently.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] with the reason, if it was not possible.
    pub async fn rewrite(&self, text: &str, how: &Rewrite) -> Result<String, DeskError> {
        if text.trim().is_empty() {
            return Err(DeskError::Invalid("Write something first.".into()));
        }
        check_length(text)?;
        match tokio::time::timeout(REWRITE_TIMEOUT, self.assistant.rewrite(text, how)).await {
            Ok(Ok(text)) => Ok(text),
            Ok(Err(error)) => Err(DeskError::Invalid(format!("The words stay as they are: {error}."))),
            Err(_) => Err(DeskError::Invalid(format!("The words stay as they are: {}.", AssistantError::Timeout))),
        }
    }
}

/// The conversation as if the AI had said all that the customer was told: what matters is what they ask now. Whoever asked for
/// a person and was told that one is coming has asked something else since.
fn as_answers(history: Vec<Said>) -> Vec<Said> {
    let ours = |said: Said| match said.by {
        Speaker::Agent(_) | Speaker::System => Said { by: Speaker::Ai, ..said },
        Speaker::Customer | Speaker::Ai => said,
    };
    history.into_iter().map(ours).collect()
}

/// Behind the last message of each of the customer's turns, newest first.
fn turn_ends(said: &[Said]) -> Vec<usize> {
    let is_customer = |at: usize| said.get(at).is_some_and(|said| said.by == Speaker::Customer);
    (0..said.len()).rev().filter(|at| is_customer(*at) && !is_customer(at + 1)).map(|at| at + 1).collect()
}

fn fate(proposed: &str, sent: &str) -> Fate {
    let words = |text: &str| -> HashSet<String> { text.split_whitespace().map(str::to_lowercase).collect() };
    let (before, after) = (words(proposed), words(sent));
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match before.intersection(&after).count() * 100 >= before.len().max(1) * KEPT_PERCENT {
        _ if line(proposed) == line(sent) => Fate::Accepted,
        true => Fate::Edited,
        false => Fate::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_taken_changed_or_left() {
        let proposed = "You can return a lamp within 30 days.";
        assert_eq!(fate(proposed, " You can return a lamp\nwithin 30 days. "), Fate::Accepted);
        assert_eq!(fate(proposed, "Hello Maya, you can return the lamp within 30 days, no hurry."), Fate::Edited);
        assert_eq!(fate(proposed, "Please call us."), Fate::Rejected);
    }
}
