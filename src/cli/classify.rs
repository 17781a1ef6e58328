//! `baton classify`: what the local detectors make of messages. JSON lines in, JSON lines out, in the same order.
//!
//! May not open a database or a socket. Invariant: one line out for each line in; what can not be read is answered with what is wrong
//! with it, and fails the command at its end.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{CliError, json_lines};
use crate::ai::signals::reading::Reading;
use crate::ai::signals::{self, language, progress, sentiment, topic};
use crate::ai::{Said, Speaker};
use crate::handoff::MessageId;
use crate::handoff::event::Sentiment;
use crate::handoff::policy::{Signal, Signals};

const SHAPE: &str =
    r#"a JSON object like {"id": "1", "text": "..."}, with "lang", "turns" and "topics" where there are any"#;

/// How to answer.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Print what the detectors weigh instead of what they decide. This is what tools/detection/train.py learns from.
    #[arg(long)]
    features: bool,
}

/// One line of the input.
#[derive(Debug, Deserialize)]
pub struct Question {
    /// Comes back with the answer, as it is.
    #[serde(default)]
    pub id: Value,
    /// The customer's message.
    pub text: String,
    /// Its language (BCP-47), for a text too short to tell.
    #[serde(default)]
    pub lang: Option<String>,
    /// What was said before it. Two customer turns in a row are two turns whose answer was left out.
    #[serde(default, deserialize_with = "or_none")]
    pub turns: Vec<Turn>,
    /// Subjects in plain words; examples may follow, `refund requests | I want my money back`.
    #[serde(default, deserialize_with = "or_none")]
    pub topics: Vec<String>,
}

/// Something said earlier.
#[derive(Debug, Deserialize)]
pub struct Turn {
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub text: String,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The customer.
    Customer,
    /// The AI.
    Assistant,
}

/// One line of the output.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// That of the question.
    pub id: Value,
    /// The customer asks for a person.
    pub human_request: Judged,
    /// The customer is losing patience.
    pub frustration: Judged,
    /// The conversation gets nowhere.
    pub no_progress: Judged,
    /// The topic that fits best.
    pub topic: Topic,
    /// BCP-47, if it can be told.
    pub language: Option<String>,
    /// The customer's mood.
    pub sentiment: Sentiment,
}

/// A probability and what follows from it.
#[derive(Debug, Serialize)]
pub struct Judged {
    /// Probability, 0 to 1.
    pub p: f32,
    /// Whether it is past the threshold.
    pub decided: bool,
}

/// The topic that fits best, if any does.
#[derive(Debug, Serialize)]
pub struct Topic {
    /// In the words of the question.
    pub phrase: Option<String>,
    /// Probability, 0 to 1.
    pub p: f32,
    /// Whether it is past the threshold.
    pub decided: bool,
}

/// What the heads weigh.
#[derive(Debug, Serialize)]
struct Features {
    id: Value,
    language: Option<&'static str>,
    style: Vec<f32>,
    grams: Vec<(u16, f32)>,
    vector: Option<String>,
    progress: Option<Vec<f32>>,
    hints: Vec<f32>,
}

/// Answers standard input on standard output.
pub fn run(options: &Options) -> Result<(), CliError> {
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    match options.features {
        true => json_lines::answer(input, output, SHAPE, weigh),
        false => json_lines::answer(input, output, SHAPE, answer),
    }
}

/// A list that may be left out or be `null`.
fn or_none<'de, Item: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<Item>, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// What the detectors make of a message.
pub fn answer(question: Question) -> Answer {
    let history = history(&question);
    let found = signals::read(&history, &question.topics);
    let texts = history.iter().rev().filter(|said| said.by == Speaker::Customer).map(|said| said.text.as_str());
    let language = language::detect_any(texts).map(|language| language.code().to_owned()).or(question.lang);
    let Signals { human_request, frustration, no_progress, topic, problem_stated: _ } = found;
    let topic = match topic {
        Some(topic) => Topic { phrase: Some(topic.phrase), p: topic.p, decided: topic.decided },
        None => Topic { phrase: None, p: 0.0, decided: false },
    };
    Answer {
        id: question.id,
        human_request: human_request.into(),
        frustration: frustration.into(),
        no_progress: no_progress.into(),
        topic,
        language,
        sentiment: sentiment::read(&history),
    }
}

impl From<Signal> for Judged {
    fn from(signal: Signal) -> Self {
        Self { p: signal.p, decided: signal.decided }
    }
}

fn weigh(question: Question) -> Features {
    let reading = Reading::of(&question.text);
    let exchange = progress::Exchange::of(&history(&question));
    let last = exchange.turns.len().saturating_sub(1);
    let step = (last > 0).then(|| progress::Step::of(&exchange, last)).flatten();
    Features {
        id: question.id,
        language: reading.language.map(language::Language::code),
        style: reading.style.to_vec(),
        grams: reading.grams.iter().map(|gram| (gram.bucket, gram.weight)).collect(),
        vector: reading.vector.as_ref().map(|vector| STANDARD.encode(vector.to_bytes())),
        progress: step.map(|step| step.numbers.to_vec()),
        hints: question.topics.iter().map(|topic| topic::hint(&reading, topic)).collect(),
    }
}

fn history(question: &Question) -> Vec<Said> {
    let mut history: Vec<Said> = Vec::new();
    let turns = question.turns.iter().map(|turn| (turn.role, turn.text.as_str()));
    for (role, text) in turns.chain([(Role::Customer, question.text.as_str())]) {
        if role == Role::Customer && history.last().is_some_and(|said| said.by == Speaker::Customer) {
            history.push(said(Speaker::Ai, ""));
        }
        history.push(said(if role == Role::Customer { Speaker::Customer } else { Speaker::Ai }, text));
    }
    history
}

fn said(by: Speaker, text: &str) -> Said {
    Said { message: MessageId(Uuid::nil()), by, text: text.to_owned(), has_files: false, at: DateTime::UNIX_EPOCH }
}
