//! Has the customer said what it is about?
//!
//! A few telling words are enough: this only spares a question. Asking for a person, greetings and thanks say nothing.
//!
//! Invariant: a request for a person alone is never a problem.

use super::human_request;
use super::language;
use super::normalise::{is_boundary, tokens};
use super::{customer_turns, reading::Reading};
use crate::ai::assistant::Said;
use crate::ai::words;

/// Telling words that make a problem.
const WORDS_MIN: usize = 2;
/// Telling words that make one beside a request for a person, which has some of its own.
const WORDS_BESIDE_REQUEST_MIN: usize = 5;
/// Characters that make one in scripts that do not part words.
const UNSPACED_CHARS_MIN: usize = 6;

/// Reads everything since a person last spoke.
pub fn is_stated(history: &[Said]) -> bool {
    customer_turns(history).iter().any(|turn| turn.lines().any(says_something))
}

fn says_something(line: &str) -> bool {
    let reading = Reading::of(line);
    let tokens = tokens(&reading.text);
    let language = reading.language.or_else(|| language::detect_any([line])).unwrap_or(language::Language::En);
    let tells = |token: &&String| !words::is_stop(token, language) && !is_boundary(token) && token.chars().count() > 1;
    let telling = tokens.iter().filter(tells).count();
    let unspaced: usize =
        tokens.iter().filter(|token| words::is_unspaced(token)).map(|token| token.chars().count()).sum();
    let telling = if unspaced >= UNSPACED_CHARS_MIN { telling.max(unspaced / 3) } else { telling };
    let asks = human_request::of_message(&reading).decided;
    telling >= if asks { WORDS_BESIDE_REQUEST_MIN } else { WORDS_MIN }
}

#[cfg(test)]
mod tests {
    use super::says_something;

    #[test]
    fn a_request_alone_says_nothing_of_a_problem() {
        for text in ["I want to talk to a human", "agent", "hello!", "a real person please", "thanks a lot"] {
            assert!(!says_something(text), "{text}");
        }
        for text in [
            "my lamp flickers when I dim it",
            "where is order A1042?",
            "Meine Lampe flackert seit gestern",
            "The clamp of my new lamp broke off yesterday and I want to talk to a human",
        ] {
            assert!(says_something(text), "{text}");
        }
    }
}
