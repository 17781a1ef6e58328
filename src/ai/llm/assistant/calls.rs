//! What becomes of the calls a model asks for.
//!
//! Invariant: a call that changes something is made only in a turn in which the customer said yes to the question Baton asked
//! about exactly that call; the line on the timeline comes before the call, and no line means no call.

use serde_json::Value;

use super::{ModelAssistant, Round};
use crate::ai::assistant::{ProposedCall, Reply, TurnDraft};
use crate::ai::knowledge::Language;
use crate::ai::llm::actions::call::{self, Called, Means};
use crate::ai::llm::actions::{Action, Arguments, confirm};
use crate::ai::llm::error::ModelError;
use crate::ai::llm::prompt::Outcome;
use crate::ai::llm::turn::{Turn, Wanted};
use crate::ai::signals;
use crate::handoff::event::Act;

impl ModelAssistant {
    /// Makes the call the customer was asked about, if they just said yes.
    pub(super) async fn make_agreed_call(&self, round: &mut Round<'_>) -> Result<(), ModelError> {
        let Some(proposed) = &round.turn.model.proposed else { return Ok(()) };
        if !confirm::is_yes(&signals::last_words(&round.turn.history)) {
            return Ok(());
        }
        let action = round.setup.actions.iter().find(|action| action.name == proposed.action);
        let given = Value::String(proposed.arguments.clone());
        // The admin may have changed what may be called since the question was asked.
        let Some((action, arguments)) = action.and_then(|action| Some((action, action.arguments(&given).ok()?))) else {
            return Ok(());
        };
        let called = self.make(round, action, &arguments, true).await?;
        round.agreed = Some(!called.failed);
        round.learn(action, &arguments, called.answer);
        Ok(())
    }

    /// Makes a call that changes nothing, or asks the customer about one that does; the question is a draft of its own.
    pub(super) async fn call(
        &self,
        round: &mut Round<'_>,
        turn: &Turn,
        wanted: &Wanted,
    ) -> Result<Option<TurnDraft>, ModelError> {
        let Some(action) = round.setup.actions.iter().find(|action| action.name == wanted.name) else {
            return Err(ModelError::Unusable("it wants to call something that is not offered".to_owned()));
        };
        let checked = action.arguments(&wanted.arguments).and_then(|arguments| {
            round.grounds.check(action, &arguments)?;
            Ok(arguments)
        });
        let arguments = match checked {
            Ok(arguments) => arguments,
            Err(why) => {
                round.learn(action, &Arguments::default(), format!("Not called. {why}"));
                return Ok(None);
            }
        };
        if action.changes {
            return Ok(Some(self.propose(round, turn, action, &arguments).await?));
        }
        let called = self.make(round, action, &arguments, false).await?;
        round.grounds.add(&called.answer);
        round.learn(action, &arguments, called.answer);
        Ok(None)
    }

    async fn propose(
        &self,
        round: &Round<'_>,
        turn: &Turn,
        action: &Action,
        arguments: &Arguments,
    ) -> Result<TurnDraft, ModelError> {
        let draft = round.draft(turn);
        let language = round.local.language.as_deref().or(draft.language.as_deref()).and_then(Language::from_tag);
        let text = confirm::sentences(language).question(&action.summary, &arguments.words());
        round.sink.check().await?;
        round.sink.push(&text).await?;
        let written = Value::Object(arguments.0.clone().into_iter().collect()).to_string();
        Ok(TurnDraft {
            reply: Some(Reply { text, sources: Vec::new() }),
            wish: None,
            proposes: Some(ProposedCall { action: action.name.clone(), arguments: written }),
            ..draft
        })
    }

    async fn make(
        &self,
        round: &Round<'_>,
        action: &Action,
        arguments: &Arguments,
        confirmed: bool,
    ) -> Result<Called, ModelError> {
        let begins = Act::Called { action: action.name.clone(), arguments: arguments.words(), confirmed };
        round.sink.acted(&begins).await?;
        let means = Means {
            clients: &self.clients,
            private_addresses: round.setup.settings.private_addresses,
            secrets: &round.setup.secrets,
            until: round.until,
            idempotency_key: action.changes.then(|| self.clock.new_id().to_string()),
        };
        let called = call::make(action, arguments, &means).await;
        metrics::counter!("baton_action_calls_total", "failed" => if called.failed { "yes" } else { "no" })
            .increment(1);
        let ended = Act::Ended { action: action.name.clone(), outcome: called.outcome.clone(), failed: called.failed };
        round.sink.acted(&ended).await?;
        Ok(called)
    }
}

impl Round<'_> {
    fn learn(&mut self, action: &Action, arguments: &Arguments, answer: String) {
        self.outcomes.push(Outcome { action: action.name.clone(), arguments: arguments.words(), answer });
    }
}
