//! Text as the vocabulary knows it: compatibility forms made one, control characters gone, spaces single and shown as U+2581.
//!
//! The table of replacements is the model's own (a double-array trie over UTF-8 bytes), because a standard normal form differs from it
//! in a few hundred characters.

/// Longer texts are cut here before they are split into pieces: well above what the most pieces that count can hold.
const NORMAL_BYTES_MAX: usize = 4096;
const SPACE: &[u8] = "\u{2581}".as_bytes();

pub(crate) struct Normaliser {
    units: &'static [[u8; 4]],
    replacements: &'static [u8],
}

impl Normaliser {
    pub fn open(section: &'static [u8]) -> Option<Self> {
        let (size, rest) = section.split_first_chunk::<4>()?;
        let (units, replacements) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
        Some(Self { units: units.as_chunks().0, replacements })
    }

    /// The normal form, in UTF-8. Empty when nothing of the text counts.
    pub fn normalise(&self, text: &str) -> Vec<u8> {
        let mut rest = text.as_bytes();
        let mut normal = Vec::with_capacity(text.len().min(NORMAL_BYTES_MAX) + 8);
        normal.extend_from_slice(SPACE);
        let mut after_space = true;
        while !rest.is_empty() && normal.len() < NORMAL_BYTES_MAX {
            let (mut piece, length) = self.next(rest);
            rest = &rest[length..];
            while after_space && piece.first() == Some(&b' ') {
                piece = &piece[1..];
            }
            let Some(last) = piece.last() else { continue };
            after_space = *last == b' ';
            for byte in piece {
                match byte {
                    b' ' => normal.extend_from_slice(SPACE),
                    byte => normal.push(*byte),
                }
            }
        }
        while normal.ends_with(SPACE) {
            normal.truncate(normal.len() - SPACE.len());
        }
        normal
    }

    /// What the longest known beginning of `rest` becomes, and how many bytes of it that is; else one character as it is.
    fn next<'a>(&'a self, rest: &'a [u8]) -> (&'a [u8], usize) {
        match self.longest(rest) {
            Some((length, at)) => {
                let from = &self.replacements[at..];
                let end = from.iter().position(|byte| *byte == 0).unwrap_or(from.len());
                (&from[..end], length)
            }
            None => {
                let length = 1 + rest[1..].iter().take_while(|byte| is_inside(**byte)).count();
                (&rest[..length], length)
            }
        }
    }

    fn longest(&self, rest: &[u8]) -> Option<(usize, usize)> {
        let mut best = None;
        let mut place = offset(self.unit(0)?);
        for (before, byte) in rest.iter().enumerate() {
            place ^= usize::from(*byte);
            let Some(unit) = self.unit(place).filter(|unit| unit & 0x8000_00FF == u32::from(*byte)) else { break };
            place ^= offset(unit);
            if unit & 0x100 != 0 {
                let value = self.unit(place).map(|leaf| (leaf & 0x7FFF_FFFF) as usize);
                best = value.filter(|at| *at < self.replacements.len()).map(|at| (before + 1, at));
            }
        }
        best
    }

    fn unit(&self, place: usize) -> Option<u32> {
        self.units.get(place).map(|unit| u32::from_le_bytes(*unit))
    }
}

fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}

/// Is this byte inside a character, and not its first?
pub(crate) fn is_inside(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}
