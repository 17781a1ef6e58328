//! Settings: what others wrote becomes articles. First a look at what would come in, then the choice.

use askama::Template;
use url::Url;

use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::knowledge::{LANGUAGES, Parts};
use crate::web::settings::rules::{self, fill, pick};
use crate::web::settings::shell::Section;
use crate::web::settings::upload::Upload;

/// The first step. Sends `csrf`, `files`, `url`, `language` as multipart.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/import.html")]
pub struct ImportPage {
    /// The document.
    pub layout: Layout,
    /// The parts of the knowledge.
    pub parts: Parts,
    /// The form.
    pub form: ImportForm,
    /// What could not be read at the last try: from where, and why.
    pub skipped: Vec<(String, String)>,
}

impl ImportPage {
    const SECTION: Section = Section::Knowledge;
}

/// The form of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportForm {
    /// What is wrong with the files.
    pub files_error: Option<String>,
    /// The address of a website.
    pub url: Field,
    /// The language where a document does not say.
    pub language: Field,
}

/// What is to be read.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Files: name and content.
    Files(Vec<(String, Vec<u8>)>),
    /// A website.
    Site(Url),
}

impl Default for ImportForm {
    fn default() -> Self {
        let languages = LANGUAGES.map(|(tag, name)| Choice::new(tag, name));
        Self {
            files_error: None,
            url: Field::text("url", "Website")
                .optional()
                .hint("The pages it links to on the same site are read too, at most 60."),
            language: Field::select("language", "Language", languages.into())
                .hint("For texts whose language cannot be told.")
                .value("en"),
        }
    }
}

impl ImportForm {
    /// Takes in what was sent; what to read in which language, if it is right.
    pub fn read(&mut self, upload: Upload) -> Option<(Wanted, String)> {
        let language = pick(&mut self.language, &upload.form);
        let url = fill(&mut self.url, &upload.form, rules::web_address)?;
        let language = language?;
        match (url, upload.files.is_empty()) {
            (Some(_), false) => {
                self.files_error = Some("Choose files or a website, one at a time. Choose the files again.".to_owned());
                None
            }
            (Some(url), true) => Some((Wanted::Site(Url::parse(&url).ok()?), language)),
            (None, false) => Some((Wanted::Files(upload.files), language)),
            (None, true) => {
                self.files_error = Some("Choose a file, or write the address of a website below.".to_owned());
                None
            }
        }
    }
}

/// One document that would come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its place in the import.
    pub place: usize,
    /// Its title.
    pub title: String,
    /// Its language, in words.
    pub language: String,
    /// Where it was read.
    pub from: String,
    /// How long it is, in words.
    pub words: usize,
    /// How it begins.
    pub beginning: String,
    /// The title of the article it would replace.
    pub replaces: Option<String>,
    /// Whether it is chosen.
    pub taken: bool,
}

/// The second step. Sends `csrf`, `take` for each chosen document, `published`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/import_review.html")]
pub struct ImportReviewPage {
    /// The document.
    pub layout: Layout,
    /// The parts of the knowledge.
    pub parts: Parts,
    /// Where the form is sent.
    pub action: String,
    /// What was read: file names, or an address.
    pub source: String,
    /// What would come in.
    pub incoming: Vec<Incoming>,
    /// What was left out, and why.
    pub skipped: Vec<(String, String)>,
    /// Whether the AI may use them at once.
    pub published: Field,
    /// What is wrong with the choice.
    pub error: Option<String>,
}

impl ImportReviewPage {
    const SECTION: Section = Section::Knowledge;
}

/// The switch of the second step.
pub fn published_field(on: bool) -> Field {
    Field::toggle("published", "Publish them at once").hint("Otherwise they wait as drafts.").on(on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::settings::posted::Posted;

    fn read(url: &str, files: usize) -> (ImportForm, Option<(Wanted, String)>) {
        let fields = vec![("url".to_owned(), url.to_owned()), ("language".to_owned(), "de".to_owned())];
        let files = (0..files).map(|at| (format!("{at}.md"), b"x".to_vec())).collect();
        let mut form = ImportForm::default();
        let wanted = form.read(Upload { form: Posted::of(fields), files });
        (form, wanted)
    }

    #[test]
    fn files_or_a_website_are_read_never_both_and_never_neither() {
        assert!(
            matches!(read("", 2).1, Some((Wanted::Files(files), language)) if files.len() == 2 && language == "de")
        );
        assert!(matches!(read("https://lumen.example/help", 0).1, Some((Wanted::Site(_), _))));
        for (url, files) in [("", 0), ("https://lumen.example/", 1)] {
            let (form, wanted) = read(url, files);
            assert!(wanted.is_none() && form.files_error.is_some() && form.url.value == url);
        }
        assert!(read("ftp://lumen.example/", 0).0.url.error.is_some());
    }
}
