//! Makes text comparable: the same words in the same letters, however they were typed or mailed.
//!
//! May not change meaning: emoji stay, digits stay, the vowel signs of Indic scripts stay. Output length is bounded, so
//! that no detector ever sees more than [`CHARACTERS_MAX`] characters.
//!
//! Invariant: [`tokens`] of a pattern and [`tokens`] of a message go through the same folding, so that both meet.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// Longest text a detector reads, in characters. What a customer wants stands in the first page of a mail.
pub const CHARACTERS_MAX: usize = 4_000;

/// Letters that stand apart are a word from this many on; fewer are initials.
const SPACED_LETTERS_MIN: usize = 4;

/// Token between sentences that end with a full stop, an exclamation mark or a new line.
pub const STOP: &str = ".";

/// Token at the end of a question.
pub const QUESTION: &str = "?";

/// What a person wrote in this message: compatibility forms unified, invisible characters, quoted mail and the
/// signature taken away.
pub fn clean(text: &str) -> String {
    let text: String = text.chars().take(CHARACTERS_MAX).nfkc().filter(|c| !is_invisible(*c)).map(unify_mark).collect();
    let own: Vec<String> = own_lines(&text).into_iter().map(join_spaced_letters).collect();
    own.join("\n").trim().to_owned()
}

/// The words of a text in folded form, with [`STOP`] and [`QUESTION`] between sentences and emoji as tokens.
pub fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for piece in text.split_word_bounds() {
        if piece.chars().any(char::is_alphanumeric) {
            push_word(piece, &mut out);
        } else if let Some(mark) = boundary(piece) {
            if out.last().is_some_and(|last| !is_boundary(last)) {
                out.push(mark.to_owned());
            }
        } else if let Some(emoji) = piece.chars().find(|c| is_emoji(*c)) {
            out.push(emoji.to_string());
        }
    }
    out
}

/// Whether a token separates sentences.
pub fn is_boundary(token: &str) -> bool {
    token == STOP || token == QUESTION
}

/// One word in the form used for comparison: lower case, no accents on Latin letters, no stretched letters.
pub fn fold(word: &str) -> String {
    let word = unify_script(word);
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        fold_letter(c, &mut out);
    }
    strip_arabic_article(collapse_stretches(&unleet(&out)))
}

/// Whether a character is a picture of a feeling or a thing.
pub fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F300..=0x1FAFF | 0x2600..=0x27BF)
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0x00AD | 0x034F | 0x061C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF)
        || (c.is_control() && c != '\n' && c != '\t')
}

fn unify_mark(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{00B4}' | '`' => '\'',
        '\u{2013}' | '\u{2014}' | '\u{2212}' => '-',
        _ => c,
    }
}

/// Lines the sender typed: up to the quoted mail or the signature, without quoted lines in between.
fn own_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if opens_quote(trimmed) || (line.trim_end() == "--") || is_device_signature(trimmed) {
            break;
        }
        if !trimmed.starts_with('>') {
            lines.push(line);
        }
    }
    lines
}

/// `h u m a n` and `h.u.m.a.n` become `human`; a gap of more than one sign ends the word.
fn join_spaced_letters(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while at < chars.len() {
        let starts = at == 0 || !chars[at - 1].is_alphanumeric();
        let letters = if starts { spaced_letters(&chars[at..]) } else { 0 };
        if letters >= SPACED_LETTERS_MIN {
            out.extend(chars[at..].iter().step_by(2).take(letters));
            at += 2 * letters - 1;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// How many letters stand apart from each other, with the same sign between them, from here on.
fn spaced_letters(chars: &[char]) -> usize {
    let Some(between) = chars.get(1).copied().filter(|sign| matches!(sign, ' ' | '.' | '-' | '_' | '*')) else {
        return 0;
    };
    let alone = |at: usize| {
        chars.get(at).is_some_and(|c| c.is_alphabetic()) && !chars.get(at + 1).is_some_and(|c| c.is_alphanumeric())
    };
    let mut letters = 0;
    while alone(2 * letters) {
        letters += 1;
        if chars.get(2 * letters - 1) != Some(&between) {
            break;
        }
    }
    letters
}

fn opens_quote(line: &str) -> bool {
    const VERBS: [&str; 9] =
        ["wrote:", "schrieb:", "a écrit", "escribió:", "ha scritto:", "escreveu:", "schreef:", "написал", "napisał"];
    let short = line.chars().count() < 200;
    let attributed = short && line.ends_with(':') && line.chars().any(|c| c.is_ascii_digit());
    (attributed
        && (VERBS.iter().any(|verb| line.contains(verb)) || line.starts_with("Am ") && line.contains(" schrieb ")))
        || line.starts_with("-----Original")
        || line.starts_with("----- Original")
        || line.starts_with("________________________________")
}

fn is_device_signature(line: &str) -> bool {
    const OPENINGS: [&str; 9] = [
        "Sent from my ",
        "Get Outlook for ",
        "Von meinem ",
        "Gesendet von ",
        "Envoyé de mon ",
        "Enviado desde mi ",
        "Inviato da ",
        "Enviado do meu ",
        "Verstuurd vanaf ",
    ];
    line.chars().count() < 60 && OPENINGS.iter().any(|opening| line.starts_with(opening))
}

fn boundary(piece: &str) -> Option<&'static str> {
    let question = piece.chars().any(|c| matches!(c, '?' | '\u{061F}' | '\u{FF1F}' | '\u{037E}'));
    let stop = piece.chars().any(|c| matches!(c, '.' | '!' | '\n' | ';' | ':' | '。' | '！' | '।' | '…'));
    if question {
        Some(QUESTION)
    } else if stop {
        Some(STOP)
    } else {
        None
    }
}

/// `don't` becomes `dont`, `l'agent` becomes `l` and `agent`.
fn push_word(piece: &str, out: &mut Vec<String>) {
    const ENDINGS: [&str; 7] = ["m", "s", "t", "ll", "re", "ve", "d"];
    match piece.split_once('\'') {
        Some((before, after)) if !ENDINGS.contains(&after.to_lowercase().as_str()) && !after.is_empty() => {
            out.push(fold(before));
            out.push(fold(&after.replace('\'', "")));
        }
        Some(_) => out.push(fold(&piece.replace('\'', ""))),
        None => out.push(fold(piece)),
    }
}

fn fold_letter(c: char, out: &mut String) {
    match c {
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'ı' => out.push('i'),
        'đ' => out.push('d'),
        'ё' => out.push('е'),
        'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
        'ة' => out.push('ه'),
        'ى' => out.push('ي'),
        'ـ' | '\u{064B}'..='\u{0652}' | '\u{0307}' => {}
        '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' => {
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    out.push(part);
                }
            });
        }
        _ => out.push(c),
    }
}

/// Cyrillic look-alikes inside a Latin word become Latin.
fn unify_script(word: &str) -> String {
    if !(word.chars().any(|c| c.is_ascii_alphabetic()) && word.chars().any(|c| ('\u{0400}'..='\u{04FF}').contains(&c)))
    {
        return word.to_owned();
    }
    let latin = |c| match c {
        'а' => 'a',
        'е' => 'e',
        'о' => 'o',
        'р' => 'p',
        'с' => 'c',
        'у' => 'y',
        'х' => 'x',
        'і' => 'i',
        'А' => 'A',
        'Е' => 'E',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Н' => 'H',
        'Т' => 'T',
        'М' => 'M',
        other => other,
    };
    word.chars().map(latin).collect()
}

/// `hum4n` becomes `human`; `e27` and `iphone7` stay, because there the digits are not inside a long word.
fn unleet(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let total = word.chars().count();
    let edges =
        word.chars().next().zip(word.chars().last()).is_some_and(|(a, b)| a.is_alphabetic() && b.is_alphabetic());
    if total < 5 || letters == total || letters * 10 < total * 6 || !edges {
        return word.to_owned();
    }
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    };
    word.chars().map(letter).collect()
}

fn collapse_stretches(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| **c == chars[at]).count();
        let kept = if run >= 3 && chars[at].is_alphabetic() { 1 } else { run };
        out.extend(std::iter::repeat_n(chars[at], kept));
        at += run;
    }
    out
}

fn strip_arabic_article(word: String) -> String {
    for prefix in ["وال", "بال", "لل", "ال"] {
        if let Some(rest) = word.strip_prefix(prefix)
            && rest.chars().count() >= 3
        {
            return rest.to_owned();
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguised_words_are_read_as_meant() {
        assert_eq!(tokens(&clean("Hum\u{200B}an")), ["human"]);
        assert_eq!(tokens("hum4n ag3nt pleaaase"), ["human", "agent", "please"]);
        assert_eq!(tokens("\u{0430}gent"), ["agent"]);
        assert_eq!(tokens(&clean("ＨＵＭＡＮ")), ["human"]);
    }

    #[test]
    fn letters_that_stand_apart_are_one_word() {
        assert_eq!(clean("h u m a n   p l e a s e"), "human   please");
        assert_eq!(clean("get me a h.u.m.a.n now"), "get me a human now");
        assert_eq!(clean("a g e n t"), "agent");
        assert_eq!(clean("J. R. R. Smith, plan B or C"), "J. R. R. Smith, plan B or C");
        assert_eq!(clean("i. e. a b c d1"), "i. e. a b c d1");
    }

    #[test]
    fn codes_keep_their_digits() {
        assert_eq!(tokens("E27 bulb, order A1042"), ["e27", "bulb", "order", "a1042"]);
    }

    #[test]
    fn apostrophes_join_english_and_split_french() {
        assert_eq!(tokens("I don't see l'opérateur"), ["i", "dont", "see", "l", "operateur"]);
    }

    #[test]
    fn quoted_mail_and_signatures_are_not_the_customers_words() {
        let mail =
            "Where is my lamp?\n\nOn Mon, 2 Nov 2026 at 10:02, Lumen <a@b.example> wrote:\n> talk to a human\n> bye";
        assert_eq!(clean(mail), "Where is my lamp?");
        assert_eq!(clean("Thanks\n-- \nMaya\nReal Person Ltd"), "Thanks");
        assert_eq!(clean("> old\nnew\nSent from my iPhone"), "new");
    }

    #[test]
    fn emoji_and_sentence_ends_are_tokens() {
        assert_eq!(tokens("Great 😡!! Why?"), ["great", "😡", ".", "why", "?"]);
    }

    #[test]
    fn vowel_signs_of_hindi_survive() {
        assert_eq!(tokens("इंसान से बात"), ["इंसान", "से", "बात"]);
    }
}
