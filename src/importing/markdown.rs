//! Markdown and plain text: the first heading is the title, unless a front matter names one.

use super::{Document, named_after};

/// Reads a document. Front matter (`---`, `title: ...`, `language: ...`, `url: ...`, `---`) is understood.
pub fn read(name: &str, text: &str) -> Document {
    let text = text.replace("\r\n", "\n");
    let (facts, text) = front_matter(&text);
    let fact = |names: &[&str]| {
        let found = facts.iter().find(|(key, value)| names.contains(&key.as_str()) && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    let (heading, body) = heading(text);
    let title = fact(&["title"]).or(heading).unwrap_or_else(|| named_after(name));
    Document {
        title,
        body,
        language: fact(&["language", "lang", "locale"]),
        url: fact(&["url", "link", "permalink"]).filter(|url| url.starts_with("http")),
        from: name.to_owned(),
    }
}

fn front_matter(text: &str) -> (Vec<(String, String)>, &str) {
    let inside = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---"));
    let Some((facts, rest)) = inside else { return (Vec::new(), text) };
    let facts = facts.lines().filter_map(|line| line.split_once(':'));
    let clean = |value: &str| value.trim().trim_matches(['"', '\'']).to_owned();
    (facts.map(|(key, value)| (key.trim().to_lowercase(), clean(value))).collect(), rest.trim_start_matches('-'))
}

/// The first heading and everything else, if the document opens with one.
fn heading(text: &str) -> (Option<String>, String) {
    let text = text.trim_start();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(title) = first.strip_prefix("# ") {
        return (Some(title.trim().trim_end_matches('#').trim().to_owned()), rest.to_owned());
    }
    let (second, after) = rest.split_once('\n').unwrap_or((rest, ""));
    let underlined = second.len() > 2 && second.trim_end().chars().all(|mark| mark == '=');
    match underlined && !first.trim().is_empty() {
        true => (Some(first.trim().to_owned()), after.to_owned()),
        false => (None, text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_title_is_a_heading_a_line_above_signs_or_a_fact() {
        for (text, title, body) in [
            ("# Returns\n\nIn 30 days.", "Returns", "In 30 days."),
            ("Returns\n=======\nIn 30 days.", "Returns", "In 30 days."),
            ("---\ntitle: \"Returns\"\nlang: de\n---\nIn 30 Tagen.", "Returns", "In 30 Tagen."),
            ("In 30 days.", "A b", "In 30 days."),
        ] {
            let document = read("a-b.md", text);
            assert_eq!((document.title.as_str(), document.body.trim()), (title, body));
        }
        assert_eq!(read("x.md", "---\nlang: de\n---\n# T\nx").language.as_deref(), Some("de"));
        assert_eq!(read("x.md", "---\nnever closed").body, "---\nnever closed");
    }
}
