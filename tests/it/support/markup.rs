//! Reads HTML tag by tag, as far as tests need it: names, attributes, and where each tag stands.

/// One tag.
#[derive(Debug)]
pub struct Tag<'a> {
    pub name: &'a str,
    pub closing: bool,
    pub attributes: Vec<(&'a str, String)>,
    /// Where it begins in the page.
    pub start: usize,
    /// Where what follows it begins.
    pub end: usize,
}

impl Tag<'_> {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    pub fn opens(&self, name: &str) -> bool {
        !self.closing && self.name == name
    }
}

/// Every tag of a page, in order. Comments and the doctype are passed over.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let rest = &html[start + 1..];
        if rest.starts_with("!--") {
            at = html[start..].find("-->").map_or(html.len(), |end| start + end + 3);
            continue;
        }
        let (closing, name_start) = if rest.starts_with('/') { (true, start + 2) } else { (false, start + 1) };
        if !html[name_start..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            at = start + 1;
            continue;
        }
        let name_end = name_start + word_length(&html[name_start..]);
        let (attributes, end) = attributes(html, name_end);
        tags.push(Tag { name: &html[name_start..name_end], closing, attributes, start, end });
        at = end;
    }
    tags
}

/// The text between two places of a page, without its tags, as a reader sees it.
pub fn text(html: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    for tag in tags(html) {
        text.push_str(&html[at..tag.start]);
        at = tag.end;
    }
    text.push_str(&html[at..]);
    decode(&text)
}

/// What character references stand for.
pub fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end < 12);
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((character, end)) => {
                decoded.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some('\u{a0}'),
        _ => match reference.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(digits) => char::from_u32(u32::from_str_radix(digits, 16).ok()?),
            None => char::from_u32(reference[1..].parse().ok()?),
        },
    }
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '=')).unwrap_or(text.len())
}

/// The attributes that begin at `at`, and where the tag ends.
fn attributes(html: &str, mut at: usize) -> (Vec<(&str, String)>, usize) {
    let mut found = Vec::new();
    loop {
        at += html[at..].len() - html[at..].trim_start_matches(|c: char| c.is_whitespace() || c == '/').len();
        if at >= html.len() || html[at..].starts_with('>') {
            return (found, (at + 1).min(html.len()));
        }
        let length = word_length(&html[at..]).max(1);
        let name = &html[at..at + length];
        at += length;
        let Some(after) = html[at..].strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let (value, length) = match after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
            Some(quote) => {
                let end = after[1..].find(quote).map_or(after.len(), |end| end + 1);
                (&after[1..end], (end + 1).min(after.len()))
            }
            None => {
                let end = after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len());
                (&after[..end], end)
            }
        };
        found.push((name, decode(value)));
        at += 1 + length;
    }
}
