//! baton-encoder: text in, vector out. Texts that mean the same, in any of sixteen languages, get vectors that point the same way.
//!
//! The model is the multilingual Universal Sentence Encoder, version 3 (its convolutional form); `weights/ORIGIN.md` says where its
//! weights come from. It runs in plain Rust on one core, without a runtime, a download or a thread of its own. Nothing is done before
//! [`shared`] is first called.
//!
//! The same text gives the same vector on the same machine. Machines with other instructions may differ in the sixth decimal place.

mod container;
mod encoder;
mod kernel;
mod layers;
mod network;
mod normalise;
mod table;
mod tokens;
mod vector;
mod vocabulary;

use std::sync::OnceLock;

pub use container::EncoderError;
pub use encoder::{Encoder, PIECES_MAX};
pub use kernel::Kernel;
pub use vector::{DIMENSIONS, Vector, dot};

/// The weights, as `tools/encoder/make_weights.py` makes them.
pub static WEIGHTS: &[u8] = include_bytes!("../weights/encoder.bin");

/// The encoder of this process. The first call reads the weights, which takes some milliseconds; every other call is free.
pub fn shared() -> Result<&'static Encoder, EncoderError> {
    static ENCODER: OnceLock<Result<Encoder, EncoderError>> = OnceLock::new();
    ENCODER.get_or_init(|| Encoder::open(WEIGHTS, Kernel::best())).as_ref().map_err(Clone::clone)
}
