//! Slack's own markup, from Markdown and back.
//!
//! Invariant: no text of a customer or a model can mention a channel, ping anybody or hide where a link leads: the three
//! characters that begin and end such things are always escaped.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

mod reading;

pub(super) use reading::to_markdown;

/// The text with the three characters Slack gives a meaning taken from them.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text with at most this many characters, and a sign that there was more.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(chars_max.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// Markdown as Slack shows it.
pub(super) fn from_markdown(markdown: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES;
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, options) {
        writer.write(event);
    }
    writer.out.trim().to_owned()
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Open lists; the number of the next item where they are numbered.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// Addresses of open links, with where their words begin.
    links: Vec<(String, usize)>,
    in_code: bool,
}

impl Writer {
    fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                let text = escape(&text);
                self.push(&text);
            }
            // Raw HTML is text here: Slack knows none.
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = escape(&html);
                self.push(&html);
            }
            Event::Code(code) => self.push(&format!("`{}`", escape(&code))),
            Event::SoftBreak | Event::HardBreak => self.new_line(),
            Event::Rule => self.push("———\n\n"),
            Event::TaskListMarker(done) => self.push(if done { "☑ " } else { "☐ " }),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                let text = escape(&text);
                self.push(&text);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong | Tag::Heading { .. } => self.push("*"),
            Tag::Emphasis => self.push("_"),
            Tag::Strikethrough => self.push("~"),
            Tag::BlockQuote(_) => {
                self.quotes += 1;
                self.push("> ");
            }
            // Slack would show the language as the first line.
            Tag::CodeBlock(_) => {
                self.in_code = true;
                self.push("```\n");
            }
            Tag::List(first) => {
                if !self.lists.is_empty() {
                    self.new_line();
                }
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.out.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.push("*"),
            TagEnd::Heading(_) => self.push("*\n"),
            TagEnd::Emphasis => self.push("_"),
            TagEnd::Strikethrough => self.push("~"),
            TagEnd::Paragraph if self.lists.is_empty() => self.push("\n\n"),
            TagEnd::BlockQuote(_) => {
                self.quotes = self.quotes.saturating_sub(1);
                self.trim_end();
                self.push("\n\n");
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.push("```\n\n");
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.push("\n\n");
                }
            }
            TagEnd::Item => {
                self.trim_end();
                self.push("\n");
            }
            TagEnd::Link | TagEnd::Image => self.link(),
            TagEnd::TableCell => self.push("  "),
            TagEnd::TableRow | TagEnd::TableHead => self.push("\n"),
            _ => {}
        }
    }

    fn item(&mut self) {
        let depth = self.lists.len().saturating_sub(1);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            Some(None) | None => "• ".to_owned(),
        };
        self.push(&format!("{}{mark}", "    ".repeat(depth)));
    }

    /// Words and address together; only addresses that a person can judge become links.
    fn link(&mut self) {
        let Some((url, start)) = self.links.pop() else { return };
        let words = self.out.split_off(start);
        let is_safe = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| url.starts_with(scheme));
        let target = escape(&url).replace('|', "%7C");
        match (is_safe, words.trim()) {
            (true, label) if label.is_empty() || label == escape(&url) => self.out.push_str(&format!("<{target}>")),
            (true, label) => self.out.push_str(&format!("<{target}|{}>", label.replace('|', "¦"))),
            (false, label) => self.out.push_str(label),
        }
    }

    fn new_line(&mut self) {
        self.push("\n");
        if self.quotes > 0 && !self.in_code {
            self.push("> ");
        }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn trim_end(&mut self) {
        self.out.truncate(self.out.trim_end().len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_what_slack_shows() {
        for (markdown, slack) in [
            ("Hello **you** and _me_ and ~~them~~", "Hello *you* and _me_ and ~them~"),
            ("# Refunds\nWithin *5* days.", "*Refunds*\nWithin _5_ days."),
            ("See [our page](https://shop.example/a?b=1&c=2)", "See <https://shop.example/a?b=1&amp;c=2|our page>"),
            ("<https://shop.example>", "<https://shop.example>"),
            ("1. one\n2. two", "1. one\n2. two"),
            ("- one\n- two\n  - three", "• one\n• two\n    • three"),
            ("> said\n> before\n\nafter", "> said\n> before\n\nafter"),
            ("`a<b`", "`a&lt;b`"),
            ("```sh\nls > x\n```", "```\nls &gt; x\n```"),
            ("one\ntwo", "one\ntwo"),
        ] {
            assert_eq!(from_markdown(markdown), slack, "{markdown}");
        }
    }

    #[test]
    fn no_text_can_ping_anybody_or_hide_a_link() {
        for hostile in ["<!channel>", "<@U123>", "<!subteam^S1>", "a <https://evil.example|bank.example> b"] {
            let shown = from_markdown(hostile);
            assert!(!shown.contains("<!") && !shown.contains("<@"), "{shown}");
            assert!(!escape(hostile).contains('<'), "{hostile}");
        }
        assert_eq!(from_markdown("[run](javascript:alert(1))"), "run");
        assert_eq!(from_markdown("[a|b](https://x.example/|y)"), "<https://x.example/%7Cy|a¦b>");
        assert_eq!(from_markdown("[x](https://a.example/>-<!channel>)"), "<https://a.example/&gt;-&lt;!channel&gt;|x>");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
    }
}
