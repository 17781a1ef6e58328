//! Which files a folder may hold, and what is measured on each.

use super::figure::Figure;
use super::lines::Folder;
use super::{detectors, knowledge};
use crate::cli::CliError;

/// Measures one kind of file.
type Measure = fn(Folder<'_>) -> Result<Vec<Figure>, CliError>;

/// The file that must be there, and what measures it.
pub(super) const FILES: [(&str, Measure); 8] = [
    ("human_request.jsonl", detectors::human_request),
    ("frustration.jsonl", detectors::frustration),
    ("topic_messages.jsonl", detectors::topics),
    ("repeat_pairs.jsonl", detectors::repeats),
    ("dialogs.jsonl", detectors::dialogues),
    ("messages.jsonl", detectors::own_messages),
    ("kb_faq.json", knowledge::articles),
    ("kb_passages.jsonl", knowledge::passages),
];

/// Measures what the folder holds, in the order of [`FILES`].
pub(super) fn measure(folder: &Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let held: Vec<Measure> =
        FILES.iter().filter(|(name, _)| folder.path.join(name).is_file()).map(|(_, measure)| *measure).collect();
    if held.is_empty() {
        let names: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        return Err(CliError::Words(format!(
            "{} holds no labelled lines. Give a folder with any of {}.",
            folder.path.display(),
            names.join(", ")
        )));
    }
    let figures: Result<Vec<Vec<Figure>>, CliError> = held.into_iter().map(|measure| measure(*folder)).collect();
    Ok(figures?.into_iter().flatten().collect())
}
