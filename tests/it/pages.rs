//! Every page in every state: what runs, what is named, what a screen reader finds.

use std::collections::HashSet;

use baton::web::samples::all_samples;

use crate::support::markup::{Tag, tags, text};

/// What the samples put into every place a stranger writes to.
const HOSTILE: [&str; 2] = ["<script>alert('x')</script>", "onmouseover=\"alert(1)"];

fn samples() -> Vec<(String, String)> {
    all_samples().expect("every sample renders")
}

/// The samples that are whole documents.
fn pages() -> Vec<(String, String)> {
    let pages: Vec<_> = samples().into_iter().filter(|(_, html)| html.contains("<html")).collect();
    assert!(pages.len() > 20, "there are {} pages", pages.len());
    pages
}

/// The text of an element that begins with `tags[at]`.
fn inside<'a>(html: &'a str, tags: &[Tag<'_>], at: usize) -> &'a str {
    let name = tags[at].name;
    let mut depth = 0_i32;
    for tag in tags[at..].iter().filter(|tag| tag.name == name) {
        depth += if tag.closing { -1 } else { 1 };
        if depth == 0 {
            return &html[tags[at].end..tag.start];
        }
    }
    panic!("<{name}> is not closed");
}

#[test]
fn what_strangers_write_is_never_markup() {
    let samples = samples();
    let shown = samples.iter().filter(|(_, html)| text(html).contains(HOSTILE[0])).count();
    assert!(shown > 10, "the samples hold it, as text: {shown}");
    for (name, html) in &samples {
        for hostile in HOSTILE {
            assert!(!html.contains(hostile), "{name} holds {hostile}");
        }
    }
}

#[test]
fn nothing_inline_runs_or_is_styled() {
    for (name, html) in samples() {
        for tag in tags(&html) {
            assert!(tag.name != "style", "{name} has a style element");
            assert!(
                tag.closing || tag.name != "script" || tag.attribute("src").is_some(),
                "{name} has a script inside"
            );
            for (key, value) in &tag.attributes {
                assert!(*key != "style" && !key.starts_with("on"), "{name}: {key} on <{}>", tag.name);
                let is_address = matches!(*key, "href" | "src" | "action" | "formaction");
                assert!(!is_address || !value.to_lowercase().starts_with("javascript:"), "{name}: {key}={value}");
                let is_elsewhere = matches!(*key, "src" | "action" | "formaction") && !value.starts_with('/');
                let is_foreign_sheet = tag.name == "link" && *key == "href" && !value.starts_with('/');
                assert!(!is_elsewhere && !is_foreign_sheet || tag.name == "img", "{name}: {key}={value}");
            }
        }
    }
}

#[test]
fn every_page_has_a_language_a_title_one_main_part_and_a_heading() {
    for (name, html) in pages() {
        let tags = tags(&html);
        let positions = |wanted: &str| -> Vec<usize> {
            tags.iter().enumerate().filter(|(_, tag)| tag.opens(wanted)).map(|(at, _)| at).collect()
        };
        let language = tags.iter().find(|tag| tag.opens("html")).and_then(|tag| tag.attribute("lang"));
        assert!(language.is_some_and(|language| !language.is_empty()), "{name} has no language");
        assert_eq!(positions("main").len(), 1, "{name} has one main part");
        let titles = positions("title");
        assert_eq!(titles.len(), 1, "{name} has one title");
        assert!(text(inside(&html, &tags, titles[0])).len() > " – Baton".len(), "{name} has a title of its own");
        let headings = positions("h1");
        assert!(!headings.is_empty(), "{name} has a heading");
        for at in &headings {
            assert!(!text(inside(&html, &tags, *at)).trim().is_empty(), "{name} has an empty heading");
        }
        if headings.len() > 1 {
            let labelled = |id: &str| tags.iter().any(|tag| tag.attribute("aria-labelledby") == Some(id));
            let all = headings.iter().all(|at| tags[*at].attribute("id").is_some_and(labelled));
            assert!(all, "{name}: where there are several, each names its own part");
        }
        assert!(html.contains("<meta name=\"viewport\""), "{name} fits a phone");
    }
}

#[test]
fn every_id_is_there_once_and_everything_that_is_pointed_to_is_there() {
    for (name, html) in pages() {
        let tags = tags(&html);
        let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.attribute("id")).collect();
        let unique: HashSet<&str> = ids.iter().copied().collect();
        let twice: Vec<_> = unique.iter().filter(|id| ids.iter().filter(|other| other == id).count() > 1).collect();
        assert!(twice.is_empty(), "{name} has ids twice: {twice:?}");
        for tag in &tags {
            for key in ["for", "aria-labelledby", "aria-describedby", "popovertarget"] {
                for id in tag.attribute(key).unwrap_or_default().split_whitespace() {
                    assert!(unique.contains(id), "{name}: {key} points to {id}, which is not there");
                }
            }
        }
    }
}

#[test]
fn every_control_has_a_name_and_every_picture_words() {
    for (name, html) in samples() {
        let tags = tags(&html);
        let labelled: HashSet<&str> =
            tags.iter().filter(|tag| tag.opens("label")).filter_map(|tag| tag.attribute("for")).collect();
        let mut labels_open = 0;
        for (at, tag) in tags.iter().enumerate() {
            match (tag.name, tag.closing) {
                ("label", closing) => labels_open += if closing { -1 } else { 1 },
                ("input" | "select" | "textarea", false) if tag.attribute("type") != Some("hidden") => {
                    let named = labels_open > 0
                        || tag.attribute("aria-label").is_some()
                        || tag.attribute("id").is_some_and(|id| labelled.contains(id));
                    assert!(named, "{name}: a control without a name: {}", &html[tag.start..tag.end]);
                }
                ("button" | "a" | "summary", false) => {
                    let content = inside(&html, &tags, at);
                    let named = tag.attribute("aria-label").is_some() || !text(content).trim().is_empty();
                    assert!(named, "{name}: a <{}> without a name: {}", tag.name, &html[tag.start..tag.end]);
                }
                ("img", false) => assert!(tag.attribute("alt").is_some(), "{name}: a picture without words"),
                ("svg", false) => {
                    assert_eq!(tag.attribute("aria-hidden"), Some("true"), "{name}: a drawing is read out")
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_its_token() {
    for (name, html) in pages() {
        let tags = tags(&html);
        for (at, tag) in tags.iter().enumerate().filter(|(_, tag)| tag.opens("form")) {
            if tag.attribute("method") == Some("post") {
                let content = inside(&html, &tags, at);
                let action = tag.attribute("action").unwrap_or_default();
                assert!(content.contains("name=\"csrf\" value=\""), "{name}: the form to {action} has no token");
            }
        }
    }
}
