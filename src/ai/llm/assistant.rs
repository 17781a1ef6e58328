//! The assistant that asks a language model.
//!
//! Every turn begins with the built-in assistant: its detectors decide whether the turn ends in a handoff anyway, and its
//! answer is there when the model's is not. May not let the model prevent a handoff: the signals of a draft are always the
//! local ones. Invariant: what was pushed into the sink is, in the end, the beginning of the reply or was taken back.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::actions::confirm;
use super::actions::grounds::Grounds;
use super::ask;
use super::breaker::Breaker;
use super::error::ModelError;
use super::fence::Fence;
use super::guard::Guard;
use super::prompt::{Outcome, Passage, Prompt, Rules};
use super::quirks::Known;
use super::settings::Usage;
use super::setup::{Setup, Setups};
use super::turn::Turn;
use crate::ai::assistant::{
    Assistant, AssistantError, DraftSink, Reply, Rewrite, Speaker, Summarised, ToSummarise, TurnContext, TurnDraft,
};
use crate::ai::knowledge::{Language, Library, Scope};
use crate::ai::local::LocalAssistant;
use crate::ai::signals;
use crate::clock::Clock;
use crate::handoff::event::Sentiment;
use crate::handoff::message::Source;
use crate::handoff::policy::{Decision, PolicyInput, decide};
use crate::outbound::Clients;

mod calls;
mod rewrite;
mod stream;
mod summarise;

use stream::Stream;

/// Passages a model is shown.
const PASSAGES_MAX: usize = 6;
/// Times a model may be asked in one turn: its calls, and the reply.
const ROUNDS_MAX: usize = 4;
/// Longest wait where nobody names a deadline.
const DEADLINE: Duration = Duration::from_secs(20);
/// Time kept for the built-in assistant: a share of the deadline, within bounds.
const RESERVE_SHARE: u32 = 10;
const RESERVE_MIN: Duration = Duration::from_millis(300);
const RESERVE_MAX: Duration = Duration::from_secs(1);
/// Longest trial of a connection.
const TRIAL_TIMEOUT: Duration = Duration::from_secs(20);

/// Asks a language model where one is set up and well, and the built-in assistant otherwise.
pub struct ModelAssistant {
    local: LocalAssistant,
    articles: Arc<Library>,
    setups: Arc<dyn Setups>,
    clients: Clients,
    clock: Arc<dyn Clock>,
    known: Known,
    breaker: Mutex<(String, Breaker)>,
}

/// A connection that was tried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What the model said.
    pub reply: String,
    /// How long it took.
    pub took: Duration,
    /// Tokens it used.
    pub usage: Usage,
}

/// One turn with the model.
struct Round<'a> {
    turn: &'a TurnContext,
    setup: &'a Setup,
    local: &'a TurnDraft,
    sink: &'a dyn DraftSink,
    until: Instant,
    fence: Fence,
    passages: Vec<Passage>,
    outcomes: Vec<Outcome>,
    grounds: Grounds,
    /// Whether a call the customer agreed to was made, and whether it succeeded.
    agreed: Option<bool>,
}

#[async_trait]
impl Assistant for ModelAssistant {
    fn rewrites(&self) -> bool {
        self.setups.is_enabled()
    }

    async fn rewrite(&self, text: &str, how: &Rewrite) -> Result<String, AssistantError> {
        self.say_differently(text, how).await.map_err(|why| AssistantError::Unavailable(why.to_string()))
    }

    fn summarises(&self) -> bool {
        self.setups.is_enabled()
    }

    async fn summarise(&self, wanted: &ToSummarise) -> Summarised {
        self.sum_up(wanted).await
    }

    fn is_down(&self) -> bool {
        let held = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        self.setups.is_enabled() && held.1.is_shut(self.clock.now())
    }

    async fn draft(&self, turn: &TurnContext, sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        let setup = match self.setups.current().await {
            Ok(setup) if setup.settings.enabled => setup,
            Ok(_) => return self.local.draft(turn, sink).await,
            Err(why) => {
                tracing::error!(%why, "the language model's settings can not be read; the built-in assistant answers");
                return self.local.draft(turn, sink).await;
            }
        };
        let local = self.local.compose(turn);
        let heard = PolicyInput { standing: turn.standing.clone(), signals: local.signals.clone(), wish: None };
        if decide(&heard) != Decision::Answer {
            return Ok(local);
        }
        let mut round = self.round(turn, &setup, &local, sink);
        let why = match self.answer(&mut round).await {
            Ok(draft) => {
                count(if draft.wish.is_some() { "handoff" } else { "answered" });
                return Ok(draft);
            }
            Err(ModelError::Stopped) => return Err(AssistantError::Stopped),
            Err(why) => why,
        };
        count(why.word());
        tracing::warn!(conversation = %turn.conversation, %why, "the language model gave no answer");
        sink.retract().await;
        match round.agreed {
            Some(succeeded) => Ok(after_call(&local, succeeded, &why.to_string())),
            None => self.without_model(turn, sink, &why).await,
        }
    }
}

impl ModelAssistant {
    /// An assistant over a library, with settings that may change at any time.
    ///
    /// # Errors
    /// Where TLS can not be set up.
    pub fn new(articles: Arc<Library>, setups: Arc<dyn Setups>, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        Ok(Self {
            local: LocalAssistant::new(articles.clone()),
            articles,
            setups,
            clients: Clients::new()?,
            clock,
            known: Known::default(),
            breaker: Mutex::default(),
        })
    }

    /// The setup as it is now.
    ///
    /// # Errors
    /// In words, where it can not be read.
    pub async fn setup(&self) -> Result<Arc<Setup>, String> {
        self.setups.current().await
    }

    /// Asks the model something small, past the breaker.
    ///
    /// # Errors
    /// What the server says, or why it can not be reached.
    pub async fn try_out(&self, setup: &Setup) -> Result<Trial, ModelError> {
        let begun = Instant::now();
        let prompt = Prompt::trial();
        let until = begun + TRIAL_TIMEOUT;
        let mut answer = ask::begin(&self.clients.model, &self.known, setup, &prompt, until).await?;
        while answer.next().await?.is_some() {}
        let turn = Turn::read(answer.text()).map_err(ModelError::Unusable)?;
        self.with_breaker(setup, Breaker::succeeded);
        Ok(Trial { reply: turn.reply, took: begun.elapsed(), usage: answer.usage })
    }

    fn round<'a>(
        &self,
        turn: &'a TurnContext,
        setup: &'a Setup,
        local: &'a TurnDraft,
        sink: &'a dyn DraftSink,
    ) -> Round<'a> {
        let deadline = turn.model.deadline.unwrap_or(DEADLINE);
        let reserve = (deadline / RESERVE_SHARE).clamp(RESERVE_MIN, RESERVE_MAX).min(deadline / 2);
        let mut grounds = Grounds::default();
        turn.history.iter().filter(|said| matches!(said.by, Speaker::Customer | Speaker::Agent(_))).for_each(|said| {
            grounds.add(&said.text);
        });
        Round {
            turn,
            setup,
            local,
            sink,
            until: Instant::now() + deadline.saturating_sub(reserve),
            fence: Fence::new(self.clock.new_id()),
            passages: self.passages(turn, local),
            outcomes: Vec::new(),
            grounds,
            agreed: None,
        }
    }

    /// What the articles say about the customer's last words; about those before too, which they may lean on.
    fn passages(&self, turn: &TurnContext, local: &TurnDraft) -> Vec<Passage> {
        let language = local.language.as_deref().and_then(Language::from_tag);
        let question = signals::last_words(&turn.history);
        let scope = Scope { channel: turn.channel, knowledge: turn.knowledge, article: None };
        let mut hits = self.articles.search(&question, language, scope, PASSAGES_MAX).hits;
        let before = signals::customer_turns(&turn.history).into_iter().rev().nth(1).unwrap_or_default();
        for hit in self.articles.search(&before, language, scope, PASSAGES_MAX / 2).hits {
            if hits.len() < PASSAGES_MAX && hits.iter().all(|other| other.article.id != hit.article.id) {
                hits.push(hit);
            }
        }
        Passage::number(&hits)
    }

    async fn answer(&self, round: &mut Round<'_>) -> Result<TurnDraft, ModelError> {
        let budget = round.setup.settings.conversation_tokens_max;
        if budget > 0 && round.turn.model.tokens_spent >= budget {
            return Err(ModelError::BudgetSpent);
        }
        self.make_agreed_call(round).await?;
        if round.agreed == Some(false) {
            // What the customer agreed to did not happen. That is told in fixed words, by people if there are any.
            return Ok(after_call(round.local, false, "it could not be made"));
        }
        for calls_left in (0..ROUNDS_MAX).rev() {
            let turn = self.ask(round).await?;
            if let Some(wish) = turn.handoff.as_ref().filter(|_| round.turn.handoff_offered) {
                return Ok(TurnDraft { wish: Some(wish.words()), reply: None, ..round.draft(&turn) });
            }
            let Some(wanted) = &turn.action else {
                if turn.reply.trim().is_empty() {
                    return Err(ModelError::Unusable("it holds neither a reply nor a wish".to_owned()));
                }
                return Ok(round.draft(&turn));
            };
            if calls_left == 0 {
                break;
            }
            if let Some(question) = self.call(round, &turn, wanted).await? {
                return Ok(question);
            }
        }
        Err(ModelError::Unusable("it only asks for further calls".to_owned()))
    }

    /// Asks once, and streams the reply as far as it may be seen.
    async fn ask(&self, round: &Round<'_>) -> Result<Turn, ModelError> {
        if !self.with_breaker(round.setup, |breaker| breaker.may_pass(self.clock.now())) {
            return Err(ModelError::LeftAlone);
        }
        let asked = self.ask_server(round).await;
        let now = self.clock.now();
        self.with_breaker(round.setup, |breaker| match &asked {
            Err(why) if why.is_the_servers() => breaker.failed(now),
            Err(ModelError::Stopped) => breaker.learned_nothing(now),
            Ok(_) | Err(_) => breaker.succeeded(),
        });
        asked
    }

    async fn ask_server(&self, round: &Round<'_>) -> Result<Turn, ModelError> {
        let own = round.turn.model.instructions.as_deref().unwrap_or_default();
        let instructions = format!("{}\n{own}", round.setup.settings.instructions);
        let rules = Rules {
            organisation: &round.turn.organisation,
            instructions: &instructions,
            handoff_offered: round.turn.handoff_offered,
            actions: &round.setup.actions,
        };
        let prompt = Prompt::of(&rules, round.turn, &round.passages, &round.outcomes, &round.fence);
        let guard = Guard::new(&prompt.system, round.fence.mark(), round.public());
        let mut stream = Stream::new(round.sink, guard, !round.turn.handoff_offered);
        let begun = ask::begin(&self.clients.model, &self.known, round.setup, &prompt, round.until).await;
        let mut answer = begun?;
        let told = stream.follow(&mut answer).await;
        let said = answer.text().len() as u64;
        round.pay(answer.usage, (prompt.system.len() + prompt.user.len()) as u64, said).await;
        told?;
        let turn = Turn::read(answer.text()).map_err(ModelError::Unusable)?;
        let speaks = turn.action.is_none() && (turn.handoff.is_none() || !round.turn.handoff_offered);
        if speaks {
            stream.finish(turn.reply.trim()).await?;
        }
        Ok(turn)
    }

    async fn without_model(
        &self,
        turn: &TurnContext,
        sink: &dyn DraftSink,
        why: &ModelError,
    ) -> Result<TurnDraft, AssistantError> {
        // A budget that is spent stays spent.
        let makeshift = !matches!(why, ModelError::BudgetSpent);
        let mut draft = TurnDraft { makeshift, ..self.local.draft(turn, sink).await? };
        if let Some(wish) = &mut draft.wish {
            *wish = format!("{wish} (The language model gave no answer: {why})");
        }
        Ok(draft)
    }

    fn with_breaker<T>(&self, setup: &Setup, act: impl FnOnce(&mut Breaker) -> T) -> T {
        let server = format!("{} {}", setup.settings.url(), setup.settings.model);
        let mut held = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0 != server {
            *held = (server, Breaker::default());
        }
        act(&mut held.1)
    }
}

impl Round<'_> {
    /// What is no secret, and whose links may be shown.
    fn public(&self) -> Vec<&str> {
        let passages = self.passages.iter().flat_map(|passage| {
            [Some(passage.text.as_str()), Some(passage.source.title.as_str()), passage.source.url.as_deref()]
        });
        let colleagues = self.turn.history.iter().filter(|said| matches!(said.by, Speaker::Agent(_)));
        let results = self.outcomes.iter().map(|outcome| Some(outcome.answer.as_str()));
        passages.chain(colleagues.map(|said| Some(said.text.as_str()))).chain(results).flatten().collect()
    }

    fn draft(&self, turn: &Turn) -> TurnDraft {
        let reply = turn.reply.trim();
        let mut sources: Vec<Source> = Vec::new();
        for passage in self.passages.iter().filter(|passage| turn.citations.contains(&passage.id)) {
            if !sources.contains(&passage.source) {
                sources.push(passage.source.clone());
            }
        }
        let grounded = !sources.is_empty() || !self.outcomes.is_empty();
        TurnDraft {
            reply: (!reply.is_empty()).then(|| Reply { text: reply.to_owned(), sources }),
            wish: None,
            signals: self.local.signals.clone(),
            // A model may find a customer angry who the detectors do not; not the other way round.
            sentiment: if self.local.sentiment == Sentiment::Angry { Sentiment::Angry } else { turn.mood() },
            language: turn.tag().or_else(|| self.local.language.clone()),
            confidence: if grounded { 0.9 } else { 0.6 },
            proposes: None,
            makeshift: false,
        }
    }

    /// Writes down what was paid.
    async fn pay(&self, told: Usage, sent_bytes: u64, received_bytes: u64) {
        let usage = told.or_estimated(sent_bytes, received_bytes);
        count_tokens(usage);
        let cost_micros = self.setup.settings.prices.cost_micros(usage);
        let spent = crate::ai::assistant::Spent { input_tokens: usage.input, output_tokens: usage.output, cost_micros };
        self.sink.spent(spent).await;
    }
}

/// The draft after a call the customer agreed to, in fixed words: it failed, or the model can not tell them what came of it.
fn after_call(local: &TurnDraft, succeeded: bool, why: &str) -> TurnDraft {
    let sentences = confirm::sentences(local.language.as_deref().and_then(Language::from_tag));
    let text = if succeeded { sentences.done } else { sentences.failed };
    TurnDraft {
        reply: Some(Reply { text: text.to_owned(), sources: Vec::new() }),
        wish: (!succeeded).then(|| format!("A call the customer agreed to failed: {why}")),
        confidence: 0.9,
        proposes: None,
        ..local.clone()
    }
}

fn count_tokens(usage: Usage) {
    metrics::counter!("baton_model_tokens_total", "kind" => "input").increment(usage.input);
    metrics::counter!("baton_model_tokens_total", "kind" => "output").increment(usage.output);
}

fn count(outcome: &'static str) {
    metrics::counter!("baton_model_turns_total", "outcome" => outcome).increment(1);
}
