//! The AI's turns: claimed by lease, drafted outside any transaction, committed under the fence they began under.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::ai::assistant::{AssistantError, ModelContext, ProposedCall, TurnContext, TurnDraft};
use crate::ai::llm::LanguageModel;
use crate::fail::Gap;
use crate::handoff::Author;
use crate::handoff::people::Actor;
use crate::handoff::policy::{HandoffSettings, Reason};
use crate::handoff::{ConversationId, Event, MessageId, Owner, Rejection};
use crate::store::conversations::{self, Record};
use crate::store::handoffs::{self, AiAgain};
use crate::store::timeline::{Message, recent_messages};
use crate::store::turns::{self, ClaimedTurn};
use crate::store::{Tx, agents, lines, model_usage, proposed_calls, settings};

use super::change::{Changed, delta};
use super::drafts::{Cause, HISTORY_MAX, history, people};
use super::settings::Organisation;
use super::{Desk, DeskError};

pub(in crate::desk) mod decided;
mod sink;
pub(in crate::desk) mod standing;

use sink::TurnSink;
use standing::Rules;

/// A turn that was begun this often without an end is not begun again: the conversation goes to people.
const ATTEMPTS_MAX: i32 = 3;

/// What a turn ended with.
enum Drafted {
    Draft(Box<TurnDraft>, Box<Rules>),
    Failed(String),
    Stopped,
}

impl Desk {
    /// Runs the turn that has been due longest. `false`: none is due.
    pub async fn run_due_turn(&self, worker: Uuid) -> Result<bool, DeskError> {
        let Some(turn) = self.claim_turn(worker).await? else { return Ok(false) };
        // This one may take long; another worker looks whether more is due.
        self.wake.turns.ring();
        self.fail.check(Gap::AfterTurnClaim)?;
        let reply_id = self.new_message_id();
        let sink = Arc::new(TurnSink::open(self, &turn, reply_id));
        let drafted = self.draft_turn(&turn, &sink).await?;
        self.note_health(&drafted);
        let outcome = self.commit_turn(&turn, reply_id, drafted).await;
        sink.close(matches!(outcome, Ok(true))).await;
        outcome.map(|_| true)
    }

    async fn claim_turn(&self, worker: Uuid) -> Result<Option<ClaimedTurn>, DeskError> {
        if turns::next_due(self.store.reader()).await?.is_none_or(|due| due > self.clock.now()) {
            return Ok(None);
        }
        let tx = self.store.begin().await?;
        let turn = turns::claim(&*tx, worker, delta(self.pace.lease), self.clock.now()).await?;
        tx.commit().await?;
        Ok(turn)
    }

    /// Asks the assistant, within the deadline, in a task of its own so that a panic ends the turn and nothing else.
    async fn draft_turn(&self, turn: &ClaimedTurn, sink: &Arc<TurnSink>) -> Result<Drafted, DeskError> {
        if turn.attempts > ATTEMPTS_MAX {
            return Ok(Drafted::Failed("The AI broke down several times on this message".into()));
        }
        let (context, rules) = self.turn_context(turn.conversation).await?;
        let deadline = context.model.deadline.unwrap_or(self.pace.turn_deadline);
        let (assistant, sink) = (self.assistant.clone(), sink.clone());
        let work = tokio::spawn(async move { assistant.draft(&context, &*sink).await });
        let abort = work.abort_handle();
        Ok(match tokio::time::timeout(deadline, work).await {
            Ok(Ok(Ok(draft))) => Drafted::Draft(Box::new(draft), Box::new(rules)),
            Ok(Ok(Err(AssistantError::Stopped))) => Drafted::Stopped,
            Ok(Ok(Err(error))) => Drafted::Failed(format!("The AI could not answer: {error}")),
            Ok(Err(_)) => Drafted::Failed("The AI broke down".into()),
            Err(_) => {
                abort.abort();
                Drafted::Failed("The AI took too long to answer".into())
            }
        })
    }

    /// Remembers whether the AI could be asked. One that had to stop says nothing of itself.
    fn note_health(&self, drafted: &Drafted) {
        let answered = match drafted {
            Drafted::Draft(draft, _) => !draft.makeshift,
            Drafted::Failed(_) => false,
            Drafted::Stopped => return,
        };
        self.last_turns.note(answered, self.clock.now());
    }

    async fn turn_context(&self, id: ConversationId) -> Result<(TurnContext, Rules), DeskError> {
        let db = self.store.reader();
        let messages = recent_messages(db, id, HISTORY_MAX).await?;
        let record = conversations::find(db, id).await?.ok_or(DeskError::NotFound("conversation"))?;
        let levers = settings::load::<HandoffSettings>(db).await?.value;
        let rules = self.rules(db, levers, &record, &messages).await?;
        let context = TurnContext {
            conversation: id,
            channel: Some(record.core.channel),
            knowledge: self.knowledge_on(record.core.channel).await?,
            history: history(&messages, &agents::names(db, &people(&messages)).await?),
            language: None,
            human_stretch_digest: lines::last_digest(db, id).await?,
            topics: rules.settings.topic_lines(),
            handoff_offered: rules.standing.offers_people(),
            for_colleague: false,
            standing: rules.standing.clone(),
            organisation: settings::load::<Organisation>(db).await?.value.name,
            now: self.clock.now(),
            model: self.model_context(&record, &messages).await?,
        };
        Ok((context, rules))
    }

    async fn model_context(&self, record: &Record, messages: &[Message]) -> Result<ModelContext, DeskError> {
        let (db, id) = (self.store.reader(), record.core.id);
        let model = settings::load::<LanguageModel>(db).await?.value;
        if !model.enabled {
            return Ok(ModelContext { deadline: Some(self.pace.turn_deadline), ..ModelContext::default() });
        }
        let seconds = model.deadline_of(record.core.channel);
        let asked = messages.iter().rev().find(|message| message.author == Author::Ai).map(|message| message.id);
        let proposed = proposed_calls::find(db, id).await?.filter(|call| Some(call.message) == asked);
        let spent = model_usage::of(db, id).await?;
        Ok(ModelContext {
            // Another worker takes the turn when the lease is over; the draft must be in before.
            deadline: Some(Duration::from_secs(seconds.into()).min(self.pace.turn_deadline)),
            instructions: self.call_instructions(record).await?,
            tokens_spent: spent.input_tokens.saturating_add(spent.output_tokens),
            proposed: proposed.map(|call| ProposedCall { action: call.action, arguments: call.arguments }),
        })
    }

    /// Stores what the turn came to, unless the owner moved. `true`: an answer was stored.
    async fn commit_turn(&self, turn: &ClaimedTurn, reply: MessageId, drafted: Drafted) -> Result<bool, DeskError> {
        self.fail.check(Gap::BeforeTurnCommit)?;
        let tx = self.store.begin().await?;
        let record = self.load(&tx, turn.conversation).await?;
        if !turns::is_held(&*tx, turn).await? {
            tracing::info!(conversation = %turn.conversation, "the turn is another worker's now, or nobody's");
            return Ok(false);
        }
        let event = match drafted {
            // Stopped for another reason than a new owner or a newer message: nobody else is going to answer.
            Drafted::Stopped if is_still_owed(turn, &record) => {
                Some(self.give_up(&tx, turn, &record, "The AI had to stop".into()).await?)
            }
            Drafted::Stopped => None,
            Drafted::Failed(why) => Some(self.give_up(&tx, turn, &record, why).await?),
            Drafted::Draft(draft, rules) => {
                // The answer to a question of ours, a name for one, shows no language and asks nothing.
                let answers_us = rules.standing.asking.pending.is_some();
                let learned = if answers_us { record.clone() } else { read_from_draft(&record, &draft) };
                if !answers_us {
                    self.keep_unanswered(&tx, turn, &learned, &draft).await?;
                }
                let event = self.decide_draft(&tx, turn.fence, &learned, *draft, &rules, reply).await?;
                return self.finish_turn(tx, turn, &record, &learned, Some(event)).await;
            }
        };
        self.finish_turn(tx, turn, &record, &record, event).await
    }

    async fn finish_turn(
        &self,
        tx: Tx,
        turn: &ClaimedTurn,
        stored: &Record,
        learned: &Record,
        event: Option<Event>,
    ) -> Result<bool, DeskError> {
        let answered = matches!(event, Some(Event::AiAnswered { .. }));
        let happened = match &event {
            Some(event) => self.happen_to(&tx, stored, learned, event).await.map(Some),
            None => Ok(None),
        };
        let changed: Option<Changed> = match happened {
            Ok(changed) => {
                turns::finish(&*tx, turn).await?;
                if let (true, Some(changed)) = (turn.attempts > ATTEMPTS_MAX, &changed) {
                    self.keep_from_ai(&tx, &changed.record).await?;
                }
                changed
            }
            Err(DeskError::Rejected(Rejection::NewerMessage { .. })) => {
                turns::release(&*tx, turn, None).await?;
                None
            }
            Err(DeskError::Rejected(why)) => {
                tracing::debug!(conversation = %turn.conversation, %why, "the turn came too late");
                turns::finish(&*tx, turn).await?;
                None
            }
            Err(error) => return Err(error),
        };
        tx.commit().await?;
        self.fail.check(Gap::AfterTurnCommit)?;
        if let Some(changed) = &changed {
            self.publish(changed);
        }
        self.wake.turns.ring();
        Ok(answered && changed.is_some())
    }

    /// What broke the process more than once is not tried again without a person.
    async fn keep_from_ai(&self, tx: &Tx, record: &Record) -> Result<(), DeskError> {
        match record.core.handoff {
            Some(handoff) => Ok(handoffs::set_ai_again(&**tx, handoff.id, AiAgain::Never).await?),
            None => Ok(()),
        }
    }

    /// The AI failed: people must know, and the customer must not wait in silence.
    async fn give_up(&self, tx: &Tx, turn: &ClaimedTurn, record: &Record, why: String) -> Result<Event, DeskError> {
        tracing::warn!(conversation = %turn.conversation, attempts = turn.attempts, %why, "a turn failed; handing off");
        let cause = Cause::new(Reason::AiUnavailable, why);
        let handoff = self.draft_handoff(tx, record, cause, None).await?;
        Ok(Event::HandedOff { epoch: turn.fence.epoch, by: Actor::System, handoff })
    }
}

/// Whether the turn's answer is still the one the customer waits for.
fn is_still_owed(turn: &ClaimedTurn, record: &Record) -> bool {
    let core = &record.core;
    core.owner == Owner::Ai && core.epoch == turn.fence.epoch && core.watermark == turn.fence.watermark
}

/// Language and mood as the AI read them, kept only while the conversation is the AI's.
fn read_from_draft(record: &Record, draft: &TurnDraft) -> Record {
    let mut record = record.clone();
    if record.core.owner == Owner::Ai {
        record.sentiment = draft.sentiment;
        if draft.language.is_some() {
            record.language.clone_from(&draft.language);
        }
    }
    record
}
