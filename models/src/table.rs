//! The embedding table: 512 numbers for each piece, of 6 bits, behind a Huffman code. A row is decoded when a sentence needs it, so the
//! table takes no more memory than its file, and only the pages that are read.

use crate::vector::DIMENSIONS;

/// The table was quantised in this many parts; row `i` is of part `i % PARTS`.
const PARTS: usize = 17;
const SYMBOLS: usize = 64;
const CODE_BITS_MAX: usize = 12;
const CODES: usize = 1 << CODE_BITS_MAX;

pub(crate) struct Table {
    /// For each part, what the next bits begin with: the symbol, and the length of its code above it.
    codes: Vec<u16>,
    /// For each part, the number that a symbol stands for.
    numbers: Vec<[f32; SYMBOLS]>,
    /// Where each row begins among the bytes, and where the last one ends.
    starts: Vec<u32>,
    rows: &'static [u8],
}

impl Table {
    /// `ranges` are the lowest number of each part, then the step of each part.
    pub fn open(ranges: &[f32], code_lengths: &[u8], row_bytes: &[u8], rows: &'static [u8]) -> Option<Self> {
        let (lowest, steps) = ranges.split_at_checked(PARTS).filter(|(_, steps)| steps.len() == PARTS)?;
        let numbers =
            lowest.iter().zip(steps).map(|(lowest, step)| std::array::from_fn(|at| at as f32 * step + lowest));
        let lengths = code_lengths.as_chunks::<SYMBOLS>().0;
        let codes = lengths.iter().map(codes).collect::<Option<Vec<_>>>().filter(|parts| parts.len() == PARTS)?;
        let mut starts = vec![0];
        let mut end = 0;
        for bytes in row_bytes.as_chunks().0 {
            end += u32::from(u16::from_le_bytes(*bytes));
            starts.push(end);
        }
        (end as usize == rows.len()).then(|| Self { codes: codes.concat(), numbers: numbers.collect(), starts, rows })
    }

    /// Writes one row. Damaged bytes give wrong numbers, never a panic.
    pub fn read(&self, row: u32, into: &mut [f32]) {
        let part = row as usize % PARTS;
        let codes = &self.codes[part * CODES..(part + 1) * CODES];
        let numbers = &self.numbers[part];
        let bytes =
            self.starts.get(row as usize).and_then(|start| self.rows.get(*start as usize..)).unwrap_or_default();
        let mut bit = 0;
        for four in into[..DIMENSIONS].as_chunks_mut::<4>().0 {
            let mut word = eight_bytes(bytes, bit / 8) << (bit % 8);
            for number in four {
                let code = codes[(word >> (u64::BITS as usize - CODE_BITS_MAX)) as usize];
                *number = numbers[usize::from(code) % SYMBOLS];
                let length = usize::from(code) / SYMBOLS;
                word <<= length;
                bit += length;
            }
        }
    }
}

/// The next eight bytes, the first one highest; zeros after the end. At least 57 of the bits are good after a shift by up to seven, and
/// four codes take 48.
fn eight_bytes(bytes: &[u8], from: usize) -> u64 {
    let rest = bytes.get(from..).unwrap_or_default();
    match rest.first_chunk() {
        Some(eight) => u64::from_be_bytes(*eight),
        None => rest.iter().enumerate().map(|(place, byte)| u64::from(*byte) << (56 - 8 * place)).sum(),
    }
}

/// Canonical codes of these lengths, spread over every continuation of their bits.
fn codes(lengths: &[u8; SYMBOLS]) -> Option<Vec<u16>> {
    let mut symbols: Vec<usize> = (0..SYMBOLS).filter(|symbol| lengths[*symbol] > 0).collect();
    symbols.sort_by_key(|symbol| lengths[*symbol]);
    let mut codes = Vec::with_capacity(CODES);
    for symbol in symbols {
        let spread = CODES.checked_shr(u32::from(lengths[symbol])).filter(|spread| *spread > 0)?;
        codes.extend(std::iter::repeat_n((usize::from(lengths[symbol]) * SYMBOLS + symbol) as u16, spread));
    }
    Some(codes).filter(|codes| codes.len() == CODES)
}
