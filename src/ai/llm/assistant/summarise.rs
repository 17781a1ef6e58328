//! Summing a conversation up, for the person who goes on or for the record.
//!
//! Nobody waits for it: what is cut from the conversation is there already. Invariant: it ends within its deadline.

use tokio::time::Instant;

use super::{ModelAssistant, count_tokens};
use crate::ai::assistant::{AssistantError, Spent, Summarised, ToSummarise};
use crate::ai::llm::ask;
use crate::ai::llm::error::ModelError;
use crate::ai::llm::fence::Fence;
use crate::ai::llm::guard::Guard;
use crate::ai::llm::settings::Usage;
use crate::ai::llm::setup::Setup;
use crate::ai::llm::summary;
use crate::ai::summary::Extract;

impl ModelAssistant {
    pub(super) async fn sum_up(&self, wanted: &ToSummarise) -> Summarised {
        let mut spent = None;
        let extract = self.try_to_sum_up(wanted, &mut spent).await;
        Summarised { extract: extract.map_err(|why| AssistantError::Unavailable(why.to_string())), spent }
    }

    async fn try_to_sum_up(&self, wanted: &ToSummarise, spent: &mut Option<Spent>) -> Result<Extract, ModelError> {
        let setup = self.setups.current().await.map_err(ModelError::NotSetUp)?;
        if !setup.settings.enabled {
            return Err(ModelError::NotSetUp("there is no language model".to_owned()));
        }
        let budget = setup.settings.conversation_tokens_max;
        if budget > 0 && wanted.tokens_spent >= budget {
            return Err(ModelError::BudgetSpent);
        }
        if !self.with_breaker(&setup, |breaker| breaker.may_pass(self.clock.now())) {
            return Err(ModelError::LeftAlone);
        }
        let asked = self.ask_for_summary(&setup, wanted, spent).await;
        let now = self.clock.now();
        self.with_breaker(&setup, |breaker| match &asked {
            Err(why) if why.is_the_servers() => breaker.failed(now),
            Ok(_) | Err(_) => breaker.succeeded(),
        });
        asked
    }

    async fn ask_for_summary(
        &self,
        setup: &Setup,
        wanted: &ToSummarise,
        spent: &mut Option<Spent>,
    ) -> Result<Extract, ModelError> {
        let shown = summary::shown(&wanted.history);
        let fence = Fence::new(self.clock.new_id());
        let prompt = summary::prompt(wanted.purpose, &setup.settings.summaries_in, &shown, &fence);
        let until = Instant::now() + wanted.deadline;
        let mut answer = ask::begin(&self.clients.model, &self.known, setup, &prompt, until).await?;
        let told = async {
            while answer.next().await?.is_some() {}
            Ok::<_, ModelError>(())
        };
        let told = told.await;
        let sent = (prompt.system.len() + prompt.user.len()) as u64;
        let usage = answer.usage.or_estimated(sent, answer.text().len() as u64);
        count_tokens(usage);
        *spent = Some(paid(setup, usage));
        told?;
        let extract = summary::read(answer.text(), wanted.purpose, &shown).map_err(ModelError::Unusable)?;
        let guard = Guard::new(&prompt.system, fence.mark(), shown.iter().map(|said| said.text.as_str()));
        guard.check(&extract.text).map_err(|leak| ModelError::Unusable(leak.to_string()))?;
        Ok(extract)
    }
}

fn paid(setup: &Setup, usage: Usage) -> Spent {
    let cost_micros = setup.settings.prices.cost_micros(usage);
    Spent { input_tokens: usage.input, output_tokens: usage.output, cost_micros }
}
