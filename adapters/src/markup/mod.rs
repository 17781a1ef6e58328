//! Markdown as channels show it that know less: plain text, or a few marks around words.
//!
//! May not know a channel. Invariant: no word of the text is lost, and what the text holds as HTML stays text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What goes around words.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dialect {
    /// Around bold words.
    pub bold: &'static str,
    /// Around italic words.
    pub italic: &'static str,
    /// Around words that were struck out.
    pub struck: &'static str,
    /// Around code within a line.
    pub code: &'static str,
    /// Above and below a block of code.
    pub block: &'static str,
}

/// Nothing but characters.
pub const PLAIN: Dialect = Dialect { bold: "", italic: "", struck: "", code: "", block: "" };

/// Text for a channel that shows only characters.
pub fn plain(markdown: &str) -> String {
    render(markdown, &PLAIN)
}

/// Text with a dialect's marks.
pub fn render(markdown: &str, dialect: &Dialect) -> String {
    let mut writer = Writer { dialect, out: String::new(), lists: Vec::new(), links: Vec::new(), cells: 0 };
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES) {
        writer.take(event);
    }
    writer.out.trim().to_owned()
}

struct Writer<'a> {
    dialect: &'a Dialect,
    out: String,
    /// The number of the next item of each open list; `None` has bullets.
    lists: Vec<Option<u64>>,
    /// The address of each open link, and where its words began.
    links: Vec<(String, usize)>,
    cells: usize,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.out.push_str(&text),
            Event::Code(code) => {
                let mark = self.dialect.code;
                self.out.extend([mark, &code, mark]);
            }
            Event::SoftBreak | Event::HardBreak => self.out.push('\n'),
            Event::Rule => {
                self.blank_line();
                self.out.push_str("---");
            }
            Event::TaskListMarker(done) => self.out.push_str(if done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(name) => self.out.extend(["[", &name, "]"]),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.out.push_str(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph if self.lists.is_empty() => self.blank_line(),
            Tag::Heading { .. } => {
                self.blank_line();
                self.out.push_str(self.dialect.bold);
            }
            Tag::Table(_) | Tag::BlockQuote(_) | Tag::HtmlBlock => self.blank_line(),
            Tag::TableRow | Tag::TableHead => {
                self.new_line();
                self.cells = 0;
            }
            Tag::TableCell => {
                self.out.push_str(if self.cells == 0 { "" } else { " | " });
                self.cells += 1;
            }
            Tag::CodeBlock(_) => {
                self.blank_line();
                if !self.dialect.block.is_empty() {
                    self.out.extend([self.dialect.block, "\n"]);
                }
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.blank_line();
                }
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.out.push_str(self.dialect.italic),
            Tag::Strong => self.out.push_str(self.dialect.bold),
            Tag::Strikethrough => self.out.push_str(self.dialect.struck),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.out.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Strong => self.out.push_str(self.dialect.bold),
            TagEnd::Emphasis => self.out.push_str(self.dialect.italic),
            TagEnd::Strikethrough => self.out.push_str(self.dialect.struck),
            TagEnd::CodeBlock => self.out.push_str(self.dialect.block),
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Link | TagEnd::Image => self.link(),
            _ => {}
        }
    }

    fn item(&mut self) {
        self.new_line();
        self.out.push_str(&"  ".repeat(self.lists.len().saturating_sub(1)));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&format!("{number}. "));
                *number += 1;
            }
            Some(None) | None => self.out.push_str("- "),
        }
    }

    /// Words, then the address, unless the words are the address.
    fn link(&mut self) {
        let Some((url, from)) = self.links.pop() else { return };
        let words = self.out.get(from..).unwrap_or_default();
        let bare = url.trim_start_matches("mailto:").trim_start_matches("tel:");
        if words == url || words == bare {
            return;
        }
        if words.is_empty() {
            self.out.push_str(&url);
        } else {
            self.out.extend([" (", &url, ")"]);
        }
    }

    fn new_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn blank_line(&mut self) {
        self.new_line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_reads_as_text() {
        let markdown = "# Returns\n\nYou have **30 days**.\nSend it *back*:\n\n1. Pack it\n2. Print the [label](https://shop.example/l)\n   - both pages\n\nSee <https://shop.example> or `ORDER-7`.";
        let text = "Returns\n\nYou have 30 days.\nSend it back:\n\n1. Pack it\n2. Print the label (https://shop.example/l)\n  - both pages\n\nSee https://shop.example or ORDER-7.";
        assert_eq!(plain(markdown), text);
    }

    #[test]
    fn what_looks_like_markup_and_is_none_stays() {
        for text in ["2 < 3 & 5 > 4", "a_b_c and 2 * 3", "<b>not bold</b>", "Hello\nthere", "- "] {
            assert_eq!(plain(text).replace('-', ""), text.replace('-', "").trim(), "{text}");
        }
    }

    #[test]
    fn a_dialect_puts_its_marks_around_words() {
        let dialect = Dialect { bold: "*", italic: "_", struck: "~", code: "`", block: "```" };
        let text = render("**Now** or *later*, ~~never~~: `x`\n\n```\ncode\n```", &dialect);
        assert_eq!(text, "*Now* or _later_, ~never~: `x`\n\n```\ncode\n```");
    }
}
