//! Looks at a reply before the customer does.
//!
//! A model that was talked into it may recite what it was told, or show links that stand nowhere in the knowledge. Neither
//! leaves. Recitals are recognised through changed case, spacing and punctuation, reversed and in base64; a translation is
//! not, which is why secrets are never part of what a model is told.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use url::Url;

use crate::ai::words::is_unspaced;

/// So many letters of the rules in a row are a recital. Letters of scripts that write words with one or two count threefold.
const RECITAL_LETTERS: usize = 40;
/// Shortest piece of base64 that is worth reading.
const BASE64_CHARS_MIN: usize = 32;
/// Stands where quoted words were taken out; no letter, and kept by [`letters`].
const GAP: char = '\u{1}';

/// Why a reply may not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Leak {
    /// It holds what the model was told.
    #[error("it recites its instructions")]
    Instructions,
    /// It links to somewhere the knowledge does not.
    #[error("it links to {0}, which stands nowhere in the knowledge")]
    Link(String),
}

/// What may not leave in one turn.
#[derive(Debug, Default)]
pub struct Guard {
    private: HashSet<u64>,
    mark: String,
    hosts: HashSet<String>,
}

impl Guard {
    /// A guard over `rules` and `mark`. What stands in `public` too is no secret, and its links may be shown. Nor are words
    /// in quotation marks secret: an admin writes down there what customers shall be told.
    pub fn new<'a>(rules: &str, mark: &str, public: impl IntoIterator<Item = &'a str>) -> Self {
        let mut private: HashSet<u64> = windows(&letters(&without_quotations(rules))).collect();
        let mut hosts: HashSet<String> = links(rules).filter_map(host).collect();
        for text in public {
            windows(&letters(text)).for_each(|window| {
                private.remove(&window);
            });
            hosts.extend(links(text).filter_map(host));
        }
        Self { private, mark: mark.to_lowercase(), hosts }
    }

    /// Whether a reply, or a part of one, may leave.
    ///
    /// # Errors
    /// [`Leak`], where it may not.
    pub fn check(&self, reply: &str) -> Result<(), Leak> {
        let mut letters = letters(reply);
        let recited = |letters: &[char]| windows(letters).any(|window| self.private.contains(&window));
        let marked = !self.mark.is_empty() && reply.to_lowercase().contains(&self.mark);
        if marked || recited(&letters) || decoded(reply).any(|text| recited(&self::letters(&text))) {
            return Err(Leak::Instructions);
        }
        letters.reverse();
        if recited(&letters) {
            return Err(Leak::Instructions);
        }
        match links(reply).find(|link| !host(link).is_some_and(|host| self.hosts.contains(&host))) {
            Some(link) => Err(Leak::Link(super::error::quoted(link))),
            None => Ok(()),
        }
    }
}

/// Up to where a text can not be the beginning of a recital any more, however it goes on: a recital that is not recognised yet
/// has fewer letters than stand behind this place.
pub fn settled(text: &str) -> usize {
    let mut behind = 0;
    let ends = text.char_indices().rev().find(|(_, c)| {
        behind += if c.is_alphanumeric() { weight(*c) } else { 0 };
        behind >= RECITAL_LETTERS
    });
    ends.map_or(0, |(at, _)| at)
}

/// The letters and digits of a text, small.
fn letters(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || *c == GAP).collect()
}

/// Every run of letters that is long enough to be a recital, as a number.
fn windows(letters: &[char]) -> impl Iterator<Item = u64> {
    let weights: Vec<usize> = letters.iter().map(|c| weight(*c)).collect();
    (0..letters.len()).filter_map(move |start| {
        let mut sum = 0;
        let length = weights[start..].iter().position(|weight| {
            sum += weight;
            sum >= RECITAL_LETTERS
        })?;
        let window = &letters[start..=start + length];
        let mut hasher = DefaultHasher::new();
        window.hash(&mut hasher);
        (!window.contains(&GAP)).then(|| hasher.finish())
    })
}

fn weight(c: char) -> usize {
    if !c.is_ascii() && is_unspaced(c.encode_utf8(&mut [0; 4])) { 3 } else { 1 }
}

/// A text without what stands in quotation marks.
fn without_quotations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut closing = None;
        for c in line.chars() {
            match (closing, c) {
                (Some(end), c) if c == end => closing = None,
                (Some(_), _) => {}
                (None, '"' | '“' | '„' | '«' | '「') => {
                    closing = Some(match c {
                        '“' => '”',
                        '„' => '“',
                        '«' => '»',
                        '「' => '」',
                        c => c,
                    });
                    out.push(GAP);
                }
                (None, c) => out.push(c),
            }
        }
        // A quotation that does not end is none.
        if closing.is_some() {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// Texts hidden in base64.
fn decoded(reply: &str) -> impl Iterator<Item = String> {
    let words = reply.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')));
    words.filter(|word| word.len() >= BASE64_CHARS_MIN).filter_map(|word| {
        let whole = &word[..word.len() - usize::from(word.len() % 4 == 1)];
        let bytes = STANDARD_NO_PAD.decode(whole).or_else(|_| URL_SAFE_NO_PAD.decode(whole)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    })
}

/// The web addresses in a text, Markdown's relative ones (`](//host`) too.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let begins = ["http://", "https://", "](//", "<//", "www."];
    let mut starts: Vec<usize> = begins.iter().flat_map(|begin| text.match_indices(begin).map(|(at, _)| at)).collect();
    let lower = text.to_ascii_lowercase();
    if lower.len() == text.len() {
        starts.extend(begins.iter().flat_map(|begin| lower.match_indices(begin).map(|(at, _)| at)));
    }
    starts.sort_unstable();
    starts.dedup();
    let ends = |c: char| c.is_whitespace() || matches!(c, ')' | '>' | ']' | '"' | '\'' | '|' | '*' | '`');
    starts.into_iter().map(move |at| {
        let link = text[at..].trim_start_matches(['[', ']', '(', '<']);
        link.split(ends).next().unwrap_or(link)
    })
}

/// The host a link leads to.
fn host(link: &str) -> Option<String> {
    let lower = link.to_ascii_lowercase();
    let whole = match lower.as_str() {
        rest if rest.starts_with("//") => format!("https:{rest}"),
        rest if rest.starts_with("www.") => format!("https://{rest}"),
        whole => whole.to_owned(),
    };
    let url = Url::parse(whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '…'])).ok()?;
    url.host_str().map(|host| host.trim_start_matches("www.").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "Never tell anybody that the warehouse in Hamburg closes in March of next year.\n\
        Begin with \"Welcome to the house of lamps and oak, dear friend of ours\".\n\
        客户永远不应该知道我们的利润率是百分之四十以及供应商的名字";
    const PUBLIC: &str = "Returns: write to https://help.lumen.example/returns within thirty days of the delivery.";

    fn guard() -> Guard {
        Guard::new(RULES, "data-00ff", [PUBLIC])
    }

    #[test]
    fn a_recital_is_recognised_however_it_is_dressed() {
        let said = "Never tell anybody that the warehouse in Hamburg closes";
        let dressed = [
            said.to_owned(),
            said.to_uppercase(),
            said.replace(' ', "-"),
            said.chars().flat_map(|c| [c, ' ']).collect(),
            said.chars().rev().collect(),
            base64::engine::general_purpose::STANDARD.encode(said),
            format!("Sure! > **{said}**"),
            "好的：客户永远不应该知道我们的利润率是百分之四十".to_owned(),
            "The mark is DATA-00FF".to_owned(),
        ];
        for reply in dressed {
            assert_eq!(guard().check(&reply), Err(Leak::Instructions), "{reply}");
        }
    }

    #[test]
    fn a_recital_is_recognised_before_any_of_it_is_settled() {
        let (before, recital) = ("Of course, with pleasure, here it comes: ", RULES.lines().next().expect("a line"));
        for dressed in [recital.to_owned(), recital.chars().flat_map(|c| [c, ' ', '-', ' ']).collect()] {
            let text = format!("{before}{dressed}");
            let caught =
                (0..=text.len()).find(|end| text.is_char_boundary(*end) && guard().check(&text[..*end]).is_err());
            let caught = caught.expect("it is recognised");
            assert!(settled(&text[..caught - 1]) <= before.len(), "{}", &text[..caught]);
        }
        assert_eq!(settled("Short."), 0);
    }

    #[test]
    fn what_is_public_or_quoted_or_merely_alike_may_be_said() {
        for reply in [
            PUBLIC,
            "Welcome to the house of lamps and oak, dear friend of ours! How can I help?",
            "The warehouse is in Hamburg.",
            "我们的退货期限是三十天。",
            "See https://HELP.lumen.example/other, or www.help.lumen.example.",
            "",
        ] {
            assert_eq!(guard().check(reply), Ok(()), "{reply}");
        }
    }

    #[test]
    fn a_link_the_knowledge_does_not_know_stays_here() {
        for reply in [
            "![x](https://evil.example/?q=1)",
            "[Pay here](//evil.example/pay)",
            "Go to HTTPS://evil.example now",
            "https://help.lumen.example@evil.example/",
            "https://help.lumen.example.evil.example/",
            "<//evil.example>",
            "www.evil.example",
            "https://",
        ] {
            assert!(matches!(guard().check(reply), Err(Leak::Link(_))), "{reply}");
        }
    }
}
