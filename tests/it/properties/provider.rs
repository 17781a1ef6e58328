//! A provider and an AI for many conversations at once: every text is told apart.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use baton::ai::assistant::{Assistant, AssistantError, DraftSink, Reply, Speaker, TurnContext, TurnDraft};
use baton::handoff::event::Sentiment;
use baton::handoff::policy::{Signal, Signals};
use baton_adapters::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, Outbound, ParseError, Parsed, RawRequest,
    Refused,
};

use super::acts::Trouble;

/// A provider of text messages. Clones are the same one.
#[derive(Clone, Default)]
pub struct Provider {
    idempotent: bool,
    shown: Arc<Mutex<Vec<Outbound>>>,
    troubles: Arc<Mutex<VecDeque<Trouble>>>,
}

impl Provider {
    pub fn new(idempotent: bool) -> Self {
        Self { idempotent, ..Self::default() }
    }

    pub fn trouble(&self, trouble: Trouble) {
        self.troubles.lock().expect("no panic").push_back(trouble);
    }

    /// Good days come back.
    pub fn recover(&self) {
        self.troubles.lock().expect("no panic").clear();
    }

    /// The keys of what a customer has on their screen, in order.
    pub fn shown(&self, to: &str) -> Vec<String> {
        let shown = self.shown.lock().expect("no panic");
        shown.iter().filter(|message| message.to == to).map(|message| message.key.clone()).collect()
    }

    /// How often each key is on somebody's screen.
    pub fn counts(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for message in self.shown.lock().expect("no panic").iter() {
            *counts.entry(message.key.clone()).or_default() += 1;
        }
        counts
    }

    fn show(&self, message: &Outbound) {
        let mut shown = self.shown.lock().expect("no panic");
        if !self.idempotent || !shown.iter().any(|known| known.key == message.key) {
            shown.push(message.clone());
        }
    }

    fn knows(&self, message: &Outbound) -> bool {
        self.idempotent && self.shown.lock().expect("no panic").iter().any(|known| known.key == message.key)
    }
}

#[async_trait]
impl Channel for Provider {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { idempotent_sends: self.idempotent, ..Capabilities::text("phone", 1_600) }
    }

    fn authenticate(&self, _: &Account, _: &RawRequest, _: i64) -> Result<(), Refused> {
        Err(Refused::Unsigned)
    }

    fn parse(&self, _: &Account, _: &RawRequest) -> Result<Parsed, ParseError> {
        Ok(Parsed::default())
    }

    async fn deliver(&self, _: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        // Others get the chance to do something while the message is on its way.
        tokio::task::yield_now().await;
        let trouble = self.troubles.lock().expect("no panic").pop_front();
        let lost = || Err(DeliveryError::Unknown { why: "no answer".into() });
        match trouble {
            // Whoever knows a key gives the answer of the first time.
            Some(_) if self.knows(message) => {}
            Some(Trouble::Again) => return Err(DeliveryError::Again { why: "busy".into(), after: None }),
            Some(Trouble::Refused) => return Err(DeliveryError::refused("no")),
            Some(Trouble::LostUnheard) => return lost(),
            Some(Trouble::TakenUnheard) => {
                self.show(message);
                return lost();
            }
            None => {}
        }
        self.show(message);
        tokio::task::yield_now().await;
        Ok(Delivered::default())
    }
}

/// An AI that does what the customer's last words say.
#[derive(Default)]
pub struct Obedient {
    answers: AtomicU32,
}

#[async_trait]
impl Assistant for Obedient {
    async fn draft(&self, turn: &TurnContext, sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        let asked = turn.history.iter().rev().find(|said| said.by == Speaker::Customer);
        let asked = asked.map(|said| said.text.clone()).unwrap_or_default();
        let mut signals = Signals::default();
        tokio::task::yield_now().await;
        if asked.starts_with("Panic") {
            // A panic that says nothing keeps the output of a long run readable.
            std::panic::resume_unwind(Box::new("asked to"));
        } else if asked.starts_with("Hang") {
            std::future::pending::<()>().await;
        } else if asked.starts_with("Down") {
            return Err(AssistantError::Unavailable("asked to".into()));
        } else if asked.starts_with("Person") {
            signals.human_request = Signal { p: 0.9, decided: true, because: vec!["a person".into()] };
        } else {
            sink.push("Answer ").await?;
            tokio::task::yield_now().await;
        }
        let text = format!("Answer {} to {asked}", self.answers.fetch_add(1, Ordering::Relaxed));
        Ok(TurnDraft {
            reply: Some(Reply { text, sources: Vec::new() }),
            wish: None,
            signals,
            sentiment: Sentiment::Neutral,
            language: Some("en".into()),
            confidence: 0.9,
            proposes: None,
            makeshift: false,
        })
    }
}
