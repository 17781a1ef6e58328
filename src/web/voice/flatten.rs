//! Markdown as it is spoken, piece by piece while it is being written.

/// Longest link that is waited for; whatever is longer is no link.
const HELD_CHARS_MAX: usize = 400;

/// Takes text in pieces and gives what can be spoken of it.
#[derive(Debug, Default)]
pub(super) struct Flatten {
    held: String,
    said: String,
}

impl Flatten {
    /// What can be spoken now that this was written too.
    pub(super) fn push(&mut self, text: &str) -> String {
        self.held.push_str(text);
        let end = match self.held.rfind('[') {
            Some(at) if !self.held[at..].contains(')') && self.held.len() - at < HELD_CHARS_MAX => at,
            _ => self.held.len(),
        };
        let ready: String = self.held.drain(..end).collect();
        let spoken = words(&ready);
        self.said.push_str(&spoken);
        spoken
    }

    /// What is missing of the whole text. What was said is taken as its beginning, whatever the spaces.
    pub(super) fn rest_of(&self, whole: &str) -> String {
        let mut skip = self.said.chars().filter(|c| !c.is_whitespace()).count();
        let rest = whole.chars().skip_while(|c| {
            let passed = skip > 0;
            skip -= usize::from(passed && !c.is_whitespace());
            passed
        });
        rest.collect()
    }

    /// What has been said.
    pub(super) fn said(&self) -> &str {
        self.said.trim()
    }
}

/// The words of a piece of Markdown, spaces as they are.
fn words(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        said.push_str(&rest[..at]);
        rest = rest[at + 2..].split_once(')').map_or("", |(_, after)| after);
    }
    said.push_str(rest);
    said.chars().filter(|c| !matches!(c, '*' | '_' | '`' | '#' | '[' | ']' | '>' | '|' | '~')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_spoken_once_it_is_whole() {
        let mut flatten = Flatten::default();
        let pieces = ["We **ship** in ", "two days, see [our", " page](https://shop", ".example/x) for", " more."];
        let spoken: Vec<String> = pieces.iter().map(|piece| flatten.push(piece)).collect();
        assert_eq!(spoken, ["We ship in ", "two days, see ", "", "our page for", " more."]);
        assert_eq!(flatten.rest_of("We ship in two days, see our page for more. And so on."), " And so on.");
    }
}
