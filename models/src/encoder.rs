//! The encoder as others see it.

use crate::container::{EncoderError, Sections};
use crate::kernel::Kernel;
use crate::network::Network;
use crate::normalise::Normaliser;
use crate::table::Table;
use crate::tokens::Tokens;
use crate::vector::Vector;
use crate::vocabulary::Vocabulary;

/// How many pieces of a text count, its begin and end among them: about 100 words.
pub const PIECES_MAX: usize = 128;

/// Text in, vector out. Share one: it holds the vocabulary, and nothing of what it was asked.
pub struct Encoder {
    tokens: Tokens,
    network: Network,
    sections: Sections,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Encoder").field("kernel", &self.kernel()).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Opens a file of weights. [`crate::shared`] does so once, with the weights of this program and the best kernel of this machine.
    pub fn open(weights: &'static [u8], kernel: Kernel) -> Result<Self, EncoderError> {
        let sections = Sections::read(weights)?;
        let normaliser = Normaliser::open(sections.charsmap).ok_or(EncoderError::Damaged("characters"))?;
        let vocabulary = Vocabulary::open(sections.pieces).ok_or(EncoderError::Damaged("vocabulary"))?;
        let table = Table::open(&sections.table_ranges, sections.code_lengths, sections.row_bytes, sections.rows)
            .ok_or(EncoderError::Damaged("table"))?;
        let network = Network::open(table, kernel, &sections).ok_or(EncoderError::Damaged("layers"))?;
        Ok(Self { tokens: Tokens { normaliser, vocabulary }, network, sections })
    }

    /// What a text means. Any text has a vector, the empty one too; of a long one the first [`PIECES_MAX`] pieces count.
    pub fn encode(&self, text: &str) -> Vector {
        self.network.run(&self.tokens.split(text))
    }

    /// The instructions it runs on.
    pub fn kernel(&self) -> Kernel {
        self.network.kernel()
    }

    /// Reads all of the weights and compares their checksum; opening leaves out the largest part.
    pub fn verify(&self) -> Result<(), EncoderError> {
        self.sections.verify_table()
    }
}
