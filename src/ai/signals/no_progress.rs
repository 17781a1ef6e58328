//! Does the conversation get nowhere?
//!
//! Evidence: the same question in other words, the same answer again, "that does not help", an AI that does not know, a person
//! asked for and not given. Small talk never counts.
//!
//! Invariant: the first question of a conversation is never without progress.

use std::sync::{Arc, LazyLock};

use super::language::Language;
use super::normalise::is_boundary;
use super::phrasebook::{Phrasebook, quote, strongest};
use super::progress::{self, Exchange, Step};
use super::reading::Reading;
use super::{add_up, customer_turns};
use crate::ai::assistant::{Said, Speaker};
use crate::ai::words;
use crate::handoff::policy::Signal;

/// From this probability on the conversation gets nowhere.
pub const THRESHOLD: f32 = crate::handoff::policy::NO_PROGRESS_FROM;

/// Questions that share this much are the same question.
const SAME_QUESTION: f32 = 0.5;

/// Questions that share this much may be.
const LIKE_QUESTION: f32 = 0.25;

/// Answers that share this much are the same answer.
pub const SAME_ANSWER: f32 = 0.9;

/// What is left of the evidence after each later turn of the customer.
const FADING: f32 = 0.75;

/// Turns that are looked back on.
const TURNS_MAX: usize = 6;

static PHRASES: LazyLock<Phrasebook> = LazyLock::new(|| Phrasebook::embedded(include_str!("phrases/no_progress.txt")));

/// Turns that are judged for themselves; what they show strengthens what the last one shows.
const JUDGED_MAX: usize = 3;

/// Least probability of the last turn for which earlier ones may decide with it.
const STILL: f32 = 0.35;

/// A turn of at most so many words that complains about the answer right before it says nothing else.
const BARE_WORDS_MAX: usize = 6;

/// How much such a turn shows by itself.
const BARE_COMPLAINT: f32 = 0.7;

/// Reads everything since a person last spoke.
pub fn read(history: &[Said]) -> Signal {
    let exchange = Exchange::of(history);
    if exchange.turns.len() < 2 {
        return Signal::default();
    }
    let mut because = Vec::new();
    let mut evidence = Vec::new();
    for (age, at) in (1..exchange.turns.len()).rev().take(JUDGED_MAX).enumerate() {
        let Some(step) = Step::of(&exchange, at) else { return by_words(history) };
        let Some(p) = progress::probability(&step.numbers) else { return by_words(history) };
        evidence.push(p * FADING.powi(i32::try_from(2 * age).unwrap_or(i32::MAX)));
        if age == 0 && is_bare_complaint(history, &exchange.turns[at]) {
            evidence[0] = add_up([evidence[0], BARE_COMPLAINT]);
        }
        if age == 0 || p >= THRESHOLD {
            because.extend(step.causes());
        }
    }
    let still = evidence.first().is_some_and(|now| *now >= STILL);
    let p = if still { add_up(evidence) } else { evidence.first().copied().unwrap_or_default() };
    because.dedup();
    Signal { p, decided: still && p >= THRESHOLD, because }
}

/// "That doesn't help", and nothing more, right after an answer. After a question of the AI, "still not" is an answer to it.
fn is_bare_complaint(history: &[Said], turn: &Reading) -> bool {
    let mut before = history.iter().rev().skip_while(|said| matches!(said.by, Speaker::Customer | Speaker::System));
    let answered = before.next().is_some_and(|said| !said.text.is_empty() && !said.text.contains(['?', '？', '؟']));
    let words = turn.tokens.iter().filter(|token| !is_boundary(token)).count();
    let said = &turn.phrases.progress;
    answered && words <= BARE_WORDS_MAX && said.unhelpful.weight > 0.0 && !said.relief
}

/// What the phrases and shared words alone say.
fn by_words(history: &[Said]) -> Signal {
    let turns: Vec<Arc<Reading>> = customer_turns(history).iter().map(|turn| Reading::of(turn)).collect();
    let mut evidence = Vec::new();
    let mut because = Vec::new();
    for (age, at) in (1..turns.len()).rev().take(TURNS_MAX).enumerate() {
        let fading = FADING.powi(i32::try_from(age).unwrap_or(i32::MAX));
        for (p, words) in complaints(&turns[at], &turns[..at]) {
            evidence.push(p * fading);
            because.push(words);
        }
    }
    // Only a turn that shows it itself may decide; what came before it strengthens it.
    let now = complaints(&turns[turns.len() - 1], &turns[..turns.len() - 1]);
    for (p, words) in answers(history) {
        evidence.push(p);
        because.push(words);
    }
    let p = add_up(evidence);
    Signal { p, decided: !now.is_empty() && p >= THRESHOLD, because }
}

/// How much two texts ask the same, 0 to 1.
pub fn similarity(a: &Reading, b: &Reading) -> f32 {
    let language = a.language.or(b.language).unwrap_or(Language::En);
    let (a, b) = (meaning(&a.tokens, language), meaning(&b.tokens, language));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let common: f32 = a.iter().filter(|word| b.contains(word)).map(|word| weight(word)).sum();
    let all: f32 = a.iter().chain(b.iter().filter(|word| !a.contains(word))).map(|word| weight(word)).sum();
    common / all
}

/// What the phrases say of one text.
#[derive(Debug, Default)]
pub struct Words {
    /// "That does not help".
    pub unhelpful: SaidSo,
    /// "As I said".
    pub again: SaidSo,
    /// "It works now".
    pub relief: bool,
    /// An answer that is none.
    pub gave_up: bool,
}

/// How strongly phrases of one kind speak from a text, and the strongest of them.
#[derive(Debug, Default)]
pub struct SaidSo {
    /// Zero: not at all.
    pub weight: f32,
    /// As they stand in the text.
    pub words: String,
}

/// What the phrases say of one text.
pub fn words(tokens: &[String]) -> Words {
    let hits = PHRASES.hits(tokens);
    let said = |group| {
        let hit = strongest(&hits, group);
        hit.map(|hit| SaidSo { weight: hit.weight, words: quote(tokens, hit) }).unwrap_or_default()
    };
    let is_said = |group| strongest(&hits, group).is_some();
    Words { unhelpful: said("unhelpful"), again: said("again"), relief: is_said("relief"), gave_up: is_said("gave_up") }
}

fn complaints(turn: &Reading, before: &[Arc<Reading>]) -> Vec<(f32, String)> {
    let Words { unhelpful, again, .. } = &turn.phrases.progress;
    let said = [unhelpful, again].into_iter().filter(|said| said.weight > 0.0);
    let mut found: Vec<_> = said.map(|said| (said.weight, said.words.clone())).collect();
    found.extend(repeated(turn, before));
    if !found.is_empty() && before.iter().any(|earlier| earlier.phrases.request.signal.decided) {
        found.push((0.4, "asked for a person before".into()));
    }
    found
}

/// How surely the turn asks again what was asked before.
fn repeated(turn: &Reading, before: &[Arc<Reading>]) -> Option<(f32, String)> {
    let alike: Vec<(f32, &Arc<Reading>)> = before.iter().map(|earlier| (similarity(turn, earlier), earlier)).collect();
    let nearest = alike.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let same = alike.iter().filter(|(likeness, _)| *likeness >= SAME_QUESTION).count();
    let p = match same {
        0 if nearest.0 >= LIKE_QUESTION => 0.35,
        0 => return None,
        1 => 0.55,
        _ => 0.7,
    };
    Some((p, format!("asked again: {}", short(&nearest.1.text))))
}

/// What the AI's own side shows.
fn answers(history: &[Said]) -> Vec<(f32, String)> {
    let given = history.iter().filter(|said| said.by == Speaker::Ai);
    let answers: Vec<Arc<Reading>> = given.map(|said| Reading::of(&said.text)).collect();
    let mut found = Vec::new();
    if let [.., before, last] = &answers[..]
        && similarity(before, last) >= SAME_ANSWER
    {
        found.push((0.55, "the same answer twice".into()));
    }
    let unknown = answers.iter().rev().take(3).filter(|answer| answer.phrases.progress.gave_up).count();
    if unknown > 0 {
        found.push((if unknown > 1 { 0.5 } else { 0.25 }, "the AI did not know".into()));
    }
    found
}

fn meaning(tokens: &[String], language: Language) -> Vec<String> {
    let (concepts, rest) = words::concepts_apart(tokens);
    let mut words: Vec<String> = words::terms_of(&rest, language).into_iter().map(|term| term.stem).collect();
    words.extend(concepts);
    words.sort_unstable();
    words.dedup();
    words
}

/// Concepts are shared by many questions about one subject and say less than words do.
fn weight(word: &str) -> f32 {
    if word.starts_with('#') { 0.5 } else { 1.0 }
}

/// The beginning of a text, for showing to a person.
pub fn short(text: &str) -> String {
    let mut out: String = text.chars().take(80).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::local::cast::dialogue;

    #[test]
    fn the_phrases_can_be_read() {
        Phrasebook::parse(include_str!("phrases/no_progress.txt")).unwrap();
    }

    #[test]
    fn a_repeated_question_that_was_not_helped_is_no_progress() {
        let history = dialogue(&[
            "Why does my lamp flicker?",
            "Check the bulb.",
            "that doesn't help, why does the lamp flicker?",
        ]);
        assert!(read(&history).decided);
    }

    #[test]
    fn asking_the_same_three_times_is_no_progress() {
        let history = dialogue(&[
            "When will order A1042 arrive?",
            "In 3 to 5 days.",
            "but when does order A1042 arrive",
            "In 3 to 5 days.",
            "When will my order A1042 arrive??",
        ]);
        assert!(read(&history).decided);
    }

    #[test]
    fn a_bare_complaint_about_the_answer_is_no_progress() {
        for complaint in ["that doesn't help", "no, that didn't work", "das hilft mir nicht", "eso no me sirve", "没用"]
        {
            let history = dialogue(&["Where is my order?", "You see its state in your account.", complaint]);
            assert!(read(&history).decided, "{complaint}: {:?}", read(&history));
        }
        for relief in ["that helps, thanks", "already done, thanks!", "it works now", "super, danke"] {
            let history = dialogue(&["Where is my order?", "You see its state in your account.", relief]);
            assert!(!read(&history).decided, "{relief}: {:?}", read(&history));
        }
    }

    #[test]
    fn a_bare_no_to_a_question_of_the_ai_is_an_answer() {
        let history = dialogue(&["My parcel is late", "Is it there by now?", "immer noch nicht"]);
        assert!(!read(&history).decided, "{:?}", read(&history));
    }

    #[test]
    fn another_question_is_progress() {
        let history = dialogue(&[
            "How long does a delivery take?",
            "3 to 5 days.",
            "And what does delivery cost?",
            "Nothing.",
            "Great, thank you",
        ]);
        assert!(!read(&history).decided);
        assert!(!read(&dialogue(&["that doesn't help"])).decided);
    }

    #[test]
    fn a_further_question_about_the_same_thing_is_progress() {
        for [question, answer, further] in [
            ["How long does a delivery take?", "3 to 5 days.", "And what does delivery cost?"],
            ["When do you open?", "At ten.", "And on sundays?"],
            ["Can I return a lamp?", "Yes, within 30 days.", "And what does a return cost?"],
            ["How long is the warranty?", "Two years.", "And what does it cover?"],
            ["Wie lange dauert die Lieferung?", "3 Tage.", "Und was kostet die Lieferung?"],
            ["¿Cuánto tarda el envío?", "3 días.", "¿Y cuánto cuesta?"],
        ] {
            let signal = read(&dialogue(&[question, answer, further]));
            assert!(!signal.decided, "{further}: {signal:?}");
        }
        for [question, answer, again] in [
            ["How long does a delivery take?", "3 to 5 days.", "But how long does delivery take??"],
            ["Where is my order?", "You see its state in your account.", "I asked where my order is"],
        ] {
            let signal = read(&dialogue(&[question, answer, again]));
            assert!(signal.decided, "{again}: {signal:?}");
        }
    }
}
