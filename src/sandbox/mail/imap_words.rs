//! The words of IMAP: quoted strings and sets of numbers.

/// The words of a line; quoted ones without their quotes.
pub(super) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut quoted, mut begun) = (false, false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quoted => word.extend(letters.next()),
            '"' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            letter => {
                begun = true;
                word.push(letter);
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// A set of numbers such as `3,7:*`; `*` is the last.
pub(super) struct Numbers(Vec<(Option<u32>, Option<u32>)>);

impl Numbers {
    pub(super) fn read(set: &str) -> Self {
        let number = |text: &str| text.parse().ok();
        let ranges = set.split(',').map(|part| match part.split_once(':') {
            Some((from, to)) => (number(from), number(to)),
            None => (number(part), number(part)),
        });
        Self(ranges.collect())
    }

    /// Whether a number is in the set. A range of which the last number is an end holds it, even when it begins above it.
    pub(super) fn holds(&self, number: u32, last: u32) -> bool {
        self.0.iter().any(|(from, to)| {
            let (from, to) = (from.unwrap_or(last), to.unwrap_or(last));
            (from.min(to)..=from.max(to)).contains(&number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_and_sets_are_read() {
        assert_eq!(words(r#""a b" c "d\"e" """#), ["a b", "c", "d\"e", ""]);
        let set = Numbers::read("3,7:*");
        assert!(set.holds(3, 9) && set.holds(8, 9) && !set.holds(4, 9));
        assert!(Numbers::read("999:*").holds(1, 1), "a range up to the last holds the last");
    }
}
