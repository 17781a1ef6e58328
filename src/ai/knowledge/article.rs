//! An article as an author wrote it.

use crate::ai::signals::language::Language;
use crate::handoff::message::Source;
use crate::handoff::{ArticleId, ChannelId};

/// One article of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Identity.
    pub id: ArticleId,
    /// Shown to the customer as the source of an answer.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// The language it is written in.
    pub language: Language,
    /// Public address, if it has one.
    pub url: Option<String>,
    /// Only published articles are used.
    pub published: bool,
    /// The channels it answers on; every channel when none is named.
    pub channels: Vec<ChannelId>,
}

impl Article {
    /// Reads a Markdown document whose first heading is the title.
    pub fn from_markdown(id: ArticleId, markdown: &str, language: Language) -> Self {
        let title = markdown.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or("").trim().to_owned();
        let body =
            markdown.lines().filter(|line| !line.starts_with("# ")).collect::<Vec<_>>().join("\n").trim().to_owned();
        Self { id, title, body, language, url: None, published: true, channels: Vec::new() }
    }

    /// How it is cited.
    pub fn source(&self) -> Source {
        Source { title: self.title.clone(), url: self.url.clone() }
    }
}
