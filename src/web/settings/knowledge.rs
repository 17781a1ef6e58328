//! Settings: the articles the AI answers from, and their editor.

use askama::Template;

use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::shell::Section;

/// One article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleLine {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its language, in words.
    pub language: String,
    /// Whether the AI may use it.
    pub published: bool,
    /// When it was last changed.
    pub changed: Moment,
    /// How many answers used it.
    pub used: u32,
}

/// `/settings/knowledge`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/knowledge.html")]
pub struct KnowledgePage {
    /// The document.
    pub layout: Layout,
    /// What is being searched for.
    pub query: String,
    /// The articles.
    pub articles: Vec<ArticleLine>,
    /// Where the next page is.
    pub older: Option<String>,
}

impl KnowledgePage {
    const SECTION: Section = Section::Knowledge;
}

/// The editor. Sends `csrf`, `title`, `body`, `language`, `published`; "Delete" sends `csrf` to `{action}/deletion`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/article.html")]
pub struct ArticlePage {
    /// The document.
    pub layout: Layout,
    /// Where the form is sent.
    pub action: String,
    /// The title.
    pub title: Field,
    /// The Markdown text.
    pub body: Field,
    /// The language.
    pub language: Field,
    /// Whether the AI may use it.
    pub published: Field,
    /// Whether it exists already and can be deleted.
    pub exists: bool,
}

impl ArticlePage {
    const SECTION: Section = Section::Knowledge;

    /// An empty editor; `languages` are those the index knows.
    pub fn new(layout: Layout, action: &str, languages: Vec<Choice>) -> Self {
        Self {
            layout,
            action: action.to_owned(),
            title: Field::text("title", "Title").hint("The question it answers, as a customer would put it."),
            body: Field::lines("body", "Text", 16).hint("Markdown: headings, lists, links."),
            language: Field::select("language", "Language", languages),
            published: Field::toggle("published", "Published").hint("The AI answers from published articles only."),
            exists: false,
        }
    }
}
