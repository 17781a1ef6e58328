//! Slack's markup and blocks as the page shows them.
//!
//! Invariant: everything outside `<…>` is escaped already, as Slack sends it; what is inside becomes a link or nothing.

use serde_json::Value;

use crate::web::html::SafeHtml;

/// A card, as far as Baton makes them.
pub(super) struct Card {
    /// Its headline.
    pub(super) title: String,
    /// Its paragraphs.
    pub(super) paragraphs: Vec<SafeHtml>,
    /// Label and value.
    pub(super) fields: Vec<SafeHtml>,
    /// Words on its buttons, and where those that are links lead.
    pub(super) buttons: Vec<Button>,
}

/// A button of a card.
pub(super) struct Button {
    pub(super) words: String,
    pub(super) link: Option<String>,
    pub(super) is_first: bool,
}

impl Card {
    /// The card of a post, if it has blocks.
    pub(super) fn of(blocks: &Value) -> Option<Self> {
        let blocks = blocks.as_array()?;
        let of_kind = |kind: &'static str| blocks.iter().filter(move |block| block["type"] == kind);
        let text = |value: &Value| value["text"].as_str().map(html);
        let contexts =
            of_kind("context").flat_map(|block| block["elements"].as_array().into_iter().flatten()).filter_map(text);
        let sections: Vec<SafeHtml> = of_kind("section").filter_map(|block| text(&block["text"])).collect();
        let (state, rest) = sections.split_at(sections.len().min(1));
        Some(Self {
            title: of_kind("header").find_map(|block| block["text"]["text"].as_str()).unwrap_or_default().to_owned(),
            paragraphs: state.iter().cloned().chain(contexts).chain(rest.iter().cloned()).collect(),
            fields: of_kind("section")
                .flat_map(|block| block["fields"].as_array().into_iter().flatten())
                .filter_map(text)
                .collect(),
            buttons: of_kind("actions")
                .flat_map(|block| block["elements"].as_array().into_iter().flatten())
                .filter_map(|element| {
                    Some(Button {
                        words: element["text"]["text"].as_str()?.to_owned(),
                        link: element["url"].as_str().map(str::to_owned),
                        is_first: element["style"] == "primary",
                    })
                })
                .collect(),
        })
    }
}

/// Slack's markup as HTML.
pub(super) fn html(mrkdwn: &str) -> SafeHtml {
    let mut out = String::with_capacity(mrkdwn.len() * 2);
    let mut rest = mrkdwn;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(&weights(before));
        match after.split_once('>') {
            Some((entity, after)) => {
                out.push_str(&link(entity));
                rest = after;
            }
            None => rest = after,
        }
    }
    out.push_str(&weights(rest));
    SafeHtml::from_cleaned(out.replace('\n', "<br>"))
}

/// What can stand in an attribute or between tags.
fn escaped(text: &str) -> String {
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

fn link(entity: &str) -> String {
    let (target, label) = entity.split_once('|').unwrap_or((entity, entity));
    let (target, label) = (escaped(target), escaped(label));
    match ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
        true => format!("<a href=\"{target}\" rel=\"noreferrer\">{label}</a>"),
        false => label,
    }
}

/// `*bold*`, `_slanted_` and `` `code` ``, where they open and close at the edge of a word.
fn weights(text: &str) -> String {
    let text = escaped(text).replace(":lock:", "🔒").replace(":paperclip:", "📎");
    let lines = text.split('\n').map(|line| match line.strip_prefix("> ") {
        Some(quoted) => format!("<q>{}</q>", spans(quoted)),
        None => spans(line),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn spans(line: &str) -> String {
    let marks = [('*', "b"), ('_', "i"), ('`', "code")];
    marks.iter().fold(line.to_owned(), |line, (mark, tag)| paired(&line, *mark, tag))
}

fn paired(line: &str, mark: char, tag: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(mark) {
        let (before, after) = rest.split_at(start);
        let inner = &after[mark.len_utf8()..];
        let edge = before.chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        match inner.find(mark).filter(|end| edge && *end > 0 && !inner.starts_with(' ')) {
            Some(end) => {
                out.push_str(&format!("{before}<{tag}>{}</{tag}>", &inner[..end]));
                rest = &inner[end + mark.len_utf8()..];
            }
            None => {
                out.push_str(before);
                out.push(mark);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slacks_markup_is_shown_and_nothing_in_it_runs() {
        for (mrkdwn, shown) in [
            ("*Maya:* a &lt;b&gt; _c_", "<b>Maya:</b> a &lt;b&gt; <i>c</i>"),
            (
                "<https://shop.example|here>\nnext",
                "<a href=\"https://shop.example\" rel=\"noreferrer\">here</a><br>next",
            ),
            ("<javascript:alert(1)|x> <@U1>", "x @U1"),
            ("> said", "<q>said</q>"),
            ("a\"b'c", "a&quot;b&#39;c"),
        ] {
            assert_eq!(html(mrkdwn).as_str(), shown);
        }
    }
}
