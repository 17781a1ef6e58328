//! What a person wrote in Slack, as Markdown.

/// Slack's markup as Markdown: mentions become words, links become links, bold and struck text keep their weight.
pub(in crate::slack) fn to_markdown(slack: &str) -> String {
    let mut markdown = String::with_capacity(slack.len());
    // Code is left as it is, but for the three characters; every second piece is inside back-ticks.
    for (place, block) in slack.split("```").enumerate() {
        if place > 0 {
            markdown.push_str("```");
        }
        if place % 2 == 1 {
            markdown.push_str(&plain(block));
            continue;
        }
        for (place, piece) in block.split('`').enumerate() {
            if place > 0 {
                markdown.push('`');
            }
            let entities = entities(piece);
            markdown.push_str(&if place % 2 == 1 { unescape(&entities) } else { unescape(&weights(&entities)) });
        }
    }
    markdown.trim().to_owned()
}

fn plain(text: &str) -> String {
    unescape(&entities(text))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// `<...>` in words. What is between other brackets was escaped by Slack and stays.
fn entities(text: &str) -> String {
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>') {
            Some((entity, after)) if !entity.contains('\n') => {
                out.push_str(&entity_in_words(entity));
                rest = after;
            }
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity_in_words(entity: &str) -> String {
    let (target, label) = entity.split_once('|').map_or((entity, None), |(target, label)| (target, Some(label)));
    let named = |sign: char, id: &str| match label {
        Some(label) => format!("{sign}{}", label.trim_start_matches(sign)),
        None => format!("{sign}{id}"),
    };
    match target.chars().next() {
        Some('@') => named('@', &target[1..]),
        Some('#') => named('#', &target[1..]),
        Some('!') => {
            let id = target[1..].split('^').next().unwrap_or_default();
            named('@', id)
        }
        _ => link(target, label),
    }
}

fn link(target: &str, label: Option<&str>) -> String {
    let shown = target.strip_prefix("mailto:").or_else(|| target.strip_prefix("tel:")).unwrap_or(target);
    match label {
        Some(label) if label != shown && !target.ends_with(label) => format!("[{label}]({target})"),
        Some(_) | None => shown.to_owned(),
    }
}

/// `*bold*` and `~struck~`; `_slanted_` is the same in both.
fn weights(text: &str) -> String {
    doubled(&doubled(text, '*'), '~')
}

/// Doubles a mark where it opens and closes: at the edge of a word, on the same line.
fn doubled(text: &str, mark: char) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut place = 0;
    while place < characters.len() {
        let closing =
            (characters[place] == mark && opens(&characters, place)).then(|| closing(&characters, place, mark));
        match closing.flatten() {
            Some(end) => {
                let inner: String = characters[place + 1..end].iter().collect();
                out.push_str(&format!("{mark}{mark}{inner}{mark}{mark}"));
                place = end + 1;
            }
            None => {
                out.push(characters[place]);
                place += 1;
            }
        }
    }
    out
}

fn opens(characters: &[char], place: usize) -> bool {
    let before = place.checked_sub(1).map(|place| characters[place]);
    let after = characters.get(place + 1);
    before.is_none_or(|before| !before.is_alphanumeric()) && after.is_some_and(|after| !after.is_whitespace())
}

fn closing(characters: &[char], open: usize, mark: char) -> Option<usize> {
    let line = characters[open + 1..].iter().take_while(|character| **character != '\n').count();
    (open + 2..=open + line).find(|&place| {
        characters[place] == mark
            && !characters[place - 1].is_whitespace()
            && characters.get(place + 1).is_none_or(|after| !after.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_in_slack_becomes_markdown() {
        for (slack, markdown) in [
            ("*Yes*, that is _right_ and ~not wrong~.", "**Yes**, that is _right_ and ~~not wrong~~."),
            ("2*3*4 and a * b * c", "2*3*4 and a * b * c"),
            ("Ask <@U024BE7LH> or <@U1|ines> in <#C1|general>", "Ask @U024BE7LH or @ines in #general"),
            ("<!here> <!subteam^S1|@support>", "@here @support"),
            ("<https://shop.example/a?b=1&amp;c=2|here>", "[here](https://shop.example/a?b=1&c=2)"),
            ("<https://shop.example>", "https://shop.example"),
            ("<http://shop.example|shop.example>", "http://shop.example"),
            ("<mailto:maya@example.com|maya@example.com>", "maya@example.com"),
            ("5 &lt; 6 &amp;&amp; 7 &gt; 6, &amp;lt;", "5 < 6 && 7 > 6, &lt;"),
            ("`*a*` and ```*b*\n&lt;c&gt;```", "`*a*` and ```*b*\n<c>```"),
            ("unfinished <thing", "unfinished <thing"),
        ] {
            assert_eq!(to_markdown(slack), markdown, "{slack}");
        }
    }
}
