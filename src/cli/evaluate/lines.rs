//! Reads the files of a folder of labelled lines.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::cli::CliError;

/// A folder, and how many of the questions in it are asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folder<'a> {
    pub path: &'a Path,
    /// Every so many.
    pub every: usize,
}

/// Every so many lines of a file, for what is asked; none if the folder does not hold it.
pub(super) fn sample<Line: DeserializeOwned>(folder: Folder<'_>, name: &str) -> Result<Vec<Line>, CliError> {
    Ok(read(folder.path, name)?.unwrap_or_default().into_iter().step_by(folder.every).collect())
}

/// The lines of a file; `None` if the folder does not hold it.
pub(super) fn read<Line: DeserializeOwned>(folder: &Path, name: &str) -> Result<Option<Vec<Line>>, CliError> {
    let Some(text) = text(folder, name)? else { return Ok(None) };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(at, line)| {
        serde_json::from_str(line).map_err(|error| CliError::Words(format!("{name}, line {}: {error}", at + 1)))
    });
    read.collect::<Result<_, _>>().map(Some)
}

/// A file that is one JSON value; `None` if the folder does not hold it.
pub(super) fn read_whole<Value: DeserializeOwned>(folder: &Path, name: &str) -> Result<Option<Value>, CliError> {
    let Some(text) = text(folder, name)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| CliError::Words(format!("{name}: {error}")))
}

fn text(folder: &Path, name: &str) -> Result<Option<String>, CliError> {
    match std::fs::read_to_string(folder.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CliError::Words(format!("{} can not be read: {error}", folder.join(name).display()))),
    }
}
