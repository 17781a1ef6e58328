//! How a text is cut into segments, each of which costs (3GPP TS 23.038): 160 characters of the GSM alphabet or 70 of Unicode,
//! a few less in each part of several.

/// The GSM alphabet.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its characters that take two places.
const GSM_TWO: &str = "\u{c}^{}\\[~]|€";

/// What a text costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// Whether the GSM alphabet is enough.
    pub gsm: bool,
    /// Places it takes.
    pub units: usize,
    /// Segments it is sent in.
    pub segments: usize,
}

/// Counts a text.
pub fn count(text: &str) -> Segments {
    let gsm = text.chars().all(|c| GSM.contains(c) || GSM_TWO.contains(c));
    let places = |c: char| match gsm {
        true => 1 + usize::from(GSM_TWO.contains(c)),
        false => c.len_utf16(),
    };
    let units = text.chars().map(places).sum();
    let (single, part) = if gsm { (160, 153) } else { (70, 67) };
    if units <= single {
        return Segments { gsm, units, segments: usize::from(units > 0) };
    }
    // A character of two places is never cut, so a part may end early.
    let mut segments = 1;
    let mut left = part;
    for c in text.chars() {
        if places(c) > left {
            segments += 1;
            left = part;
        }
        left -= places(c);
    }
    Segments { gsm, units, segments }
}

/// The text with typographic marks written in the GSM alphabet, if it fits into it then: one curly quote would double the
/// cost of the whole.
pub fn economical(text: &str) -> String {
    if count(text).gsm {
        return text.to_owned();
    }
    let mut plainer = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '‘' | '’' | '‚' | '′' => plainer.push('\''),
            '“' | '”' | '„' | '«' | '»' | '″' => plainer.push('"'),
            '–' | '—' | '‐' | '‑' | '−' => plainer.push('-'),
            '…' => plainer.push_str("..."),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => plainer.push(' '),
            '•' | '·' => plainer.push('-'),
            '\u{200b}' | '\u{feff}' => {}
            other => plainer.push(other),
        }
    }
    if count(&plainer).gsm { plainer } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_costs_what_its_alphabet_and_length_say() {
        let of = |text: &str| (count(text).gsm, count(text).units, count(text).segments);
        assert_eq!(of(""), (true, 0, 0));
        assert_eq!(of(&"a".repeat(160)), (true, 160, 1));
        assert_eq!(of(&"a".repeat(161)), (true, 161, 2));
        assert_eq!(of(&"a".repeat(307)), (true, 307, 3));
        assert_eq!(of("5 €"), (true, 4, 1));
        assert_eq!(of(&"ж".repeat(70)), (false, 70, 1));
        assert_eq!(of(&"ж".repeat(71)), (false, 71, 2));
        assert_eq!(of("👍"), (false, 2, 1));
        // The last place of the first part is left empty for a character of two.
        assert_eq!(of(&format!("{}€{}", "a".repeat(152), "a".repeat(152))), (true, 306, 3));
    }

    #[test]
    fn typographic_marks_do_not_double_the_cost() {
        assert_eq!(economical("It’s “fine” – really…"), "It's \"fine\" - really...");
        assert_eq!(economical("It’s fine 👍"), "It’s fine 👍", "nothing is gained");
    }
}
