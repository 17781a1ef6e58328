//! Greetings, thanks and the question whether one speaks with a machine.
//!
//! May not swallow a question: a message that says more than manners is left to the search.
//!
//! Invariant: the question "are you a bot?" is always answered honestly.

use std::sync::LazyLock;

use super::phrases::Phrases;
use crate::ai::signals::language::Language;
use crate::ai::signals::normalise::{is_boundary, is_emoji, tokens};
use crate::ai::signals::phrasebook::{Phrasebook, mask};
use crate::ai::words;

static PHRASES: LazyLock<Phrasebook> = LazyLock::new(|| Phrasebook::embedded(include_str!("phrases/small_talk.txt")));

/// What a message is, apart from a question about the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// "Hello".
    Greeting,
    /// "Thank you".
    Thanks,
    /// "Bye".
    Goodbye,
    /// "Are you a bot?".
    Bot,
    /// "Ok".
    Fine,
    /// "I have a question".
    Help,
}

/// What the message is, if it is nothing but manners.
pub fn read(text: &str, language: Option<Language>) -> Option<Manners> {
    let tokens = tokens(text);
    let hits = PHRASES.hits(&tokens);
    let rest = mask(&tokens, &hits);
    let silent = rest.iter().all(|token| is_boundary(token) || token.chars().all(is_emoji));
    let words = words::terms_of(&rest, language.unwrap_or(Language::En));
    let order = [
        ("bot", Manners::Bot),
        ("goodbye", Manners::Goodbye),
        ("thanks", Manners::Thanks),
        ("help", Manners::Help),
        ("fine", Manners::Fine),
        ("greeting", Manners::Greeting),
    ];
    let found =
        order.into_iter().find(|(group, _)| hits.iter().any(|hit| hit.group == *group)).map(|(_, manners)| manners)?;
    let only = silent || words.is_empty() && (found != Manners::Fine);
    only.then_some(found)
}

/// The message without its manners. A greeting begins a sentence: elsewhere the same letters are a name, as of a lamp "Halo".
pub fn without(text: &str) -> String {
    let line = |line: &str| {
        let mut rest = tokens(line);
        for hit in PHRASES.hits(&rest.clone()) {
            let begins = hit.start.checked_sub(1).is_none_or(|before| is_boundary(&rest[before]));
            if hit.group == "thanks" || hit.group == "greeting" && begins {
                rest = mask(&rest, &[hit]);
            }
        }
        rest.join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The fixed answer.
pub fn answer(manners: Manners, phrases: &Phrases, organisation: &str, people: bool) -> String {
    match manners {
        Manners::Greeting => phrases.greeting.to_owned(),
        Manners::Thanks => phrases.thanks.to_owned(),
        Manners::Goodbye => phrases.goodbye.to_owned(),
        Manners::Fine => phrases.fine.to_owned(),
        Manners::Help => phrases.help.to_owned(),
        Manners::Bot => {
            let honest = phrases.bot.replace("{organisation}", organisation);
            if people { format!("{honest} {}", phrases.people) } else { honest }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::signals::language::detect;

    const GREETINGS: &[&str] = &[
        "hi there!",
        "Hola",
        "Bonjour",
        "Guten Tag",
        "Ciao",
        "Olá",
        "Goedemorgen",
        "مرحبا",
        "你好",
        "こんにちは",
        "Merhaba",
        "Dzień dobry",
        "Привет",
        "नमस्ते",
    ];
    const THANKS: &[&str] = &[
        "thanks a lot!",
        "Gracias",
        "Merci beaucoup",
        "Vielen Dank",
        "Grazie",
        "Obrigada",
        "Dank je wel",
        "شكرا",
        "谢谢",
        "ありがとうございます",
        "Teşekkürler",
        "Dziękuję",
        "Спасибо",
        "धन्यवाद",
    ];
    const QUESTIONS_ABOUT_ME: &[&str] = &[
        "are you a bot?",
        "am I talking to a real person?",
        "¿Eres un robot?",
        "Bist du ein Mensch?",
        "Êtes-vous un robot ?",
        "你是机器人吗？",
        "ты бот?",
    ];

    fn manners(text: &str) -> Option<Manners> {
        read(text, detect(text))
    }

    #[test]
    fn the_phrases_can_be_read() {
        Phrasebook::parse(include_str!("phrases/small_talk.txt")).unwrap();
    }

    #[test]
    fn manners_are_known_in_every_language() {
        for text in GREETINGS {
            assert_eq!(manners(text), Some(Manners::Greeting), "{text}");
        }
        for text in THANKS {
            assert_eq!(manners(text), Some(Manners::Thanks), "{text}");
        }
        for text in QUESTIONS_ABOUT_ME {
            assert_eq!(manners(text), Some(Manners::Bot), "{text}");
        }
    }

    #[test]
    fn a_question_is_never_swallowed() {
        for text in [
            "Hi, how long does a delivery take?",
            "thanks, and what about returns?",
            "Hello, my lamp is broken",
            "great lamp, which bulb?",
        ] {
            assert_eq!(manners(text), None, "{text}");
        }
        assert_eq!(without("Hello, which bulb?"), ". which bulb ?");
        assert_eq!(without("Thanks, hello, is the Halo here?"), ". . is the halo here ?");
        assert_eq!(without("Hello\nMy lamp came\nWhich bulb?"), ".\nmy lamp came\nwhich bulb ?", "lines stay lines");
    }
}
