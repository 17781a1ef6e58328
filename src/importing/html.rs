//! Web pages: the part that says something, as Markdown.
//!
//! Whatever frames the text (menus, footers, forms, scripts) is left out. Invariant: no markup of the page survives, only the marks
//! that Markdown has.

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::html_markdown::{self, decode};
use super::{Document, named_after};

/// Elements that are left out with everything in them.
const FRAMES: [&str; 22] = [
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "form", "button", "select", "nav",
    "footer", "aside", "dialog", "video", "audio", "canvas", "textarea", "option", "title", "menu",
];
/// Elements that mean something in Markdown, or divide a page.
const KEPT: [&str; 32] = [
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "ul",
    "ol",
    "li",
    "a",
    "strong",
    "b",
    "em",
    "i",
    "code",
    "pre",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "hr",
    "div",
    "main",
    "article",
    "header",
    "dt",
    "dd",
];
/// Links of one page that are followed.
const LINKS_MAX: usize = 1_000;

/// Reads a page. `address` is where it was found, if it was found on the web.
pub fn read(name: &str, html: &str, address: Option<&Url>) -> Document {
    let cleaned = cleaner(&KEPT, address).clean(html).to_string();
    let content = without_frame_headers(main_part(&cleaned));
    let (heading, body) = html_markdown::convert(&content);
    let title = heading.or_else(|| title(html)).unwrap_or_else(|| named_after(name));
    Document { title, body, language: language(html), url: address.map(Url::to_string), from: name.to_owned() }
}

/// The addresses a page links to, whole.
pub fn links(html: &str, address: &Url) -> Vec<Url> {
    let mut builder = Builder::empty();
    builder
        .tags(["a"].into())
        .clean_content_tags(["script", "style", "template"].into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https"].into())
        .url_relative(UrlRelative::RewriteWithBase(address.clone()))
        .link_rel(None);
    let cleaned = builder.clean(html).to_string();
    let addresses = cleaned.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    addresses.take(LINKS_MAX).filter_map(|href| Url::parse(&decode(href)).ok()).collect()
}

fn cleaner<'a>(tags: &[&'a str], address: Option<&Url>) -> Builder<'a> {
    let mut builder = Builder::empty();
    builder
        .tags(tags.iter().copied().collect())
        .clean_content_tags(FRAMES.into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(address.map_or(UrlRelative::Deny, |address| UrlRelative::RewriteWithBase(address.clone())))
        .link_rel(None);
    builder
}

/// What is inside `<main>`, or the articles, or everything.
fn main_part(cleaned: &str) -> &str {
    for name in ["main", "article"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        if let (Some(start), Some(end)) = (cleaned.find(&open), cleaned.rfind(&close))
            && start + open.len() < end
        {
            return &cleaned[start + open.len()..end];
        }
    }
    cleaned
}

/// A header without a first-level heading belongs to the site, not to the text.
fn without_frame_headers(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((before, after)) = rest.split_once("<header>") {
        out.push_str(before);
        let (inside, behind) = after.split_once("</header>").unwrap_or((after, ""));
        if inside.contains("<h1>") {
            out.push_str(inside);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The page's title without the site's name behind it.
fn title(html: &str) -> Option<String> {
    let start = find(html, "<title")?;
    let inside = html[start..].split_once('>')?.1;
    let whole = decode(inside.split('<').next()?);
    let whole = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    let own = [" | ", " – ", " — ", " - ", " · "].iter().find_map(|mark| whole.rsplit_once(mark)).map(|(own, _)| own);
    Some(own.unwrap_or(&whole).trim().to_owned()).filter(|title| !title.is_empty())
}

/// What `<html lang="...">` says.
fn language(html: &str) -> Option<String> {
    let start = find(html, "<html")?;
    let tag = html[start..].split('>').next()?;
    let at = find(tag, "lang=")?;
    let value = tag[at + 5..].trim_start_matches(['"', '\'']);
    value.split(['"', '\'', ' ', '>']).next().filter(|tag| !tag.is_empty()).map(str::to_owned)
}

/// Where ASCII text stands in a page, in large or small letters.
fn find(html: &str, wanted: &str) -> Option<usize> {
    html.as_bytes().windows(wanted.len()).position(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><html lang="de-AT"><head><title>Rückgabe &amp; Umtausch | Lumen</title>
        <style>p{}</style></head><body><header><a href="/">Lumen</a></header><nav><ul><li><a href="/a">Menü</a></li></ul></nav>
        <main><h1>Rückgabe</h1><p>Binnen <b>30 Tagen</b>, siehe <a href="/agb">AGB</a>.</p>
        <ol><li>Melden</li><li>Senden</li></ol><script>alert(1)</script>
        <table><tr><th>Was</th><th>Frist</th></tr><tr><td>Lampe</td><td>30 | Tage</td></tr></table></main>
        <footer>Impressum</footer></body></html>"#;

    #[test]
    fn a_page_is_reduced_to_what_it_says() {
        let address = Url::parse("https://lumen.example/hilfe/rueckgabe").expect("an address");
        let document = read("rueckgabe", PAGE, Some(&address));
        assert_eq!((document.title.as_str(), document.language.as_deref()), ("Rückgabe", Some("de-AT")));
        assert_eq!(
            document.body,
            "Binnen **30 Tagen**, siehe [AGB](https://lumen.example/agb).\n\n1. Melden\n2. Senden\n\n\
             | Was | Frist |\n| --- | --- |\n| Lampe | 30 \\| Tage |"
        );
        assert_eq!(document.url.as_deref(), Some("https://lumen.example/hilfe/rueckgabe"));
        let found: Vec<String> = links(PAGE, &address).iter().map(Url::to_string).collect();
        assert_eq!(found, ["https://lumen.example/", "https://lumen.example/a", "https://lumen.example/agb"]);
    }

    #[test]
    fn a_title_comes_from_the_head_where_no_heading_stands() {
        let document = read("x.html", "<title>Hours - Lumen</title><p>Nine to five.</p>", None);
        assert_eq!((document.title.as_str(), document.body.as_str()), ("Hours", "Nine to five."));
        assert_eq!(read("our-hours.html", "<p>Nine to five.</p>", None).title, "Our hours");
    }

    #[test]
    fn hostile_pages_leave_text_at_most() {
        for page in [
            "<main><main>",
            "</main><main>",
            "<header>",
            "<h1><h1><ul><li><ol>",
            "<title>",
            "<html lang=",
            "<a href=\"",
            "\u{0}<p>\u{0}",
        ] {
            let document = read("x.html", page, None);
            assert!(!document.body.contains('<'), "{page}: {document:?}");
        }
        let document =
            read("x.html", "<p>[x](javascript:alert(1)) <img src=x onerror=alert(1)> 1 &lt; 2 &lt;b&gt;</p>", None);
        assert!(document.body.contains("1 \\< 2 \\<b>") && !document.body.contains("img"), "{document:?}");
    }
}
