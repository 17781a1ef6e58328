//! Markdown to HTML that is safe to show. The only way a message's text becomes HTML.

use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Options, Parser, html};

/// Longest text that is rendered, in bytes; the rest is shown as it is written.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// Made once: a page shows sixty messages, and the lists of what is allowed take twice as long to make as a short message to clean.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(cleaner);

/// Renders Markdown (CommonMark with tables and strikethrough) and cleans the result: no scripts, no styles, no remote
/// images, links only to the web, mail and phone, opened without a referrer.
pub fn render(markdown: &str) -> String {
    let end = markdown.floor_char_boundary(TEXT_BYTES_MAX.min(markdown.len()));
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(&markdown[..end], options).map(|event| match event {
        // People press Enter where they want a new line.
        pulldown_cmark::Event::SoftBreak => pulldown_cmark::Event::HardBreak,
        other => other,
    });
    let mut dirty = String::with_capacity(end + end / 4);
    html::push_html(&mut dirty, events);
    CLEANER.clean(&dirty).to_string()
}

/// The words of a Markdown text on one line, for places that show no formatting.
pub fn plain(markdown: &str) -> String {
    use pulldown_cmark::{Event, TagEnd};
    let mut words = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text)
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => words.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cleaner() -> Builder<'static> {
    let tags = [
        "p",
        "br",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "hr",
    ];
    let mut builder = Builder::empty();
    builder
        .tags(tags.into())
        .clean_content_tags(["script", "style", "iframe", "object", "svg", "math", "template"].into())
        .tag_attributes([("a", ["href"].into()), ("ol", ["start"].into())].into())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    // Each block is laid out in the direction of its own language.
    for block in ["p", "li", "h1", "h2", "h3", "h4", "blockquote", "th", "td"] {
        builder.set_tag_attribute_value(block, "dir", "auto");
    }
    builder
}

#[cfg(test)]
mod tests {
    use super::{plain, render};

    #[test]
    fn what_people_write_looks_as_they_meant_it() {
        let html = render("**Open** daily\nfrom 9\n\n- a\n- b\n\n[shop](https://shop.example)");
        assert!(html.contains("<strong>Open</strong> daily<br>"), "{html}");
        assert!(html.contains(r#"<li dir="auto">a</li>"#) && html.contains(r#"href="https://shop.example""#), "{html}");
    }

    #[test]
    fn nothing_that_runs_or_loads_gets_through() {
        let hostile = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "![x](https://tracker.example/pixel.png)",
            "<svg onload=alert(1)>",
            "<a href=\"java\tscript:alert(1)\">x</a>",
            "<style>body{display:none}</style>",
            "<iframe src=https://evil.example></iframe>",
            "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
        ];
        for text in hostile {
            let html = render(text).to_lowercase();
            for trace in [
                "<script",
                "onerror",
                "onload",
                "javascript:",
                "data:text",
                "<img",
                "<svg",
                "<style",
                "<iframe",
                "<math",
            ] {
                assert!(!html.contains(trace), "{text:?} became {html:?}");
            }
        }
    }

    #[test]
    fn a_preview_has_the_words_and_none_of_the_marks() {
        assert_eq!(
            plain("Your lamp leaves **tomorrow**.\n\n- a\n- [b](https://x.example)"),
            "Your lamp leaves tomorrow. a b"
        );
        assert_eq!(plain("<b>1 < 2</b>"), "<b>1 < 2</b>");
    }
}
