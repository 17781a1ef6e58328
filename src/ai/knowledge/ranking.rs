//! Ranks texts by how well they answer a question: by their words, by runs of letters, and by meaning.
//!
//! May not know articles or read files: texts are handed in, in the units that stand alone (a line, a sentence), with the vectors of
//! their meaning or without. Two kinds of text are ranked differently. *Phrasings* are short lines that each say the same
//! thing, as in a list of questions and answers: the middle of their meanings counts. In *prose* each sentence says something
//! else: the nearest one counts, and words count more.
//!
//! Invariant: the same texts and the same question give the same order; equal scores are ordered by name.

use std::collections::BTreeMap;

use baton_encoder::{Encoder, Vector};

use super::bags::Bags;
use super::grams::grams;
use super::metric::Point;
use super::passage;
use crate::ai::signals::language::{self, Language};
use crate::ai::signals::normalise;
use crate::ai::words;

/// Words of a question that are looked at.
const QUERY_WORDS_MAX: usize = 64;

/// A line of more words is read sentence by sentence.
const LINE_WORDS_MAX: usize = 24;

/// Phrasings have at least so many lines, of so many words at most on average.
const PHRASINGS_MIN: usize = 3;
const PHRASING_WORDS_MAX: usize = 14;

/// What a text in the language of the question gains over the same in another.
const SAME_LANGUAGE: f32 = 0.15;

/// Texts to choose from.
#[derive(Debug)]
pub struct Ranker<Name> {
    texts: BTreeMap<Name, Text>,
    words: Bags<Name>,
    grams: Bags<Name>,
    unit_words: Bags<(Name, usize)>,
    unit_grams: Bags<(Name, usize)>,
    languages: BTreeMap<Language, usize>,
}

#[derive(Debug)]
struct Text {
    units: usize,
    language: Option<Language>,
    is_phrasings: bool,
    meaning: Option<Meaning>,
}

/// What a text means: as a whole, and unit by unit.
#[derive(Debug, Clone)]
pub struct Meaning {
    whole: Vector,
    units: Vec<Vector>,
    points: Vec<Point>,
    middle: Point,
}

/// One text that may answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked<Name> {
    /// Which text.
    pub name: Name,
    /// How likely it is to be the right one, 0 to 1, seen alone.
    pub score: f32,
}

/// The texts that may answer a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking<Name> {
    /// Best first.
    pub ranked: Vec<Ranked<Name>>,
    /// How likely the first one answers, 0 to 1: its score, and how far it is ahead.
    pub confidence: f32,
}

/// From this confidence on, the first text is an answer.
pub const ANSWERABLE: f32 = 0.5;

/// What was asked.
#[derive(Debug, Clone)]
pub struct Question {
    tokens: Vec<String>,
    language: Option<Language>,
    meaning: Option<(Vector, Point)>,
}

impl Question {
    /// Reads a question. Without an encoder it is known by its words alone.
    pub fn read(text: &str, language: Option<Language>, encoder: Option<&Encoder>) -> Self {
        let text = normalise::clean(text);
        let meaning = encoder.map(|encoder| encoder.encode(&text)).map(|vector| (vector.clone(), Point::of(&vector)));
        Self { tokens: normalise::tokens(&text), language: language.or_else(|| language::detect(&text)), meaning }
    }
}

impl Meaning {
    /// Reads the units of a text. This takes about a millisecond a unit.
    pub fn of(units: &[String], encoder: &Encoder) -> Self {
        let whole = encoder.encode(&units.join("\n"));
        let units: Vec<Vector> = units.iter().map(|unit| encoder.encode(unit)).collect();
        let points: Vec<Point> = units.iter().map(Point::of).collect();
        Self { middle: Point::middle(&points), whole, units, points }
    }
}

/// The units of a plain text: its lines, and the sentences of long ones.
pub fn units(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let units = lines.flat_map(|line| match normalise::tokens(line).len() {
        0..=LINE_WORDS_MAX => vec![line.to_owned()],
        _ => passage::sentences(line),
    });
    units.collect()
}

impl<Name: Ord + Copy> Default for Ranker<Name> {
    fn default() -> Self {
        Self {
            texts: BTreeMap::new(),
            words: Bags::new(0.5),
            grams: Bags::new(0.5),
            unit_words: Bags::new(0.3),
            unit_grams: Bags::new(0.3),
            languages: BTreeMap::new(),
        }
    }
}

impl<Name: Ord + Copy> Ranker<Name> {
    /// Adds a text or replaces it. Its meaning may come later.
    pub fn insert(&mut self, name: Name, units: &[String], language: Option<Language>, meaning: Option<Meaning>) {
        self.remove(name);
        let (mut all_words, mut all_grams, mut count) = (Vec::new(), Vec::new(), 0);
        for (place, unit) in units.iter().enumerate() {
            let tokens = normalise::tokens(&normalise::clean(unit));
            let (words, grams) = (terms(&tokens, language.unwrap_or(Language::En)), grams(&tokens));
            count += tokens.len();
            all_words.extend(words.iter().cloned());
            all_grams.extend(grams.iter().cloned());
            self.unit_words.insert((name, place), words);
            self.unit_grams.insert((name, place), grams);
        }
        self.words.insert(name, all_words);
        self.grams.insert(name, all_grams);
        if let Some(language) = language {
            *self.languages.entry(language).or_default() += 1;
        }
        let is_phrasings = units.len() >= PHRASINGS_MIN && count <= PHRASING_WORDS_MAX * units.len();
        self.texts.insert(name, Text { units: units.len(), language, is_phrasings, meaning });
    }

    /// Takes a text out.
    pub fn remove(&mut self, name: Name) {
        let Some(text) = self.texts.remove(&name) else { return };
        for place in 0..text.units {
            self.unit_words.remove((name, place));
            self.unit_grams.remove((name, place));
        }
        self.words.remove(name);
        self.grams.remove(name);
        if let Some(language) = text.language {
            self.languages.entry(language).and_modify(|count| *count -= 1);
            self.languages.retain(|_, count| *count > 0);
        }
    }

    /// Tells what a text means.
    pub fn understand(&mut self, name: Name, meaning: Meaning) {
        if let Some(text) = self.texts.get_mut(&name) {
            text.meaning = Some(meaning);
        }
    }

    /// The texts by how well they answer. Only those that `admits` are looked at.
    pub fn rank(&self, question: &Question, admits: impl Fn(Name) -> bool) -> Ranking<Name> {
        let evidence = Evidence::gather(self, question);
        let candidates = self.texts.iter().filter(|(name, _)| admits(**name));
        let mut ranked: Vec<(Ranked<Name>, Scale)> = candidates
            .map(|(name, text)| {
                let scale = Scale::of(text, question);
                let favour =
                    if text.language.is_some() && text.language == question.language { SAME_LANGUAGE } else { 0.0 };
                let score = scale.likelihood(evidence.weigh(*name, text, question) + favour);
                (Ranked { name: *name, score }, scale)
            })
            .collect();
        ranked.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score).then(a.name.cmp(&b.name)));
        let confidence = ranked.first().map_or(0.0, |(best, scale)| {
            scale.confidence(best.score, ranked.get(1).map_or(0.0, |(second, _)| second.score))
        });
        Ranking { ranked: ranked.into_iter().map(|(ranked, _)| ranked).collect(), confidence }
    }

    /// For each word of a question, the terms by which texts may know it.
    fn wanted(&self, question: &Question) -> Vec<Vec<String>> {
        let asked = question.language.unwrap_or(Language::En);
        let spoken: Vec<Language> = std::iter::once(asked).chain(self.languages.keys().copied()).collect();
        let mut wanted: Vec<Vec<String>> = Vec::new();
        for (token, concept) in
            question.tokens.iter().zip(words::concept_of_each(&question.tokens)).take(QUERY_WORDS_MAX)
        {
            if words::is_unspaced(token) || words::terms_of(std::slice::from_ref(token), asked).is_empty() {
                continue;
            }
            let mut terms: Vec<String> = spoken.iter().map(|language| words::stem(token, *language)).collect();
            terms.extend(concept);
            terms.sort_unstable();
            terms.dedup();
            if !wanted.contains(&terms) {
                wanted.push(terms);
            }
        }
        let pairs = words::terms_of(&question.tokens, asked).into_iter().filter(|term| words::is_unspaced(&term.word));
        wanted.extend(pairs.take(QUERY_WORDS_MAX).map(|pair| vec![pair.stem]));
        wanted
    }
}

/// The terms by which a text is found.
fn terms(tokens: &[String], language: Language) -> Vec<String> {
    let mut terms: Vec<String> = words::terms_of(tokens, language).into_iter().map(|term| term.stem).collect();
    terms.extend(words::concepts(tokens));
    terms
}

/// What the words of a question found.
struct Evidence<Name> {
    words: BTreeMap<Name, f32>,
    grams: BTreeMap<Name, f32>,
    unit_words: BTreeMap<Name, f32>,
    unit_grams: BTreeMap<Name, f32>,
}

impl<Name: Ord + Copy> Evidence<Name> {
    fn gather(ranker: &Ranker<Name>, question: &Question) -> Self {
        let words = ranker.wanted(question);
        let mut grams: Vec<Vec<String>> = grams(&question.tokens).into_iter().map(|gram| vec![gram]).collect();
        grams.sort_unstable();
        grams.dedup();
        Self {
            words: ranker.words.shares(&words),
            grams: ranker.grams.shares(&grams),
            unit_words: best_unit(ranker.unit_words.shares(&words)),
            unit_grams: best_unit(ranker.unit_grams.shares(&grams)),
        }
    }

    /// How well one text fits, on the scale of its kind.
    fn weigh(&self, name: Name, text: &Text, question: &Question) -> f32 {
        let of = |shares: &BTreeMap<Name, f32>| shares.get(&name).copied().unwrap_or_default();
        let (words, grams) = (of(&self.words), of(&self.grams));
        let found = words + grams + of(&self.unit_words) + of(&self.unit_grams);
        let (Some(meaning), Some((vector, point))) = (&text.meaning, &question.meaning) else { return found / 4.0 };
        let whole = meaning.whole.cosine(vector);
        if text.is_phrasings {
            let nearest = meaning.points.iter().map(|unit| unit.nearness(point)).fold(0.0, f32::max);
            return meaning.middle.nearness(point) + 0.5 * nearest + 0.5 * whole + 0.15 * words + 0.25 * grams;
        }
        let nearest = meaning.units.iter().map(|unit| unit.cosine(vector)).fold(0.0, f32::max);
        nearest + 0.5 * whole + 0.5 * found
    }
}

fn best_unit<Name: Ord + Copy>(shares: BTreeMap<(Name, usize), f32>) -> BTreeMap<Name, f32> {
    let mut best: BTreeMap<Name, f32> = BTreeMap::new();
    for ((name, _), share) in shares {
        best.entry(name).and_modify(|before| *before = before.max(share)).or_insert(share);
    }
    best
}

/// From a fit to a likelihood. The numbers were fitted to questions with known answers, for each way in which a text can be weighed.
#[derive(Debug, Clone, Copy)]
enum Scale {
    Phrasings,
    Prose,
    Words,
}

impl Scale {
    fn of(text: &Text, question: &Question) -> Self {
        match (&text.meaning, &question.meaning) {
            (Some(_), Some(_)) if text.is_phrasings => Self::Phrasings,
            (Some(_), Some(_)) => Self::Prose,
            _ => Self::Words,
        }
    }

    fn likelihood(self, fit: f32) -> f32 {
        let (slope, middle) = match self {
            Self::Phrasings => (6.0, 1.0),
            Self::Prose => (4.0, 1.5),
            Self::Words => (6.0, 0.5),
        };
        logistic(slope * (fit - middle))
    }

    fn confidence(self, best: f32, second: f32) -> f32 {
        let _ = second;
        best
    }
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
