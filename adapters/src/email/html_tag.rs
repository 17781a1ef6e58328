//! One tag of an HTML page, and what mail programs mean by it.

/// Elements that are left out with all they hold.
const UNSEEN: [&str; 14] = [
    "script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe", "select",
    "textarea", "audio", "video",
];
/// Classes by which mail programs mark what they quote.
const QUOTE_CLASSES: [&str; 7] = [
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "moz-cite-prefix",
    "zmail_extra",
    "WordSection1Quote",
];
/// Marks behind which Outlook and its kin quote everything.
const CUT_IDS: [&str; 4] =
    ["divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message-container"];

/// One tag of a page.
pub(super) struct Tag<'a> {
    pub(super) name: String,
    pub(super) closes: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag at the beginning of `text`, and what follows it.
    pub(super) fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let inside = text.strip_prefix('<')?;
        let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
        let first = inside.chars().next()?;
        if !first.is_ascii_alphabetic() && !matches!(first, '!' | '?') {
            return None;
        }
        let end = tag_end(inside);
        let (content, after) = (&inside[..end], inside.get(end + 1..).unwrap_or(""));
        let name_end = content.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(content.len());
        let name = content[..name_end].to_ascii_lowercase();
        Some((Self { name, closes, attributes: &content[name_end..] }, after))
    }

    /// The value of an attribute, undecoded.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let after = after.trim_start();
            let Some(value) = after.strip_prefix('=') else {
                if name.eq_ignore_ascii_case(wanted) {
                    return Some("");
                }
                rest = if end == 0 { after.get(1..).unwrap_or("") } else { after };
                continue;
            };
            let (value, after) = attribute_value(value.trim_start());
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = after;
        }
    }

    pub(super) fn hides(&self) -> bool {
        if UNSEEN.contains(&self.name.as_str()) || self.attribute("hidden").is_some() {
            return true;
        }
        let Some(style) = self.attribute("style") else { return false };
        let style: String = style.to_ascii_lowercase().split_whitespace().collect();
        style.split(';').any(|rule| {
            let rule = rule.trim_end_matches("!important");
            matches!(rule, "display:none" | "visibility:hidden" | "opacity:0" | "opacity:0.0" | "mso-hide:all")
                || matches!(rule, "font-size:0" | "font-size:0px" | "font-size:0pt" | "font-size:1px")
                || matches!(rule, "max-height:0" | "max-height:0px")
        })
    }

    pub(super) fn quotes(&self) -> bool {
        let class = self.attribute("class").unwrap_or("");
        class.split_whitespace().any(|class| QUOTE_CLASSES.contains(&class))
            || self.name == "blockquote" && self.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite"))
    }

    pub(super) fn cuts(&self) -> bool {
        self.attribute("id").is_some_and(|id| CUT_IDS.contains(&id.to_ascii_lowercase().trim_start_matches("x_")))
    }
}

/// Where a tag ends, minding quoted attributes. A tag that never ends takes everything, unless a quote was left open.
fn tag_end(inside: &str) -> usize {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    inside.find('>').unwrap_or(inside.len())
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            let end = inside.find(quote).unwrap_or(inside.len());
            return (&inside[..end], inside.get(end + 1..).unwrap_or(""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}
