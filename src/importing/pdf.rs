//! The text of PDF files.
//!
//! A PDF says where letters stand, not what is a heading or a paragraph, so the text comes without form and an admin looks at it
//! before it is stored. Invariant: a damaged or hostile file is refused in words.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::Document as Pdf;

use super::{Document, named_after};

/// What one page may unpack to.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Pages that are read.
const PAGES_MAX: usize = 200;

/// Reads a file's text.
///
/// # Errors
/// Why not, in words.
pub fn read(name: &str, content: &[u8]) -> Result<Document, String> {
    // A reader of such a large format may still have a fault that some file finds; it costs that file and nothing else.
    let text = catch_unwind(AssertUnwindSafe(|| text(content)));
    let text = text.unwrap_or_else(|_| Err("It is damaged. Save it as text or HTML and choose that.".to_owned()))?;
    if text.trim().is_empty() {
        return Err("It holds pictures of text, not text. Read it with a text recognition first.".to_owned());
    }
    Ok(Document { title: named_after(name), body: paragraphs(&text), from: name.to_owned(), ..Document::default() })
}

fn text(content: &[u8]) -> Result<String, String> {
    let pdf = Pdf::load_mem(content).map_err(|_| "It is no PDF that can be read, or it is damaged.".to_owned())?;
    if pdf.is_encrypted() {
        return Err("It is protected by a password. Save it without one.".to_owned());
    }
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    if pages.len() > PAGES_MAX {
        return Err(format!("It has {} pages. Divide it into files of at most {PAGES_MAX}.", pages.len()));
    }
    let read = |page: &u32| pdf.extract_text_with_limit(&[*page], PAGE_BYTES_MAX).unwrap_or_default();
    Ok(pages.iter().map(read).collect::<Vec<_>>().join("\n\n"))
}

/// Lines that go on are joined; an empty line, or a short one that ends a sentence, ends a paragraph.
fn paragraphs(text: &str) -> String {
    let longest = text.lines().map(|line| line.trim().chars().count()).max().unwrap_or(0);
    let (mut out, mut ended) = (String::new(), true);
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            ended = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if ended { "\n\n" } else { " " });
        }
        out.push_str(line);
        ended = line.ends_with(['.', '!', '?', ':', '。']) && line.chars().count() * 5 < longest * 4;
    }
    out
}

#[cfg(test)]
mod tests {
    use lopdf::content::{Content, Operation};
    use lopdf::{Object, Stream, dictionary};

    use super::*;

    fn pdf(lines: &[&str]) -> Vec<u8> {
        let mut pdf = Pdf::with_version("1.5");
        let pages = pdf.new_object_id();
        let font = pdf.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
        let resources = pdf.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
        let mut operations = vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 12.into()]),
            Operation::new("Td", vec![50.into(), 700.into()]),
        ];
        for line in lines {
            operations.push(Operation::new("Tj", vec![Object::string_literal(*line)]));
            operations.push(Operation::new("Td", vec![0.into(), (-14).into()]));
        }
        operations.push(Operation::new("ET", vec![]));
        let content = Content { operations }.encode().expect("content");
        let content = pdf.add_object(Stream::new(dictionary! {}, content));
        let page = pdf.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        pdf.objects.insert(pages, Object::Dictionary(tree));
        let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        pdf.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        pdf.save_to(&mut bytes).expect("a file");
        bytes
    }

    #[test]
    fn the_words_of_a_file_are_read() {
        let document = read("care-guide.pdf", &pdf(&["Oil the table twice a year.", "Wipe it dry."])).expect("read");
        assert_eq!(document.title, "Care guide");
        assert!(
            document.body.contains("Oil the table twice a year.") && document.body.contains("Wipe it dry."),
            "{document:?}"
        );
    }

    #[test]
    fn what_is_no_text_is_refused_in_words() {
        assert!(read("a.pdf", &pdf(&[])).expect_err("no text").contains("pictures"));
        let whole = pdf(&["Oil the table."]);
        for broken in [&b""[..], b"%PDF-1.5", &whole[..whole.len() / 2], &[0xff; 512]] {
            assert!(read("a.pdf", broken).is_err());
        }
    }

    #[test]
    fn lines_that_go_on_are_one_paragraph() {
        let text = "A lamp may be returned within\nthirty days of its delivery, if it\nwas not used.\nSend it to us.\n\nNew part";
        assert_eq!(
            paragraphs(text),
            "A lamp may be returned within thirty days of its delivery, if it was not used.\n\nSend it to us.\n\nNew part"
        );
    }
}
