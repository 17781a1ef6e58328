//! Where messages and topics meet: a space in which languages and small talk are taken out, with landmarks of support language
//! around.
//!
//! A topic is its phrase and the landmarks that the phrase is akin to ("refund requests" takes in "give me my money back"); all
//! other landmarks are its rivals. How far a message lies towards a topic is told in deviations of ordinary messages of the same
//! language, so that one border holds for every topic. Landmarks are vectors; `tools/detection/train.py` makes them.
//!
//! May not know the conversation. Invariant: a topic is worked out once and kept, so that hundreds of topics cost two short
//! products per message.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use baton_encoder::{DIMENSIONS, Vector};

use super::language::Language;
use super::reading::vector_of;
use super::weights::{Matrix, Unusable, Weights, dot, to_unit};

/// Most topics that are kept worked out.
const TOPICS_MAX: usize = 4_000;

/// How a phrase is put before it is turned into a vector.
const FRAMES: [&str; 4] = ["{}", "I have a question about {}", "I need help with {}", "This is about {}"];

/// From this likeness on a landmark belongs to a topic, and below that share of it it is a rival.
const AKIN: f32 = 0.5;
const RIVAL_SHARE: f32 = 0.7;

/// Landmarks nearly as akin as the best one count with it.
const NEARLY_BEST: f32 = 0.85;

/// How much the best rival takes away.
const RIVALRY: f32 = 0.6;

/// How much an administrator's examples weigh beside the phrase.
const EXAMPLES: f32 = 1.5;

/// How alike an example and a landmark must be for as much kinship as [`AKIN`].
const AKIN_TO_EXAMPLE: f32 = 0.6;

/// How many deviations the words of a topic are worth when they stand in a message.
const HINT: f32 = 1.5;

/// How much least kinship is needed for the landmarks to weigh as much as the phrase.
const KINSHIP_FULL: f32 = 0.3;

static SPACE: LazyLock<Option<Space>> = LazyLock::new(|| {
    let read = Space::read(include_bytes!("weights/topic.bin"));
    read.inspect_err(|error| tracing::error!(%error, "the topic detector has no weights")).ok()
});
static TOPICS: LazyLock<Mutex<HashMap<String, Arc<Topic>>>> = LazyLock::new(Mutex::default);

/// The trained space.
#[derive(Debug)]
struct Space {
    /// The ordinary message of each language, in the order of [`Language::ALL`].
    ordinary: Matrix,
    /// Directions that say nothing.
    mute: Matrix,
    landmarks: Matrix,
    /// For each landmark what it is akin to: its phrase, or itself.
    names: Matrix,
    /// How much likeness to a name is worth.
    worth: Vec<f32>,
    background: Matrix,
    background_language: Vec<f32>,
    /// Landmarks near a background message, nearest first, and how near they are.
    near: Matrix,
    nearness: Matrix,
    /// Borders for English and for other languages, and how sharply the probability rises.
    calibration: [f32; 3],
}

/// A message in the space.
#[derive(Debug)]
pub struct Place {
    direction: Vec<f32>,
    to_landmarks: Vec<f32>,
    language: Option<Language>,
}

/// A topic worked out.
#[derive(Debug)]
struct Topic {
    direction: Vec<f32>,
    rivals: Vec<bool>,
    /// What ordinary messages of each language score, and how much they differ.
    ordinary: Vec<(f32, f32)>,
}

/// Where a message lies. `None` without weights.
pub fn place(vector: &Vector, language: Option<Language>) -> Option<Place> {
    let space = SPACE.as_ref()?;
    let direction = space.bring(vector, language.unwrap_or(Language::En));
    let to_landmarks = space.landmarks.times(&direction);
    Some(Place { direction, to_landmarks, language })
}

/// The log odds, above those of the border, that a message is about a topic; `hint` is what its words say, from 0 to 1.
pub fn log_odds(place: &Place, phrase: &str, examples: &[String], hint: f32) -> Option<f32> {
    let space = SPACE.as_ref()?;
    let topic = topic(space, phrase, examples)?;
    let (middle, spread) = topic.ordinary[language_number(place.language)];
    let score = topic.score(&place.direction, |landmark| place.to_landmarks[landmark]);
    let [english, other, slope] = space.calibration;
    let border = if place.language.is_none_or(|language| language == Language::En) { english } else { other };
    Some(slope * ((score - middle) / spread + HINT * hint - border))
}

fn topic(space: &Space, phrase: &str, examples: &[String]) -> Option<Arc<Topic>> {
    let key = std::iter::once(phrase).chain(examples.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
    let known = TOPICS.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if known.is_some() {
        return known;
    }
    let topic = Arc::new(space.topic(phrase, examples)?);
    let mut topics = TOPICS.lock().unwrap_or_else(PoisonError::into_inner);
    if topics.len() >= TOPICS_MAX {
        topics.clear();
    }
    topics.insert(key, Arc::clone(&topic));
    Some(topic)
}

impl Space {
    fn read(file: &[u8]) -> Result<Self, Unusable> {
        let mut weights = Weights::read(file)?;
        let near = weights.take("near", NEAR)?;
        Ok(Self {
            ordinary: weights.take("ordinary", DIMENSIONS)?,
            mute: weights.take("mute", DIMENSIONS)?,
            landmarks: weights.take("landmarks", DIMENSIONS)?,
            names: weights.take("names", DIMENSIONS)?,
            worth: weights.take("worth", 1)?.rows().map(|row| row[0]).collect(),
            background: weights.take("background", DIMENSIONS)?,
            background_language: weights.take("background_language", 1)?.rows().map(|row| row[0]).collect(),
            near,
            nearness: weights.take("nearness", NEAR)?,
            calibration: weights.take_row("calibration")?,
        })
    }

    /// Takes the language and the mute directions out.
    fn bring(&self, vector: &Vector, language: Language) -> Vec<f32> {
        let ordinary = self.ordinary.row(language_number(Some(language)));
        let mut direction: Vec<f32> = vector.as_slice().iter().zip(ordinary).map(|(a, b)| a - b).collect();
        to_unit(&mut direction);
        for axis in self.mute.rows() {
            let along = dot(&direction, axis);
            direction.iter_mut().zip(axis).for_each(|(number, axis)| *number -= along * axis);
        }
        to_unit(&mut direction);
        direction
    }

    fn topic(&self, phrase: &str, examples: &[String]) -> Option<Topic> {
        let framed: Vec<Vector> =
            FRAMES.iter().map(|frame| vector_of(&frame.replace("{}", phrase))).collect::<Option<_>>()?;
        let mut direction = self.bring(&Vector::mean(&framed)?, Language::En);
        let mut kinship: Vec<f32> = self
            .names
            .times(&direction)
            .into_iter()
            .zip(&self.worth)
            .map(|(likeness, worth)| likeness * worth)
            .collect();
        add(&mut direction, 1.0, &self.kin(&kinship));
        if let Some(example) = self.example(examples) {
            add(&mut direction, EXAMPLES, &example);
            let alike = self.landmarks.times(&example);
            kinship.iter_mut().zip(alike).for_each(|(kin, alike)| *kin = kin.max(alike * AKIN / AKIN_TO_EXAMPLE));
        }
        let rivals: Vec<bool> = kinship.iter().map(|kin| *kin < AKIN * RIVAL_SHARE).collect();
        let mut topic = Topic { direction, rivals, ordinary: Vec::new() };
        topic.ordinary = self.ordinary_scores(&topic);
        Some(topic)
    }

    /// The middle of the landmarks that a topic is akin to.
    fn kin(&self, kinship: &[f32]) -> Vec<f32> {
        let best = kinship.iter().copied().fold(AKIN, f32::max);
        let mut sum = vec![0.0; DIMENSIONS];
        let mut weights = 0.0;
        for (landmark, kin) in
            self.landmarks.rows().zip(kinship).filter(|(_, kin)| **kin > AKIN && **kin >= NEARLY_BEST * best)
        {
            let weight = kin * kin;
            weights += weight;
            sum.iter_mut().zip(landmark).for_each(|(sum, number)| *sum += weight * number);
        }
        sum.iter_mut().for_each(|number| *number /= f32::max(weights, KINSHIP_FULL));
        sum
    }

    fn example(&self, examples: &[String]) -> Option<Vec<f32>> {
        let mut sum = vec![0.0; DIMENSIONS];
        for example in examples {
            let language = super::language::detect(example).unwrap_or(Language::En);
            add_plain(&mut sum, &self.bring(&vector_of(example)?, language));
        }
        to_unit(&mut sum);
        (!examples.is_empty()).then_some(sum)
    }

    fn ordinary_scores(&self, topic: &Topic) -> Vec<(f32, f32)> {
        let mut scores: Vec<Vec<f32>> = vec![Vec::new(); Language::ALL.len()];
        for (at, message) in self.background.rows().enumerate() {
            let nearest = self.near.row(at).iter().zip(self.nearness.row(at));
            let rival =
                nearest.filter(|(landmark, _)| topic.rivals[index(**landmark)]).map(|(_, nearness)| *nearness).next();
            let score = dot(message, &topic.direction) - RIVALRY * rival.unwrap_or(0.0);
            scores[index(self.background_language[at])].push(score);
        }
        scores.iter().map(|scores| middle_and_spread(scores)).collect()
    }
}

impl Topic {
    fn score(&self, direction: &[f32], to_landmark: impl Fn(usize) -> f32) -> f32 {
        let rivals = self.rivals.iter().enumerate().filter(|(_, rival)| **rival);
        let best = rivals.map(|(landmark, _)| to_landmark(landmark)).fold(-1.0, f32::max);
        dot(direction, &self.direction) - RIVALRY * best
    }
}

/// Landmarks that are kept for each background message.
const NEAR: usize = 12;

fn language_number(language: Option<Language>) -> usize {
    let language = language.unwrap_or(Language::En);
    Language::ALL.iter().position(|other| *other == language).unwrap_or(0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers kept as floats")]
fn index(number: f32) -> usize {
    number as usize
}

fn add(direction: &mut [f32], weight: f32, other: &[f32]) {
    direction.iter_mut().zip(other).for_each(|(number, other)| *number += weight * other);
    to_unit(direction);
}

fn add_plain(sum: &mut [f32], other: &[f32]) {
    sum.iter_mut().zip(other).for_each(|(sum, number)| *sum += number);
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred messages")]
fn middle_and_spread(scores: &[f32]) -> (f32, f32) {
    let count = scores.len().max(1) as f32;
    let middle = scores.iter().sum::<f32>() / count;
    let spread = (scores.iter().map(|score| (score - middle).powi(2)).sum::<f32>() / count).sqrt();
    (middle, spread.max(1e-3))
}
