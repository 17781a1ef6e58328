//! The assistant that needs no key: manners, then the people's words, then the articles.
//!
//! May not say a sentence of its own beside the fixed phrases, and may not hand off: it wishes.
//!
//! Invariant: every turn gets a reply, and a reply that does not answer comes with a wish or a question.

use std::sync::Arc;

use async_trait::async_trait;

use super::clarify::{self, Choice};
use super::phrases::{self, Phrases};
use super::{answer, asking, people, small_talk};
use crate::ai::assistant::{Assistant, AssistantError, DraftSink, Reply, Said, Speaker, TurnContext, TurnDraft};
use crate::ai::knowledge::{Hit, Library, Results, Scope};
use crate::ai::signals::language::{self, Language};
use crate::ai::signals::{self, normalise, sentiment};
use crate::ai::words;
use crate::handoff::ArticleId;
use crate::handoff::message::Source;
use crate::handoff::policy::Signals;

/// From this confidence on a passage is an answer.
const ANSWERS: f32 = 0.5;

/// From this confidence on a question was understood well enough to be followed up.
const CLARIFIES: f32 = 0.45;

/// Questions of at most so many words of meaning may lean on the question before.
const LEANING_TERMS_MAX: usize = 2;

/// Articles that are compared.
const HITS_MAX: usize = 3;

/// Answers from a library of articles.
#[derive(Clone, Debug)]
pub struct LocalAssistant {
    articles: Arc<Library>,
}

/// What the assistant says, before it is clear who will speak.
struct Words {
    text: String,
    sources: Vec<Source>,
    confidence: f32,
    wish: Option<String>,
}

/// One question, with what is needed to answer it.
struct Asked<'a> {
    text: String,
    before: Option<String>,
    recent: &'a [Said],
    language: Option<Language>,
    scope: Scope,
    phrases: &'static Phrases,
}

#[async_trait]
impl Assistant for LocalAssistant {
    /// Streams nothing: the answer is whole in milliseconds, and is stored before a part of it could be read.
    async fn draft(&self, turn: &TurnContext, _sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        Ok(self.compose(turn))
    }
}

impl LocalAssistant {
    /// An assistant that answers from this library.
    pub fn new(articles: Arc<Library>) -> Self {
        Self { articles }
    }

    /// The draft of a turn; pure.
    pub fn compose(&self, turn: &TurnContext) -> TurnDraft {
        let signals = signals::read(&turn.history, &turn.topics);
        let recent = signals::since_last_person(&turn.history);
        let customer = turn.history.iter().rev().filter(|said| said.by == Speaker::Customer);
        let chosen = turn.language.as_deref().and_then(Language::from_tag);
        let language = chosen.or_else(|| language::detect_any(customer.map(|said| said.text.as_str())));
        let mut text = signals::last_words(&turn.history);
        if asking::answers_a_person(&turn.history) {
            text = asking::open_part(&text);
        }
        let before = signals::customer_turns(recent).into_iter().rev().nth(1);
        let scope = Scope { channel: turn.channel, knowledge: turn.knowledge, article: None };
        let asked = Asked { text, before, recent, language, scope, phrases: phrases::of(language) };
        let words = self.words(turn, &asked, &signals);
        TurnDraft {
            reply: Some(Reply { text: words.text, sources: words.sources }),
            wish: words.wish,
            sentiment: sentiment::read(recent),
            language: language.map(|language| language.code().to_owned()),
            confidence: words.confidence,
            proposes: None,
            makeshift: false,
            signals,
        }
    }

    fn words(&self, turn: &TurnContext, asked: &Asked<'_>, signals: &Signals) -> Words {
        if signals.human_request.decided && !turn.for_colleague {
            return Words::fixed(asked.phrases.decline, 1.0);
        }
        // "Thank you, Ines" is thanks; the name is not a question about what Ines said.
        let nameless = people::without_names(&asked.text, &turn.history);
        if let Some(manners) = small_talk::read(&nameless, asked.language) {
            return Words::fixed(
                small_talk::answer(manners, asked.phrases, &turn.organisation, turn.handoff_offered),
                1.0,
            );
        }
        if asked.text.trim().is_empty() && signals::came_with_files(&turn.history) {
            return asked.ask_for_words(asked.phrases.file);
        }
        if asking::answers_a_person(&turn.history) && !asking::wants_something(&asked.text) {
            return Words::fixed(asked.phrases.fine, 0.9);
        }
        let digest = turn.human_stretch_digest.as_deref();
        if let Some(quote) = people::quote(&asked.text, &turn.history, digest, asked.phrases, asked.language) {
            return Words::fixed(quote, 0.8);
        }
        self.chosen(asked).unwrap_or_else(|| self.searched(asked))
    }

    /// The answer to a question back.
    fn chosen(&self, asked: &Asked<'_>) -> Option<Words> {
        let pending = clarify::pending(asked.recent, &self.articles)?;
        match pending.choice(&asked.text) {
            Choice::Open => None,
            Choice::Neither => Some(asked.unknown()),
            Choice::Article(at) => {
                let article = &pending.articles[at];
                let language = Some(asked.language.unwrap_or(article.language));
                let within = asked.within(article.id);
                let found = self.articles.search(&pending.question, language, within, 1);
                let found = if found.hits.is_empty() {
                    self.articles.search(&article.title, Some(article.language), within, 1)
                } else {
                    found
                };
                found.hits.first().map(|hit| asked.answer(hit, &pending.question, 0.8))
            }
        }
    }

    fn searched(&self, asked: &Asked<'_>) -> Words {
        let question = small_talk::without(&asked.text);
        if let Some(both) = self.two_questions(asked, &question) {
            return both;
        }
        if let Some(followed) = self.follow_up(asked, &question) {
            return followed;
        }
        let (question, results) = self.best_of(asked, question);
        if !results.searchable {
            return asked.ask_for_words(asked.phrases.rephrase);
        }
        let may_ask = clarify::pending(asked.recent, &self.articles).is_none();
        match results.hits.as_slice() {
            [a, b, ..] if may_ask && results.is_undecided => {
                Words::fixed(clarify::ask(asked.phrases, &a.article, &b.article), a.confidence.min(0.5))
            }
            [best, ..] if best.confidence >= ANSWERS => asked.answer(best, &question, best.confidence),
            _ => asked.unknown(),
        }
    }

    /// What the articles have for all that was asked or, where that answers it better, for its last line: a remark that was left
    /// standing is not part of the next question.
    fn best_of(&self, asked: &Asked<'_>, question: String) -> (String, Results) {
        let search = |question: &str| self.articles.search(question, asked.language, asked.scope, HITS_MAX);
        let confidence = |results: &Results| results.hits.first().map_or(0.0, |hit| hit.confidence);
        let whole = search(&question);
        let last = question.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        if confidence(&whole) >= ANSWERS || last == question.trim() || !asking::wants_something(last) {
            return (question, whole);
        }
        let newest = search(last);
        if confidence(&newest) > confidence(&whole) { (last.to_owned(), newest) } else { (question, whole) }
    }

    /// "How long does it take? And what does it cost?" gets both answers.
    fn two_questions(&self, asked: &Asked<'_>, question: &str) -> Option<Words> {
        let parts: Vec<&str> =
            question.split_inclusive('?').map(str::trim).filter(|part| part.ends_with('?')).collect();
        let (first, second) = match parts[..] {
            [first, second] => (first, second),
            _ => question.split_once(" and ").filter(|(_, second)| opens_as_question(second))?,
        };
        let best = |part: &str| {
            self.articles
                .search(part, asked.language, asked.scope, 1)
                .hits
                .into_iter()
                .next()
                .filter(|hit| hit.confidence >= ANSWERS)
        };
        let (a, b) = (best(first)?, best(second)?);
        if a.article.id == b.article.id && a.passage == b.passage {
            return None;
        }
        let mut words = asked.answer(&a, first, a.confidence.min(b.confidence));
        words.text = format!("{}\n\n{}", words.text, answer::extract(&b, second));
        if a.article.id != b.article.id {
            words.sources.push(b.article.source());
        }
        Some(words)
    }

    /// "And on Sunday?" is about what was asked before.
    fn follow_up(&self, asked: &Asked<'_>, question: &str) -> Option<Words> {
        let before = asked.before.as_ref()?;
        let language = asked.language.unwrap_or(Language::En);
        let terms = words::terms_of(&normalise::tokens(question), language).len();
        if terms == 0 || terms > LEANING_TERMS_MAX || !opens_as_follow_up(question) {
            return None;
        }
        let alone = self.articles.search(question, asked.language, asked.scope, 1).hits.into_iter().next();
        let earlier = self
            .articles
            .search(before, asked.language, asked.scope, 1)
            .hits
            .into_iter()
            .next()
            .filter(|hit| hit.confidence >= CLARIFIES)?;
        let within =
            self.articles.search(question, asked.language, asked.within(earlier.article.id), 1).hits.into_iter().next();
        match (alone, within) {
            (_, Some(hit)) if hit.confidence >= ANSWERS => Some(asked.answer(&hit, question, hit.confidence)),
            (Some(hit), _) if hit.confidence >= ANSWERS => None,
            _ => None,
        }
    }
}

impl Asked<'_> {
    fn within(&self, article: ArticleId) -> Scope {
        Scope { article: Some(article), ..self.scope }
    }

    fn answer(&self, hit: &Hit, question: &str, confidence: f32) -> Words {
        let mut text = answer::extract(hit, question);
        let said: Vec<&str> =
            self.recent.iter().filter(|said| said.by == Speaker::Ai).map(|said| said.text.as_str()).collect();
        let again = |text: &str| said.last().is_some_and(|last| last.trim() == self.introduced(hit, text).trim());
        if again(&text) {
            text = answer::whole(hit);
        }
        let wish = again(&text).then(|| {
            format!("The article “{}” did not settle the question: “{}”", hit.article.title, short(&self.text))
        });
        let confidence = if wish.is_some() { confidence * 0.5 } else { confidence };
        Words { text: self.introduced(hit, &text), sources: vec![hit.article.source()], confidence, wish }
    }

    fn introduced(&self, hit: &Hit, text: &str) -> String {
        match self.language {
            Some(language) if language != hit.article.language => format!("{}\n\n{text}", self.phrases.other_language),
            _ => text.to_owned(),
        }
    }

    /// Asks once; then a person should look.
    fn ask_for_words(&self, question: &str) -> Words {
        let asked_already = self
            .recent
            .iter()
            .rev()
            .find(|said| said.by == Speaker::Ai)
            .is_some_and(|said| phrases::is_rephrase(&said.text));
        if asked_already { self.unknown() } else { Words::fixed(question, 0.2) }
    }

    fn unknown(&self) -> Words {
        let wish = match self.text.trim() {
            "" => "The customer sent a file without saying what about".to_owned(),
            text => format!("No article answers: “{}”", short(text)),
        };
        Words { wish: Some(wish), ..Words::fixed(self.phrases.unknown, 0.1) }
    }
}

impl Words {
    fn fixed(text: impl Into<String>, confidence: f32) -> Self {
        Self { text: text.into(), sources: Vec::new(), confidence, wish: None }
    }
}

fn opens_as_question(text: &str) -> bool {
    const OPENINGS: [&str; 14] =
        ["how", "what", "when", "where", "which", "who", "can", "could", "do", "does", "is", "are", "will", "may"];
    text.split_whitespace().next().is_some_and(|first| OPENINGS.contains(&first))
}

fn opens_as_follow_up(question: &str) -> bool {
    const OPENINGS: [&str; 26] = [
        "and",
        "what about",
        "how about",
        "also",
        "or",
        "but",
        "y",
        "et",
        "und",
        "e",
        "en",
        "ve",
        "a",
        "а",
        "и",
        "ou",
        "oder",
        "o",
        "what if",
        "so",
        "then",
        "only",
        "even",
        "ale",
        "aber",
        "on",
    ];
    let words: Vec<String> =
        normalise::tokens(question).into_iter().filter(|token| !normalise::is_boundary(token)).collect();
    let text = words.join(" ");
    words.len() <= 3 || OPENINGS.iter().any(|opening| text.starts_with(&format!("{opening} ")))
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out: String = line.chars().take(160).collect();
    if out.len() < line.len() {
        out.push('…');
    }
    out
}
