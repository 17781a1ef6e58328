//! The kernel for every machine. Written so that a compiler can do several columns at once with whatever the target has.
//!
//! No `mul_add`: without an instruction for it, it is a call into a library and twenty times slower.

use super::{PANEL, Sums};

/// As many columns as fit into the sixteen registers of the oldest x86-64, with four rows.
const COLUMNS: usize = 8;

pub(super) fn tile(rows: &[f32], stride: usize, count: usize, panel: &[[u8; PANEL]], sums: &mut Sums) {
    match count {
        1 => block::<1>(rows, stride, panel, sums),
        2 => block::<2>(rows, stride, panel, sums),
        3 => block::<3>(rows, stride, panel, sums),
        4 => block::<4>(rows, stride, panel, sums),
        5 => block::<5>(rows, stride, panel, sums),
        _ => block::<6>(rows, stride, panel, sums),
    }
}

fn block<const ROWS: usize>(rows: &[f32], stride: usize, panel: &[[u8; PANEL]], sums: &mut Sums) {
    let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &rows[row * stride..][..panel.len()]);
    for first in (0..PANEL).step_by(COLUMNS) {
        let mut block = [[0.0_f32; COLUMNS]; ROWS];
        for (place, weights) in panel.iter().enumerate() {
            let mut numbers = [0.0_f32; COLUMNS];
            for (number, weight) in numbers.iter_mut().zip(&weights[first..first + COLUMNS]) {
                *number = f32::from(weight.cast_signed());
            }
            for (sums, row) in block.iter_mut().zip(&rows) {
                let input = row[place];
                for (sum, number) in sums.iter_mut().zip(&numbers) {
                    *sum += input * number;
                }
            }
        }
        for (sums, block) in sums.iter_mut().zip(&block) {
            sums[first..first + COLUMNS].copy_from_slice(block);
        }
    }
}
