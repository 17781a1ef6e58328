//! Tells the language of a message, also of a very short one.
//!
//! May not guess: a text that could be anything has no language, and the caller falls back on what was said before.
//!
//! Invariant: writing systems that belong to one language decide at once; only Latin text is weighed.

use whatlang::{Detector, Lang};

use super::normalise;
use crate::ai::words;

macro_rules! languages {
    ($($variant:ident $code:literal $detected:ident)*) => {
        /// A language the local assistant understands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Language {
            $(#[doc = concat!("`", $code, "`")] $variant,)*
        }

        impl Language {
            /// Every language, in order of code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// BCP-47 code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            fn detected(lang: Lang) -> Option<Self> {
                match lang { $(Lang::$detected => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

languages! {
    Ar "ar" Ara
    De "de" Deu
    En "en" Eng
    Es "es" Spa
    Fr "fr" Fra
    Hi "hi" Hin
    Id "id" Ind
    It "it" Ita
    Ja "ja" Jpn
    Ko "ko" Kor
    Nl "nl" Nld
    Pl "pl" Pol
    Pt "pt" Por
    Ru "ru" Rus
    Tr "tr" Tur
    Uk "uk" Ukr
    Zh "zh" Cmn
}

/// Languages that share the Latin letters and must be weighed.
const LATIN: [Lang; 10] =
    [Lang::Eng, Lang::Spa, Lang::Fra, Lang::Deu, Lang::Ita, Lang::Por, Lang::Nld, Lang::Tur, Lang::Pol, Lang::Ind];

impl Language {
    /// The language of a BCP-47 tag, whatever its region: `pt-BR` is Portuguese.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let code = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL.iter().copied().find(|language| language.code().eq_ignore_ascii_case(code))
    }
}

/// The language of a text, if it can be told.
pub fn detect(text: &str) -> Option<Language> {
    let text = normalise::clean(text);
    of_clean(&text, &normalise::tokens(&text))
}

/// The same, of a text that is cleaned and cut into words already.
pub fn of_clean(text: &str, tokens: &[String]) -> Option<Language> {
    by_script(text).or_else(|| by_words(text, tokens)).or_else(|| by_letters(text))
}

/// The language of the newest of several texts that has one; `texts` is newest first.
pub fn detect_any<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Language> {
    texts.into_iter().find_map(detect)
}

fn by_script(text: &str) -> Option<Language> {
    let count = |range: std::ops::RangeInclusive<char>| text.chars().filter(|c| range.contains(c)).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let most = |n: usize| n > 0 && n * 3 >= letters;
    if most(count('\u{3040}'..='\u{30FF}'))
        || (count('\u{3040}'..='\u{30FF}') > 1 && count('\u{4E00}'..='\u{9FFF}') > 0)
    {
        Some(Language::Ja)
    } else if most(count('\u{4E00}'..='\u{9FFF}')) {
        Some(Language::Zh)
    } else if most(count('\u{AC00}'..='\u{D7AF}')) {
        Some(Language::Ko)
    } else if most(count('\u{0600}'..='\u{06FF}')) {
        Some(Language::Ar)
    } else if most(count('\u{0900}'..='\u{097F}')) {
        Some(Language::Hi)
    } else if most(count('\u{0400}'..='\u{04FF}')) {
        let ukrainian = text.chars().any(|c| matches!(c, 'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ'));
        Some(if ukrainian { Language::Uk } else { Language::Ru })
    } else {
        None
    }
}

/// Small words and telling letters vote; a clear winner is the language.
fn by_words(text: &str, tokens: &[String]) -> Option<Language> {
    let mut votes: Vec<(usize, Language)> = Language::ALL
        .iter()
        .map(|language| (votes_for(*language, tokens) + 2 * telling_letters(*language, text), *language))
        .collect();
    votes.sort_by_key(|(count, language)| (std::cmp::Reverse(*count), *language));
    let (best, second) = (votes[0], votes[1]);
    (best.0 >= second.0 + 2 || (best.0 > second.0 && best.0 >= 1 && tokens.len() <= 4)).then_some(best.1)
}

fn votes_for(language: Language, tokens: &[String]) -> usize {
    tokens.iter().filter(|token| words::is_telling(token, language)).count()
}

fn telling_letters(language: Language, text: &str) -> usize {
    let letters = match language {
        Language::De => "ßäÄ",
        Language::Es => "ñ¿¡",
        Language::Pt => "ãõÃÕ",
        Language::Tr => "ışğİŞĞ",
        Language::Pl => "łąęśżźćŁŚŻ",
        Language::Fr => "êùœûÊ",
        _ => return 0,
    };
    text.chars().filter(|c| letters.contains(*c)).count().min(2)
}

fn by_letters(text: &str) -> Option<Language> {
    let info = Detector::with_allowlist(LATIN.to_vec()).detect(text)?;
    let long = text.chars().filter(|c| c.is_alphabetic()).count() >= 20;
    (long && info.confidence() > 0.3).then(|| Language::detected(info.lang())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_messages_have_the_right_language() {
        let cases = [
            ("Where is my order?", "en"),
            ("¿Dónde está mi pedido?", "es"),
            ("Où est ma commande ?", "fr"),
            ("Wo ist meine Bestellung?", "de"),
            ("Dov'è il mio ordine?", "it"),
            ("Onde está o meu pedido?", "pt"),
            ("Waar is mijn bestelling?", "nl"),
            ("أين طلبي؟", "ar"),
            ("我的订单在哪里？", "zh"),
            ("注文はどこですか？", "ja"),
            ("Siparişim nerede?", "tr"),
            ("Gdzie jest moje zamówienie?", "pl"),
            ("Где мой заказ?", "ru"),
            ("मेरा ऑर्डर कहाँ है?", "hi"),
            ("Де моє замовлення? Її немає", "uk"),
            ("제 주문은 어디에 있나요?", "ko"),
            ("thanks", "en"),
            ("danke", "de"),
            ("gracias", "es"),
            ("merci", "fr"),
            ("grazie", "it"),
            ("obrigado", "pt"),
            ("I want my money back", "en"),
            ("real person pls", "en"),
            ("quiero mi dinero", "es"),
            ("Ich will mein Geld zurück", "de"),
            ("rendez-moi mon argent", "fr"),
            ("rivoglio i miei soldi", "it"),
            ("paramı geri istiyorum", "tr"),
        ];
        for (text, code) in cases {
            assert_eq!(detect(text).map(Language::code), Some(code), "{text}");
        }
    }

    #[test]
    fn what_could_be_anything_has_no_language() {
        for text in ["", "0", "😀", "A1042", "???"] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    #[test]
    fn regions_are_ignored() {
        assert_eq!(Language::from_tag("pt-BR"), Some(Language::Pt));
        assert_eq!(Language::from_tag("xx"), None);
    }
}
