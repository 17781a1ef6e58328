//! The two things a network is made of here: a layer of weights, and the levelling of rows.

use crate::kernel::{Kernel, PANEL, ROWS_MAX, Sums};

/// A layer: signed bytes and one scale for all, in panels of 32 columns.
pub(crate) struct Dense {
    scale: f32,
    inputs: usize,
    weights: &'static [u8],
}

/// Rows of numbers that may overlap: a row begins every `stride` numbers.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub numbers: &'a [f32],
    pub stride: usize,
    pub count: usize,
}

impl Dense {
    /// Takes its weights off the front of the section.
    pub fn take(section: &mut &'static [u8], scale: f32, inputs: usize, outputs: usize) -> Option<Self> {
        let (weights, rest) = section.split_at_checked(inputs * outputs)?;
        *section = rest;
        Some(Self { scale, inputs, weights })
    }

    /// Multiplies rows by the weights. `each` gets a row's number, the first of 32 columns, and their results.
    pub fn apply(&self, kernel: Kernel, rows: Rows<'_>, mut each: impl FnMut(usize, usize, &[f32; PANEL])) {
        let mut sums: Sums = [[0.0; PANEL]; ROWS_MAX];
        for (place, panel) in self.weights.chunks_exact(self.inputs * PANEL).enumerate() {
            let mut first = 0;
            while first < rows.count {
                let count = (rows.count - first).min(ROWS_MAX);
                kernel.tile(&rows.numbers[first * rows.stride..], rows.stride, count, panel, &mut sums);
                for (row, sums) in sums[..count].iter_mut().enumerate() {
                    sums.iter_mut().for_each(|sum| *sum *= self.scale);
                    each(first + row, place * PANEL, sums);
                }
                first += count;
            }
        }
    }

    /// One row in, one row out.
    pub fn apply_to_one(&self, kernel: Kernel, row: &[f32]) -> Vec<f32> {
        let mut out = vec![0.0; self.weights.len() / self.inputs];
        let rows = Rows { numbers: row, stride: row.len(), count: 1 };
        self.apply(kernel, rows, |_, column, sums| out[column..column + PANEL].copy_from_slice(sums));
        out
    }
}

/// Gain and bias of a layer normalisation.
pub(crate) struct Levelling {
    pub gain: Vec<f32>,
    pub bias: Vec<f32>,
}

const EPSILON: f32 = 1e-12;

impl Levelling {
    /// Brings a row to mean zero and variance one, then to the learned gain and bias.
    pub fn apply(&self, row: &mut [f32]) {
        let count = row.len() as f32;
        let mean = sum(row, |number| number) / count;
        row.iter_mut().for_each(|number| *number -= mean);
        let variance = sum(row, |number| number * number) / count;
        let factor = 1.0 / (variance + EPSILON).sqrt();
        for ((number, gain), bias) in row.iter_mut().zip(&self.gain).zip(&self.bias) {
            *number = *number * factor * gain + bias;
        }
    }
}

/// Summed in sixteen lanes: quicker, and closer to the true sum than one after the other.
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; 16];
    for chunk in row.as_chunks::<16>().0 {
        for lane in 0..16 {
            lanes[lane] += of(chunk[lane]);
        }
    }
    lanes.iter().sum()
}
