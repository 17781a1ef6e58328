//! Turns what others wrote (files, a website) into Markdown documents that an admin looks at before they are stored.
//!
//! May not store anything and knows no page. Invariant: every byte is hostile. Nothing here panics, every size and every wait has a
//! limit, and what could not be read is told with its name and what to do.

pub mod csv;
pub mod html;
mod html_markdown;
pub mod markdown;
pub mod pdf;
pub mod robots;
pub mod site;

use crate::ai::signals::language;

/// Longest title; a longer one is cut.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest text of a document; what is longer is cut, and the admin is told.
pub const BODY_CHARS_MAX: usize = 100_000;
/// Documents of one import.
pub const DOCUMENTS_MAX: usize = 500;

/// Something that could become an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What it is about.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// BCP-47, where the document or its words tell.
    pub language: Option<String>,
    /// Its public address, if it has one.
    pub url: Option<String>,
    /// The file or page it was read from.
    pub from: String,
}

/// What was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file, row or page.
    pub from: String,
    /// Why, and what to do about it.
    pub why: String,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The documents, in the order they were met.
    pub documents: Vec<Document>,
    /// What could not be used.
    pub skipped: Vec<Skipped>,
}

impl Found {
    /// Adds a document that says something; one without words is told as left out.
    pub fn add(&mut self, document: Document) {
        let title = shortened(document.title.trim(), TITLE_CHARS_MAX);
        let body = shortened(document.body.trim(), BODY_CHARS_MAX);
        if self.documents.len() >= DOCUMENTS_MAX {
            return self
                .skip(document.from, format!("One import takes {DOCUMENTS_MAX} documents. Import the rest apart."));
        }
        if title.is_empty() || body.is_empty() {
            let missing = if title.is_empty() { "It has no title." } else { "It has no text besides its title." };
            return self.skip(document.from, missing);
        }
        if body.chars().count() < document.body.trim().chars().count() {
            self.skip(&document.from, format!("Everything after {BODY_CHARS_MAX} characters is left out. Divide it."));
        }
        let language = document.language.as_deref().and_then(known).or_else(|| detected(&title, &body));
        self.documents.push(Document { title, body, language, ..document });
    }

    /// Notes something that was left out.
    pub fn skip(&mut self, from: impl Into<String>, why: impl Into<String>) {
        self.skipped.push(Skipped { from: from.into(), why: why.into() });
    }

    /// Adds everything another reading found.
    pub fn extend(&mut self, other: Self) {
        for document in other.documents {
            self.add(document);
        }
        self.skipped.extend(other.skipped);
    }
}

/// Reads a file by the ending of its name.
pub fn read_file(name: &str, content: &[u8]) -> Found {
    let mut found = Found::default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    if ending == "pdf" {
        match pdf::read(name, content) {
            Ok(document) => found.add(document),
            Err(why) => found.skip(name, why),
        }
        return found;
    }
    let Ok(text) = std::str::from_utf8(content) else {
        found.skip(name, "It is not text in UTF-8. Save it as UTF-8 and choose it again.");
        return found;
    };
    let text = text.trim_start_matches('\u{feff}');
    match ending.as_str() {
        "md" | "markdown" | "txt" => found.add(markdown::read(name, text)),
        "html" | "htm" => found.add(html::read(name, text, None)),
        "csv" | "tsv" => found.extend(csv::read(name, text)),
        _ => found.skip(name, "Only Markdown, HTML, CSV and PDF files can be read. Save it as one of these."),
    }
    found
}

/// A file's name without its folder and ending, as a title.
fn named_after(name: &str) -> String {
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let words = stem.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A language tag in the form articles keep it.
fn known(tag: &str) -> Option<String> {
    let code = tag.trim().split(['-', '_']).next().unwrap_or_default().to_lowercase();
    ((2..=3).contains(&code.len()) && code.chars().all(|letter| letter.is_ascii_lowercase())).then_some(code)
}

fn detected(title: &str, body: &str) -> Option<String> {
    const SAMPLE_CHARS: usize = 2_000;
    let sample: String = title.chars().chain(" ".chars()).chain(body.chars()).take(SAMPLE_CHARS).collect();
    language::detect(&sample).map(|language| language.code().to_owned())
}

fn shortened(text: &str, chars_max: usize) -> String {
    let clean = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    clean.take(chars_max).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_file_becomes_documents() {
        for (name, content) in [
            ("returns.md", "# Can I return a lamp?\n\nWithin 30 days, unused."),
            ("returns.html", "<html lang=en><h1>Can I return a lamp?</h1><p>Within 30 days, unused.</p>"),
            ("faq.csv", "question,answer\nCan I return a lamp?,\"Within 30 days, unused.\"\n"),
        ] {
            let found = read_file(name, content.as_bytes());
            assert_eq!(found.skipped, [], "{name}");
            let [document] = &found.documents[..] else { panic!("{name}: {found:?}") };
            assert_eq!(
                (document.title.as_str(), document.body.as_str(), document.language.as_deref()),
                ("Can I return a lamp?", "Within 30 days, unused.", Some("en")),
                "{name}"
            );
        }
    }

    #[test]
    fn what_can_not_be_read_is_told_with_its_name() {
        for (name, content) in [
            ("a.docx", &b"PK"[..]),
            ("b.md", b"\xff\xfe"),
            ("c.md", b"  \n"),
            ("d.md", b"# Only a title\n"),
            ("e", b"x"),
        ] {
            let found = read_file(name, content);
            assert!(found.documents.is_empty() && found.skipped.len() == 1, "{name}: {found:?}");
            assert_eq!(found.skipped[0].from, name);
        }
    }

    #[test]
    fn a_name_becomes_a_title_where_there_is_no_other() {
        assert_eq!(named_after("help/opening-hours.md"), "Opening hours");
        assert_eq!(read_file("gift_cards.txt", b"They never expire.").documents[0].title, "Gift cards");
    }
}
