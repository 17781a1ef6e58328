//! Cleaned markup to Markdown.
//!
//! May be given only what the cleaner in `html` makes: a few elements, well formed, without attributes but `href`. Invariant: signs
//! that mean something in Markdown are escaped where the page meant them as they are.

/// The first first-level heading, which is the title, and everything else.
pub(super) fn convert(cleaned: &str) -> (Option<String>, String) {
    let mut writer = Writer::default();
    let mut rest = cleaned;
    while let Some((text, after)) = rest.split_once('<') {
        writer.text(text);
        let (tag, behind) = after.split_once('>').unwrap_or((after, ""));
        writer.tag(tag);
        rest = behind;
    }
    writer.text(rest);
    writer.finish()
}

/// A list that is being written: its next number, or none if it has marks.
type List = Option<usize>;

#[derive(Default)]
struct Writer {
    blocks: Vec<String>,
    line: String,
    lists: Vec<List>,
    /// Where the text of an open link begins in the line, and where it leads.
    link: Option<(usize, String)>,
    heading: usize,
    title: Option<String>,
    quoted: bool,
    pre: bool,
    row: Vec<String>,
    /// Rows of the table so far; none outside of one.
    rows: Option<usize>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let text = decode(text);
        if self.pre {
            return self.line.push_str(&text);
        }
        let opens = text.starts_with(char::is_whitespace);
        let closes = text.ends_with(char::is_whitespace);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let apart = self.line.is_empty() || self.line.ends_with([' ', '\n', '(']);
        if opens && !apart {
            self.line.push(' ');
        }
        self.line.push_str(&escaped(&words));
        if closes && !words.is_empty() {
            self.line.push(' ');
        }
    }

    fn tag(&mut self, tag: &str) {
        let (closing, name) = tag.strip_prefix('/').map_or((false, tag), |name| (true, name));
        let name = name.split([' ', '/']).next().unwrap_or_default();
        match (name, closing) {
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => {
                self.end_block();
                self.heading = usize::from(name.as_bytes()[1] - b'0');
            }
            ("strong" | "b", _) => self.mark("**", closing),
            ("em" | "i", _) => self.mark("*", closing),
            ("code", _) if !self.pre => self.mark("`", closing),
            ("a", false) => self.link = href(tag).map(|href| (self.line.len(), href)),
            ("a", true) => self.end_link(),
            ("br", _) if self.rows.is_none() => self.line.push('\n'),
            ("ul", false) | ("ol", false) => {
                self.end_block();
                self.lists.push((name == "ol").then_some(1));
            }
            ("ul" | "ol", true) => {
                self.end_block();
                self.lists.pop();
            }
            ("td" | "th", true) => self.row.push(std::mem::take(&mut self.line).trim().replace('|', "\\|")),
            ("tr", true) => self.end_row(),
            ("table", false) => {
                self.end_block();
                self.rows = Some(0);
            }
            ("table", true) => self.rows = None,
            ("blockquote", _) => {
                self.end_block();
                self.quoted = !closing;
            }
            ("pre", _) => {
                self.end_block();
                self.pre = !closing;
            }
            ("hr", _) => self.end_block(),
            // Paragraphs within a cell are one cell.
            ("td" | "th", false) | ("code" | "thead" | "tbody" | "tr", _) => {}
            _ if self.rows.is_some() => self.text(" "),
            _ => self.end_block(),
        }
    }

    fn mark(&mut self, mark: &str, closing: bool) {
        // A mark with a space inside would be shown as a star.
        let spaced = closing && self.line.ends_with(' ');
        if spaced {
            self.line.pop();
        }
        match closing && self.line.ends_with(mark) {
            true => self.line.truncate(self.line.len() - mark.len()),
            false => self.line.push_str(mark),
        }
        if spaced {
            self.line.push(' ');
        }
    }

    fn end_link(&mut self) {
        let Some((start, href)) = self.link.take() else { return };
        let Some(words) = self.line.get(start..).map(|words| words.trim().to_owned()) else { return };
        if words.is_empty() || words.contains('\n') {
            return;
        }
        let opened = self.line[start..].starts_with(' ');
        self.line.truncate(start);
        self.line.push_str(if opened { " " } else { "" });
        self.line.push_str(&format!("[{words}]({})", href.replace(')', "%29").replace(' ', "%20")));
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        let Some(count) = self.rows.as_mut().filter(|_| !row.is_empty()) else { return };
        let mut text = format!("| {} |", row.join(" | "));
        if *count == 0 {
            text.push_str(&format!("\n|{}", " --- |".repeat(row.len())));
            self.blocks.push(text);
        } else if let Some(table) = self.blocks.last_mut() {
            table.push('\n');
            table.push_str(&text);
        }
        *count += 1;
    }

    fn end_block(&mut self) {
        self.link = None;
        let text = std::mem::take(&mut self.line);
        let text = if self.pre { text.trim_matches('\n') } else { text.trim() };
        let level = std::mem::take(&mut self.heading);
        if text.is_empty() {
            return;
        }
        if level == 1 && self.title.is_none() {
            self.title = Some(unescaped(text).replace('\n', " ").replace("**", ""));
            return;
        }
        let depth = self.lists.len().saturating_sub(1);
        let block = match (level, self.lists.last_mut()) {
            _ if self.pre => format!("```\n{}\n```", text.replace("```", "")),
            (1.., _) => format!("{} {}", "#".repeat(level.max(2)), text.replace('\n', " ")),
            (_, Some(list)) => {
                let mark = list.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
                *list = list.map(|number| number + 1);
                let item = format!("{}{mark} {}", "  ".repeat(depth), text.replace('\n', " "));
                return self.item(item);
            }
            _ if self.quoted => format!("> {}", text.replace('\n', "\n> ")),
            _ => text.to_owned(),
        };
        self.blocks.push(block);
    }

    /// Items of a list stand under each other without a line between.
    fn item(&mut self, item: String) {
        let is_item = |block: &str| {
            let line = block.lines().last().unwrap_or_default().trim_start();
            line.starts_with("- ") || line.split_once(". ").is_some_and(|(number, _)| number.parse::<usize>().is_ok())
        };
        match self.blocks.last_mut().filter(|last| is_item(last) && !item.starts_with("1. ")) {
            Some(last) => {
                last.push('\n');
                last.push_str(&item);
            }
            None => self.blocks.push(item),
        }
    }

    fn finish(mut self) -> (Option<String>, String) {
        self.end_block();
        (self.title, self.blocks.join("\n\n"))
    }
}

fn href(tag: &str) -> Option<String> {
    let value = tag.split_once("href=\"")?.1.split('"').next()?;
    Some(decode(value)).filter(|href| !href.is_empty())
}

/// The characters the cleaner writes as entities.
pub(super) fn decode(text: &str) -> String {
    let spaced = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    spaced.replace("&#39;", "'").replace("&amp;", "&")
}

/// Signs that would become markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '*' | '_' | '`' | '[' | ']' | '<') {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

fn unescaped(text: &str) -> String {
    let mut signs = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(sign) = signs.next() {
        if sign != '\\' || signs.peek().is_none_or(|next| !next.is_ascii_punctuation()) {
            out.push(sign);
        }
    }
    out
}
