//! Which language a caller wants to be spoken with in: by a key, by its name, by the provider's word, or by speaking it.
//!
//! May not change anything: the call does, and only to a language its number has.

use crate::ai::signals::language::detect;
use crate::handoff::call::{Happening, PhoneAgent};

/// Words of a request for a language; whoever says more has something else to say.
const REQUEST_WORDS_MAX: usize = 8;
/// Words, or characters where there are no spaces, that are enough to tell a language by.
const WORDS_MIN: usize = 3;
const CHARACTERS_MIN: usize = 6;

/// What callers call languages, in English, in the language itself and in its neighbours.
const NAMES: &[(&str, &[&str])] = &[
    ("en", &["english", "englisch", "inglés", "ingles", "anglais", "inglese", "inglês", "engels", "ingilizce"]),
    ("es", &["spanish", "español", "espanol", "spanisch", "espagnol", "spagnolo", "espanhol", "castellano"]),
    ("fr", &["french", "français", "francais", "französisch", "francés", "francese", "francês", "frans"]),
    ("de", &["german", "deutsch", "alemán", "aleman", "allemand", "tedesco", "alemão", "duits", "almanca"]),
    ("it", &["italian", "italiano", "italienisch", "italien"]),
    ("pt", &["portuguese", "português", "portugues", "portugiesisch", "portugais", "portoghese"]),
    ("nl", &["dutch", "nederlands", "niederländisch", "néerlandais", "holandés"]),
    ("ar", &["arabic", "arabisch", "arabe", "árabe", "العربية"]),
    ("zh", &["chinese", "mandarin", "chinesisch", "chinois", "chino", "中文"]),
    ("ja", &["japanese", "japanisch", "japonais", "japonés", "日本語"]),
    ("tr", &["turkish", "türkçe", "turkce", "türkisch", "turc"]),
    ("pl", &["polish", "polski", "polsku", "polnisch", "polonais"]),
    ("ru", &["russian", "russisch", "russe", "ruso", "русский", "русски"]),
    ("hi", &["hindi", "हिंदी", "हिन्दी"]),
];

/// What shows that a language is asked for, and not a clock from there.
const ASKING: &[&str] = &[
    "speak",
    "speaks",
    "talk",
    "switch",
    "please",
    "in",
    "sprechen",
    "auf",
    "bitte",
    "hablar",
    "habla",
    "hablan",
    "favor",
    "en",
    "parler",
    "parlez",
    "parlare",
    "parla",
    "falar",
    "fala",
    "spreek",
    "spreekt",
    "graag",
    "konuşalım",
    "konuşabilir",
    "po",
    "по",
];

/// A key that stands for a language.
pub(super) fn by_key(agent: &PhoneAgent, keys: &str) -> Option<Happening> {
    let language = agent.language_of_key(keys)?.to_owned();
    Some(Happening::Speaks { language, asked: Some(String::new()) })
}

/// A language that a caller's words are in, or ask for, if it is another than the call is held in.
pub(super) fn by_words(agent: &PhoneAgent, current: &str, words: &str, reported: Option<&str>) -> Option<Happening> {
    if agent.languages.is_empty() {
        return None;
    }
    let another = |tag: &str| agent.speaks(tag).filter(|language| *language != current).map(str::to_owned);
    if let Some(language) = named(words).and_then(another) {
        return Some(Happening::Speaks { language, asked: Some(words.to_owned()) });
    }
    let told = reported.and_then(another);
    let heard = || is_enough(words).then(|| detect(words)).flatten().and_then(|language| another(language.code()));
    told.or_else(heard).map(|language| Happening::Speaks { language, asked: None })
}

/// The language that is asked for by its name.
fn named(words: &str) -> Option<&'static str> {
    let words: Vec<String> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let is_request = words.len() == 1 || words.iter().any(|word| ASKING.contains(&word.as_str()));
    if words.len() > REQUEST_WORDS_MAX || !is_request {
        return None;
    }
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    NAMES.iter().find(|(_, names)| named(names)).map(|(code, _)| *code)
}

fn is_enough(words: &str) -> bool {
    let is_spaced = words.is_ascii() || words.contains(' ');
    if is_spaced { words.split_whitespace().count() >= WORDS_MIN } else { words.chars().count() >= CHARACTERS_MIN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handoff::call::OtherLanguage;

    fn agent() -> PhoneAgent {
        let other = |tag: &str, key| OtherLanguage { tag: tag.into(), voice: String::new(), key };
        PhoneAgent { languages: vec![other("de-DE", Some('2')), other("es-MX", None)], ..PhoneAgent::default() }
    }

    fn heard(current: &str, words: &str, reported: Option<&str>) -> Option<(String, bool)> {
        match by_words(&agent(), current, words, reported)? {
            Happening::Speaks { language, asked } => Some((language, asked.is_some())),
            _ => None,
        }
    }

    #[test]
    fn a_language_is_asked_for_by_name_or_key_or_spoken() {
        let asked = |tag: &str| Some((tag.to_owned(), true));
        let spoken = |tag: &str| Some((tag.to_owned(), false));
        assert_eq!(heard("en-US", "Can we speak German, please?", None), asked("de-DE"));
        assert_eq!(heard("en-US", "Deutsch", None), asked("de-DE"));
        assert_eq!(heard("de-DE", "English please", None), asked("en-US"));
        assert_eq!(heard("en-US", "¿Habla español?", None), asked("es-MX"));
        assert_eq!(heard("en-US", "Wo ist meine Bestellung?", None), spoken("de-DE"));
        assert_eq!(heard("en-US", "Where is it", Some("es-ES")), spoken("es-MX"));
        assert!(matches!(by_key(&agent(), "2"), Some(Happening::Speaks { language, .. }) if language == "de-DE"));
    }

    #[test]
    fn what_is_no_request_and_what_the_number_does_not_speak_change_nothing() {
        for words in [
            "Where is my German wall clock that I ordered from you last week",
            "My German clock broke",
            "Parlez-vous français ?",
            "Where is my order?",
            "danke",
            "",
        ] {
            assert_eq!(heard("en-US", words, Some("en-US")), None, "{words}");
        }
        assert_eq!(heard("de-DE", "Sprechen Sie Deutsch?", None), None, "it is German already");
        assert_eq!(by_words(&PhoneAgent::default(), "en-US", "Deutsch bitte", Some("de-DE")), None);
        assert_eq!(by_key(&agent(), "3"), None);
    }
}
