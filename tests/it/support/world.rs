//! A provider that is not there: what it was sent, and how it behaves. And assistants that do as the test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use baton::ai::assistant::{Assistant, AssistantError, DraftSink, Reply, TurnContext, TurnDraft};
use baton::handoff::event::Sentiment;
use baton::handoff::message::Source;
use baton::handoff::policy::{Signal, Signals};
use baton_adapters::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, Identity, Inbound, InboundMessage, Outbound,
    ParseError, Parsed, RawRequest, Refused,
};
use tokio::sync::Notify;

/// A text-message provider. Clones share what was sent.
#[derive(Clone, Default)]
pub struct World {
    sent: Arc<Mutex<Vec<Outbound>>>,
    troubles: Arc<Mutex<VecDeque<DeliveryError>>>,
    slow: Arc<Mutex<Option<Slow>>>,
    idempotent: bool,
}

/// A send that is under way until the test lets it arrive.
#[derive(Clone, Default)]
pub struct Slow {
    /// Told when it has begun.
    pub began: Arc<Notify>,
    /// Lets it arrive.
    pub go_on: Arc<Notify>,
}

impl World {
    /// A provider that drops a second send with the same key.
    pub fn idempotent() -> Self {
        Self { idempotent: true, ..Self::default() }
    }

    /// The next sends fail with these, in order, before anything is sent.
    pub fn trouble(&self, errors: impl IntoIterator<Item = DeliveryError>) {
        self.troubles.lock().expect("no panic").extend(errors);
    }

    /// The next send takes until the test lets it go on.
    pub fn slow_down(&self) -> Slow {
        self.slow.lock().expect("no panic").insert(Slow::default()).clone()
    }

    /// What customers got, in order: a provider that knows keys shows each once.
    pub fn received(&self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut texts = Vec::new();
        for message in self.sent.lock().expect("no panic").iter() {
            if self.idempotent && keys.contains(&message.key) {
                continue;
            }
            keys.push(message.key.clone());
            texts.push(message.text.clone());
        }
        texts
    }
}

#[async_trait]
impl Channel for World {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { idempotent_sends: self.idempotent, ..Capabilities::text("phone", 1_600) }
    }

    fn authenticate(&self, _: &Account, request: &RawRequest, _: i64) -> Result<(), Refused> {
        match request.headers.get("x-signature") {
            Some(signature) if signature == "good" => Ok(()),
            Some(_) => Err(Refused::BadSignature),
            None => Err(Refused::Unsigned),
        }
    }

    fn parse(&self, _: &Account, request: &RawRequest) -> Result<Parsed, ParseError> {
        let value: serde_json::Value =
            serde_json::from_slice(&request.body).map_err(|error| ParseError(error.to_string()))?;
        let text = |name: &str| value[name].as_str().map(str::to_owned).ok_or_else(|| ParseError(name.into()));
        let from = Identity::new("phone", text("from")?);
        Ok(vec![Inbound::from(InboundMessage::new(text("id")?, from, text("text")?))].into())
    }

    async fn deliver(&self, _: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        let trouble = self.troubles.lock().expect("no panic").pop_front();
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
        let slow = self.slow.lock().expect("no panic").take();
        if let Some(slow) = slow {
            slow.began.notify_one();
            slow.go_on.notified().await;
        }
        self.sent.lock().expect("no panic").push(message.clone());
        Ok(Delivered::default())
    }
}

/// What a test wants of the AI.
pub enum Line {
    /// A reply.
    Say(&'static str),
    /// It found that the customer asks for a person.
    HandOff,
    /// It breaks down.
    Panic,
    /// It never ends.
    Hang,
    /// It can not be reached.
    Down,
    /// A reply, after the test lets it go on.
    SayWhenLetGo(&'static str),
    /// A reply in pieces, each of which the test lets go.
    Pieces(&'static [&'static str]),
}

/// An assistant that says what the test wrote down.
#[derive(Default)]
pub struct Script {
    lines: Mutex<VecDeque<Line>>,
    /// What it was told in each turn.
    pub asked: Mutex<Vec<TurnContext>>,
    /// Told when a line that waits has begun.
    pub began: Notify,
    /// Lets a line that waits go on.
    pub go_on: Notify,
}

impl Script {
    pub fn of(lines: impl IntoIterator<Item = Line>) -> Arc<Self> {
        Arc::new(Self { lines: Mutex::new(lines.into_iter().collect()), ..Self::default() })
    }
}

#[async_trait]
impl Assistant for Script {
    async fn draft(&self, turn: &TurnContext, sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        self.asked.lock().expect("no panic").push(turn.clone());
        let line = self.lines.lock().expect("no panic").pop_front();
        let mut signals = Signals::default();
        let pieces = if let Some(Line::Pieces(pieces)) = line { pieces } else { &[] };
        for piece in pieces {
            self.began.notify_one();
            self.go_on.notified().await;
            sink.push(piece).await?;
        }
        let whole = pieces.concat();
        let text = match line {
            Some(Line::Pieces(_)) => whole.as_str(),
            Some(Line::Say(text)) => text,
            Some(Line::HandOff) => {
                signals.human_request = Signal { p: 0.9, decided: true, because: vec!["a person".into()] };
                ""
            }
            Some(Line::Panic) => panic!("the script says so"),
            Some(Line::Hang) => std::future::pending().await,
            Some(Line::Down) => return Err(AssistantError::Unavailable("no line".into())),
            Some(Line::SayWhenLetGo(text)) => {
                self.began.notify_one();
                self.go_on.notified().await;
                sink.push(text).await?;
                text
            }
            None => return Err(AssistantError::Unavailable("the script has ended".into())),
        };
        Ok(TurnDraft {
            reply: (!text.is_empty()).then(|| Reply { text: text.into(), sources: Vec::new() }),
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

/// An assistant with one piece of knowledge: it hands off when "human" is said, and else says when deliveries come.
pub struct TwoDays;

#[async_trait]
impl Assistant for TwoDays {
    async fn draft(&self, turn: &TurnContext, sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        let asked = turn.history.last().map(|said| said.text.clone()).unwrap_or_default();
        let mut signals = Signals::default();
        if asked.contains("human") {
            signals.human_request = Signal { p: 0.9, decided: true, because: vec!["human".into()] };
        } else {
            sink.push("We deliver in ").await?;
            sink.push("two days.").await?;
        }
        let sources = vec![Source { title: "Delivery".into(), url: None }];
        Ok(TurnDraft {
            reply: Some(Reply { text: "We deliver in two days.".into(), sources }),
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
