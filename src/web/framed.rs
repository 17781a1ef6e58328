//! A mail's HTML as it came, cleaned, for a frame of its own in which nothing runs. The words beside it are what people and the AI read.
//!
//! Invariant: without being asked nothing is fetched from anywhere, so that a sender does not learn that their mail was opened.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ammonia::{Builder, UrlRelative};

/// What a frame may load: nothing from elsewhere, or pictures if somebody asked for them.
const CLOSED: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; \
                      sandbox allow-popups allow-popups-to-escape-sandbox";
const WITH_PICTURES: &str = "default-src 'none'; img-src data: https: http:; style-src 'unsafe-inline'; \
                             frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// Markup as in mails: blocks, tables, colours.
const TAGS: [&str; 47] = [
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
];
/// What they may carry anywhere.
const ATTRIBUTES: [&str; 11] =
    ["align", "valign", "bgcolor", "border", "cellpadding", "cellspacing", "dir", "height", "lang", "style", "width"];

/// The markup for a frame, and whether it names pictures that are elsewhere.
pub fn clean(html: &str, pictures: bool) -> (String, bool) {
    let elsewhere = Arc::new(AtomicBool::new(false));
    let seen = elsewhere.clone();
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into_iter().chain(["ul"]).collect())
        .clean_content_tags(["script", "style", "title", "iframe", "object", "svg", "math", "template"].into())
        .generic_attributes(ATTRIBUTES.into())
        .tag_attributes(
            [("a", ["href"].into()), ("img", ["src", "alt"].into()), ("font", ["color", "size", "face"].into())].into(),
        )
        .url_schemes(["http", "https", "mailto", "tel", "data"].into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(move |tag, name, value| {
            let lower = value.trim_start().to_ascii_lowercase();
            let is_remote = match (tag, name) {
                ("img", "src") => !lower.starts_with("data:image/"),
                (_, "style") => lower.contains("url(") || lower.contains('\\'),
                ("a", "href") if lower.starts_with("data:") => return None,
                _ => false,
            };
            seen.fetch_or(is_remote, Ordering::Relaxed);
            (!is_remote || pictures).then_some(Cow::Borrowed(value))
        });
    (builder.clean(html).to_string(), elsewhere.load(Ordering::Relaxed))
}

/// The document of a frame.
pub fn document(cleaned: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light\"><style>body{{margin:12px;font:15px/1.5 system-ui,sans-serif;\
         color:#1d2321;background:#fff;overflow-wrap:anywhere}}img,table{{max-width:100%}}img{{height:auto}}</style>\
         </head><body dir=\"auto\">{cleaned}</body></html>"
    )
}

/// The policy of a frame.
pub const fn policy(pictures: bool) -> &'static str {
    if pictures { WITH_PICTURES } else { CLOSED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        let mail = "<style>@import 'https://t.example/a.css'</style><script>x()</script><p onclick=x()>Hi</p>\
                    <img src='https://t.example/pixel.gif'><div style=\"background:url(//t.example/b)\">B</div>\
                    <a href='javascript:x()'>L</a><form action='https://t.example'><input name=p></form>\
                    <meta http-equiv=refresh content='0;url=https://t.example'><iframe src='https://t.example'></iframe>\
                    <img src='data:image/png;base64,AAAA' alt=inside><a href='https://shop.example/'>shop</a>";
        let (closed, elsewhere) = clean(mail, false);
        assert!(elsewhere);
        for trace in ["t.example", "script", "onclick", "<form", "<input", "<meta", "<iframe", "@import"] {
            assert!(!closed.contains(trace), "{trace} in {closed}");
        }
        assert!(closed.contains("data:image/png") && closed.contains("https://shop.example/"), "{closed}");
        assert!(policy(false).contains("img-src data:;"));
        let (asked, _) = clean(mail, true);
        assert!(asked.contains("https://t.example/pixel.gif") && !asked.contains("<script"), "{asked}");
    }

    #[test]
    fn a_mail_without_pictures_from_elsewhere_asks_for_none() {
        assert!(!clean("<p style='color:red'>Hi <b>there</b></p>", false).1);
    }
}
