//! Ranks texts by how well they answer a question: by their words, by runs of letters, and by meaning.
//!
//! May not know articles or read files: texts are handed in, in the units that stand alone (a line, a sentence), with the vectors of
//! their meaning or without. Two kinds of text are ranked differently. *Phrasings* are short lines that each say the same
//! thing, as in a list of questions and answers: the middle of their meanings counts. In *prose* each sentence says something
//! else: the nearest one counts, and words count more. All texts of a ranker are ranked as most of them are, so that their scores
//! compare.
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

/// So many lines of ordinary length are phrasings of one thing.
const PHRASINGS_MIN: usize = 3;

/// What a text in the language of the question gains over the same in another.
const SAME_LANGUAGE: f32 = 0.15;

/// What a text in another language lacks, at the same certainty, because it shares no words with the question.
const IN_TRANSLATION: f32 = 0.7;

/// Texts to choose from.
#[derive(Debug)]
pub struct Ranker<Name> {
    texts: BTreeMap<Name, Text>,
    words: Bags<Name>,
    grams: Bags<Name>,
    unit_words: Bags<(Name, usize)>,
    unit_grams: Bags<(Name, usize)>,
    languages: BTreeMap<Language, usize>,
    phrasings: usize,
    without_meaning: usize,
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
    pub fn of(units: &Units, encoder: &Encoder) -> Self {
        let whole = encoder.encode(&units.texts.join("\n"));
        let units: Vec<Vector> = units.texts.iter().map(|unit| encoder.encode(unit)).collect();
        let points: Vec<Point> = units.iter().map(Point::of).collect();
        Self { middle: Point::middle(&points), whole, units, points }
    }

    /// How near the nearest of the units is.
    pub fn nearness(&self, vector: &Vector) -> f32 {
        self.units.iter().map(|unit| unit.cosine(vector)).fold(0.0, f32::max)
    }
}

/// A text in the units that stand alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units {
    /// Lines or sentences.
    pub texts: Vec<String>,
    /// Whether they all say the same thing.
    pub are_phrasings: bool,
}

impl Units {
    /// The units of a plain text: its lines, and the sentences of long ones. Lines of ordinary length are phrasings, and so is whatever
    /// asks in every fourth sentence.
    pub fn of_plain(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let units = lines.iter().flat_map(|line| match normalise::tokens(line).len() {
            0..=LINE_WORDS_MAX => vec![(*line).to_owned()],
            _ => passage::sentences(line),
        });
        let texts: Vec<String> = units.collect();
        let asking = texts.iter().filter(|unit| unit.contains(['?', '\u{FF1F}', '\u{61F}'])).count();
        let in_lines = lines.len() >= PHRASINGS_MIN && texts.len() * 2 <= lines.len() * 3;
        Self { are_phrasings: in_lines || texts.len() > 1 && asking * 4 >= texts.len(), texts }
    }
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
            phrasings: 0,
            without_meaning: 0,
        }
    }
}

impl<Name: Ord + Copy> Ranker<Name> {
    /// Adds a text or replaces it. Its meaning may come later.
    pub fn insert(&mut self, name: Name, units: &Units, language: Option<Language>, meaning: Option<Meaning>) {
        self.remove(name);
        let (mut all_words, mut all_grams) = (Vec::new(), Vec::new());
        for (place, unit) in units.texts.iter().enumerate() {
            let tokens = normalise::tokens(&normalise::clean(unit));
            let (words, grams) = (terms(&tokens, language.unwrap_or(Language::En)), grams(&tokens));
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
        self.phrasings += usize::from(units.are_phrasings);
        self.without_meaning += usize::from(meaning.is_none());
        self.texts
            .insert(name, Text { units: units.texts.len(), language, is_phrasings: units.are_phrasings, meaning });
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
        self.phrasings -= usize::from(text.is_phrasings);
        self.without_meaning -= usize::from(text.meaning.is_none());
        if let Some(language) = text.language {
            self.languages.entry(language).and_modify(|count| *count -= 1);
            self.languages.retain(|_, count| *count > 0);
        }
    }

    /// Tells what a text means.
    pub fn understand(&mut self, name: Name, meaning: Meaning) {
        if let Some(text) = self.texts.get_mut(&name) {
            self.without_meaning -= usize::from(text.meaning.is_none());
            text.meaning = Some(meaning);
        }
    }

    /// Whether every text is known by its meaning.
    pub fn is_understood(&self) -> bool {
        self.without_meaning == 0
    }

    /// The texts by how well they answer, the best one of each group. Texts without a group are left out. `more` is what else speaks for a
    /// text; as much as the same language is 0.15.
    pub fn rank<Group: Ord>(
        &self,
        question: &Question,
        group: impl Fn(Name) -> Option<Group>,
        more: impl Fn(Name) -> f32,
    ) -> Ranking<Name> {
        let evidence = Evidence::gather(self, question);
        let scale = self.scale(question);
        let mut best: BTreeMap<Group, (Name, f32)> = BTreeMap::new();
        for (name, text) in &self.texts {
            let Some(group) = group(*name) else { continue };
            let fit = evidence.weigh(scale, *name, text, question) + favour(text, question) + more(*name);
            let before = best.entry(group).or_insert((*name, fit));
            if fit > before.1 {
                *before = (*name, fit);
            }
        }
        let mut fits: Vec<(Name, f32)> = best.into_values().collect();
        fits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let second = fits.get(1).map_or(0.0, |(_, fit)| *fit);
        let confidence = fits.first().map_or(0.0, |(name, fit)| {
            let foreign = self.texts.get(name).is_some_and(|text| is_foreign(text, question));
            scale.confidence(*fit, second, if foreign { IN_TRANSLATION } else { 0.0 })
        });
        let ranked = fits.into_iter().map(|(name, fit)| Ranked { name, score: scale.likelihood(fit) });
        Ranking { ranked: ranked.collect(), confidence }
    }

    /// Texts are weighed by meaning only when all of them have one: else those without would never be found.
    fn scale(&self, question: &Question) -> Scale {
        let by_meaning = question.meaning.is_some() && self.without_meaning == 0;
        match (by_meaning, self.phrasings * 2 > self.texts.len()) {
            (true, true) => Scale::Phrasings,
            (true, false) => Scale::Prose,
            (false, true) => Scale::WordsOfPhrasings,
            (false, false) => Scale::WordsOfProse,
        }
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
        // "How long till it gets here" names delivery with small words alone.
        for concept in words::concepts(&question.tokens) {
            if !wanted.iter().any(|terms| terms.contains(&concept)) {
                wanted.push(vec![concept]);
            }
        }
        wanted
    }
}

/// What a text gains that needs no translation.
fn favour(text: &Text, question: &Question) -> f32 {
    if text.language.is_some() && text.language == question.language { SAME_LANGUAGE } else { 0.0 }
}

fn is_foreign(text: &Text, question: &Question) -> bool {
    text.language.zip(question.language).is_some_and(|(text, question)| text != question)
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

    /// How well one text fits.
    fn weigh(&self, scale: Scale, name: Name, text: &Text, question: &Question) -> f32 {
        let of = |shares: &BTreeMap<Name, f32>| shares.get(&name).copied().unwrap_or_default();
        let (words, grams) = (of(&self.words), of(&self.grams));
        let (unit_words, unit_grams) = (of(&self.unit_words), of(&self.unit_grams));
        let (Some(meaning), Some((vector, point))) = (&text.meaning, &question.meaning) else {
            return (words + grams + unit_words + unit_grams) / 4.0;
        };
        let whole = meaning.whole.cosine(vector);
        match scale {
            Scale::Phrasings => {
                let nearest = meaning.points.iter().map(|unit| unit.nearness(point)).fold(0.0, f32::max);
                meaning.middle.nearness(point) + 0.5 * nearest + 0.5 * whole + 0.15 * words + 0.25 * grams
            }
            Scale::Prose => {
                let nearest = meaning.units.iter().map(|unit| unit.cosine(vector)).fold(0.0, f32::max);
                nearest + 0.5 * whole + 0.7 * (words + grams) + 0.4 * (unit_words + unit_grams)
            }
            Scale::WordsOfPhrasings | Scale::WordsOfProse => (words + grams + unit_words + unit_grams) / 4.0,
        }
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
    /// The same without meanings.
    WordsOfPhrasings,
    WordsOfProse,
}

impl Scale {
    /// Slope and offset of the likelihood that a text is the right one.
    fn alone(self) -> (f32, f32) {
        match self {
            Self::Phrasings => (4.06, -5.61),
            Self::Prose => (3.21, -4.87),
            Self::WordsOfPhrasings => (4.0, -2.91),
            Self::WordsOfProse => (8.9, -4.77),
        }
    }

    /// Slope, slope of the lead over the next text, and offset of the likelihood that the first text is the right one.
    fn leading(self) -> (f32, f32, f32) {
        match self {
            Self::Phrasings => (4.06, 0.0, -5.26),
            Self::Prose => (1.53, 4.36, -3.87),
            Self::WordsOfPhrasings => (2.57, 5.63, -2.77),
            Self::WordsOfProse => (3.83, 12.9, -3.52),
        }
    }

    fn likelihood(self, fit: f32) -> f32 {
        let (slope, offset) = self.alone();
        logistic(slope * fit + offset)
    }

    fn confidence(self, best: f32, second: f32, allowance: f32) -> f32 {
        let (slope, lead, offset) = self.leading();
        logistic(slope * (best + allowance) + lead * (best - second) + offset)
    }
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
