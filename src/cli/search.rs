//! `baton search`: asks a file of passages questions, and says which passages answer. For measuring the search from outside.
//!
//! May not read the database. Invariant: one line out for each question, in order; a question that can not be read
//! is answered with what is wrong with it. Passages that can not be read are an error that names the line.

use std::collections::HashSet;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CliError, json_lines};
use crate::ai::knowledge::ranking::{ANSWERABLE, Meaning, Question, Ranker, Ranking, Units};
use crate::ai::signals::language::{self, Language};

/// Passages named for each question.
const HITS_MAX: usize = 10;

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
    #[serde(default)]
    id: Value,
    text: String,
    /// BCP-47, where it is known.
    #[serde(default)]
    lang: Option<String>,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: Value,
    hits: Vec<Hit<'a>>,
    answerable: bool,
}

#[derive(Debug, Serialize)]
struct Hit<'a> {
    id: &'a Value,
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
        let language = passage.language().or_else(|| language::detect(&passage.text));
        ranker.insert(place, &units, language, meaning);
    }
    json_lines::answer(std::io::stdin().lock(), std::io::stdout().lock(), SHAPE, |question: Line| {
        let asked = Question::read(&question.text, question.language(), encoder);
        answer(question.id, &ranker.rank(&asked, Some, |_| 0.0), &passages)
    })
}

impl Line {
    /// As it is given, if it is one that is known.
    fn language(&self) -> Option<Language> {
        self.lang.as_deref().and_then(Language::from_tag)
    }
}

fn answer<'a>(id: Value, ranking: &Ranking<usize>, passages: &'a [Line]) -> Answer<'a> {
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
    let (mut content, mut number) = (BufReader::new(content), 0);
    let (mut passages, mut ids) = (Vec::new(), HashSet::new());
    while let Some(line) = json_lines::next::<Line>(&mut content, &mut number, SHAPE)? {
        let wrong = |why: String| CliError::Words(format!("{name}, line {}: {why}", line.number));
        let passage = line.content.map_err(|problem| wrong(problem.why))?;
        if !ids.insert(passage.id.to_string()) {
            return Err(wrong(format!("two passages have the id {}; give each its own", passage.id)));
        }
        passages.push(passage);
    }
    match passages.is_empty() {
        true => Err(CliError::Words(format!("{name} has no passage. Each line is {SHAPE}."))),
        false => Ok(passages),
    }
}

const SHAPE: &str = r#"a JSON object like {"id": "a1", "text": "..."}"#;
