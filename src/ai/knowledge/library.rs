//! The articles the AI answers from, shared between everything that edits them and every turn that reads them.
//!
//! An article is found by its words at once. What its passages mean is read by a thread of the library's own, because it takes about a
//! millisecond a sentence; until all are read, words alone decide. May not hold its lock across anything slow: a search is memory only.
//!
//! Invariant: a search sees an article whole or not at all.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::index::{Index, Key};
use baton_encoder::{Encoder, Vector};

use super::ranking::{ANSWERABLE, Meaning, Question, Ranker, Units};
use super::{Article, Hit, Passage, Results, Scope};
use crate::ai::signals::language::Language;
use crate::ai::signals::normalise;
use crate::handoff::ArticleId;

/// From this likelihood on, a passage that has the words of a question is believed for its words.
const LIKELY: f32 = 0.25;

/// What the words of a question add for the passage that has all of them, and how many of them any passage has.
const WORDS: f32 = 0.4;
const BY_CHANCE: f32 = 0.35;

/// What a section on what a rule leaves out lacks before the section with the rule: whoever asks whether they can send something
/// back wants to read that they can.
const EXCEPTION: f32 = 0.3;

/// Words that say so in a heading, folded.
const EXCEPTIONS: [&str; 23] = [
    "cannot",
    "cant",
    "not",
    "except",
    "exception",
    "exceptions",
    "excluded",
    "excludes",
    "nicht",
    "ausnahme",
    "ausnahmen",
    "ausgenommen",
    "ne",
    "pas",
    "sauf",
    "excepto",
    "excepciones",
    "excepcion",
    "eccezioni",
    "tranne",
    "excecoes",
    "niet",
    "uitzonderingen",
];

/// A passage that shares no word with the question is a hit from this likelihood on.
const SPEAKS: f32 = 0.1;

/// What an unknown word takes from the nearness of a passage if it asks for something else, and how sure such a passage is at most.
const LEADS_AWAY: f32 = 0.07;
const ASTRAY: f32 = 0.4;

/// The second article is as near as the first from this share of its likelihood on.
const CLOSE: f32 = 0.7;

/// A knowledge base in memory. A clone is a handle to the same one.
#[derive(Clone, Debug, Default)]
pub struct Library {
    shared: Arc<RwLock<Shelves>>,
}

#[derive(Debug, Default)]
struct Shelves {
    index: Index,
    ranker: Ranker<Key>,
    /// The passages as the ranker reads them, with what they mean as soon as that is known.
    passages: BTreeMap<Key, (Units, Option<Meaning>)>,
    is_being_read: bool,
}

impl Library {
    /// A library of these articles.
    pub fn of(articles: impl IntoIterator<Item = Article>) -> Self {
        let library = Self::default();
        library.upsert_all(articles);
        library
    }

    /// Brings one article up to date. An unpublished one is taken out.
    pub fn upsert(&self, article: Article) {
        self.upsert_all([article]);
    }

    /// Brings many articles up to date at once.
    pub fn upsert_all(&self, articles: impl IntoIterator<Item = Article>) {
        let mut shelves = self.write();
        articles.into_iter().for_each(|article| shelves.upsert(article));
        if !shelves.is_being_read && shelves.unread().is_some() {
            shelves.is_being_read = true;
            drop(shelves);
            let shared = self.shared.clone();
            std::thread::spawn(move || read_all(&shared));
        }
    }

    /// Takes an article out.
    pub fn remove(&self, id: ArticleId) {
        self.write().remove(id);
    }

    /// Reads what is still unread, and comes back when nothing is.
    pub fn settle(&self) {
        read_all(&self.shared);
    }

    /// Number of published articles.
    pub fn len(&self) -> usize {
        self.read().index.len()
    }

    /// Whether there is nothing to answer from.
    pub fn is_empty(&self) -> bool {
        self.read().index.is_empty()
    }

    /// A published article by its title.
    pub fn titled(&self, title: &str) -> Option<Article> {
        self.read().index.titled(title).cloned()
    }

    /// The best passage of each article within `scope` that may answer `question`, at most `hits_max`.
    pub fn search(&self, question: &str, language: Option<Language>, scope: Scope, hits_max: usize) -> Results {
        let encoder = self.read().ranker.is_understood().then(baton_encoder::shared).and_then(Result::ok);
        let Some(encoder) = encoder else { return self.read().search(question, language, None, scope, hits_max) };
        let asked = Question::read(question, language, Some(encoder));
        let strangers = self.read().index.without_strangers(question, language);
        let strangers = Strangers::read(question, &strangers, encoder);
        let mut results = self.read().search(question, language, Some((&asked, &strangers)), scope, hits_max);
        results.decide_by_title(question);
        results
    }

    fn read(&self) -> RwLockReadGuard<'_, Shelves> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Shelves> {
        self.shared.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads one passage after the other; the lock is held only to fetch one and to bring its meaning back.
fn read_all(shared: &RwLock<Shelves>) {
    let encoder =
        baton_encoder::shared().inspect_err(|why| tracing::warn!(%why, "knowledge is found by words only")).ok();
    loop {
        let mut shelves = shared.write().unwrap_or_else(PoisonError::into_inner);
        let Some((encoder, (key, units))) = encoder.zip(shelves.unread()) else {
            shelves.is_being_read = false;
            return;
        };
        drop(shelves);
        let meaning = Meaning::of(&units, encoder);
        shared.write().unwrap_or_else(PoisonError::into_inner).understand(key, &units, meaning);
    }
}

impl Shelves {
    fn upsert(&mut self, article: Article) {
        let known = self.remove(article.id);
        let (id, title, language) = (article.id, article.title.clone(), article.language);
        self.index.upsert(article);
        for (at, passage) in self.index.passages(id).iter().enumerate() {
            let units = units(&title, passage);
            let meaning = known.iter().find(|(before, _)| *before == units).and_then(|(_, meaning)| meaning.clone());
            self.ranker.insert((id, at), &units, Some(language), meaning.clone());
            self.passages.insert((id, at), (units, meaning));
        }
    }

    /// Takes an article out, and says what its passages meant.
    fn remove(&mut self, id: ArticleId) -> Vec<(Units, Option<Meaning>)> {
        self.index.remove(id);
        let gone: Vec<Key> = self.passages.range((id, 0)..=(id, usize::MAX)).map(|(key, _)| *key).collect();
        gone.iter().for_each(|key| self.ranker.remove(*key));
        gone.iter().filter_map(|key| self.passages.remove(key)).collect()
    }

    fn unread(&self) -> Option<(Key, Units)> {
        let unread = self.passages.iter().find(|(_, (_, meaning))| meaning.is_none());
        unread.map(|(key, (units, _))| (*key, units.clone()))
    }

    /// A passage that changed meanwhile stays unread.
    fn understand(&mut self, key: Key, units: &Units, meaning: Meaning) {
        if let Some((_, unknown)) = self.passages.get_mut(&key).filter(|(now, _)| now == units) {
            *unknown = Some(meaning.clone());
            self.ranker.understand(key, meaning);
        }
    }

    fn search(
        &self,
        question: &str,
        language: Option<Language>,
        asked: Option<(&Question, &Strangers)>,
        scope: Scope,
        hits_max: usize,
    ) -> Results {
        let mut found = self.index.find(question, language);
        let Some((asked, strangers)) =
            asked.filter(|_| self.ranker.is_understood() && found.searchable() && !found.is_a_name())
        else {
            return self.index.by_words(found, scope, hits_max);
        };
        let shares = found.shares();
        let of_exceptions = is_about_exceptions(question);
        let more = |key: Key| {
            let words = WORDS * (shares.get(&key).copied().unwrap_or_default() - BY_CHANCE).max(0.0);
            let heading = self.index.passages(key.0).get(key.1).and_then(|passage| passage.headings.last());
            let besides = !of_exceptions && heading.is_some_and(|heading| is_about_exceptions(heading));
            if besides { words - EXCEPTION } else { words }
        };
        let ranking = self.ranker.rank(asked, |key: Key| self.index.admits(key.0, scope).then_some(key.0), more);
        let hits = ranking.ranked.iter().take(hits_max).filter_map(|ranked| {
            let hit = self.index.hit_of(ranked.name, &mut found, ranked.score, ranking.confidence)?;
            let confidence = if ranked.name == ranking.ranked[0].name { ranking.confidence } else { 0.0 };
            let confidence = confidence.max(hit.coverage * (hit.score / LIKELY).min(1.0));
            let meaning = self.passages.get(&ranked.name).and_then(|(_, meaning)| meaning.as_ref());
            let leads_away = confidence >= ANSWERABLE && meaning.is_some_and(|meaning| strangers.lead_away(meaning));
            let confidence = if leads_away { confidence.min(ASTRAY) } else { confidence };
            Some(Hit { confidence, ..hit })
        });
        // What neither a word nor its meaning speaks for is no hit.
        let hits = hits.filter(|hit| hit.score >= SPEAKS || hit.coverage > 0.0);
        let hits: Vec<Hit> = hits.collect();
        Results { is_undecided: are_close(&hits), hits, searchable: true }
    }
}

/// The meaning of a question, and of the same without each of the words that no article knows.
#[derive(Debug, Default)]
struct Strangers {
    whole: Option<Vector>,
    without: Vec<Vector>,
}

impl Strangers {
    fn read(question: &str, without: &[String], encoder: &Encoder) -> Self {
        if without.is_empty() {
            return Self::default();
        }
        let whole = normalise::tokens(question).join(" ");
        let without = without.iter().map(|text| encoder.encode(text)).collect();
        Self { whole: Some(encoder.encode(&whole)), without }
    }

    /// Whether a passage is nearer to the question without one of these words: then the word asks for something else, as in "do
    /// you repair bicycles" where lamps are repaired. A word for something that is meant brings the question nearer.
    fn lead_away(&self, meaning: &Meaning) -> bool {
        let Some(whole) = &self.whole else { return false };
        let near = meaning.nearness(whole);
        self.without.iter().any(|without| meaning.nearness(without) - near >= LEADS_AWAY)
    }
}

/// Whether the first of two likely articles is not ahead enough to be said.
fn are_close(hits: &[Hit]) -> bool {
    let [first, second, ..] = hits else { return false };
    first.confidence < ANSWERABLE && first.score >= LIKELY && second.score >= first.score * CLOSE
}

/// Whether a heading, or a question, is about what a rule leaves out.
fn is_about_exceptions(text: &str) -> bool {
    normalise::tokens(text).iter().any(|token| EXCEPTIONS.contains(&token.as_str()))
}

/// A passage as the ranker reads it: the title with the headings, the last heading by itself because it says most, then the sentences
/// and items.
fn units(title: &str, passage: &Passage) -> Units {
    let headings =
        std::iter::once(title).chain(passage.headings.iter().map(String::as_str)).collect::<Vec<_>>().join(": ");
    let sentences = passage.blocks.iter().flat_map(|block| block.units().iter().cloned());
    let texts = std::iter::once(headings).chain(passage.headings.last().cloned()).chain(sentences);
    Units { texts: texts.collect(), are_phrasings: false }
}
