//! Markdown for widgets that render it themselves, HTML included. What they get can not hold HTML or a link that runs.
//!
//! Baton's own widget does not depend on this: it shows what [`crate::web::markdown`] rendered and cleaned.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// Addresses a link may lead to.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// The same Markdown with every `<` that could open a tag written as a character reference, except in code. A text with a
/// link that could run something loses all its links.
pub(super) fn without_html(markdown: &str) -> String {
    let mut code: Vec<Range<usize>> = Vec::new();
    let mut runs_something = false;
    for (event, range) in
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).into_offset_iter()
    {
        match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => code.push(range),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                runs_something |= !is_harmless(&dest_url);
            }
            _ => {}
        }
    }
    let mut text = String::with_capacity(markdown.len() + 16);
    for (at, c) in markdown.char_indices() {
        let opens_tag = c == '<'
            && markdown[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next))
            && !is_within(&code, at);
        match c {
            '<' if opens_tag => text.push_str("&lt;"),
            '[' | ']' if runs_something => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    text
}

/// Whether a place is in one of these ranges, which are in order and apart.
fn is_within(ranges: &[Range<usize>], place: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= place);
    ranges.get(next).is_some_and(|range| range.contains(&place))
}

/// Browsers skip control characters and blanks in front of and inside a scheme, so they are skipped here too.
fn is_harmless(address: &str) -> bool {
    let plain: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    match plain.find([':', '/', '?', '#']) {
        Some(end) if plain[end..].starts_with(':') => {
            SCHEMES.iter().any(|scheme| plain[..end].eq_ignore_ascii_case(scheme))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_markdown_stays_as_it_was_written() {
        for text in [
            "**Open** daily, 3 < 5",
            "[shop](https://shop.example)",
            "`<b>` makes bold",
            "```html\n<p>\n```\n",
            "a < b",
        ] {
            assert_eq!(without_html(text), text);
        }
    }

    #[test]
    fn tags_become_words() {
        assert_eq!(without_html("hi <script>alert(1)</script>"), "hi &lt;script>alert(1)&lt;/script>");
        assert_eq!(without_html("<img src=x onerror=alert(1)>"), "&lt;img src=x onerror=alert(1)>");
        assert_eq!(without_html("<!-- x -->"), "&lt;!-- x -->");
        assert_eq!(without_html("    <svg onload=alert(1)>"), "    &lt;svg onload=alert(1)>");
    }

    #[test]
    fn links_that_run_something_are_no_links() {
        for text in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "![x](data:text/html,hi)",
            "[x][1]\n\n[1]: javascript:alert(1)",
            "[x](vbscript:x)",
        ] {
            let safe = without_html(text);
            let links = Parser::new(&safe).filter(|event| {
                matches!(event, Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !is_harmless(dest_url))
            });
            assert_eq!(links.count(), 0, "{text:?} became {safe:?}");
        }
    }
}
