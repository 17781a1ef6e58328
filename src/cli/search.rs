//! `baton search`: asks a file of passages questions, and says which passages answer. For measuring the search from outside.
//!
//! May not read the database. Invariant: one line out for each question, in order; or nothing but an error that names the line.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::CliError;
use crate::ai::knowledge::ranking::{ANSWERABLE, Meaning, Question, Ranker, Ranking, Units};
use crate::ai::signals::language;

/// Passages named for each question.
const HITS_MAX: usize = 10;

/// A longer line is no passage and no question.
const LINE_BYTES_MAX: usize = 1 << 20;

/// Options of `baton search`.
#[derive(Debug, Args)]
pub struct Options {
    /// The passages, a JSON object on each line: {"id": "...", "text": "..."}.
    #[arg(long, value_name = "FILE")]
    knowledge: PathBuf,
}

/// A passage or a question.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: &'a str,
    hits: Vec<Hit<'a>>,
    answerable: bool,
}

#[derive(Debug, Serialize)]
struct Hit<'a> {
    id: &'a str,
    score: f32,
}

pub(super) fn run(options: &Options) -> Result<(), CliError> {
    let passages = passages(&options.knowledge)?;
    let encoder = baton_encoder::shared();
    if let Err(why) = &encoder {
        tracing::warn!(%why, "searching by words only");
    }
    let encoder = encoder.ok();
    let mut ranker = Ranker::default();
    for (place, passage) in passages.iter().enumerate() {
        let units = Units::of_plain(&passage.text);
        let meaning = encoder.map(|encoder| Meaning::of(&units, encoder));
        ranker.insert(place, &units, language::detect(&passage.text), meaning);
    }
    let mut out = std::io::stdout().lock();
    each_line(std::io::stdin().lock(), "standard input", |question| {
        let ranking = ranker.rank(&Question::read(&question.text, None, encoder), Some);
        let answer = answer(&question.id, &ranking, &passages);
        serde_json::to_writer(&mut out, &answer).map_err(std::io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    })
}

fn answer<'a>(id: &'a str, ranking: &Ranking<usize>, passages: &'a [Line]) -> Answer<'a> {
    let hits = ranking.ranked.iter().take(HITS_MAX);
    Answer {
        id,
        hits: hits.map(|hit| Hit { id: &passages[hit.name].id, score: hit.score }).collect(),
        answerable: ranking.confidence >= ANSWERABLE,
    }
}

fn passages(file: &Path) -> Result<Vec<Line>, CliError> {
    let name = file.display().to_string();
    let content = std::fs::File::open(file)
        .map_err(|why| CliError::Words(format!("{name} can not be read: {why}. Give a file with --knowledge.")))?;
    let (mut passages, mut ids) = (Vec::new(), HashSet::new());
    each_line(content, &name, |passage| {
        if !ids.insert(passage.id.clone()) {
            return Err(CliError::Words(format!("two passages have the id {:?}; give each its own", passage.id)));
        }
        passages.push(passage);
        Ok(())
    })?;
    match passages.is_empty() {
        true => Err(CliError::Words(format!("{name} has no passage. Each line is {SHAPE}."))),
        false => Ok(passages),
    }
}

const SHAPE: &str = r#"a JSON object like {"id": "a1", "text": "..."}"#;

/// Reads lines one at a time; empty ones are passed over.
fn each_line(from: impl Read, name: &str, mut each: impl FnMut(Line) -> Result<(), CliError>) -> Result<(), CliError> {
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let wrong = |why: String| CliError::Words(format!("{name}, line {number}: {why}"));
        if reader.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() > LINE_BYTES_MAX {
            return Err(wrong(format!("longer than {LINE_BYTES_MAX} bytes. Cut the text into passages.")));
        }
        let text = std::str::from_utf8(&line).map_err(|_| wrong("not UTF-8. Save the file as UTF-8.".into()))?.trim();
        if text.is_empty() {
            continue;
        }
        let read = serde_json::from_str(text).map_err(|why| wrong(format!("{why}. Each line is {SHAPE}.")))?;
        each(read).map_err(|why| match why {
            CliError::Words(words) => wrong(words),
            other => other,
        })?;
    }
    Ok(())
}
