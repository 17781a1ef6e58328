//! The search on questions whose article or passage is known.

use serde::Deserialize;
use std::collections::BTreeMap;

use super::figure::{Figure, share};
use super::lines::{self, Folder};
use crate::ai::knowledge::ranking::{ANSWERABLE, Meaning, Question, Ranker, Units};
use crate::ai::signals::language;
use crate::cli::CliError;

/// An article of questions.
#[derive(Debug, Deserialize)]
struct Article {
    id: String,
    title: String,
    questions: Vec<String>,
}

/// A passage.
#[derive(Debug, Deserialize)]
struct Passage {
    id: String,
    lang: String,
    text: String,
}

/// A question and what answers it.
#[derive(Debug, Deserialize)]
struct Asked {
    text: String,
    #[serde(default)]
    lang: Option<String>,
    answer: Option<String>,
    #[serde(default)]
    kind: String,
}

pub(super) fn articles(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let articles: Vec<Article> = lines::read_whole(folder.path, "kb_faq.json")?.unwrap_or_default();
    let asked: Vec<Asked> = lines::sample(folder, "kb_faq_queries.jsonl")?;
    let texts = articles
        .iter()
        .map(|article| (article.id.as_str(), format!("{}\n{}", article.title, article.questions.join("\n"))));
    let shelf = Shelf::of(texts);
    let answers: Vec<(&Asked, Option<String>)> = asked.iter().map(|asked| (asked, shelf.answer(&asked.text))).collect();
    let inside: Vec<_> = answers.iter().filter(|(asked, _)| asked.answer.is_some()).collect();
    let right = inside.iter().filter(|(asked, answer)| *answer == asked.answer).count();
    let wrong = inside.iter().filter(|(asked, answer)| answer.is_some() && *answer != asked.answer).count();
    let far: Vec<_> = answers.iter().filter(|(asked, _)| asked.kind == "far-out").collect();
    let refused = far.iter().filter(|(_, answer)| answer.is_none()).count();
    Ok(vec![
        Figure::good("knowledge: right article answered", share(right, inside.len()), inside.len()),
        Figure::mistakes("knowledge: wrong article answered", share(wrong, inside.len()), inside.len()),
        Figure::good("knowledge: far off-topic refused", share(refused, far.len()), far.len()),
    ])
}

pub(super) fn passages(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let passages: Vec<Passage> = lines::read(folder.path, "kb_passages.jsonl")?.unwrap_or_default();
    let asked: Vec<Asked> = lines::sample(folder, "kb_passage_queries.jsonl")?;
    let mut languages: BTreeMap<&str, (Shelf, usize, usize)> = BTreeMap::new();
    for code in passages.iter().map(|passage| passage.lang.as_str()) {
        let here = || passages.iter().filter(|passage| passage.lang == code);
        languages
            .entry(code)
            .or_insert_with(|| (Shelf::of(here().map(|passage| (passage.id.as_str(), passage.text.clone()))), 0, 0));
    }
    for question in asked.iter().filter(|question| question.answer.is_some()) {
        let code = question.lang.as_deref().unwrap_or("en");
        if let Some((shelf, right, all)) = languages.get_mut(code) {
            *all += 1;
            *right += usize::from(
                shelf.first(&question.text) == question.answer.as_ref().map(|answer| format!("{code}/{answer}")),
            );
        }
    }
    let at_one = |chosen: &dyn Fn(&str) -> bool| {
        let rates: Vec<f64> =
            languages.iter().filter(|(code, _)| chosen(code)).map(|(_, (_, right, all))| share(*right, *all)).collect();
        rates.iter().sum::<f64>() / share(rates.len(), 1).max(1.0)
    };
    Ok(vec![
        Figure::good("knowledge: passages @1, English", at_one(&|code| code == "en"), asked.len()),
        Figure::good("knowledge: passages @1, other languages", at_one(&|code| code != "en"), asked.len()),
    ])
}

/// Texts to be searched.
struct Shelf {
    names: Vec<String>,
    ranker: Ranker<usize>,
}

impl Shelf {
    fn of<'a>(texts: impl Iterator<Item = (&'a str, String)>) -> Self {
        let mut shelf = Self { names: Vec::new(), ranker: Ranker::default() };
        for (name, text) in texts {
            let units = Units::of_plain(&text);
            let meaning = baton_encoder::shared().ok().map(|encoder| Meaning::of(&units, encoder));
            shelf.ranker.insert(shelf.names.len(), &units, language::detect(&text), meaning);
            shelf.names.push(name.to_owned());
        }
        shelf
    }

    /// The first text, if any answers.
    fn answer(&self, question: &str) -> Option<String> {
        let ranking = self.ranker.rank(&Question::read(question, None, baton_encoder::shared().ok()), Some);
        let answerable = ranking.confidence >= ANSWERABLE;
        ranking.ranked.first().filter(|_| answerable).map(|hit| self.names[hit.name].clone())
    }

    /// The first text.
    fn first(&self, question: &str) -> Option<String> {
        let ranking = self.ranker.rank(&Question::read(question, None, baton_encoder::shared().ok()), Some);
        ranking.ranked.first().map(|hit| self.names[hit.name].clone())
    }
}
