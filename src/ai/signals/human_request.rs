//! Does the customer ask to be served by a person?
//!
//! Reads what nobody has answered yet. "Talk to my colleague", "your agent was great" and "no need for a human" are not
//! requests. A trained head decides, for which the phrases are evidence; without the encoder the phrases decide alone.
//!
//! Invariant: a plain question about the shop is never a request.

use std::sync::LazyLock;

use super::head::Head;
use super::phrasebook::{Hit, Phrasebook, mask, quote};
use super::reading::Reading;
use super::unanswered;
use crate::ai::assistant::Said;
use crate::handoff::policy::Signal;

/// From this probability on it is a request.
pub const THRESHOLD: f32 = crate::handoff::policy::REQUEST_FROM;

/// Phrases of this weight decide alone in a message of so few words.
const CERTAIN: f32 = 0.9;
const CERTAIN_WORDS_MAX: usize = 2;

static PHRASES: LazyLock<Phrasebook> =
    LazyLock::new(|| Phrasebook::embedded(include_str!("phrases/human_request.txt")));

static HEAD: LazyLock<Option<Head>> =
    LazyLock::new(|| Head::embedded(include_bytes!("weights/human_request.bin"), THRESHOLD));

/// Reads what the customer said last: each message for itself, and all of them together.
pub fn read(history: &[Said]) -> Signal {
    let messages = unanswered(history);
    let together = (messages.len() > 1).then(|| messages.join("\n"));
    let signals = messages.iter().chain(&together).map(|message| of_message(&Reading::of(message)).clone());
    signals.max_by(|a, b| a.p.total_cmp(&b.p)).unwrap_or_default()
}

/// What is read in one message, worked out once.
pub fn of_message(reading: &Reading) -> &Signal {
    reading.request.get_or_init(|| judged(reading))
}

fn judged(reading: &Reading) -> Signal {
    let words = reading.phrases.request.signal.clone();
    let Some((head, p)) = HEAD.as_ref().and_then(|head| Some((head, head.probability(reading)?))) else {
        return words;
    };
    // A message that is nothing but "0", "agent" or "/human" is certain, and says too little for anything else to judge by.
    let p = if words.p >= CERTAIN && reading.tokens.len() <= CERTAIN_WORDS_MAX { p.max(words.p) } else { p };
    let because = if words.because.is_empty() { head.causes(reading) } else { words.because };
    Signal { p, decided: p >= THRESHOLD, because }
}

/// What the phrases alone say of one message.
#[derive(Debug, Default)]
pub struct Words {
    /// Whether it asks for a person.
    pub signal: Signal,
    /// Whether a person is spoken of and not asked for.
    pub declines: bool,
}

/// What the phrases alone say of one message.
pub fn by_words(tokens: &[String]) -> Words {
    let (not_a_request, hits) = PHRASES.hits(tokens).into_iter().partition::<Vec<_>, _>(|hit| hit.group == "no");
    if not_a_request.is_empty() {
        return Words { signal: heaviest(tokens, &hits), declines: false };
    }
    let tokens = mask(tokens, &not_a_request);
    let hits: Vec<Hit<'_>> = PHRASES.hits(&tokens).into_iter().filter(|hit| hit.group != "no").collect();
    Words { signal: heaviest(&tokens, &hits), declines: true }
}

/// Of equals the first.
fn heaviest(tokens: &[String], hits: &[Hit<'_>]) -> Signal {
    let Some(best) = hits.iter().max_by(|a, b| a.weight.total_cmp(&b.weight).then(b.start.cmp(&a.start))) else {
        return Signal::default();
    };
    Signal { p: best.weight, decided: best.weight >= THRESHOLD, because: vec![quote(tokens, best)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::signals::normalise::tokens;

    const REQUESTS: &[&str] = &[
        "can I talk to someone?",
        "real person pls",
        "agent",
        "0",
        "HUMAN!!!",
        "I need to speak with a representative",
        "find me a supervisor",
        "I don't want to talk to a bot",
        "is there anyone real there?",
        "/human",
        "please connect me to an operator",
        "Could someone call me back?",
        "hum4n please",
        "let me chat with a live agent",
        "¿Me pasa con una persona, por favor?",
        "Quiero un agente humano",
        "Je veux parler à un conseiller",
        "Passez-moi un humain svp",
        "Kann ich mit einem Mitarbeiter sprechen?",
        "Bitte verbinden Sie mich mit einem Menschen",
        "Vorrei parlare con un operatore",
        "Quero falar com alguém da loja",
        "Ik wil een medewerker spreken",
        "Kan ik met een echt persoon praten?",
        "أريد التحدث مع موظف",
        "转人工",
        "我想和真人说话",
        "オペレーターにつないでください",
        "人と話したいです",
        "Müşteri temsilcisiyle görüşmek istiyorum",
        "Beni gerçek bir insana bağlayın",
        "Chcę porozmawiać z konsultantem",
        "Proszę połączyć mnie z człowiekiem",
        "Соедините с оператором",
        "Хочу поговорить с живым человеком",
        "मुझे किसी इंसान से बात करनी है",
        "एजेंट चाहिए",
    ];

    fn asks(text: &str) -> bool {
        of_message(&Reading::of(text)).decided
    }

    #[test]
    fn the_weights_can_be_read() {
        Head::read(include_bytes!("weights/human_request.bin"), THRESHOLD).unwrap();
    }

    #[test]
    fn without_the_encoder_the_phrases_still_hear_it() {
        assert!(by_words(&tokens("can I talk to a real person?")).signal.decided);
        assert!(!by_words(&tokens("no need for a human")).signal.decided);
    }

    #[test]
    fn the_cause_is_named() {
        let reading = Reading::of("could you put me through to a colleague of yours?");
        let signal = of_message(&reading);
        assert!(signal.decided && !signal.because.is_empty(), "{signal:?}");
    }

    #[test]
    fn the_phrases_can_be_read() {
        Phrasebook::parse(include_str!("phrases/human_request.txt")).unwrap();
    }

    #[test]
    fn a_request_for_a_person_is_heard_in_every_language() {
        let missed: Vec<_> = REQUESTS.iter().filter(|text| !asks(text)).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn people_may_be_mentioned_without_being_asked_for() {
        let others = [
            "I will talk to my colleague about it",
            "your agent was great",
            "no need for a human",
            "I don't need a person, thanks",
            "Are you a human?",
            "How many people can sit at the table?",
            "Is the lamp fit for a tall person?",
            "Someone stole my parcel",
            "I spoke to an agent yesterday and she was kind",
            "How do I change the contact person?",
            "Do you sell real oak?",
            "I want to return a chair",
            "No hace falta una persona, gracias",
            "Ihr Mitarbeiter war sehr nett",
            "Je n'ai pas besoin d'un conseiller",
            "不用转人工，问一下地址就好",
            "スタッフはいりません、住所だけ知りたいです",
            "Мне не нужен оператор",
            "Bez konsultanta proszę, tylko adres",
            "Non ho bisogno di un operatore",
            "Er hoeft geen mens bij te komen",
            "Bir insana gerek yok, adres yeter",
            "بدون موظف من فضلك، العنوان فقط",
            "किसी इंसान की जरूरत नहीं, बस पता बताइए",
            "call my lamp what you like",
            "when does the showroom open?",
            "10",
            "it costs 0 euros",
        ];
        let alarms: Vec<_> = others.into_iter().filter(|text| asks(text)).collect();
        assert!(alarms.is_empty(), "{alarms:#?}");
    }
}
