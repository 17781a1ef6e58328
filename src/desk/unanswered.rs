//! What the AI could not answer is kept, so that somebody can write the article.

use crate::ai::assistant::TurnDraft;
use crate::handoff::Author;
use crate::store::Tx;
use crate::store::conversations::Record;
use crate::store::timeline::{Message, recent_messages};
use crate::store::turns::ClaimedTurn;
use crate::store::unanswered::{self, Unanswered};

use super::change::shorten;
use super::{Desk, DeskError};

/// Messages looked at for the customer's last words.
const LOOKED_AT: u64 = 12;
/// Characters that are kept of them.
const QUESTION_CHARS: usize = 500;

impl Desk {
    /// Keeps the question of a turn that ends without an answer. A turn that is about to be refused keeps nothing: the question
    /// is asked again.
    pub(super) async fn keep_unanswered(
        &self,
        tx: &Tx,
        turn: &ClaimedTurn,
        record: &Record,
        draft: &TurnDraft,
    ) -> Result<(), DeskError> {
        let is_current = record.core.epoch == turn.fence.epoch && record.core.watermark == turn.fence.watermark;
        if !is_current || !is_gap(draft) {
            return Ok(());
        }
        let messages = recent_messages(&**tx, record.core.id, LOOKED_AT).await?;
        let question = shorten(&last_words(&messages), QUESTION_CHARS);
        if question.is_empty() {
            return Ok(());
        }
        let asked = Unanswered {
            id: self.clock.new_id(),
            conversation: record.core.id,
            question,
            language: record.language.clone(),
            at: self.clock.now(),
        };
        Ok(unanswered::insert(&**tx, &asked).await?)
    }
}

/// Whether knowledge was missing. Who asks for a person, or about what is kept for people, did not ask the knowledge.
fn is_gap(draft: &TurnDraft) -> bool {
    let for_people = draft.signals.human_request.decided
        || draft.signals.frustration.decided
        || draft.signals.topic.as_ref().is_some_and(|topic| topic.decided);
    draft.wish.is_some() && !for_people
}

/// What the customer said after everybody else.
pub(super) fn last_words(messages: &[Message]) -> String {
    let said = messages.iter().rev().filter(|message| message.author != Author::System);
    let mut texts: Vec<&str> =
        said.take_while(|message| message.author == Author::Contact).map(|message| message.text.trim()).collect();
    texts.reverse();
    texts.retain(|text| !text.is_empty());
    texts.join("\n")
}
