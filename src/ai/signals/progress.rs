//! One step of a conversation as numbers: does the customer ask again, was the answer to the point, is there relief?
//!
//! May not decide; [`no_progress`] adds the steps up. The order of the numbers is the order in which the weights in
//! `weights/progress.bin` were trained.
//!
//! Invariant: a step is judged by what was said up to it, never by what came later.

use std::sync::{Arc, LazyLock};

use super::reading::Reading;
use super::weights::{Unusable, Weights, dot};
use super::{frustration, human_request, no_progress, repeat};
use crate::ai::assistant::{Said, Speaker};

/// How many numbers a step has.
pub const COUNT: usize = 16;

/// Which of them tells that there was an answer.
const ANSWERED: usize = 7;

static JUDGEMENT: LazyLock<Option<Judgement>> = LazyLock::new(|| {
    let read = Judgement::read(include_bytes!("weights/progress.bin"));
    read.inspect_err(|error| tracing::error!(%error, "the detector of progress has no weights")).ok()
});

/// The trained weights, each set with its bias first: for a turn whose predecessor was left without an answer, and for one
/// that follows an answer.
#[derive(Debug)]
struct Judgement {
    alone: [f32; COUNT + 1],
    answered: [f32; COUNT + 1],
}

/// The turns of the customer and what was answered to each.
pub struct Exchange {
    /// The customer's turns, oldest first.
    pub turns: Vec<Arc<Reading>>,
    /// What the AI answered to each, if it answered.
    answers: Vec<Option<Arc<Reading>>>,
}

/// A turn of the customer against what went before.
pub struct Step {
    /// What the weights weigh.
    pub numbers: [f32; COUNT],
    nearest: String,
    words: Vec<String>,
}

/// The probability that a step leads nowhere. `None` without weights.
pub fn probability(numbers: &[f32; COUNT]) -> Option<f32> {
    let judgement = JUDGEMENT.as_ref()?;
    let [bias, weights @ ..] = if numbers[ANSWERED] > 0.0 { &judgement.answered } else { &judgement.alone };
    let odds = bias + dot(weights, numbers);
    let threshold = no_progress::THRESHOLD;
    Some(1.0 / (1.0 + (-(odds + (threshold / (1.0 - threshold)).ln())).exp()))
}

impl Judgement {
    fn read(file: &[u8]) -> Result<Self, Unusable> {
        let mut weights = Weights::read(file)?;
        Ok(Self { alone: weights.take_row("alone")?, answered: weights.take_row("answered")? })
    }
}

impl Exchange {
    /// Reads a history. Messages that the customer sent in one go are one turn.
    pub fn of(history: &[Said]) -> Self {
        let mut turns: Vec<String> = Vec::new();
        let mut answers: Vec<Option<String>> = Vec::new();
        for said in history.iter().filter(|said| said.by != Speaker::System) {
            let open = answers.last().is_some_and(Option::is_none);
            match (said.by == Speaker::Customer, open) {
                (true, false) => {
                    turns.push(said.text.clone());
                    answers.push(None);
                }
                (true, true) => turns.last_mut().into_iter().for_each(|turn| {
                    turn.push('\n');
                    turn.push_str(&said.text);
                }),
                (false, _) => {
                    if let Some(answer) = answers.last_mut() {
                        let before = answer.take().map(|before| before + "\n").unwrap_or_default();
                        *answer = Some(before + &said.text);
                    }
                }
            }
        }
        let read = |text: &String| Reading::of(text);
        Self {
            turns: turns.iter().map(read).collect(),
            answers: answers.iter().map(|text| text.as_ref().map(read)).collect(),
        }
    }
}

impl Step {
    /// The turn at `at`. `None` when its meaning is not known.
    pub fn of(exchange: &Exchange, at: usize) -> Option<Self> {
        let turn = &exchange.turns[at];
        let vector = turn.vector.as_ref()?;
        let mut nearest: Option<(f32, usize)> = None;
        for (before, earlier) in exchange.turns[..at].iter().enumerate() {
            let p = repeat::probability(turn, earlier).unwrap_or(0.0);
            if nearest.is_none_or(|(best, _)| p > best) {
                nearest = Some((p, before));
            }
        }
        let (again, before) = nearest?;
        let earlier = &exchange.turns[before];
        let answer = exchange.answers[at - 1].as_ref().filter(|answer| answer.vector.is_some());
        let to_answer = |from: &Reading| Some(answer?.vector.as_ref()?.cosine(from.vector.as_ref()?));
        let asked_for_person = exchange.turns[..at].iter().any(|earlier| human_request::of_message(earlier).decided);
        let unsure = exchange.answers[..at].iter().rev().flatten().take(3).filter(|answer| gave_up(answer)).count();
        let numbers = [
            (again.clamp(0.003, 0.997) / (1.0 - again.clamp(0.003, 0.997))).ln() / 6.0,
            earlier.vector.as_ref().map_or(0.0, |other| vector.cosine(other)),
            no_progress::similarity(turn, earlier),
            turn.phrases.progress.unhelpful.weight,
            turn.phrases.progress.again.weight,
            yes(same_answer_again(&exchange.answers[..at])),
            few(unsure),
            yes(answer.is_some()),
            to_answer(earlier).unwrap_or(0.0),
            to_answer(turn).unwrap_or(0.0),
            turn.style[6],
            turn.style[12],
            turn.style[16],
            yes(asked_for_person),
            few(at - 1),
            frustration::of_turn(turn).0,
        ];
        Some(Self { numbers, nearest: no_progress::short(&earlier.text), words: phrases(turn) })
    }

    /// What shows it, for a person.
    pub fn causes(self) -> Vec<String> {
        let numbers = self.numbers;
        let mut causes = self.words;
        if numbers[0] > -0.15 {
            causes.push(format!("asked again: {}", self.nearest));
        }
        let named = [(5, "the same answer twice"), (6, "the AI did not know"), (13, "asked for a person before")];
        causes.extend(named.iter().filter(|(at, _)| numbers[*at] > 0.0).map(|(_, words)| (*words).to_owned()));
        causes
    }
}

fn phrases(turn: &Reading) -> Vec<String> {
    let no_progress::Words { unhelpful, again, .. } = &turn.phrases.progress;
    [unhelpful, again].into_iter().filter(|said| said.weight > 0.0).map(|said| said.words.clone()).collect()
}

fn gave_up(answer: &Reading) -> bool {
    answer.phrases.progress.gave_up
}

fn same_answer_again(answers: &[Option<Arc<Reading>>]) -> bool {
    let given: Vec<&Arc<Reading>> = answers.iter().flatten().filter(|answer| !answer.text.is_empty()).collect();
    given
        .last_chunk::<2>()
        .is_some_and(|[before, last]| no_progress::similarity(before, last) >= no_progress::SAME_ANSWER)
}

fn yes(it_is: bool) -> f32 {
    if it_is { 1.0 } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "a few turns")]
fn few(count: usize) -> f32 {
    count.min(3) as f32 / 3.0
}
