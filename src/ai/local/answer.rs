//! Takes the sentences out of a passage that answer a question.
//!
//! May not write: what is returned are the author's sentences, whole, in their order.
//!
//! Invariant: the answer is never empty for a passage that has text.

use crate::ai::knowledge::{Block, Hit};
use crate::ai::signals::language::Language;
use crate::ai::signals::normalise;
use crate::ai::words;

/// Passages up to this length are said whole.
const SHORT_WORDS: usize = 28;

/// Sentences of an answer.
const SENTENCES_MAX: usize = 3;

/// A sentence this near to the best belongs to the answer.
const NEAR: f32 = 0.62;

/// An item of fewer words says little without the rest of its list.
const ITEM_WORDS_MIN: usize = 6;

/// What a figure is worth in a question for one, as a share of the question's weight.
const FIGURE: f32 = 0.25;

/// Words that open a sentence which is not understood without the one before it.
const LEANING: [&str; 14] = [
    "it",
    "they",
    "this",
    "that",
    "these",
    "those",
    "then",
    "after",
    "otherwise",
    "also",
    "with",
    "there",
    "both",
    "here",
];

/// Words that ask for a figure.
const ASKS_FIGURE: [&str; 16] = [
    "long",
    "when",
    "much",
    "many",
    "cuanto",
    "cuando",
    "quand",
    "combien",
    "wann",
    "lange",
    "viel",
    "quanto",
    "quando",
    "wanneer",
    "сколько",
    "когда",
];

/// A sentence or item, with its place.
struct Unit<'a> {
    block: usize,
    text: &'a str,
    is_item: bool,
    score: f32,
}

/// The answer to `question` from a passage, as Markdown.
pub fn extract(hit: &Hit, question: &str) -> String {
    let units = units(hit, question);
    let total: usize = units.iter().map(|unit| count(unit.text)).sum();
    if total <= SHORT_WORDS {
        return whole(hit);
    }
    let Some(best) = units.iter().map(|unit| unit.score).max_by(f32::total_cmp) else { return String::new() };
    let named = hit.passage.headings.last().map_or(0.0, |heading| relevance(heading, hit, hit.article.language));
    let mut chosen = if best <= 0.0 || named >= best { opening(&units) } else { near(&units, best) };
    chosen.retain(|at| *at < units.len());
    complete(&units, &mut chosen, &hit.passage.blocks);
    render(&units, &chosen)
}

/// The whole passage.
pub fn whole(hit: &Hit) -> String {
    let blocks = hit.passage.blocks.iter().map(|block| match block {
        Block::Sentences(sentences) => sentences.join(" "),
        Block::List(items) => items.join("\n"),
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

fn units<'a>(hit: &'a Hit, question: &str) -> Vec<Unit<'a>> {
    let mass: f32 = hit.found.iter().map(|(_, weight)| weight).sum();
    let wants_figure = normalise::tokens(question).iter().any(|token| ASKS_FIGURE.contains(&token.as_str()));
    let mut units = Vec::new();
    for (block, content) in hit.passage.blocks.iter().enumerate() {
        for text in content.units() {
            let found = relevance(text, hit, hit.article.language);
            let figure = wants_figure && text.chars().any(|c| c.is_ascii_digit());
            let score = found + if figure { FIGURE * mass } else { 0.0 };
            units.push(Unit { block, text, is_item: matches!(content, Block::List(_)), score });
        }
    }
    units
}

fn relevance(text: &str, hit: &Hit, language: Language) -> f32 {
    let tokens = normalise::tokens(text);
    let mut terms: Vec<String> = words::terms_of(&tokens, language).into_iter().map(|term| term.stem).collect();
    terms.extend(words::concepts(&tokens));
    hit.found.iter().filter(|(term, _)| terms.contains(term)).map(|(_, weight)| weight).sum()
}

/// How a section opens, for a question that is what its heading says.
fn opening(units: &[Unit<'_>]) -> Vec<usize> {
    let first = units.first().map(|unit| unit.is_item);
    (0..units.len())
        .take_while(|at| Some(units[*at].is_item) == first)
        .take(if first == Some(true) { units.len() } else { SENTENCES_MAX })
        .collect()
}

/// The best sentence and those near it, in order.
fn near(units: &[Unit<'_>], best: f32) -> Vec<usize> {
    let mut ranked: Vec<usize> = (0..units.len()).filter(|at| units[*at].score >= best * NEAR).collect();
    ranked.sort_by(|a, b| units[*b].score.total_cmp(&units[*a].score).then(a.cmp(b)));
    let items = ranked.iter().filter(|at| units[**at].is_item).count();
    ranked.truncate(if items * 2 > ranked.len() { SENTENCES_MAX * 2 } else { SENTENCES_MAX });
    ranked.sort_unstable();
    ranked
}

/// Adds what the chosen sentences lean on and what they announce.
fn complete(units: &[Unit<'_>], chosen: &mut Vec<usize>, blocks: &[Block]) {
    if let Some(first) = chosen.first().copied() {
        let opening = normalise::tokens(units[first].text).first().cloned().unwrap_or_default();
        if first > 0 && !units[first].is_item && LEANING.contains(&opening.as_str()) {
            chosen.insert(0, first - 1);
        }
        let telling_little = count(units[first].text) < ITEM_WORDS_MIN;
        if units[first].is_item && (is_steps(units, first) || telling_little || chosen.len() * 2 > items(units, first))
        {
            chosen.extend((0..units.len()).filter(|at| units[*at].block == units[first].block));
            chosen.extend((0..first).filter(|at| units[*at].text.ends_with(':')));
        }
    }
    for at in chosen.clone() {
        if units[at].text.ends_with(':') && at + 1 < units.len() && !chosen.contains(&(at + 1)) {
            chosen.extend((0..units.len()).filter(|other| units[*other].block == units[at + 1].block));
        }
    }
    let words: usize = chosen.iter().map(|at| count(units[*at].text)).sum();
    if let Some(last) = chosen.iter().max().copied()
        && words < 16
        && last + 1 < units.len()
        && !units[last + 1].is_item
        && !units[last].is_item
        && blocks.len() == 1
    {
        chosen.push(last + 1);
    }
    chosen.sort_unstable();
    chosen.dedup();
}

fn is_steps(units: &[Unit<'_>], at: usize) -> bool {
    units[at].text.starts_with(|c: char| c.is_ascii_digit())
}

fn items(units: &[Unit<'_>], at: usize) -> usize {
    units.iter().filter(|unit| unit.block == units[at].block).count()
}

fn render(units: &[Unit<'_>], chosen: &[usize]) -> String {
    if let [only] = chosen
        && units[*only].is_item
    {
        return units[*only].text.trim_start_matches(['-', '*', '+', ' ']).to_owned();
    }
    let mut out = String::new();
    let mut previous: Option<&Unit<'_>> = None;
    for unit in chosen.iter().map(|at| &units[*at]) {
        out.push_str(match previous {
            None => "",
            Some(before) if before.block == unit.block && unit.is_item => "\n",
            Some(before) if before.is_item || unit.is_item => "\n\n",
            Some(_) => " ",
        });
        out.push_str(unit.text);
        previous = Some(unit);
    }
    out
}

fn count(text: &str) -> usize {
    normalise::tokens(text).len()
}
