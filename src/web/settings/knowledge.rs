//! Settings: the articles the AI answers from. The list, its filters, and the parts of the knowledge beside it.

use askama::Template;

use crate::handoff::ChannelId;
use crate::store::articles::Filter;
use crate::web::field::{Choice, Field};
use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::rules::TITLE_CHARS_MAX;
use crate::web::settings::shell::Section;

/// The languages an article may be in: BCP-47 tag and name.
pub const LANGUAGES: [(&str, &str); 14] = [
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

/// The pages about what the AI knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it knows.
    Articles,
    /// What it did not know.
    Unanswered,
    /// What it would say.
    Trial,
    /// What others wrote.
    Import,
}

/// The links between the parts.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/_knowledge_parts.html")]
pub struct Parts {
    /// The open one.
    pub current: Part,
    /// How many questions wait for an article.
    pub unanswered: u64,
}

nestable!(Parts);

impl Parts {
    const ALL: [Part; 4] = [Part::Articles, Part::Unanswered, Part::Trial, Part::Import];
}

impl Part {
    const fn label(self) -> &'static str {
        match self {
            Self::Articles => "Articles",
            Self::Unanswered => "Unanswered",
            Self::Trial => "Test the AI",
            Self::Import => "Import",
        }
    }

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Articles => "/settings/knowledge",
            Self::Unanswered => "/settings/knowledge/unanswered",
            Self::Trial => "/settings/knowledge/trial",
            Self::Import => "/settings/knowledge/import",
        }
    }
}

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
    /// The parts of the knowledge.
    pub parts: Parts,
    /// What is being looked for.
    pub filter: FilterForm,
    /// The articles.
    pub articles: Vec<ArticleLine>,
    /// Where the next page is.
    pub older: Option<String>,
}

impl KnowledgePage {
    const SECTION: Section = Section::Knowledge;
}

/// The filters above the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterForm {
    /// Words of the title or the text.
    pub query: String,
    /// Published, drafts, or both.
    pub status: Field,
    /// One language, or all.
    pub language: Field,
    /// One channel, or all.
    pub channel: Field,
}

impl FilterForm {
    /// The filters as an address says them; what an address makes up is no filter.
    pub fn of(query: &str, status: &str, language: &str, channel: &str, channels: &[(ChannelId, String)]) -> Self {
        let all = |label: &str| Choice::new("all", label);
        let languages = LANGUAGES.map(|(tag, name)| Choice::new(tag, name));
        let channels = channels.iter().map(|(id, name)| Choice::new(id.to_string(), name));
        let field = |name, label, choices: Vec<Choice>, value: &str| {
            let value = if choices.iter().any(|choice| choice.value == value) { value } else { "all" };
            Field::select(name, label, choices).value(value)
        };
        let statuses = vec![all("All"), Choice::new("published", "Published"), Choice::new("draft", "Drafts")];
        Self {
            query: query.trim().chars().filter(|c| !c.is_control()).take(TITLE_CHARS_MAX).collect(),
            status: field("status", "Status", statuses, status),
            language: field("language", "Language", [vec![all("All")], languages.to_vec()].concat(), language),
            channel: field("channel", "Channel", std::iter::once(all("All")).chain(channels).collect(), channel),
        }
    }

    /// What the store is asked for.
    pub fn wanted(&self) -> Filter {
        let chosen = |field: &Field| (field.value != "all").then(|| field.value.clone());
        Filter {
            words: self.query.clone(),
            published: chosen(&self.status).map(|status| status == "published"),
            language: chosen(&self.language),
            channel: chosen(&self.channel).and_then(|id| id.parse().ok()),
        }
    }

    /// Whether anything is filtered.
    pub fn is_narrow(&self) -> bool {
        self.wanted() != Filter::default()
    }

    /// The filters as the parameters of an address.
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        let fields = [&self.status, &self.language, &self.channel].map(|field| (field.name, field.value.as_str()));
        let chosen = fields.into_iter().filter(|(_, value)| *value != "all");
        (!self.query.is_empty()).then_some(("q", self.query.as_str())).into_iter().chain(chosen).collect()
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
    fn a_filter_is_what_the_page_offers_or_nothing() {
        let channel = ChannelId(uuid::Uuid::from_u128(7));
        let channels = [(channel, "Shop chat".to_owned())];
        let form = FilterForm::of(" returns ", "draft", "de", &channel.to_string(), &channels);
        let wanted = form.wanted();
        assert_eq!((wanted.words.as_str(), wanted.published, wanted.channel), ("returns", Some(false), Some(channel)));
        assert_eq!(wanted.language.as_deref(), Some("de"));
        assert_eq!(form.parameters().len(), 4);
        assert!(!FilterForm::of("", "x", "xx", "8", &channels).is_narrow());
    }
}
