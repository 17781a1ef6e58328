//! Cuts an article into passages that can be answered from on their own.
//!
//! A passage follows the author's headings, paragraphs and lists; it is never cut inside a list item or a sentence. May not
//! rephrase: every sentence is kept as written.
//!
//! Invariant: a passage of several blocks has at most [`WORDS_MAX`] words; only a single longer sentence or list may exceed it.

use unicode_segmentation::UnicodeSegmentation;

/// Fewest words of a passage, as far as the section under its heading has them.
pub const WORDS_MIN: usize = 40;

/// Most words of a passage.
pub const WORDS_MAX: usize = 120;

/// A piece of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Headings above it, outermost first, without the title.
    pub headings: Vec<String>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A paragraph or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Sentences that follow each other.
    Sentences(Vec<String>),
    /// Items, each with its mark.
    List(Vec<String>),
}

impl Block {
    /// Its sentences or items.
    pub fn units(&self) -> &[String] {
        match self {
            Self::Sentences(units) | Self::List(units) => units,
        }
    }

    fn words(&self) -> usize {
        self.units().iter().map(|unit| unit.unicode_words().count()).sum()
    }
}

impl Passage {
    /// Everything it says, as plain text for the index.
    pub fn text(&self) -> String {
        self.blocks.iter().flat_map(Block::units).map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    fn words(&self) -> usize {
        self.blocks.iter().map(Block::words).sum()
    }
}

/// Cuts Markdown into passages.
pub fn split(markdown: &str) -> Vec<Passage> {
    let mut splitter = Splitter::default();
    for line in markdown.lines() {
        splitter.line(line);
    }
    splitter.finish()
}

/// The sentences of a text.
pub fn sentences(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for sentence in text.unicode_sentences() {
        let sentence = sentence.trim();
        let continues = out.last().is_some_and(|last| ends_with_abbreviation(last));
        match out.last_mut().filter(|_| continues) {
            Some(last) => *last = format!("{last} {sentence}"),
            None => out.push(sentence.to_owned()),
        }
    }
    out
}

fn ends_with_abbreviation(text: &str) -> bool {
    ["e.g.", "i.e.", "z. B.", "z.B.", "approx.", "no.", "Nr.", "ca.", "Mr.", "Mrs.", "Dr.", "St."]
        .iter()
        .any(|end| text.ends_with(end))
}

#[derive(Default)]
struct Splitter {
    headings: Vec<(usize, String)>,
    paragraph: String,
    items: Vec<String>,
    blocks: Vec<Block>,
    passages: Vec<Passage>,
    in_code: bool,
    after_blank: bool,
}

impl Splitter {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            self.in_code = !self.in_code;
        } else if let Some((level, heading)) = heading(trimmed).filter(|_| !self.in_code) {
            self.end_section();
            self.headings.retain(|(above, _)| *above < level);
            self.headings.push((level, heading));
        } else if trimmed.is_empty() {
            self.end_paragraph();
            self.after_blank = true;
            return;
        } else if is_item(trimmed) && !self.in_code {
            self.end_paragraph();
            self.items.push(trimmed.to_owned());
        } else if let Some(row) = table_row(trimmed) {
            self.end_paragraph();
            self.items.extend(row);
        } else if let Some(item) = self.items.last_mut().filter(|_| !self.after_blank) {
            *item = format!("{item} {trimmed}");
        } else {
            self.end_list();
            self.paragraph = format!("{} {}", self.paragraph, trimmed.trim_start_matches("> ")).trim().to_owned();
        }
        self.after_blank = false;
    }

    fn end_paragraph(&mut self) {
        if !self.paragraph.is_empty() {
            self.end_list();
            self.blocks.push(Block::Sentences(sentences(&self.paragraph)));
            self.paragraph.clear();
        }
    }

    fn end_list(&mut self) {
        if !self.items.is_empty() {
            self.blocks.push(Block::List(std::mem::take(&mut self.items)));
        }
    }

    /// A blank line between items does not end a list; a paragraph or a heading does.
    fn end_section(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        self.end_list();
        if !paragraph.is_empty() {
            self.blocks.push(Block::Sentences(sentences(&paragraph)));
        }
        let headings: Vec<String> = self.headings.iter().map(|(_, heading)| heading.clone()).collect();
        for blocks in pack(std::mem::take(&mut self.blocks)) {
            self.passages.push(Passage { headings: headings.clone(), blocks });
        }
    }

    fn finish(mut self) -> Vec<Passage> {
        self.end_section();
        self.passages
    }
}

/// Blocks of one section, grouped into passages. A list stays with the paragraph that introduces it.
fn pack(blocks: Vec<Block>) -> Vec<Vec<Block>> {
    let mut passages: Vec<Passage> = Vec::new();
    for block in blocks.into_iter().flat_map(cut) {
        let introduced = matches!(block, Block::List(_));
        match passages.last_mut() {
            Some(open) if introduced || fits(open, &block) => open.blocks.push(block),
            _ => passages.push(Passage { headings: Vec::new(), blocks: vec![block] }),
        }
    }
    passages.into_iter().map(|passage| passage.blocks).collect()
}

/// A short passage takes what follows, and a short paragraph joins what stands before it.
fn fits(open: &Passage, block: &Block) -> bool {
    open.words() + block.words() <= WORDS_MAX && (open.words() < WORDS_MIN || block.words() < WORDS_MIN / 2)
}

/// A paragraph that is too long becomes several.
fn cut(block: Block) -> Vec<Block> {
    let Block::Sentences(sentences) = block else { return vec![block] };
    let mut parts: Vec<Vec<String>> = vec![Vec::new()];
    let mut words = 0;
    for sentence in sentences {
        let more = sentence.unicode_words().count();
        if words + more > WORDS_MAX && words > 0 {
            parts.push(Vec::new());
            words = 0;
        }
        words += more;
        parts.last_mut().into_iter().for_each(|part| part.push(sentence.clone()));
    }
    parts.into_iter().map(Block::Sentences).collect()
}

fn heading(line: &str) -> Option<(usize, String)> {
    let level = line.chars().take_while(|c| *c == '#').count();
    let text = line[level..].strip_prefix(' ')?.trim().trim_end_matches('#').trim();
    ((1..=6).contains(&level) && !text.is_empty()).then(|| (level, text.to_owned()))
}

fn is_item(line: &str) -> bool {
    let numbered = line.split_once(['.', ')']).is_some_and(|(number, rest)| {
        !number.is_empty() && number.len() <= 2 && number.chars().all(|c| c.is_ascii_digit()) && rest.starts_with(' ')
    });
    numbered || ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark))
}

/// A row of a table becomes an item; the line under the head is left out.
fn table_row(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    if inner.chars().all(|c| "-: |".contains(c)) {
        return Some(Vec::new());
    }
    let cells: Vec<&str> = inner.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    Some(vec![format!("- {}", cells.join(": "))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_follow_headings() {
        let passages = split(
            "Intro here.\n\n## Cost\n\nFree over 50. Else 4.\n\n### Abroad\n\nIt costs 9.\n\n## Time\n\nTwo days.",
        );
        let headings: Vec<_> = passages.iter().map(|passage| passage.headings.join(" / ")).collect();
        assert_eq!(headings, ["", "Cost", "Cost / Abroad", "Time"]);
        assert_eq!(passages[1].blocks, [Block::Sentences(vec!["Free over 50.".into(), "Else 4.".into()])]);
    }

    #[test]
    fn a_list_stays_with_its_introduction() {
        let passages = split("You can pay with:\n\n- card\n- PayPal\n  or Klarna\n\nAll are safe.");
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].blocks[1], Block::List(vec!["- card".into(), "- PayPal or Klarna".into()]));
    }

    #[test]
    fn no_sentence_is_lost_or_cut() {
        let long = (0..60).map(|n| format!("Sentence number {n} says a little.")).collect::<Vec<_>>().join(" ");
        let passages = split(&long);
        assert!(passages.len() > 1);
        assert!(passages.iter().all(|passage| passage.words() <= WORDS_MAX));
        assert_eq!(passages.iter().map(Passage::text).collect::<Vec<_>>().join("\n").lines().count(), 60);
    }

    #[test]
    fn tables_are_read_by_row() {
        let passages = split("| Day | Hours |\n|---|---|\n| Monday | 10 to 18 |");
        assert_eq!(passages[0].blocks, [Block::List(vec!["- Day: Hours".into(), "- Monday: 10 to 18".into()])]);
    }
}
