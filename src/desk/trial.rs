//! Trying the AI out: what it would say and decide, without a conversation.
//!
//! May not write anything. Invariant: nothing that is drafted here is stored, sent or shown to a customer.

use async_trait::async_trait;

use crate::ai::assistant::{AssistantError, DraftSink, ModelContext, Said, Speaker, Stopped, TurnContext, TurnDraft};
use crate::handoff::call::Knowledge;
use crate::handoff::event::Act;
use crate::handoff::policy::{Decision, HandoffSettings, Levers, PolicyInput, Standing, decide};
use crate::handoff::{ChannelId, ConversationId, MessageId};
use crate::store::settings;

use super::receive::check_length;
use super::settings::Organisation;
use super::{Desk, DeskError};

/// What came of a question.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What the AI would say.
    pub draft: TurnDraft,
    /// What the policy makes of it.
    pub decision: Decision,
    /// What it rests on.
    pub read: PolicyInput,
}

impl Desk {
    /// Asks the AI as a customer would whose first message this is, and whose language (BCP-47) is known where it is given.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] with the reason, if the AI can not answer.
    pub async fn try_out(
        &self,
        question: &str,
        channel: Option<ChannelId>,
        language: Option<String>,
    ) -> Result<Trial, DeskError> {
        check_length(question)?;
        let levers = settings::load::<HandoffSettings>(self.store.reader()).await?.value;
        let said = Said {
            message: MessageId(self.clock.new_id()),
            by: Speaker::Customer,
            text: question.to_owned(),
            has_files: false,
            at: self.clock.now(),
        };
        let standing = Standing {
            topics_without_master: levers.topics_without_master,
            outside_hours: levers.outside_hours,
            ..Standing::of(levers.levers_for(channel))
        };
        let context = TurnContext {
            channel,
            knowledge: match channel {
                Some(channel) => self.knowledge_on(channel).await?,
                None => Knowledge::default(),
            },
            language,
            topics: levers.topic_lines(),
            handoff_offered: standing.offers_people(),
            standing: standing.clone(),
            ..self.unseen_context(ConversationId(self.clock.new_id()), vec![said]).await?
        };
        let draft = self.draft_unseen(context).await?;
        let read = PolicyInput { standing, signals: draft.signals.clone(), wish: draft.wish.clone() };
        let decision = decide(&read);
        Ok(Trial { draft, decision, read })
    }

    /// What an assistant is told about words nobody will see the answer to but us.
    pub(super) async fn unseen_context(
        &self,
        conversation: ConversationId,
        history: Vec<Said>,
    ) -> Result<TurnContext, DeskError> {
        Ok(TurnContext {
            conversation,
            channel: None,
            knowledge: Knowledge::default(),
            history,
            language: None,
            human_stretch_digest: None,
            topics: Vec::new(),
            handoff_offered: false,
            for_colleague: false,
            organisation: settings::load::<Organisation>(self.store.reader()).await?.value.name,
            now: self.clock.now(),
            // What a detector hears decides nothing here.
            standing: Standing::of(Levers { enabled: false, ..Levers::default() }),
            model: ModelContext { deadline: Some(self.pace.turn_deadline), ..ModelContext::default() },
        })
    }

    /// A draft that nobody watches being written. In a task of its own, so that a panic costs this draft and nothing else.
    pub(super) async fn draft_unseen(&self, context: TurnContext) -> Result<TurnDraft, DeskError> {
        let assistant = self.assistant.clone();
        let work = tokio::spawn(async move { assistant.draft(&context, &Nobody).await });
        let abort = work.abort_handle();
        let failed = |why: String| Err(DeskError::Invalid(why));
        match tokio::time::timeout(self.pace.turn_deadline, work).await {
            Ok(Ok(Ok(draft))) => Ok(draft),
            Ok(Ok(Err(AssistantError::Stopped))) => {
                failed("The AI would act outside of Baton, and is not let here.".into())
            }
            Ok(Ok(Err(error))) => failed(format!("The AI could not answer: {error}.")),
            Ok(Err(_)) => failed("The AI broke down on this question. The log says why.".into()),
            Err(_) => {
                abort.abort();
                failed("The AI took too long to answer.".into())
            }
        }
    }
}

/// Whoever reads along where nobody does.
struct Nobody;

#[async_trait]
impl DraftSink for Nobody {
    async fn push(&self, _text: &str) -> Result<(), Stopped> {
        Ok(())
    }

    /// Nothing outside is called for words that reach nobody.
    async fn acted(&self, _act: &Act) -> Result<(), Stopped> {
        Err(Stopped)
    }
}
