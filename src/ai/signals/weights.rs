//! Reads the numbers that `tools/detection/train.py` wrote: named matrices, each as 32-bit floats or as small integers with one
//! scale per row.
//!
//! May not know what the numbers are for. Invariant: a file that is cut off, damaged or of another form gives an error that says
//! so, never half of a matrix.

use std::collections::HashMap;

pub use baton_encoder::dot;

/// How every file begins.
const MAGIC: &[u8; 8] = b"BATONW1\n";

/// Rows of numbers.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Numbers in a row.
    pub columns: usize,
    numbers: Vec<f32>,
}

impl Matrix {
    /// One row.
    pub fn row(&self, at: usize) -> &[f32] {
        &self.numbers[at * self.columns..(at + 1) * self.columns]
    }

    /// Every row.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.numbers.chunks_exact(self.columns.max(1))
    }

    /// The product with a column of numbers.
    pub fn times(&self, column: &[f32]) -> Vec<f32> {
        self.rows().map(|row| dot(row, column)).collect()
    }
}

/// The matrices of a file.
#[derive(Debug, Default)]
pub struct Weights(HashMap<String, Matrix>);

/// A file of weights that can not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The file ends too early or is not one of ours.
    #[error("the file of weights is cut off or damaged")]
    Damaged,
    /// A matrix that is needed is not there, or has another size.
    #[error("the file of weights has no fitting `{0}`; run tools/detection/train.py again")]
    Missing(&'static str),
}

impl Weights {
    /// Reads a file.
    pub fn read(mut file: &[u8]) -> Result<Self, Unusable> {
        if take(&mut file, MAGIC.len())? != MAGIC {
            return Err(Unusable::Damaged);
        }
        let mut matrices = HashMap::new();
        while !file.is_empty() {
            let length = usize::from(take(&mut file, 1)?[0]);
            let name = std::str::from_utf8(take(&mut file, length)?).map_err(|_| Unusable::Damaged)?.to_owned();
            let small = take(&mut file, 1)?[0] == 1;
            let (rows, columns) = (count(&mut file)?, count(&mut file)?);
            let numbers =
                if small { small_numbers(&mut file, rows, columns)? } else { floats(&mut file, rows, columns)? };
            matrices.insert(name, Matrix { columns, numbers });
        }
        Ok(Self(matrices))
    }

    /// Takes a matrix of so many columns out.
    pub fn take(&mut self, name: &'static str, columns: usize) -> Result<Matrix, Unusable> {
        self.0.remove(name).filter(|matrix| matrix.columns == columns).ok_or(Unusable::Missing(name))
    }

    /// Takes a single row out.
    pub fn take_row<const N: usize>(&mut self, name: &'static str) -> Result<[f32; N], Unusable> {
        self.take(name, N)?.numbers.try_into().map_err(|_| Unusable::Missing(name))
    }
}

/// Brings numbers to length one.
pub fn to_unit(numbers: &mut [f32]) {
    let length = dot(numbers, numbers).sqrt();
    if length > 1e-6 {
        numbers.iter_mut().for_each(|number| *number /= length);
    }
}

fn take<'a>(file: &mut &'a [u8], bytes: usize) -> Result<&'a [u8], Unusable> {
    let (head, rest) = file.split_at_checked(bytes).ok_or(Unusable::Damaged)?;
    *file = rest;
    Ok(head)
}

fn count(file: &mut &[u8]) -> Result<usize, Unusable> {
    let four = take(file, 4)?.first_chunk::<4>().ok_or(Unusable::Damaged)?;
    Ok(u32::from_le_bytes(*four) as usize)
}

fn floats(file: &mut &[u8], rows: usize, columns: usize) -> Result<Vec<f32>, Unusable> {
    let bytes = rows.checked_mul(columns).and_then(|count| count.checked_mul(4)).ok_or(Unusable::Damaged)?;
    let numbers: Vec<f32> = take(file, bytes)?.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    if numbers.iter().all(|number| number.is_finite()) { Ok(numbers) } else { Err(Unusable::Damaged) }
}

fn small_numbers(file: &mut &[u8], rows: usize, columns: usize) -> Result<Vec<f32>, Unusable> {
    let scales = floats(file, rows, 1)?;
    let bytes = take(file, rows.checked_mul(columns).ok_or(Unusable::Damaged)?)?;
    let scaled = bytes.chunks_exact(columns.max(1)).zip(scales);
    Ok(scaled.flat_map(|(row, scale)| row.iter().map(move |byte| f32::from(byte.cast_signed()) * scale)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend([1, b'a', 0]);
        file.extend([1_u32.to_le_bytes(), 2_u32.to_le_bytes()].concat());
        file.extend([1.5_f32.to_le_bytes(), (-2.0_f32).to_le_bytes()].concat());
        file.extend([1, b'b', 1]);
        file.extend([2_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat());
        file.extend([0.5_f32.to_le_bytes(), 2.0_f32.to_le_bytes()].concat());
        file.extend([4, 0xFF]);
        file
    }

    #[test]
    fn what_was_written_is_read() {
        let mut weights = Weights::read(&file()).unwrap();
        assert_eq!(weights.take_row::<2>("a").unwrap(), [1.5, -2.0]);
        let small = weights.take("b", 1).unwrap();
        assert_eq!((small.row(0), small.row(1)), (&[2.0][..], &[-2.0][..]));
        assert_eq!(weights.take("c", 1).unwrap_err(), Unusable::Missing("c"));
    }

    #[test]
    fn a_file_that_is_cut_off_is_an_error_wherever_it_is_cut() {
        let whole = file();
        let ends_of_matrices = [8, 8 + 3 + 8 + 8];
        for length in (0..whole.len()).filter(|length| !ends_of_matrices.contains(length)) {
            assert_eq!(Weights::read(&whole[..length]).unwrap_err(), Unusable::Damaged, "{length}");
        }
    }

    #[test]
    fn products_are_summed() {
        let numbers: Vec<f32> = (0_u8..19).map(f32::from).collect();
        assert!((dot(&numbers, &numbers) - 2109.0).abs() < 1e-3);
    }
}
