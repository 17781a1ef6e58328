//! The forward pass: embeddings, three branches over neighbouring pieces (two, three and five of them), their sum, four dense layers.

use crate::container::Sections;
use crate::kernel::{Kernel, PANEL};
use crate::layers::{Dense, Levelling, Rows};
use crate::table::Table;
use crate::vector::{DIMENSIONS, Vector};

const BRANCHES: usize = 3;
const BRANCH: usize = 256;
const HIDDEN: usize = 320;
const FEATURES: usize = DIMENSIONS + BRANCHES * BRANCH;
/// How many pieces a branch sees at once, and how many of them stand to the left.
const WINDOWS: [(usize, usize); BRANCHES] = [(2, 0), (3, 1), (5, 2)];

pub(crate) struct Network {
    table: Table,
    kernel: Kernel,
    entrances: Vec<Dense>,
    entrance_bias: Vec<f32>,
    entrance_levelling: Levelling,
    branches: Vec<Branch>,
    feature_levelling: Levelling,
    gather: Dense,
    gather_bias: Vec<f32>,
    head: Head,
}

/// Two convolutions, each added to what went into it.
struct Branch {
    window: usize,
    left: usize,
    convolutions: [(Dense, Vec<f32>); 2],
}

/// The layers after the sum, named by what goes in and what comes out.
struct Head {
    sum_to_first: Dense,
    first_to_second: Dense,
    sum_to_second: Dense,
    second_to_third: Dense,
    second_to_out: Dense,
    third_to_out: Dense,
}

impl Network {
    /// `None` when the sections do not have the sizes of this model.
    pub fn open(table: Table, kernel: Kernel, sections: &Sections) -> Option<Self> {
        let mut scales = sections.dense_scales.iter().copied();
        let mut weights = sections.dense;
        let mut dense = |inputs: usize, outputs: usize| Dense::take(&mut weights, scales.next()?, inputs, outputs);
        let mut parameters = sections.parameters.as_slice();
        let mut numbers = |count: usize| {
            let (taken, rest) = parameters.split_at_checked(count)?;
            parameters = rest;
            Some(taken.to_vec())
        };
        let entrances = WINDOWS.iter().map(|_| dense(DIMENSIONS, BRANCH)).collect::<Option<Vec<_>>>()?;
        let mut layers = (0..2).map(|_| WINDOWS.map(|(window, _)| dense(window * BRANCH, BRANCH)));
        let (firsts, seconds) = (layers.next()?, layers.next()?);
        let entrance_bias = numbers(BRANCHES * BRANCH)?;
        let entrance_levelling = Levelling { gain: numbers(BRANCHES * BRANCH)?, bias: numbers(BRANCHES * BRANCH)? };
        let (first_bias, second_bias) = (WINDOWS.map(|_| numbers(BRANCH)), WINDOWS.map(|_| numbers(BRANCH)));
        let branches = std::iter::zip(
            WINDOWS,
            std::iter::zip(std::iter::zip(firsts, first_bias), std::iter::zip(seconds, second_bias)),
        );
        let branches = branches.map(|((window, left), (first, second))| {
            Some(Branch { window, left, convolutions: [(first.0?, first.1?), (second.0?, second.1?)] })
        });
        let network = Self {
            table,
            kernel,
            entrances,
            entrance_bias,
            entrance_levelling,
            branches: branches.collect::<Option<Vec<_>>>()?,
            feature_levelling: Levelling { gain: numbers(FEATURES)?, bias: numbers(FEATURES)? },
            gather: dense(FEATURES, DIMENSIONS)?,
            gather_bias: numbers(DIMENSIONS)?,
            head: Head {
                sum_to_first: dense(DIMENSIONS, HIDDEN)?,
                first_to_second: dense(HIDDEN, HIDDEN)?,
                sum_to_second: dense(DIMENSIONS, HIDDEN)?,
                second_to_third: dense(HIDDEN, DIMENSIONS)?,
                second_to_out: dense(HIDDEN, DIMENSIONS)?,
                third_to_out: dense(DIMENSIONS, DIMENSIONS)?,
            },
        };
        (weights.is_empty() && parameters.is_empty()).then_some(network)
    }

    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// The vector of a text given as rows of the table.
    pub fn run(&self, tokens: &[u32]) -> Vector {
        let count = tokens.len();
        let mut features = vec![0.0; count * FEATURES];
        for (token, row) in tokens.iter().zip(features.chunks_exact_mut(FEATURES)) {
            self.table.read(*token, &mut row[..DIMENSIONS]);
        }
        let entered = self.enter(&features, count);
        for (place, branch) in self.branches.iter().enumerate() {
            let from = DIMENSIONS + place * BRANCH;
            let seen = branch.run(self.kernel, &entered, place * BRANCH, count);
            for (row, seen) in features.chunks_exact_mut(FEATURES).zip(seen.chunks_exact(BRANCH)) {
                row[from..from + BRANCH].copy_from_slice(seen);
            }
        }
        self.finish(&self.gathered(&mut features, count))
    }

    /// What goes into the branches, side by side and levelled together.
    fn enter(&self, features: &[f32], count: usize) -> Vec<f32> {
        const WIDTH: usize = BRANCHES * BRANCH;
        let mut entered = vec![0.0; count * WIDTH];
        for (place, entrance) in self.entrances.iter().enumerate() {
            let rows = Rows { numbers: features, stride: FEATURES, count };
            entrance.apply(self.kernel, rows, |row, column, sums| {
                let from = place * BRANCH + column;
                let out = &mut entered[row * WIDTH + from..][..PANEL];
                out.iter_mut()
                    .zip(sums)
                    .zip(&self.entrance_bias[from..])
                    .for_each(|((out, sum), bias)| *out = sum + bias);
            });
        }
        entered.chunks_exact_mut(WIDTH).for_each(|row| self.entrance_levelling.apply(row));
        entered
    }

    /// The levelled features of all pieces, summed, projected, and divided by the root of their number.
    fn gathered(&self, features: &mut [f32], count: usize) -> Vec<f32> {
        let mut sum = vec![0.0; FEATURES];
        for row in features.chunks_exact_mut(FEATURES) {
            self.feature_levelling.apply(row);
            sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += *number);
        }
        let mut gathered = self.gather.apply_to_one(self.kernel, &sum);
        let count = count as f32;
        for (number, bias) in gathered.iter_mut().zip(&self.gather_bias) {
            *number = (*number + count * bias) / count.sqrt();
        }
        gathered
    }

    fn finish(&self, sum: &[f32]) -> Vector {
        let through = |layer: &Dense, input: &[f32]| layer.apply_to_one(self.kernel, input);
        let first = through(&self.head.sum_to_first, sum).into_iter().map(|number| number.max(0.0)).collect::<Vec<_>>();
        let direct = through(&self.head.sum_to_second, sum);
        let second = through(&self.head.first_to_second, &first).into_iter().zip(direct);
        let second = second.map(|(one, two)| (one + two).max(0.0)).collect::<Vec<_>>();
        let third =
            through(&self.head.second_to_third, &second).into_iter().map(|number| number.max(0.0)).collect::<Vec<_>>();
        let direct = through(&self.head.second_to_out, &second);
        let out = through(&self.head.third_to_out, &third);
        let numbers = std::array::from_fn(|place| (out[place] + direct[place]).tanh());
        Vector::along(numbers).unwrap_or_else(Vector::first_axis)
    }
}

impl Branch {
    /// Runs over the columns of `entered` that begin at `from`. Rows of zeros stand before the first piece and after the last.
    fn run(&self, kernel: Kernel, entered: &[f32], from: usize, count: usize) -> Vec<f32> {
        let padded = (count + self.window - 1) * BRANCH;
        let inside = self.left * BRANCH..(self.left + count) * BRANCH;
        let mut input = vec![0.0; padded];
        let rows = entered.chunks_exact(BRANCHES * BRANCH);
        for (into, row) in input[inside.clone()].chunks_exact_mut(BRANCH).zip(rows) {
            into.copy_from_slice(&row[from..from + BRANCH]);
        }
        for (layer, bias) in &self.convolutions {
            let mut output = input.clone();
            let rows = Rows { numbers: &input, stride: BRANCH, count };
            layer.apply(kernel, rows, |row, column, sums| {
                let out = &mut output[(self.left + row) * BRANCH + column..][..PANEL];
                out.iter_mut()
                    .zip(sums)
                    .zip(&bias[column..])
                    .for_each(|((out, sum), bias)| *out += (sum + bias).max(0.0));
            });
            input = output;
        }
        input[inside].to_vec()
    }
}
