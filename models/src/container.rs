//! The file of weights: a head with the length and checksum of each section, then the sections. `tools/encoder/make_weights.py` writes it.
//!
//! Every section but the embedding table is checked before it is believed. The table is by far the largest: checking it would read
//! pages that most processes never need, so [`Sections::verify_table`] is asked for apart.

const MAGIC: &[u8; 8] = b"BATONENC";
const VERSION: u32 = 1;
const SECTIONS: usize = 9;
const HEAD_BYTES: usize = 16 + 8 * SECTIONS + 4;
const TABLE: usize = SECTIONS - 1;

/// Why the encoder can not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncoderError {
    /// It is some other file, or a stand-in for a file that was not downloaded.
    #[error("the encoder's weights are not a file of weights; fetch models/weights/encoder.bin again and rebuild")]
    Foreign,
    /// Made by another version of the script.
    #[error("the encoder's weights have format {0} and this program reads format 1; rebuild both from one source")]
    Version(u32),
    /// The file ends too early, or goes on too long.
    #[error(
        "the encoder's weights have {found} bytes instead of {expected}; fetch models/weights/encoder.bin again and rebuild"
    )]
    Length {
        /// What the head says.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// A checksum differs.
    #[error("the encoder's weights are damaged ({0}); fetch models/weights/encoder.bin again and rebuild")]
    Damaged(&'static str),
}

/// The sections of a file whose head is right.
pub(crate) struct Sections {
    pub charsmap: &'static [u8],
    pub pieces: &'static [u8],
    pub dense_scales: Vec<f32>,
    pub parameters: Vec<f32>,
    pub table_ranges: Vec<f32>,
    pub code_lengths: &'static [u8],
    pub row_bytes: &'static [u8],
    pub dense: &'static [u8],
    pub rows: &'static [u8],
    rows_checksum: u32,
}

const NAMES: [&str; SECTIONS] = [
    "characters",
    "vocabulary",
    "scales",
    "parameters",
    "ranges of the table",
    "codes of the table",
    "rows of the table",
    "layers",
    "table",
];

impl Sections {
    pub fn read(file: &'static [u8]) -> Result<Self, EncoderError> {
        let (head, mut rest) = file.split_at_checked(HEAD_BYTES).ok_or(EncoderError::Foreign)?;
        if !head.starts_with(MAGIC) {
            return Err(EncoderError::Foreign);
        }
        let numbers: Vec<u32> =
            head[MAGIC.len()..].as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect();
        if numbers[0] != VERSION {
            return Err(EncoderError::Version(numbers[0]));
        }
        let checksum = numbers[numbers.len() - 1];
        if crc32fast::hash(&head[..HEAD_BYTES - 4]) != checksum || numbers[1] as usize != SECTIONS {
            return Err(EncoderError::Damaged("head"));
        }
        let shapes = &numbers[2..2 + 2 * SECTIONS];
        let expected = HEAD_BYTES + shapes.iter().step_by(2).map(|length| *length as usize).sum::<usize>();
        if file.len() != expected {
            return Err(EncoderError::Length { expected, found: file.len() });
        }
        let mut sections = [&file[..0]; SECTIONS];
        for (place, shape) in shapes.as_chunks::<2>().0.iter().enumerate() {
            (sections[place], rest) = rest.split_at(shape[0] as usize);
            if place != TABLE && crc32fast::hash(sections[place]) != shape[1] {
                return Err(EncoderError::Damaged(NAMES[place]));
            }
        }
        let [charsmap, pieces, scales, parameters, ranges, code_lengths, row_bytes, dense, rows] = sections;
        Ok(Self {
            charsmap,
            pieces,
            dense_scales: floats(scales),
            parameters: floats(parameters),
            table_ranges: floats(ranges),
            code_lengths,
            row_bytes,
            dense,
            rows,
            rows_checksum: shapes[2 * TABLE + 1],
        })
    }

    pub fn verify_table(&self) -> Result<(), EncoderError> {
        match crc32fast::hash(self.rows) == self.rows_checksum {
            true => Ok(()),
            false => Err(EncoderError::Damaged(NAMES[TABLE])),
        }
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}
