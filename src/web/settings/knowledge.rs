//! Settings: the articles the AI answers from, and their editor.

use askama::Template;

use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip, pick};
use crate::web::settings::shell::Section;

/// The languages an article may be in: BCP-47 tag and name.
const LANGUAGES: [(&str, &str); 14] = [
    ("en", "English"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("de", "German"),
    ("it", "Italian"),
    ("pt", "Portuguese"),
    ("nl", "Dutch"),
    ("ar", "Arabic"),
    ("zh", "Chinese"),
    ("ja", "Japanese"),
    ("tr", "Turkish"),
    ("pl", "Polish"),
    ("ru", "Russian"),
    ("hi", "Hindi"),
];

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
}

/// `/settings/knowledge?q=...`.
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

/// The editor. Sends `csrf`, `version`, `title`, `body`, `language`, `url`, `published`; "Delete" sends `csrf` to
/// `{action}/deletion`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/article.html")]
pub struct ArticlePage {
    /// The document.
    pub layout: Layout,
    /// Where the form is sent.
    pub action: String,
    /// The form.
    pub form: ArticleForm,
    /// Whether it exists already and can be deleted.
    pub exists: bool,
}

impl ArticlePage {
    const SECTION: Section = Section::Knowledge;
}

/// The form of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleForm {
    /// The version that is being edited; empty for a new article.
    pub version: String,
    /// The title.
    pub title: Field,
    /// The Markdown text.
    pub body: Field,
    /// The language.
    pub language: Field,
    /// Its public address.
    pub url: Field,
    /// Whether the AI may use it.
    pub published: Field,
}

/// An article as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What it is about.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// BCP-47.
    pub language: String,
    /// Public address.
    pub url: Option<String>,
    /// Whether the AI may use it.
    pub published: bool,
}

impl Default for ArticleForm {
    fn default() -> Self {
        Self::of(String::new(), &Draft { language: "en".to_owned(), ..Draft::default() })
    }
}

impl ArticleForm {
    /// The form with what is stored.
    pub fn of(version: String, stored: &Draft) -> Self {
        let mut languages: Vec<Choice> = LANGUAGES.map(|(tag, name)| Choice::new(tag, name)).into();
        // An imported article may be in any language; editing it must not change that by itself.
        if !LANGUAGES.iter().any(|(tag, _)| *tag == stored.language) {
            languages.push(Choice::new(&stored.language, &stored.language));
        }
        Self {
            version,
            title: Field::text("title", "Title")
                .hint("The question it answers, as a customer would put it.")
                .value(&stored.title),
            body: Field::lines("body", "Text", 16).hint("Markdown: headings, lists, links.").value(&stored.body),
            language: Field::select("language", "Language", languages).value(&stored.language),
            url: Field::text("url", "Public address")
                .optional()
                .hint("Where customers can read it themselves. The AI\u{2019}s answers link to it.")
                .value(stored.url.as_deref().unwrap_or_default()),
            published: Field::toggle("published", "Published")
                .hint("The AI answers from published articles only.")
                .on(stored.published),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<Draft> {
        let title = fill(&mut self.title, form, rules::required(rules::TITLE_CHARS_MAX));
        let body = fill(&mut self.body, form, rules::required(rules::BODY_CHARS_MAX));
        let language = pick(&mut self.language, form);
        let url = fill(&mut self.url, form, rules::web_address);
        let published = flip(&mut self.published, form);
        Some(Draft { title: title?, body: body?, language: language?, url: url?, published })
    }
}

/// A language in words; a tag nobody listed speaks for itself.
pub fn language_words(tag: &str) -> &str {
    LANGUAGES.iter().find(|(known, _)| *known == tag).map_or(tag, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_needs_a_title_and_a_text() {
        let mut form = ArticleForm::default();
        assert!(form.read(&Posted::parse(b"title=&body=%20%0D%0A&language=de&published=on")).is_none());
        assert!(form.title.error.is_some() && form.body.error.is_some() && form.language.error.is_none());
        assert_eq!((form.language.value.as_str(), form.published.value.as_str()), ("de", "on"));
        let draft = form.clone().read(&Posted::parse(b"title=Returns&body=Within+30+days.&language=de"));
        let draft = draft.expect("every field is right");
        assert_eq!((draft.language.as_str(), draft.published, draft.url), ("de", false, None));
    }

    #[test]
    fn a_language_from_an_import_can_be_kept_and_none_can_be_made_up() {
        let stored = Draft { title: "T".into(), body: "B".into(), language: "sv".into(), ..Draft::default() };
        let mut swedish = ArticleForm::of("1".into(), &stored);
        assert_eq!(swedish.read(&Posted::parse(b"title=T&body=B&language=sv")), Some(stored));
        assert!(ArticleForm::default().read(&Posted::parse(b"title=T&body=B&language=sv")).is_none());
    }
}
