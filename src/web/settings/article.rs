//! Settings: the editor of an article, with its preview.

use askama::Template;
use uuid::Uuid;

use crate::handoff::ChannelId;
use crate::web::field::{Choice, Field};
use crate::web::html::SafeHtml;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::difference::DiffLine;
use crate::web::settings::knowledge::LANGUAGES;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip, pick};
use crate::web::settings::shell::Section;

/// Questions one article may answer at once.
const QUESTIONS_MAX: usize = 200;

/// The editor. Sends `csrf`, `version`, `title`, `body`, `language`, `url`, `channel`s, `questions`, `published`, and `do=preview` for
/// a look; "Delete" sends `csrf` to `{action}/deletion`.
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
    /// What it will look like, if that was asked.
    pub preview: Option<SafeHtml>,
    /// How what is typed differs from what somebody else has saved meanwhile.
    pub difference: Vec<DiffLine>,
}

impl ArticlePage {
    const SECTION: Section = Section::Knowledge;
}

/// A channel an article may be for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The channel's id.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Whether the article is for it.
    pub on: bool,
}

/// The form of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleForm {
    /// The version that is being edited; empty for a new article.
    pub version: String,
    /// The questions it is written for, which are done with when it is published.
    pub questions: Vec<Uuid>,
    /// The title.
    pub title: Field,
    /// The Markdown text.
    pub body: Field,
    /// The language.
    pub language: Field,
    /// Its public address.
    pub url: Field,
    /// The channels it may be for; none ticked are all.
    pub channels: Vec<Scope>,
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
    /// The channels it is for; none are all.
    pub channels: Vec<ChannelId>,
    /// Whether the AI may use it.
    pub published: bool,
}

impl ArticleForm {
    /// An empty form.
    pub fn empty(channels: &[(ChannelId, String)]) -> Self {
        Self::of(String::new(), &Draft { language: "en".to_owned(), ..Draft::default() }, channels)
    }

    /// The form with what is stored.
    pub fn of(version: String, stored: &Draft, channels: &[(ChannelId, String)]) -> Self {
        let mut languages: Vec<Choice> = LANGUAGES.map(|(tag, name)| Choice::new(tag, name)).into();
        // An imported article may be in any language; editing it must not change that by itself.
        if !LANGUAGES.iter().any(|(tag, _)| *tag == stored.language) {
            languages.push(Choice::new(&stored.language, &stored.language));
        }
        let scope =
            |(id, name): &(ChannelId, String)| Scope { id: *id, name: name.clone(), on: stored.channels.contains(id) };
        Self {
            version,
            questions: Vec::new(),
            title: Field::text("title", "Title")
                .hint("The question it answers, as a customer would put it.")
                .value(&stored.title),
            body: Field::lines("body", "Text", 16).hint("Markdown: headings, lists, links.").value(&stored.body),
            language: Field::select("language", "Language", languages).value(&stored.language),
            url: Field::text("url", "Public address")
                .optional()
                .hint("Where customers can read it themselves. The AI\u{2019}s answers link to it.")
                .value(stored.url.as_deref().unwrap_or_default()),
            channels: channels.iter().map(scope).collect(),
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
        for scope in &mut self.channels {
            scope.on = form.all("channel").any(|id| id == scope.id.to_string());
        }
        let channels = self.channels.iter().filter(|scope| scope.on).map(|scope| scope.id).collect();
        self.questions = questions(form.raw("questions"));
        let published = flip(&mut self.published, form);
        Some(Draft { title: title?, body: body?, language: language?, url: url?, channels, published })
    }

    /// The questions as the hidden field holds them.
    pub fn question_ids(&self) -> String {
        self.questions.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
    }
}

/// The ids of a list; what is no id is left out.
pub fn questions(list: &str) -> Vec<Uuid> {
    list.split(',').filter_map(|id| id.trim().parse().ok()).take(QUESTIONS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels() -> Vec<(ChannelId, String)> {
        (1..=2).map(|id| (ChannelId(Uuid::from_u128(id)), format!("Channel {id}"))).collect()
    }

    #[test]
    fn an_article_needs_a_title_and_a_text() {
        let mut form = ArticleForm::empty(&channels());
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
        let mut swedish = ArticleForm::of("1".into(), &stored, &[]);
        assert_eq!(swedish.read(&Posted::parse(b"title=T&body=B&language=sv")), Some(stored));
        assert!(ArticleForm::empty(&[]).read(&Posted::parse(b"title=T&body=B&language=sv")).is_none());
    }

    #[test]
    fn only_channels_that_are_there_can_be_ticked() {
        let second = ChannelId(Uuid::from_u128(2));
        let sent = format!("title=T&body=B&language=en&channel={second}&channel={}", Uuid::from_u128(9));
        let draft = ArticleForm::empty(&channels()).read(&Posted::parse(sent.as_bytes())).expect("right");
        assert_eq!(draft.channels, [second]);
    }
}
