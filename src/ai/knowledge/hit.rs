//! What a search answers: passages with how sure they are, and within which articles it looked.
//!
//! May not search. Invariant: hits are in order, best first, and no article is there twice.

use super::ranking::ANSWERABLE;
use super::{Article, Passage};
use crate::ai::signals::reading::Reading;
use crate::ai::signals::repeat;
use crate::handoff::call::Knowledge;
use crate::handoff::{ArticleId, ChannelId};

/// So much surer a title must be than another to be the one that was meant.
const TITLE_AHEAD: f32 = 2.0;

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Best passages, best first, at most one per article.
    pub hits: Vec<Hit>,
    /// Whether the question has a word that could be looked for at all.
    pub searchable: bool,
    /// Whether the first two articles are so near to each other that only the customer can say which one is meant.
    pub is_undecided: bool,
}

impl Results {
    /// Of two articles that are equally near, the one whose title asks the same thing answers, if only one does.
    pub(super) fn decide_by_title(&mut self, question: &str) {
        if !self.is_undecided {
            return;
        }
        let [first, second, ..] = self.hits.as_mut_slice() else { return };
        let question = Reading::of(question);
        let same = |hit: &Hit| repeat::probability(&question, &Reading::of(&hit.article.title)).unwrap_or(0.0);
        let (a, b) = (same(first), same(second));
        if a.max(b) < a.min(b) * TITLE_AHEAD {
            return;
        }
        if b > a {
            std::mem::swap(first, second);
        }
        first.confidence = first.confidence.max(ANSWERABLE);
        self.is_undecided = false;
    }
}

/// Which articles may answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    /// Only those for this channel, and those for every channel.
    pub channel: Option<ChannelId>,
    /// How many of those.
    pub knowledge: Knowledge,
    /// Only this one.
    pub article: Option<ArticleId>,
}

impl Scope {
    /// Whether an article is within.
    pub fn admits(&self, article: &Article) -> bool {
        let is_own = || self.channel.is_some_and(|id| article.channels.contains(&id));
        let on_channel = match self.knowledge {
            Knowledge::Everything => self.channel.is_none() || article.channels.is_empty() || is_own(),
            Knowledge::Own => is_own(),
            Knowledge::Nothing => false,
        };
        on_channel && self.article.is_none_or(|id| id == article.id)
    }
}

/// A passage that speaks of what was asked.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Which article.
    pub article: Article,
    /// Which part of it.
    pub passage: Passage,
    /// What hits are ordered by: BM25, or how likely the passage is the right one.
    pub score: f32,
    /// Share of the question's words, by weight, that was found in the passage, 0 to 1.
    pub coverage: f32,
    /// How sure it is that the passage answers, 0 to 1: by meaning and words together, or the coverage where only words are known.
    pub confidence: f32,
    /// The weighted terms of the question that were found, for choosing the sentences.
    pub found: Vec<(String, f32)>,
}
