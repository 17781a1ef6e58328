//! Markdown as the two forms a mail carries.

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// How the page looks; mail programs understand no more.
const STYLE: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:15px;line-height:1.5";

fn parser(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(markdown, options).map(|event| if event == Event::SoftBreak { Event::HardBreak } else { event })
}

/// The words and the signature as cleaned HTML.
pub(super) fn page(markdown: &str, signature: &str) -> String {
    let mut dirty = String::new();
    html::push_html(&mut dirty, parser(markdown));
    let mut cleaner = Builder::empty();
    cleaner
        .tags(
            [
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
            ]
            .into(),
        )
        .clean_content_tags(["script", "style"].into())
        .tag_attributes([("a", ["href"].into()), ("ol", ["start"].into())].into())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(UrlRelative::Deny);
    let words = cleaner.clean(&dirty).to_string();
    let signature = signature.trim();
    let below = if signature.is_empty() {
        String::new()
    } else {
        let lines: Vec<String> = signature.lines().map(escaped).collect();
        format!("<p style=\"color:#666\">-- <br>{}</p>", lines.join("<br>"))
    };
    format!("<!doctype html><html><body dir=\"auto\" style=\"{STYLE}\">{words}{below}</body></html>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The words and the signature as plain text: marks are gone, links keep their address.
pub(super) fn plain(markdown: &str, signature: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let (mut links, mut numbers): (Vec<(String, usize)>, Vec<Option<u64>>) = (Vec::new(), Vec::new());
    for event in parser(markdown) {
        match event {
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                text.push_str(&words)
            }
            Event::HardBreak | Event::SoftBreak => text.push('\n'),
            Event::Rule => text.push_str("\n----\n\n"),
            Event::Start(Tag::List(first)) => numbers.push(first),
            Event::End(TagEnd::List(_)) => {
                numbers.pop();
                text.push('\n');
            }
            Event::Start(Tag::Item) => {
                text.push_str(&"  ".repeat(numbers.len().saturating_sub(1)));
                match numbers.last_mut() {
                    Some(Some(number)) => {
                        text.push_str(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => text.push_str("- "),
                }
            }
            Event::End(TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) if !text.ends_with('\n') => text.push('\n'),
            Event::End(TagEnd::TableCell) => text.push('\t'),
            Event::Start(Tag::Link { dest_url, .. }) => links.push((dest_url.into_string(), text.len())),
            Event::End(TagEnd::Link) => {
                if let Some((url, start)) = links.pop()
                    && text.get(start..).is_some_and(|words| words != url && !url.ends_with(words))
                {
                    text.push_str(&format!(" ({url})"));
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::BlockQuote(_)) => {
                text.push_str(if numbers.is_empty() { "\n\n" } else { "\n" });
            }
            _ => {}
        }
    }
    let signature = signature.trim();
    let words = text.trim();
    if signature.is_empty() { format!("{words}\n") } else { format!("{words}\n\n-- \n{signature}\n") }
}

#[cfg(test)]
mod tests {
    use super::{page, plain};

    #[test]
    fn both_forms_say_the_same() {
        let markdown = "Hello **Maya**,\nsee [the page](https://shop.example/x):\n\n1. one\n2. two\n\nBye";
        assert_eq!(
            plain(markdown, "Lumen"),
            "Hello Maya,\nsee the page (https://shop.example/x):\n\n1. one\n2. two\n\nBye\n\n-- \nLumen\n"
        );
        let html = page(markdown, "A & B");
        assert!(html.contains("Hello <strong>Maya</strong>,<br>"), "{html}");
        assert!(html.contains("A &amp; B"), "{html}");
    }

    #[test]
    fn nothing_that_runs_is_sent() {
        let html = page("<script>alert(1)</script>\n\na <img src=x onerror=y>\n\n[x](javascript:z)", "<b>");
        for trace in ["<script", "<img", "javascript:", "onerror"] {
            assert!(!html.contains(trace), "{html}");
        }
    }
}
