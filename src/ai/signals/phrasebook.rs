//! Matches turns of phrase, in any language, over folded tokens. The phrases themselves are data, in `phrases/*.txt`.
//!
//! The notation, one pattern a line:
//! `word`, `stem*` (any ending), `(a|b c)` (one of), `(a)?` (perhaps), `..` (up to three words of the same sentence),
//! `^` and `$` (start and end of a sentence), `<name>` (a class, defined by `= name: a | b c`). `[group 0.8]` opens a group
//! of patterns with a weight; `#` opens a comment.
//!
//! Invariant: matching is linear in the tokens, it never backtracks, so no message can make it slow.

use std::collections::HashMap;

use super::normalise::{is_boundary, tokens};

/// Most words a `..` may skip. Languages written without spaces count characters.
const GAP_WORDS_MAX: usize = 3;
const GAP_CHARACTERS_MAX: usize = 8;

/// A set of patterns in groups.
#[derive(Debug, Default)]
pub struct Phrasebook {
    patterns: Vec<Pattern>,
    by_word: HashMap<String, Vec<usize>>,
    by_letter: HashMap<char, Vec<(String, usize)>>,
    floating: Vec<usize>,
}

/// A place where a pattern matched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit<'book> {
    /// Group of the pattern.
    pub group: &'book str,
    /// Weight of the group.
    pub weight: f32,
    /// First token.
    pub start: usize,
    /// The token after the last one.
    pub end: usize,
}

/// A line of a phrasebook that can not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct Malformed {
    line: usize,
    problem: String,
}

#[derive(Debug)]
struct Pattern {
    group: String,
    weight: f32,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    Word(String),
    Prefix(String),
    OneOf(Vec<Vec<Node>>),
    Perhaps(Vec<Vec<Node>>),
    Gap,
    Start,
    End,
}

impl Phrasebook {
    /// Reads a phrasebook that is part of the program. What can not be read is reported and matches nothing; a test
    /// makes sure that this never happens.
    pub fn embedded(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|problem| {
            tracing::error!(%problem, "an embedded phrasebook can not be read");
            Self::default()
        })
    }

    /// Reads a phrasebook.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut book = Self::default();
        let mut classes = HashMap::new();
        let mut group = (String::new(), 1.0);
        for (at, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or("").trim();
            let fail = |problem: String| Malformed { line: at + 1, problem };
            if let Some(class) = line.strip_prefix("= ") {
                let (name, body) = class.split_once(':').ok_or_else(|| fail("write `= name: a | b`".into()))?;
                let nodes = Reader::new(body, &classes).alternatives().map_err(fail)?;
                classes.insert(name.trim().to_owned(), nodes);
            } else if let Some(header) = line.strip_prefix('[') {
                group = read_group(header).ok_or_else(|| fail("write `[group 0.8]`".into()))?;
            } else if !line.is_empty() {
                let nodes = Reader::new(line, &classes).sequence().map_err(fail)?;
                book.add(Pattern { group: group.0.clone(), weight: group.1, nodes });
            }
        }
        Ok(book)
    }

    /// Every match, by start; of several matches of one pattern at one place the longest.
    pub fn hits(&self, tokens: &[String]) -> Vec<Hit<'_>> {
        let mut hits = Vec::new();
        for start in 0..tokens.len() {
            for at in self.candidates(&tokens[start]) {
                let pattern = &self.patterns[at];
                if let Some(end) = longest(&pattern.nodes, tokens, start) {
                    hits.push(Hit { group: &pattern.group, weight: pattern.weight, start, end });
                }
            }
        }
        hits
    }

    /// The groups that match a text.
    pub fn groups(&self, tokens: &[String]) -> Vec<&str> {
        let mut groups: Vec<&str> = self.hits(tokens).into_iter().map(|hit| hit.group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The heaviest match of a group.
    pub fn strongest(&self, tokens: &[String], group: &str) -> Option<Hit<'_>> {
        strongest(&self.hits(tokens), group).copied()
    }

    fn add(&mut self, pattern: Pattern) {
        let at = self.patterns.len();
        match firsts(&pattern.nodes) {
            Some(firsts) => firsts.into_iter().for_each(|first| self.index(first, at)),
            None => self.floating.push(at),
        }
        self.patterns.push(pattern);
    }

    fn index(&mut self, first: First, at: usize) {
        match first {
            First::Word(word) => self.by_word.entry(word).or_default().push(at),
            First::Prefix(prefix) => {
                let letter = prefix.chars().next().unwrap_or_default();
                self.by_letter.entry(letter).or_default().push((prefix, at));
            }
        }
    }

    /// The patterns that can start with a token, each once, in order.
    fn candidates(&self, token: &str) -> Vec<usize> {
        let mut candidates = self.floating.clone();
        candidates.extend(self.by_word.get(token).into_iter().flatten());
        let letter = token.chars().next().unwrap_or_default();
        let prefixes = self.by_letter.get(&letter).into_iter().flatten();
        candidates.extend(prefixes.filter(|(prefix, _)| token.starts_with(prefix.as_str())).map(|(_, at)| at));
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

/// The heaviest of several matches that is of a group.
pub fn strongest<'hits, 'book>(hits: &'hits [Hit<'book>], group: &str) -> Option<&'hits Hit<'book>> {
    hits.iter().filter(|hit| hit.group == group).max_by(|a, b| a.weight.total_cmp(&b.weight))
}

/// Replaces the tokens of matches by sentence ends, so that nothing matches across them or inside them.
pub fn mask(tokens: &[String], hits: &[Hit<'_>]) -> Vec<String> {
    let mut masked = tokens.to_vec();
    for hit in hits {
        masked[hit.start..hit.end].iter_mut().for_each(|token| *token = super::normalise::STOP.to_owned());
    }
    masked
}

/// The words of a match, for showing to a person.
pub fn quote(tokens: &[String], hit: &Hit<'_>) -> String {
    let words = &tokens[hit.start..hit.end];
    let unspaced = words.iter().all(|word| word.chars().all(is_unspaced));
    words.join(if unspaced { "" } else { " " })
}

fn read_group(header: &str) -> Option<(String, f32)> {
    let (name, weight) = header.strip_suffix(']')?.split_once(' ')?;
    Some((name.to_owned(), weight.trim().parse().ok()?))
}

/// What a match may start with.
enum First {
    Word(String),
    Prefix(String),
}

/// What a match must start with one of; `None` if it may start with anything.
fn firsts(nodes: &[Node]) -> Option<Vec<First>> {
    let mut words = Vec::new();
    for node in nodes {
        match node {
            Node::Start => {}
            Node::Word(word) => {
                words.push(First::Word(word.clone()));
                return Some(words);
            }
            Node::OneOf(options) => {
                for option in options {
                    words.extend(firsts(option)?);
                }
                return Some(words);
            }
            Node::Perhaps(options) => {
                for option in options {
                    words.extend(firsts(option)?);
                }
            }
            Node::Prefix(prefix) => {
                words.push(First::Prefix(prefix.clone()));
                return Some(words);
            }
            Node::Gap | Node::End => return None,
        }
    }
    None
}

fn longest(nodes: &[Node], tokens: &[String], start: usize) -> Option<usize> {
    run(nodes, tokens, vec![start]).into_iter().max().filter(|end| *end > start)
}

/// Where a match can stand after `nodes`, given where it can stand before them.
fn run(nodes: &[Node], tokens: &[String], mut places: Vec<usize>) -> Vec<usize> {
    for node in nodes {
        places = step(node, tokens, &places);
        places.sort_unstable();
        places.dedup();
        if places.is_empty() {
            break;
        }
    }
    places
}

fn step(node: &Node, tokens: &[String], places: &[usize]) -> Vec<usize> {
    let token = |at: usize| tokens.get(at).map(String::as_str);
    let advance = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        places.iter().filter(|at| token(**at).is_some_and(fits)).map(|at| at + 1).collect()
    };
    match node {
        Node::Word(word) => advance(&|token| token == word),
        Node::Prefix(stem) => advance(&|token| token.starts_with(stem.as_str())),
        Node::OneOf(options) => options.iter().flat_map(|option| branch(option, tokens, places)).collect(),
        Node::Perhaps(options) => {
            let mut out = places.to_vec();
            out.extend(options.iter().flat_map(|option| branch(option, tokens, places)));
            out
        }
        Node::Gap => places.iter().flat_map(|at| gap(tokens, *at)).collect(),
        Node::Start => places.iter().copied().filter(|at| *at == 0 || token(at - 1).is_some_and(is_boundary)).collect(),
        Node::End => places.iter().copied().filter(|at| token(*at).is_none_or(is_boundary)).collect(),
    }
}

/// One alternative. Most fail at their first word, so that is looked at before anything is copied.
fn branch(option: &[Node], tokens: &[String], places: &[usize]) -> Vec<usize> {
    let possible = places.iter().any(|at| match (option.first(), tokens.get(*at)) {
        (Some(Node::Word(word)), token) => token == Some(word),
        (Some(Node::Prefix(prefix)), token) => token.is_some_and(|token| token.starts_with(prefix.as_str())),
        _ => true,
    });
    if possible { run(option, tokens, places.to_vec()) } else { Vec::new() }
}

fn gap(tokens: &[String], from: usize) -> Vec<usize> {
    let mut places = vec![from];
    let mut left = GAP_WORDS_MAX * GAP_CHARACTERS_MAX;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        let cost = if token.chars().all(is_unspaced) { GAP_WORDS_MAX } else { GAP_CHARACTERS_MAX };
        if is_boundary(token) || cost > left {
            break;
        }
        left -= cost;
        places.push(at + 1);
    }
    places
}

fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x4E00..=0x9FFF)
}

type Classes = HashMap<String, Vec<Vec<Node>>>;

/// Reads one line of the notation.
struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    classes: &'a Classes,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, classes: &'a Classes) -> Self {
        Self { rest: text.chars().peekable(), classes }
    }

    fn alternatives(&mut self) -> Result<Vec<Vec<Node>>, String> {
        let mut options = vec![self.sequence()?];
        while self.rest.next_if_eq(&'|').is_some() {
            options.push(self.sequence()?);
        }
        Ok(options)
    }

    fn sequence(&mut self) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        while let Some(c) = self.rest.peek().copied() {
            match c {
                '|' | ')' => break,
                ' ' => drop(self.rest.next()),
                '^' => self.take(Node::Start, &mut nodes),
                '$' => self.take(Node::End, &mut nodes),
                '(' => nodes.push(self.bracket()?),
                '<' => nodes.push(self.class()?),
                _ => nodes.extend(self.words()),
            }
        }
        if nodes.is_empty() { Err("an alternative is empty".into()) } else { Ok(nodes) }
    }

    fn take(&mut self, node: Node, nodes: &mut Vec<Node>) {
        self.rest.next();
        nodes.push(node);
    }

    fn bracket(&mut self) -> Result<Node, String> {
        self.rest.next();
        let options = self.alternatives()?;
        self.rest.next_if_eq(&')').ok_or("a bracket is not closed")?;
        Ok(self.perhaps(options))
    }

    fn class(&mut self) -> Result<Node, String> {
        self.rest.next();
        let name: String = std::iter::from_fn(|| self.rest.next_if(|c| *c != '>')).collect();
        self.rest.next();
        let options = self.classes.get(&name).cloned().ok_or(format!("there is no class <{name}>"))?;
        Ok(self.perhaps(options))
    }

    fn perhaps(&mut self, options: Vec<Vec<Node>>) -> Node {
        if self.rest.next_if_eq(&'?').is_some() { Node::Perhaps(options) } else { Node::OneOf(options) }
    }

    fn words(&mut self) -> Vec<Node> {
        let raw: String = std::iter::from_fn(|| self.rest.next_if(|c| !" |()<>^$".contains(*c))).collect();
        if raw == ".." {
            return vec![Node::Gap];
        }
        let mut nodes: Vec<Node> = tokens(raw.trim_end_matches('*')).into_iter().map(Node::Word).collect();
        if raw.ends_with('*')
            && let Some(Node::Word(last)) = nodes.pop()
        {
            nodes.push(Node::Prefix(last));
        }
        nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let book = Phrasebook::parse(&format!("= person: human | real person\n[g 1]\n{pattern}")).unwrap();
        !book.hits(&tokens(text)).is_empty()
    }

    #[test]
    fn the_notation_means_what_it_says() {
        assert!(matches("talk to .. <person>", "Can I talk to a very real person?"));
        assert!(!matches("talk to .. <person>", "Talk to me. A human is here"));
        assert!(matches("^ (a|the)? <person> $", "Hello! A human."));
        assert!(!matches("^ <person> $", "human error"));
        assert!(matches("agent*", "agents"));
        assert!(matches("转人工", "请转人工客服"));
        assert!(matches("转 .. 人", "转到一个人"));
    }

    #[test]
    fn mistakes_are_reported_by_line() {
        assert_eq!(Phrasebook::parse("[g 1]\n<nobody>").unwrap_err().line, 2);
        assert!(Phrasebook::parse("[g]\na").is_err());
        assert!(Phrasebook::parse("[g 1]\n(a|b").is_err());
    }

    #[test]
    fn a_hostile_message_is_read_in_linear_time() {
        let book = Phrasebook::parse("[g 1]\na .. a .. a .. a .. b").unwrap();
        assert!(book.hits(&tokens(&"a ".repeat(2_000))).is_empty());
    }
}
