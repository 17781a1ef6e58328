//! Whether the customer wants something, or only answers a person: "Thursday is fine" needs no article.
//!
//! May not judge what is wanted. Invariant: in doubt the customer wants something.

use crate::ai::assistant::{Said, Speaker};
use crate::ai::signals::normalise::tokens;

/// Words that ask, complain or request, in the languages the assistant speaks.
const WANTING: &[&str] = &[
    "what",
    "when",
    "where",
    "why",
    "how",
    "who",
    "which",
    "whose",
    "can",
    "could",
    "would",
    "will",
    "should",
    "do",
    "does",
    "did",
    "need",
    "want",
    "help",
    "please",
    "problem",
    "broken",
    "wrong",
    "missing",
    "not",
    "never",
    "still",
    "no",
    "but",
    "cancel",
    "return",
    "refund",
    "change",
    "que",
    "cuando",
    "donde",
    "como",
    "quien",
    "cual",
    "puedo",
    "quiero",
    "necesito",
    "pero",
    "quand",
    "ou",
    "comment",
    "pourquoi",
    "quel",
    "quelle",
    "puis",
    "veux",
    "besoin",
    "mais",
    "pas",
    "wann",
    "wo",
    "wie",
    "warum",
    "wer",
    "was",
    "welche",
    "kann",
    "will",
    "brauche",
    "aber",
    "nicht",
    "kein",
    "quando",
    "dove",
    "come",
    "perche",
    "chi",
    "quale",
    "posso",
    "voglio",
    "ma",
    "non",
    "onde",
    "quem",
    "qual",
    "quero",
    "preciso",
    "mas",
    "nao",
    "wanneer",
    "waar",
    "hoe",
    "waarom",
    "wie",
    "welke",
    "kan",
    "wil",
    "maar",
    "niet",
    "ne",
    "zaman",
    "nerede",
    "nasil",
    "neden",
    "kim",
    "hangi",
    "istiyorum",
    "ama",
    "kiedy",
    "gdzie",
    "jak",
    "dlaczego",
    "kto",
    "ktory",
    "moge",
    "chce",
    "ale",
    "nie",
    "когда",
    "где",
    "как",
    "почему",
    "кто",
    "какой",
    "могу",
    "хочу",
    "но",
    "не",
    "متى",
    "متي",
    "أين",
    "اين",
    "كيف",
    "لماذا",
    "من",
    "هل",
    "أريد",
    "اريد",
    "لكن",
    "कब",
    "कहाँ",
    "कैसे",
    "क्यों",
    "कौन",
    "क्या",
    "चाहिए",
    "लेकिन",
    "नहीं",
];

/// Letters that ask in languages written without spaces.
const WANTING_LETTERS: &[&str] =
    &["吗", "什么", "怎么", "哪", "为什么", "请", "不", "没", "か", "何", "どう", "いつ", "ない", "ません"];

/// Whether a message asks for anything.
pub fn wants_something(text: &str) -> bool {
    text.contains(['?', '？', '؟'])
        || WANTING_LETTERS.iter().any(|letters| text.contains(letters))
        || tokens(text).iter().any(|token| WANTING.contains(&token.as_str()))
}

/// The lines of a text that ask for anything; all of it if none does. What was said to a person in between is done with.
pub fn open_part(text: &str) -> String {
    let open: Vec<&str> = text.lines().filter(|line| wants_something(line)).collect();
    if open.is_empty() { text.to_owned() } else { open.join("\n") }
}

/// Whether the customer's last words were spoken to a person, and not to the AI.
pub fn answers_a_person(history: &[Said]) -> bool {
    let before = history.iter().rev().skip_while(|said| matches!(said.by, Speaker::Customer | Speaker::System));
    matches!(before.map(|said| &said.by).next(), Some(Speaker::Agent(_)))
}

#[cfg(test)]
mod tests {
    use super::wants_something;

    #[test]
    fn an_answer_to_a_person_wants_nothing() {
        for text in
            ["Thursday is fine.", "Great, see you then", "Perfecto, el jueves va bien", "Donnerstag passt gut", "好的"]
        {
            assert!(!wants_something(text), "{text}");
        }
    }

    #[test]
    fn in_doubt_something_is_wanted() {
        for text in
            ["And the other lamp?", "it is still broken", "I want to return it", "¿Cuándo llega?", "什么时候到", "no"]
        {
            assert!(wants_something(text), "{text}");
        }
    }
}
