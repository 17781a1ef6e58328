//! What a person who takes over must know, in the conversation's own words.
//!
//! May not judge and may not wait: pure text in, text out, so that a summary never holds up a handoff. A language model may
//! write a better one afterwards (`llm::summary`).
//!
//! Invariant: never empty, and never more than [`WORDS_MAX`] words.

use super::assistant::{Said, Speaker};
use super::signals::customer_turns;
use super::signals::language;
use super::words;
use crate::ai::local::small_talk;
use crate::handoff::MessageId;

/// Longest summary, in words.
pub const WORDS_MAX: usize = 120;

/// Longest of four lines that a language model writes, heading aside.
pub(super) const LINE_WORDS_MAX: usize = 28;

/// Longest quotation inside a summary, in words.
const QUOTE_WORDS_MAX: usize = 28;

/// Answers that are named.
const TRIED_MAX: usize = 3;

/// A summary: its text, and for each line the message it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extract {
    /// The lines.
    pub text: String,
    /// For each line its message, if it is about one.
    pub messages: Vec<Option<MessageId>>,
}

/// The summary of a handoff: what the customer wants, what was tried, what they said last.
pub fn summarise(history: &[Said], tried: &[String]) -> Extract {
    let turns = turns(history);
    let Some(last) = turns.last() else {
        return Extract { text: "The customer has not written anything yet.".into(), messages: Vec::new() };
    };
    let first = turns.iter().find(|turn| is_substantial(&turn.text)).unwrap_or(last);
    let mut lines = vec![(format!("Wants: {}", quote(&first.text)), Some(first.message))];
    if let Some(tried) = list_tried(history, tried) {
        let answer = answers(history).last().map(|said| said.message);
        lines.push((format!("Tried: {tried}"), answer));
    }
    if last != first {
        let before = turns.iter().rev().nth(1);
        let before = before.filter(|turn| *turn != first && is_substantial(&turn.text) && !is_substantial(&last.text));
        lines.extend(before.map(|turn| (format!("Then: {}", quote(&turn.text)), Some(turn.message))));
        lines.push((format!("Last words: {}", quote(&last.text)), Some(last.message)));
    }
    let (texts, messages): (Vec<String>, Vec<Option<MessageId>>) = lines.into_iter().unzip();
    Extract { text: cut(&texts.join("\n"), WORDS_MAX), messages }
}

/// What the customer said in one go, and where it begins.
#[derive(PartialEq, Eq)]
struct Turn {
    message: MessageId,
    text: String,
}

fn turns(history: &[Said]) -> Vec<Turn> {
    let heard: Vec<&Said> = history.iter().filter(|said| said.by != Speaker::System).collect();
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| heard.get(before));
        heard[at].by == Speaker::Customer && before.is_none_or(|said| said.by != Speaker::Customer)
    };
    let openings = (0..heard.len()).filter(|at| begins(*at)).map(|at| heard[at].message);
    openings.zip(customer_turns(history)).map(|(message, text)| Turn { message, text }).collect()
}

/// What people did during their stretch, for the AI and the record.
pub fn digest(stretch: &[Said]) -> String {
    let mut lines = Vec::new();
    for said in stretch {
        match &said.by {
            Speaker::Customer => lines.push(format!("Customer: {}", quote(&said.text))),
            Speaker::Agent(name) => lines.push(format!("{name}: {}", quote(&said.text))),
            Speaker::Ai | Speaker::System => {}
        }
    }
    if lines.is_empty() {
        return "Nothing was said.".into();
    }
    let kept = newest(&lines);
    let left_out = lines.len() - kept.len();
    let opening = if left_out > 0 { format!("({left_out} earlier messages)\n") } else { String::new() };
    cut(&format!("{opening}{}", kept.join("\n")), WORDS_MAX)
}

/// The plain fallback: the customer's last messages as they are.
pub fn fallback(last_messages: &[&str]) -> String {
    let quotes: Vec<String> = last_messages
        .iter()
        .rev()
        .take(3)
        .rev()
        .filter(|text| !text.trim().is_empty())
        .map(|text| quote(text))
        .collect();
    if quotes.is_empty() {
        "The customer has not written anything yet.".into()
    } else {
        cut(&format!("The customer wrote: {}", quotes.join(" ")), WORDS_MAX)
    }
}

/// As many of the newest lines as fit.
fn newest(lines: &[String]) -> &[String] {
    let mut words = 4;
    let mut from = lines.len();
    while from > 0 {
        words += count(&lines[from - 1]);
        if words > WORDS_MAX && from < lines.len() {
            break;
        }
        from -= 1;
    }
    &lines[from..]
}

/// What the AI answered: a greeting before the customer's first word is no answer.
fn answers(history: &[Said]) -> impl Iterator<Item = &Said> {
    let begun = history.iter().skip_while(|said| said.by != Speaker::Customer);
    begun.filter(|said| said.by == Speaker::Ai)
}

fn list_tried(history: &[Said], tried: &[String]) -> Option<String> {
    let answers = answers(history).count();
    let mut titles: Vec<&str> = Vec::new();
    for title in tried {
        if !titles.contains(&title.as_str()) {
            titles.push(title);
        }
    }
    let named = titles.iter().rev().take(TRIED_MAX).rev().map(|title| title.trim()).collect::<Vec<_>>().join(", ");
    match (named.is_empty(), answers) {
        (false, _) => Some(named),
        (true, 0) => None,
        (true, 1) => Some("one answer, from no article".into()),
        (true, n) => Some(format!("{n} answers, from no article")),
    }
}

fn is_substantial(turn: &str) -> bool {
    let language = language::detect(turn);
    small_talk::read(turn, language).is_none()
        && !words::terms(turn, language.unwrap_or(language::Language::En)).is_empty()
}

fn quote(text: &str) -> String {
    format!("“{}”", cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), QUOTE_WORDS_MAX))
}

/// The first words of a text; what has no spaces is counted by characters.
pub(super) fn cut(text: &str, words_max: usize) -> String {
    let mut words = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let starts = !c.is_whitespace() && (!in_word || words::is_unspaced(c.encode_utf8(&mut [0; 4])));
        words += usize::from(starts);
        in_word = !c.is_whitespace();
        if words > words_max || at > words_max * 24 {
            return format!("{}…", text[..at].trim_end());
        }
    }
    text.to_owned()
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::local::cast::dialogue;

    #[test]
    fn a_summary_says_what_is_wanted_what_was_tried_and_what_came_last() {
        let history = dialogue(&[
            "hi",
            "Hello!",
            "My oak table has a water ring",
            "Rub it with the fine pad.",
            "that made it worse, I want a person",
        ]);
        let summary = summarise(&history, &["Care for oak".into(), "Care for oak".into()]);
        assert_eq!(
            summary.text,
            "Wants: “My oak table has a water ring”\nTried: Care for oak\nLast words: “that made it worse, I want a person”"
        );
    }

    #[test]
    fn a_greeting_before_the_first_word_is_no_answer() {
        let mut history = dialogue(&["hello", "Hello, this is the shop.", "I want to talk to a person about my lamp"]);
        assert!(summarise(&history, &[]).text.contains("Tried: one answer"));
        history.remove(0);
        let summary = summarise(&history, &[]);
        assert!(!summary.text.contains("Tried"), "{}", summary.text);
    }

    #[test]
    fn a_summary_is_never_empty_and_never_long() {
        assert!(!summarise(&[], &[]).text.is_empty());
        assert!(!summarise(&dialogue(&["hi"]), &[]).text.is_empty());
        assert!(!fallback(&[]).is_empty());
        assert!(!digest(&[]).is_empty());
        let long = "word ".repeat(500);
        let history = dialogue(&[&long, &long, &long]);
        for text in [
            summarise(&history, std::slice::from_ref(&long)).text,
            fallback(&[&long, &long, &long, &long]),
            digest(&history),
        ] {
            assert!(count(&text) <= WORDS_MAX, "{}", count(&text));
        }
        assert!(fallback(&[&"很".repeat(5_000)]).chars().count() < 200);
    }

    #[test]
    fn a_digest_keeps_the_newest_words_of_the_people() {
        let history = dialogue(&[
            "Where is my shade?",
            "Looking.",
            "I want a person",
            "Ines: I have sent a new shade, it arrives on Tuesday.",
            "thanks",
        ]);
        let digest = digest(&history[2..]);
        assert!(digest.contains("Ines: “I have sent a new shade, it arrives on Tuesday.”"), "{digest}");
    }
}
