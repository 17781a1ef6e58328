//! What a decision becomes: an event for the core, a reading for the record, answers kept with the customer.

use crate::ai::assistant::{ProposedCall, TurnDraft};
use crate::handoff::message::{Author, NewMessage};
use crate::handoff::people::Actor;
use crate::handoff::policy::{Asking, Decision, Declined, PolicyInput, Reason, decide};
use crate::handoff::{Event, Fence, MessageId, Seq};
use crate::store::conversations::Record;
use crate::store::readings::{self, Reading};
use crate::store::{Later, Tx, asking, contacts, proposed_calls, settings};

use super::super::drafts::Cause;
use super::super::notices::waiting::next_opening;
use super::super::notices::{Notice, text};
use super::super::settings::CustomerTexts;
use super::super::{Desk, DeskError};
use super::standing::{Rules, asks};

/// Longest list of fields a customer is asked for at once.
const FIELDS_MAX: usize = 12;

impl Desk {
    /// What a draft leads to under the rules. Nothing is kept of a turn that comes too late.
    pub(in crate::desk) async fn decide_draft(
        &self,
        tx: &Tx,
        fence: Fence,
        record: &Record,
        draft: TurnDraft,
        rules: &Rules,
        reply: MessageId,
    ) -> Result<Event, DeskError> {
        let input = PolicyInput { standing: rules.standing.clone(), signals: draft.signals, wish: draft.wish };
        let decision = decide(&input);
        self.keep_decision(tx, fence, record, rules, &input, &decision).await?;
        let answer = match decision {
            Decision::HandOff { .. } => {
                let decision = if draft.makeshift { for_want_of_the_ai(decision) } else { decision };
                return self.hand_off(tx, fence, record, decision, Actor::Ai).await;
            }
            Decision::Answer => draft.reply,
            _ => None,
        };
        if let (Some(_), Some(ProposedCall { action, arguments })) = (&answer, draft.proposes) {
            let call = proposed_calls::Proposed { message: reply, action, arguments };
            proposed_calls::set(&**tx, record.core.id, &call, self.clock.now()).await?;
        }
        let message = match answer {
            Some(answer) => {
                NewMessage { sources: answer.sources, ..NewMessage::public(reply, Author::Ai, answer.text) }
            }
            None => NewMessage::public(reply, Author::Ai, self.said(tx, &decision, rules, record).await?),
        };
        Ok(Event::AiAnswered { fence, message })
    }

    /// The event of a decided handoff.
    pub(in crate::desk) async fn hand_off(
        &self,
        tx: &Tx,
        fence: Fence,
        record: &Record,
        decision: Decision,
        by: Actor,
    ) -> Result<Event, DeskError> {
        let Decision::HandOff { reason, explanation, topic, promise } = decision else {
            return Err(DeskError::Invalid("this decision is no handoff".into()));
        };
        let cause = Cause { topic, promise: Some(promise), ..Cause::new(reason, explanation) };
        let handoff = self.draft_handoff(tx, record, cause, None).await?;
        Ok(Event::HandedOff { epoch: fence.epoch, by, handoff })
    }

    /// Keeps what was read and decided, and what the customer answered.
    pub(in crate::desk) async fn keep_decision(
        &self,
        tx: &Tx,
        fence: Fence,
        record: &Record,
        rules: &Rules,
        input: &PolicyInput,
        decision: &Decision,
    ) -> Result<(), DeskError> {
        let core = &record.core;
        if core.epoch != fence.epoch || core.watermark != fence.watermark {
            return Ok(());
        }
        let now = self.clock.now();
        let before = match asks(&rules.settings, record) {
            true => Some(asking::find(&**tx, core.id).await?.filter(|(epoch, _)| *epoch == core.epoch)),
            false => None,
        };
        if before.is_some() {
            self.keep_answers(tx, record, &input.standing.asking).await?;
        }
        let later = Later::new(tx);
        if let Some(before) = before {
            let mut after = input.standing.asking.after(decision);
            // Somebody pressed the button while the turn was being drafted: their request goes on waiting.
            let pressed =
                before.map(|(_, kept)| kept).filter(|kept| kept.questions() > input.standing.asking.questions());
            if let Some(pressed) = pressed {
                after.pending = after.pending.or(pressed.pending);
                after.problem_asked = after.problem_asked.max(pressed.problem_asked);
            }
            asking::save(&later, core.id, core.epoch, &after, now).await?;
        }
        let reading = Reading {
            id: self.clock.new_id(),
            conversation: core.id,
            seq: Seq(core.last_seq.0 + 1),
            epoch: core.epoch,
            channel: core.channel,
            input: input.clone(),
            decision: decision.clone(),
            at: now,
        };
        readings::insert(&later, &reading).await?;
        Ok(later.run().await?)
    }

    /// What the server says where it is not the AI's turn to speak.
    pub(in crate::desk) async fn said(
        &self,
        tx: &Tx,
        decision: &Decision,
        rules: &Rules,
        record: &Record,
    ) -> Result<String, DeskError> {
        let texts = settings::load::<CustomerTexts>(&**tx).await?.value;
        let language = record.language.as_deref();
        let say = |notice| text(notice, language, &texts);
        Ok(match decision {
            Decision::AskProblem { .. } => say(Notice::AskProblem),
            Decision::TryFirst => say(Notice::TryFirst),
            Decision::Collect { fields, .. } => {
                let asked = fields.iter().take(FIELDS_MAX);
                asked.map(|key| question(key, rules, language, &texts)).collect::<Vec<_>>().join("\n")
            }
            Decision::Decline(Declined::Person) => say(Notice::Declined),
            Decision::Decline(Declined::Closed) => {
                let office = self.office(tx, record.core.channel, record.core.team).await?;
                say(Notice::DeclinedClosed(next_opening(office, language).as_deref()))
            }
            Decision::Decline(Declined::Topic) => say(Notice::DeclinedTopic),
            Decision::Answer | Decision::HandOff { .. } => say(Notice::NotKnown),
        })
    }

    /// What a customer told of themselves is kept with them, where nothing else is known.
    async fn keep_answers(&self, tx: &Tx, record: &Record, asking: &Asking) -> Result<(), DeskError> {
        if asking.answers.is_empty() {
            return Ok(());
        }
        let Some(contact) = contacts::find(&**tx, record.core.contact).await? else { return Ok(()) };
        let told = |key: &str| asking.answers.get(key).cloned();
        let learned = contacts::Contact {
            name: contact.name.clone().or_else(|| told("name")),
            email: contact.email.clone().or_else(|| told("email")),
            phone: contact.phone.clone().or_else(|| told("phone")),
            ..contact.clone()
        };
        if learned != contact {
            contacts::save(&**tx, &learned, self.clock.now()).await?;
        }
        Ok(())
    }
}

/// The same handoff, if the AI wished for it only because what should have answered could not be asked.
fn for_want_of_the_ai(decision: Decision) -> Decision {
    match decision {
        Decision::HandOff { reason: Reason::AiDecision, explanation, topic, promise } => {
            Decision::HandOff { reason: Reason::AiUnavailable, explanation, topic, promise }
        }
        decision => decision,
    }
}

fn question(key: &str, rules: &Rules, language: Option<&str>, texts: &CustomerTexts) -> String {
    use crate::handoff::collection::FieldKind;
    match rules.settings.collection.field(key) {
        Some(field) if !field.question.trim().is_empty() => field.question.clone(),
        Some(field) => text(Notice::Ask(field.kind, &field.label), language, texts),
        None => text(Notice::Ask(FieldKind::Email, key), language, texts),
    }
}
