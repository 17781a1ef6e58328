//! What a customer is told whose message nobody here can open.

/// Language (BCP-47), then the words.
const TEXTS: [(&str, &str); 14] = [
    ("en", "I am sorry, I can not open this kind of message here. Please write it to me in words."),
    ("es", "Lo siento, aquí no puedo abrir este tipo de mensaje. Escríbemelo con palabras, por favor."),
    (
        "fr",
        "Je suis désolé, je ne peux pas ouvrir ce type de message ici. Écrivez-le-moi avec des mots, s’il vous plaît.",
    ),
    (
        "de",
        "Es tut mir leid, diese Art von Nachricht kann ich hier nicht öffnen. Bitte schreiben Sie es mir in Worten.",
    ),
    ("it", "Mi dispiace, qui non posso aprire questo tipo di messaggio. Me lo scriva a parole, per favore."),
    ("pt", "Desculpe, não consigo abrir este tipo de mensagem aqui. Escreva em palavras, por favor."),
    ("nl", "Het spijt me, dit soort bericht kan ik hier niet openen. Schrijft u het mij alstublieft in woorden."),
    ("ar", "عذرًا، لا يمكنني فتح هذا النوع من الرسائل هنا. من فضلك اكتبها لي بالكلمات."),
    ("zh", "很抱歉，我无法在这里打开这类消息。请用文字告诉我。"),
    ("ja", "申し訳ございません。この種類のメッセージはこちらでは開けません。文章でお書きください。"),
    ("tr", "Üzgünüm, bu tür bir iletiyi burada açamıyorum. Lütfen bana sözcüklerle yazın."),
    ("pl", "Przykro mi, nie mogę tu otworzyć takiej wiadomości. Proszę napisać to słowami."),
    ("ru", "К сожалению, я не могу открыть здесь такое сообщение. Пожалуйста, напишите словами."),
    ("hi", "क्षमा करें, मैं यहाँ इस तरह का संदेश नहीं खोल सकता। कृपया इसे शब्दों में लिखें।"),
];

/// The words in a language; English if it is not among them.
pub fn unreadable(language: Option<&str>) -> &'static str {
    let primary = language.unwrap_or("en").split('-').next().unwrap_or("en");
    TEXTS.iter().find(|(known, _)| *known == primary).map_or(TEXTS[0].1, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_notices_has_the_words() {
        for language in super::super::languages() {
            assert!(TEXTS.iter().any(|(known, _)| *known == language), "{language}");
        }
        assert_eq!(unreadable(Some("de-AT")), TEXTS[3].1);
        assert_eq!(unreadable(Some("eo")), TEXTS[0].1);
    }
}
