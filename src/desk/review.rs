//! A person says whether a handoff was right, or was missed.

use uuid::Uuid;

use crate::handoff::policy::Reason;
use crate::handoff::{AgentId, ConversationId, Owner};
use crate::realtime::Hint;
use crate::store::conversations::Record;
use crate::store::handoffs::{self, Handoff};
use crate::store::reviews::{self, Review, Verdict};

use super::{Desk, DeskError};

/// What there is to have an opinion on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reviewable {
    /// The handoff that brought the conversation to people.
    Handoff(Uuid),
    /// A conversation the AI had to its end.
    Unaided(Uuid),
}

impl Reviewable {
    /// What can be judged about a conversation; nothing while the AI has it, or where an admin decided and not the AI.
    pub fn of(record: &Record, handoff: Option<&Handoff>) -> Option<Self> {
        match (record.core.owner, handoff) {
            (Owner::Ai, _) if record.core.is_resolved() => Some(Self::Unaided(record.core.id.0)),
            (Owner::Ai, _) | (_, None) => None,
            (_, Some(handoff)) if handoff.reason == Reason::AutopilotOff => None,
            (_, Some(handoff)) => Some(Self::Handoff(handoff.id.0)),
        }
    }

    /// What the opinion is kept under.
    pub fn subject(self) -> Uuid {
        match self {
            Self::Handoff(id) | Self::Unaided(id) => id,
        }
    }

    /// Whether a verdict can be said of it.
    pub fn takes(self, verdict: Verdict) -> bool {
        matches!(self, Self::Unaided(_)) == (verdict == Verdict::Missed)
    }
}

impl Desk {
    /// Keeps an opinion, or takes it back.
    pub async fn review(&self, id: ConversationId, agent: AgentId, verdict: Option<Verdict>) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        let handoff = handoffs::last(&*tx, id).await?;
        let reviewable = Reviewable::of(&record, handoff.as_ref());
        let wrong =
            || DeskError::Invalid("This can not be said of this conversation any more. Reload the page.".into());
        let reviewable = reviewable.filter(|it| verdict.is_none_or(|verdict| it.takes(verdict))).ok_or_else(wrong)?;
        let subject = reviewable.subject();
        match verdict {
            Some(verdict) => {
                let review = Review { subject, conversation: id, verdict, agent, at: self.clock.now() };
                reviews::save(&*tx, &review).await?;
            }
            None => reviews::delete(&*tx, subject).await?,
        }
        tx.commit().await?;
        // Open pages show it too; and what one of them rendered a moment before the commit is followed by what is true now.
        self.bus.publish(Hint::Changed { conversation: id, last: record.core.last_seq, notify: false });
        Ok(())
    }
}
