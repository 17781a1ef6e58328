//! The articles the AI answers from, shared between everything that edits them and every turn that reads them.
//!
//! May not hold its lock across anything slow: a search is memory only.
//!
//! Invariant: a search sees an article whole or not at all.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::index::Index;
use super::scopes::Scopes;
use super::{Article, Results};
use crate::ai::signals::language::Language;
use crate::handoff::{ArticleId, ChannelId};

/// A knowledge base in memory.
#[derive(Debug, Default)]
pub struct Library {
    index: RwLock<Index>,
    scopes: Scopes,
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
        self.scopes.upsert(&article);
        self.write().upsert(article);
    }

    /// Brings many articles up to date at once.
    pub fn upsert_all(&self, articles: impl IntoIterator<Item = Article>) {
        let mut index = self.write();
        for article in articles {
            self.scopes.upsert(&article);
            index.upsert(article);
        }
    }

    /// Takes an article out.
    pub fn remove(&self, id: ArticleId) {
        self.scopes.remove(id);
        self.write().remove(id);
    }

    /// Keeps an article for these channels; none are all. Said before the article is brought up to date.
    pub fn keep_for(&self, id: ArticleId, channels: Vec<ChannelId>) {
        self.scopes.keep(id, channels);
    }

    /// What may be said on a channel, where that is less than everything.
    pub fn on(&self, channel: Option<ChannelId>) -> Option<Arc<Self>> {
        self.scopes.library(channel?, || self.read().all().cloned().collect())
    }

    /// Number of published articles.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether there is nothing to answer from.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// A published article by its title.
    pub fn titled(&self, title: &str) -> Option<Article> {
        self.read().titled(title).cloned()
    }

    /// The best passage of each article that speaks of `question`, at most `hits_max`.
    pub fn search(&self, question: &str, language: Option<Language>, hits_max: usize) -> Results {
        self.read().search(question, language, hits_max)
    }

    /// The best passage of one article.
    pub fn search_in(&self, article: ArticleId, question: &str, language: Option<Language>) -> Results {
        self.read().search_in(question, language, Some(article), 1)
    }

    fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}
