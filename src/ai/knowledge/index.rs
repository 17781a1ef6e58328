//! Finds the passages that speak of what was asked: BM25 over stems and concepts, titles and headings counting more.
//!
//! Articles come and go one at a time; nothing is rebuilt. May not decide whether a result is good enough to be said: it reports
//! how much of the question was found, and the assistant decides.
//!
//! Invariant: results are in the order of score, then article, then passage; the same library gives the same order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

mod strangers;

use super::hit::{Hit, Results, Scope};
use super::spelling::Spelling;
use super::{Article, Passage, passage};
use crate::ai::signals::language::Language;
use crate::ai::signals::normalise;
use crate::ai::words;
use crate::handoff::ArticleId;

/// What an article named by a question of one word gains.
const TITLE_FAVOUR: f32 = 1.5;

const K1: f32 = 1.5;
const B: f32 = 0.5;
const TITLE_WEIGHT: f32 = 1.0;
const HEADING_WEIGHT: f32 = 3.0;

/// A concept is surer than a guess and vaguer than the word itself.
const CONCEPT_WEIGHT: f32 = 0.8;
const CORRECTED_WEIGHT: f32 = 0.8;

/// A word that no article knows, as a share of the rarest word's weight: it may be the point of the question, or chatter.
const UNKNOWN_WEIGHT: f32 = 0.55;

/// The same for a question in a language that no article is written in: only its concepts can be known.
const FOREIGN_WEIGHT: f32 = 0.25;

/// What further terms of one word are worth beside the best of them.
const FURTHER: f32 = 0.25;

/// The second article is as near as the first from this share of its score on, if it has so much of the question.
const CLOSE: f32 = 0.92;
const COVERED: f32 = 0.45;

/// Words of a question that are looked at.
const QUERY_WORDS_MAX: usize = 64;

/// A passage: its article, and its place in it.
pub(super) type Key = (ArticleId, usize);

/// The index of all published articles.
#[derive(Debug, Default)]
pub struct Index {
    articles: BTreeMap<ArticleId, Indexed>,
    postings: HashMap<String, BTreeMap<Key, f32>>,
    lengths: BTreeMap<Key, f32>,
    spelling: Spelling,
    languages: BTreeMap<Language, usize>,
}

#[derive(Debug)]
struct Indexed {
    article: Article,
    passages: Vec<Passage>,
    words: BTreeSet<String>,
    terms: BTreeSet<String>,
}

/// What the words of a question found, passage by passage.
pub(super) struct Found {
    wanted: Vec<Wanted>,
    tallies: BTreeMap<Key, Tally>,
}

impl Found {
    fn total(&self) -> f32 {
        self.wanted.iter().map(|wanted| wanted.weight).sum()
    }

    /// How much the words speak for each passage, 0 to 1: how much of the question it has, beside the passage that has most.
    pub(super) fn shares(&self) -> BTreeMap<Key, f32> {
        let (best, total) = (self.tallies.values().map(|tally| tally.score).fold(0.0, f32::max), self.total());
        let share =
            |tally: &Tally| tally.score / best.max(f32::MIN_POSITIVE) * tally.covered / total.max(f32::MIN_POSITIVE);
        self.tallies.iter().map(|(key, tally)| (*key, share(tally))).collect()
    }

    /// Whether there was anything to look for.
    pub(super) fn searchable(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Whether the question is one word that articles know: such a question names an article, and the word decides.
    pub(super) fn is_a_name(&self) -> bool {
        self.wanted.len() == 1 && !self.tallies.is_empty()
    }
}

/// One thing a question asks for: any of its terms will do.
struct Wanted {
    terms: Vec<(String, f32)>,
    weight: f32,
}

/// The best term of one wanted thing in one passage.
struct Matched {
    score: f32,
    term: String,
    certainty: f32,
}

/// What a passage has of a question so far.
#[derive(Default)]
struct Tally {
    score: f32,
    covered: f32,
    found: Vec<(String, f32)>,
}

impl Tally {
    fn add(&mut self, wanted: &Wanted, matched: Matched) {
        self.score += matched.score;
        self.covered += wanted.weight * matched.certainty;
        self.found.push((matched.term, wanted.weight));
    }
}

impl Index {
    /// Adds an article or replaces it.
    pub fn upsert(&mut self, article: Article) {
        self.remove(article.id);
        if !article.published {
            return;
        }
        let passages = passage::split(&article.body);
        let (mut known, mut terms) = (BTreeSet::new(), BTreeSet::new());
        for (at, passage) in passages.iter().enumerate() {
            terms.extend(self.add_passage((article.id, at), &article, passage, &mut known));
        }
        known.iter().for_each(|word| self.spelling.add(word));
        *self.languages.entry(article.language).or_default() += 1;
        self.articles.insert(article.id, Indexed { article, passages, words: known, terms });
    }

    /// Takes an article out.
    pub fn remove(&mut self, id: ArticleId) {
        let Some(old) = self.articles.remove(&id) else { return };
        for term in &old.terms {
            if let Some(postings) = self.postings.get_mut(term) {
                postings.retain(|key, _| key.0 != id);
            }
            if self.postings.get(term).is_some_and(BTreeMap::is_empty) {
                self.postings.remove(term);
            }
        }
        self.lengths.retain(|key, _| key.0 != id);
        old.words.iter().for_each(|word| self.spelling.remove(word));
        let count = self.languages.entry(old.article.language).or_default();
        *count -= 1;
        self.languages.retain(|_, count| *count > 0);
    }

    /// Every published article.
    pub fn all(&self) -> impl Iterator<Item = &Article> {
        self.articles.values().map(|indexed| &indexed.article)
    }

    /// Number of published articles.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is nothing to answer from.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// A published article by its title, however it is written.
    pub fn titled(&self, title: &str) -> Option<&Article> {
        let wanted = normalise::tokens(title);
        self.articles
            .values()
            .map(|indexed| &indexed.article)
            .find(|article| normalise::tokens(&article.title) == wanted)
    }

    /// The passages of a published article.
    pub fn passages(&self, id: ArticleId) -> &[Passage] {
        self.articles.get(&id).map_or(&[], |indexed| &indexed.passages)
    }

    /// Whether an article is published and within a scope.
    pub fn admits(&self, id: ArticleId, scope: Scope) -> bool {
        self.articles.get(&id).is_some_and(|indexed| scope.admits(&indexed.article))
    }

    /// Looks for the words of a question in every passage.
    pub(super) fn find(&self, question: &str, language: Option<Language>) -> Found {
        let wanted = self.wanted(question, language);
        let average = self.average_length();
        let mut tallies: BTreeMap<Key, Tally> = BTreeMap::new();
        for one in &wanted {
            for (key, matched) in self.matches(one, average) {
                tallies.entry(key).or_default().add(one, matched);
            }
        }
        Found { wanted, tallies }
    }

    /// The best passage of each article within the scope that speaks of what was asked, at most `hits_max`. By words alone.
    pub(super) fn by_words(&self, found: Found, scope: Scope, hits_max: usize) -> Results {
        let searchable = found.searchable();
        let total = found.total();
        let tallies = found.tallies.into_iter().filter(|(key, _)| self.admits(key.0, scope));
        let mut ranked: Vec<(Key, Tally)> = tallies.collect();
        ranked.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
        if let [only] = found.wanted.as_slice() {
            self.favour_titles(only, &mut ranked);
        }
        let mut seen = BTreeSet::new();
        ranked.retain(|(key, _)| seen.insert(key.0));
        let hits = ranked.into_iter().take(hits_max).filter_map(|(key, tally)| {
            let (score, coverage) = (tally.score, tally.covered / total);
            self.hit(key, tally, total, score, coverage)
        });
        let hits: Vec<Hit> = hits.collect();
        Results { is_undecided: are_close(&hits), hits, searchable }
    }

    /// One passage as a hit, with what the words found in it.
    pub(super) fn hit_of(&self, key: Key, found: &mut Found, score: f32, confidence: f32) -> Option<Hit> {
        let total = found.total();
        self.hit(key, found.tallies.remove(&key).unwrap_or_default(), total, score, confidence)
    }

    fn hit(&self, key: Key, tally: Tally, total: f32, score: f32, confidence: f32) -> Option<Hit> {
        let indexed = self.articles.get(&key.0)?;
        let passage = indexed.passages.get(key.1)?.clone();
        let coverage = tally.covered / total.max(f32::MIN_POSITIVE);
        Some(Hit { article: indexed.article.clone(), passage, score, coverage, confidence, found: tally.found })
    }

    fn add_passage(
        &mut self,
        key: Key,
        article: &Article,
        passage: &Passage,
        known: &mut BTreeSet<String>,
    ) -> Vec<String> {
        let mut weights: BTreeMap<String, f32> = BTreeMap::new();
        let fields = [
            (article.title.as_str(), TITLE_WEIGHT),
            (&passage.headings.join("\n"), HEADING_WEIGHT),
            (&passage.text(), 1.0),
        ];
        for (text, weight) in fields {
            let tokens = normalise::tokens(&normalise::clean(text));
            for term in words::terms_of(&tokens, article.language) {
                known.insert(term.word);
                *weights.entry(term.stem).or_default() += weight;
            }
            for concept in words::concepts(&tokens) {
                *weights.entry(concept).or_default() += weight;
            }
        }
        self.lengths.insert(key, weights.values().sum());
        for (term, weight) in &weights {
            self.postings.entry(term.clone()).or_default().insert(key, *weight);
        }
        weights.into_keys().collect()
    }

    /// What a question asks for. A word that no article knows still counts, so that a question half understood is not
    /// taken for understood.
    fn wanted(&self, question: &str, language: Option<Language>) -> Vec<Wanted> {
        let asked = language.unwrap_or(Language::En);
        let tokens = normalise::tokens(question);
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut named: BTreeSet<String> = BTreeSet::new();
        for (token, concept) in tokens.iter().zip(words::concept_of_each(&tokens)).take(QUERY_WORDS_MAX) {
            if words::is_unspaced(token) || words::terms_of(std::slice::from_ref(token), asked).is_empty() {
                continue;
            }
            named.extend(words::concepts(std::slice::from_ref(token)));
            let one = self.want_word(token, asked, concept);
            if !wanted.iter().any(|other| other.terms == one.terms) {
                wanted.push(one);
            }
        }
        let pairs = words::terms_of(&tokens, asked)
            .into_iter()
            .filter(|term| words::is_unspaced(&term.word))
            .take(QUERY_WORDS_MAX);
        wanted.extend(
            pairs
                .map(|pair| self.want_word(&pair.word, asked, None))
                .filter(|one| self.postings.contains_key(&one.terms[0].0)),
        );
        for concept in words::concepts(&tokens).into_iter().filter(|concept| !named.contains(concept)) {
            let weight = self.rarity(&concept);
            wanted.push(Wanted { terms: vec![(concept, 1.0)], weight });
        }
        wanted
    }

    fn want_word(&self, word: &str, asked: Language, concept: Option<String>) -> Wanted {
        let mut terms: Vec<(String, f32)> = Vec::new();
        for language in std::iter::once(&asked).chain(self.languages.keys()) {
            let stem = words::stem(word, *language);
            if self.postings.contains_key(&stem) && !terms.iter().any(|(term, _)| *term == stem) {
                terms.push((stem, 1.0));
            }
        }
        if terms.is_empty()
            && concept.is_none()
            && let Some(near) = self.spelling.nearest(word)
        {
            terms.extend(self.languages.keys().map(|language| (words::stem(near, *language), CORRECTED_WEIGHT)));
            terms.extend(
                words::concepts(&[near.to_owned()])
                    .into_iter()
                    .map(|concept| (concept, CONCEPT_WEIGHT * CORRECTED_WEIGHT)),
            );
        }
        terms.extend(concept.map(|concept| (concept, CONCEPT_WEIGHT)));
        let weight = terms.iter().map(|(term, certainty)| self.rarity(term) * certainty).fold(0.0, f32::max);
        let unknown = terms.is_empty() || weight <= 0.0;
        if !unknown {
            return Wanted { terms, weight };
        }
        let share = if self.languages.contains_key(&asked) { UNKNOWN_WEIGHT } else { FOREIGN_WEIGHT };
        Wanted { terms: vec![(words::stem(word, asked), 1.0)], weight: self.rarity("") * share }
    }

    /// A question of one word ("returns") is about the article of that name: the section that has the word in its
    /// heading, or else its beginning.
    fn favour_titles(&self, wanted: &Wanted, ranked: &mut [(Key, Tally)]) {
        let place = |key: &Key| -> Option<(bool, usize)> {
            let indexed = self.articles.get(&key.0)?;
            let heading = indexed.passages.get(key.1)?.headings.last().map_or("", String::as_str);
            let language = indexed.article.language;
            speaks_of(wanted, &indexed.article.title, language).then(|| (!speaks_of(wanted, heading, language), key.1))
        };
        for (key, tally) in ranked.iter_mut() {
            if place(key).is_some() {
                tally.score *= TITLE_FAVOUR;
            }
        }
        ranked.sort_by_key(|(key, _)| place(key).map_or((true, (true, 0)), |place| (false, place)));
    }

    /// For each passage the best of the terms that will do.
    fn matches(&self, wanted: &Wanted, average: f32) -> BTreeMap<Key, Matched> {
        let mut best: BTreeMap<Key, Matched> = BTreeMap::new();
        for (term, certainty) in &wanted.terms {
            let Some(postings) = self.postings.get(term) else { continue };
            let rarity = self.rarity(term);
            for (key, frequency) in postings {
                let score = rarity * certainty * self.saturation(*key, *frequency, average);
                let further = best.get(key).map_or(0.0, |before| before.score);
                let matched = Matched { score: score + FURTHER * further, term: term.clone(), certainty: *certainty };
                match best.get_mut(key) {
                    Some(before) if score <= before.score => before.score += FURTHER * score,
                    _ => drop(best.insert(*key, matched)),
                }
            }
        }
        best
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of passages")]
    fn rarity(&self, term: &str) -> f32 {
        let all = self.lengths.len() as f32;
        let with = self.postings.get(term).map_or(0, BTreeMap::len) as f32;
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of passages")]
    fn average_length(&self) -> f32 {
        self.lengths.values().sum::<f32>() / (self.lengths.len().max(1) as f32)
    }

    fn saturation(&self, key: Key, frequency: f32, average: f32) -> f32 {
        let length = self.lengths.get(&key).copied().unwrap_or(average);
        frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * length / average.max(1.0)))
    }
}

/// Whether two articles have the same words of a question, or nearly.
fn are_close(hits: &[Hit]) -> bool {
    let [first, second, ..] = hits else { return false };
    second.score >= first.score * CLOSE && second.coverage >= COVERED && first.coverage < 0.95
}

fn speaks_of(wanted: &Wanted, text: &str, language: Language) -> bool {
    let tokens = normalise::tokens(text);
    let mut terms = words::concepts(&tokens);
    terms.extend(words::terms_of(&tokens, language).into_iter().map(|term| term.stem));
    wanted.terms.iter().any(|(term, _)| terms.contains(term))
}
