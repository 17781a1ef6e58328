//! The customer presses "talk to a person". Works before a word was said.

use crate::handoff::people::Actor;
use crate::handoff::policy::{Decision, HandoffSettings, PolicyInput, Signal, decide};
use crate::handoff::{Author, ConversationId, Event, Fence, NewMessage, Owner, Rejection};
use crate::store::conversations::Record;
use crate::store::timeline::recent_messages;
use crate::store::{Tx, agents, settings};

use super::drafts::{HISTORY_MAX, history, people};
use super::turns::standing::{Rules, asks};
use super::{Desk, DeskError};

impl Desk {
    /// The customer asks for a person as plainly as one can; the policy decides as it does on their words. Pressing twice is
    /// pressing once.
    ///
    /// Where no person can come, the customer is told so, in words, and nothing else happens.
    pub async fn ask_for_person(&self, id: ConversationId) -> Result<Record, DeskError> {
        let tx = self.store.begin().await?;
        let record = self.load(&tx, id).await?;
        if record.core.owner.is_human() && !record.core.is_resolved() {
            return Ok(record);
        }
        let levers = settings::load::<HandoffSettings>(&*tx).await?.value;
        let event = self.pressed(&tx, &record, levers).await?;
        let changed = self.happen(&tx, &record, &event).await?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(changed.record)
    }

    async fn pressed(&self, tx: &Tx, record: &Record, levers: HandoffSettings) -> Result<Event, DeskError> {
        let messages = recent_messages(&**tx, record.core.id, HISTORY_MAX).await?;
        let rules = self.rules(&**tx, levers, record, &messages).await?;
        let fence = Fence { epoch: record.core.epoch, watermark: record.core.watermark };
        let input = self.pressing(tx, record, &rules).await?;
        let mut decision = decide(&input);
        if let Decision::HandOff { explanation, .. } = &mut decision {
            "The customer pressed \u{201c}talk to a person\u{201d}".clone_into(explanation);
        }
        self.keep_decision(tx, fence, record, &rules, &input, &decision).await?;
        if matches!(decision, Decision::HandOff { .. }) {
            return self.hand_off(tx, fence, record, decision, Actor::Contact).await;
        }
        if record.core.owner != Owner::Ai {
            return Err(Rejection::IsResolved.into());
        }
        let words = self.said(tx, &decision, &rules, record).await?;
        Ok(Event::AiAnswered { fence, message: NewMessage::public(self.new_message_id(), Author::Ai, words) })
    }

    /// What the policy reads of a press. What was said before matters only where a problem must be known first.
    async fn pressing(&self, tx: &Tx, record: &Record, rules: &Rules) -> Result<PolicyInput, DeskError> {
        let mut input = PolicyInput { standing: rules.standing.clone(), ..PolicyInput::default() };
        if asks(&rules.settings, record) {
            let messages = recent_messages(&**tx, record.core.id, HISTORY_MAX).await?;
            let said = history(&messages, &agents::names(&**tx, &people(&messages)).await?);
            input.signals.problem_stated = self.assistant.hear(&said, &[]).problem_stated;
        }
        input.signals.human_request = Signal { p: 1.0, decided: true, because: vec!["talk to a person".to_owned()] };
        Ok(input)
    }
}
