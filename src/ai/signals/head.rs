//! A trained judgement of one message: meaning, pieces of words and style, each with its weight; and how near it lies to messages
//! whose answer is known.
//!
//! May not read the conversation; a detector adds up what heads say of its turns. The weights are data, made by
//! `tools/detection/train.py`.
//!
//! Invariant: the probability passes the detector's threshold exactly where the head was calibrated to decide.

use super::grams::BUCKETS;
use super::normalise::is_boundary;
use super::reading::Reading;
use super::style;
use super::weights::{Matrix, Unusable, Weights, dot};

/// Most words that are named as the cause.
const CAUSES_MAX: usize = 5;

/// The weights of one detector.
#[derive(Debug)]
pub struct Head {
    vector: Vec<f32>,
    style: [f32; style::COUNT],
    grams: Vec<f32>,
    known: Known,
    bias: f32,
    /// Where it decides, and how sharply the probability rises there.
    border: f32,
    slope: f32,
    threshold: f32,
}

impl Head {
    /// Reads the weights; `threshold` is the probability that the border is to have.
    pub fn read(file: &[u8], threshold: f32) -> Result<Self, Unusable> {
        let mut weights = Weights::read(file)?;
        let [bias, border, slope] = weights.take_row("calibration")?;
        Ok(Self {
            known: Known::take(&mut weights)?,
            vector: weights.take("vector", baton_encoder::DIMENSIONS)?.row(0).to_vec(),
            style: weights.take_row("style")?,
            grams: weights.take("grams", BUCKETS)?.row(0).to_vec(),
            bias,
            border,
            slope,
            threshold,
        })
    }

    /// Reads weights that are part of the program. Without them the detector falls back on words; a test makes sure that
    /// this never happens.
    pub fn embedded(file: &[u8], threshold: f32) -> Option<Self> {
        Self::read(file, threshold).inspect_err(|error| tracing::error!(%error, "a detector has no weights")).ok()
    }

    /// The probability for a message, if its meaning is known.
    pub fn probability(&self, reading: &Reading) -> Option<f32> {
        let vector = reading.vector.as_ref()?;
        let words: f32 = reading.grams.iter().map(|gram| gram.weight * self.grams[usize::from(gram.bucket)]).sum();
        let apart = self.bias + dot(vector.as_slice(), &self.vector) + dot(&reading.style, &self.style) + words;
        let score = apart + self.known.weigh(vector.as_slice(), &reading.style);
        let odds = self.slope * (score - self.border) + (self.threshold / (1.0 - self.threshold)).ln();
        Some(1.0 / (1.0 + (-odds).exp()))
    }

    /// The words that speak for it most, in the order in which they were written.
    pub fn causes(&self, reading: &Reading) -> Vec<String> {
        let mut weights = vec![0.0_f32; reading.tokens.len()];
        for gram in &reading.grams {
            weights[usize::from(gram.word)] += gram.weight * self.grams[usize::from(gram.bucket)];
        }
        let mut heaviest: Vec<usize> = (0..weights.len()).filter(|at| weights[*at] > 0.0).collect();
        heaviest.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        let strongest = heaviest.first().map_or(0.0, |at| weights[*at]);
        let mut named: Vec<usize> =
            heaviest.into_iter().take(CAUSES_MAX).filter(|at| weights[*at] * 4.0 >= strongest).collect();
        named.sort_unstable();
        neighbours(&named, &reading.tokens)
    }
}

/// Messages whose answer is known, as directions of meaning and numbers of style: no text can be read out of them.
#[derive(Debug)]
struct Known {
    vectors: Matrix,
    styles: Matrix,
    /// How strongly each speaks, and for which answer.
    weights: Vec<f32>,
    /// The square of each vector's length, which rounding has made a little more or less than one.
    squares: Vec<f32>,
    /// How fast nearness fades with a difference in meaning, and in style.
    reach: [f32; 2],
}

impl Known {
    fn take(from: &mut Weights) -> Result<Self, Unusable> {
        let vectors = from.take("known", baton_encoder::DIMENSIONS)?;
        let styles = from.take("known_style", style::COUNT)?;
        let weights: Vec<f32> = from.take("known_weight", 1)?.rows().map(|row| row[0]).collect();
        let squares: Vec<f32> = vectors.rows().map(|row| dot(row, row)).collect();
        match squares.len() == weights.len() && styles.rows().len() == weights.len() {
            true => Ok(Self { vectors, styles, weights, squares, reach: from.take_row("reach")? }),
            false => Err(Unusable::Missing("known")),
        }
    }

    fn weigh(&self, vector: &[f32], style: &[f32; style::COUNT]) -> f32 {
        let own = dot(vector, vector);
        let known = self.vectors.rows().zip(self.styles.rows()).zip(self.weights.iter().zip(&self.squares));
        known
            .map(|((meaning, manner), (weight, square))| {
                let meant = own + square - 2.0 * dot(vector, meaning);
                let said = dot(style, style) + dot(manner, manner) - 2.0 * dot(style, manner);
                weight * (-self.reach[0] * meant - self.reach[1] * said).exp()
            })
            .sum()
    }
}

/// Words that stand side by side are one cause.
fn neighbours(named: &[usize], tokens: &[String]) -> Vec<String> {
    let together = named.chunk_by(|a, b| *b == a + 1);
    together
        .map(|run| {
            let words: Vec<&str> =
                run.iter().map(|at| tokens[*at].as_str()).filter(|token| !is_boundary(token)).collect();
            words.join(if words.iter().all(|word| crate::ai::words::is_unspaced(word)) { "" } else { " " })
        })
        .collect()
}
