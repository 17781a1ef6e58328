//! `baton eval`: how good the detectors and the search are on a folder of labelled lines, beside what they must not fall below.
//!
//! May not change a weight or a threshold. Which files a folder may hold stands in [`sets::FILES`]; what is there is measured.
//!
//! Invariant: the same folder gives the same figures, so a figure that falls is a change of the program.

mod detectors;
mod figure;
mod knowledge;
mod lines;
mod sets;

use std::path::PathBuf;

use super::{CliError, say};
use figure::{Figure, Floors};
use lines::Folder;

/// What to measure on.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder of labelled lines.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Measure every so many lines only, for a quick look.
    #[arg(long, value_name = "N", default_value = "1")]
    every: std::num::NonZeroUsize,
    /// Fail when a figure is below its floor.
    #[arg(long)]
    check: bool,
}

/// Measures everything the folder holds.
pub(super) fn run(options: &Options) -> Result<(), CliError> {
    let figures = sets::measure(&Folder { path: &options.folder, every: options.every.get() })?;
    let floors = Floors::embedded()?;
    say(&if options.json { as_json(&figures, &floors)? } else { table(&figures, &floors) });
    let fallen: Vec<String> =
        figures.iter().filter(|figure| floors.is_below(figure)).map(|figure| figure.name.clone()).collect();
    match fallen.is_empty() || !options.check {
        true => Ok(()),
        false => Err(CliError::Words(format!("below the floor: {}", fallen.join("; ")))),
    }
}

fn as_json(figures: &[Figure], floors: &Floors) -> Result<String, CliError> {
    let rows: Vec<serde_json::Value> = figures
        .iter()
        .map(|figure| {
            let mark = floors.of(&figure.name);
            serde_json::json!({
                "name": figure.name,
                "value": figure.value,
                "lines": figure.lines,
                "better": if figure.is_a_rate_of_mistakes { "lower" } else { "higher" },
                "floor": mark.map(|mark| mark.floor),
                "target": mark.and_then(|mark| mark.target),
                "below": floors.is_below(figure),
            })
        })
        .collect();
    serde_json::to_string_pretty(&rows).map_err(|error| CliError::Io(error.into()))
}

fn table(figures: &[Figure], floors: &Floors) -> String {
    let mut out = format!("{:<58} {:>8} {:>8} {:>8} {:>7}\n", "Figure", "value", "floor", "target", "lines");
    for figure in figures {
        let mark = floors.of(&figure.name);
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
        let fallen = if floors.is_below(figure) { "  below the floor" } else { "" };
        out.push_str(&format!(
            "{:<58} {:>8} {:>8} {:>8} {:>7}{fallen}\n",
            figure.name,
            number(Some(figure.value)),
            number(mark.map(|mark| mark.floor)),
            number(mark.and_then(|mark| mark.target)),
            figure.lines,
        ));
    }
    out.push_str("\nThe target is for lines of the same kinds that nothing was learned from. tools/detection/FIGURES.md says which these are.");
    out
}
