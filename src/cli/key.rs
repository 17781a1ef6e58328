//! A master key for data that is thrown away: made once, and kept in a file beside the data it seals.
//!
//! May not be used by `baton serve`, whose key is kept apart from the data.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::store::seal::MasterKey;

use super::CliError;

/// The key in this file; a new one if there is none yet.
pub(super) fn kept_in(file: &Path) -> Result<String, CliError> {
    if let Ok(key) = std::fs::read_to_string(file) {
        return Ok(key.trim().to_owned());
    }
    let key = MasterKey::generate().map_err(|why| CliError::Words(why.to_string()))?;
    let mut private = OpenOptions::new();
    private.write(true).create_new(true).mode(0o600).open(file)?.write_all(key.as_bytes())?;
    Ok(key)
}
