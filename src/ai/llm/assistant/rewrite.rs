//! Saying a person's words differently, for the person who is about to send them.
//!
//! May not add anything: the person reads the words before the customer does, and sends them or does not.

use std::time::Duration;

use tokio::time::Instant;

use super::{ModelAssistant, count_tokens};
use crate::ai::assistant::Rewrite;
use crate::ai::llm::ask;
use crate::ai::llm::breaker::Breaker;
use crate::ai::llm::error::ModelError;
use crate::ai::llm::fence::Fence;
use crate::ai::llm::prompt::Prompt;
use crate::ai::llm::turn::Turn;

/// Longest wait of a person for their own words.
const TIMEOUT: Duration = Duration::from_secs(20);

impl ModelAssistant {
    pub(super) async fn say_differently(&self, text: &str, how: &Rewrite) -> Result<String, ModelError> {
        let setup = self.setups.current().await.map_err(ModelError::NotSetUp)?;
        if !setup.settings.enabled {
            return Err(ModelError::NotSetUp("there is no language model".to_owned()));
        }
        if !self.with_breaker(&setup, |breaker| breaker.may_pass(self.clock.now())) {
            return Err(ModelError::LeftAlone);
        }
        let fence = Fence::new(self.clock.new_id());
        let prompt = Prompt::rewrite(&task(how), text, &fence);
        let until = Instant::now() + TIMEOUT;
        let said = async {
            let mut answer = ask::begin(&self.clients.model, &self.known, &setup, &prompt, until).await?;
            while answer.next().await?.is_some() {}
            count_tokens(answer.usage);
            Turn::read(answer.text()).map_err(ModelError::Unusable)
        };
        let said = said.await;
        let now = self.clock.now();
        self.with_breaker(&setup, |breaker| match &said {
            Err(why) if why.is_the_servers() => breaker.failed(now),
            Ok(_) | Err(_) => Breaker::succeeded(breaker),
        });
        let words = said?.reply.trim().to_owned();
        match words.is_empty() || words.to_lowercase().contains(fence.mark()) {
            true => Err(ModelError::Unusable("it holds no rewritten text".to_owned())),
            false => Ok(words),
        }
    }
}

fn task(how: &Rewrite) -> String {
    match how {
        Rewrite::Friendlier => {
            "Make it warmer and friendlier, in the same language and about the same length.".to_owned()
        }
        Rewrite::Shorter => "Make it shorter, in the same language, without losing a fact.".to_owned(),
        Rewrite::Corrected => {
            "Correct spelling, grammar and punctuation, in the same language, and change nothing else.".to_owned()
        }
        Rewrite::Translated(tag) => format!("Translate it into the language with the BCP-47 tag {tag}."),
    }
}
