//! Articles that are kept for some channels: each channel has a library of its own then.
//!
//! May not decide which article answers. Invariant: a channel's library holds what is for every channel and what is for this one,
//! and nothing else. Where no article is kept for a channel there is one library for all.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{Article, Library};
use crate::handoff::{ArticleId, ChannelId};

/// Which articles are kept for which channels.
#[derive(Debug, Default)]
pub struct Scopes {
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    channels: BTreeMap<ArticleId, Vec<ChannelId>>,
    libraries: BTreeMap<ChannelId, Arc<Library>>,
}

impl Kept {
    fn allows(&self, article: ArticleId, channel: ChannelId) -> bool {
        self.channels.get(&article).is_none_or(|channels| channels.contains(&channel))
    }
}

impl Scopes {
    /// Keeps an article for these channels; none are all.
    pub fn keep(&self, article: ArticleId, channels: Vec<ChannelId>) {
        let mut kept = self.write();
        let former = match channels.is_empty() {
            true => kept.channels.remove(&article),
            false => kept.channels.insert(article, channels.clone()),
        };
        if former.unwrap_or_default() != channels {
            kept.libraries.clear();
        }
    }

    /// Brings an article up to date wherever it is allowed.
    pub fn upsert(&self, article: &Article) {
        let kept = self.read();
        for (channel, library) in &kept.libraries {
            match kept.allows(article.id, *channel) {
                true => library.upsert(article.clone()),
                false => library.remove(article.id),
            }
        }
    }

    /// Takes an article out everywhere.
    pub fn remove(&self, article: ArticleId) {
        let mut kept = self.write();
        kept.channels.remove(&article);
        kept.libraries.values().for_each(|library| library.remove(article));
    }

    /// The library of a channel, if any article is kept for some channels only. It is made of `all` when it is first asked for.
    pub fn library(&self, channel: ChannelId, all: impl FnOnce() -> Vec<Article>) -> Option<Arc<Library>> {
        {
            let kept = self.read();
            if kept.channels.is_empty() {
                return None;
            }
            if let Some(library) = kept.libraries.get(&channel) {
                return Some(library.clone());
            }
        }
        let all = all();
        let mut kept = self.write();
        let allowed = all.into_iter().filter(|article| kept.allows(article.id, channel));
        let library = Arc::new(Library::of(allowed));
        kept.libraries.insert(channel, library.clone());
        Some(library)
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::knowledge::Language;

    fn article(id: u128, text: &str) -> Article {
        Article::from_markdown(ArticleId(uuid::Uuid::from_u128(id)), text, Language::En)
    }

    fn finds(library: &Library, channel: Option<ChannelId>, words: &str) -> bool {
        let narrower = library.on(channel);
        !narrower.as_deref().unwrap_or(library).search(words, Some(Language::En), 1).hits.is_empty()
    }

    #[test]
    fn a_channel_knows_what_is_for_all_and_what_is_for_itself() {
        let [shop, desk] = [1, 2].map(|id| Some(ChannelId(uuid::Uuid::from_u128(id))));
        let gramophones = article(1, "# Gramophones\n\nWe repair gramophones on Fridays.");
        let library = Library::of([gramophones.clone(), article(2, "# Lamps\n\nLamps are dimmed by turning.")]);
        assert!(library.on(shop).is_none(), "one library is enough for all");

        library.keep_for(gramophones.id, shop.into_iter().collect());
        for (channel, known) in [(shop, true), (desk, false), (None, true)] {
            assert_eq!(finds(&library, channel, "gramophones"), known);
            assert!(finds(&library, channel, "lamps"));
        }
        library.upsert(article(3, "# Candles\n\nCandles burn for hours."));
        assert!(finds(&library, desk, "candles"), "what is new is known at once");
        library.upsert(article(1, "# Gramophones\n\nWe also tune pianos."));
        assert!(finds(&library, shop, "pianos") && !finds(&library, desk, "pianos"));
        library.remove(gramophones.id);
        assert!(!finds(&library, shop, "pianos") && library.on(desk).is_none());
    }
}
