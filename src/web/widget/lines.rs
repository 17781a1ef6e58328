//! The lines a contact sees between messages: what kind of event it was and, in their language, what it says.
//!
//! Invariant: an event that is not named here never leaves the server.

use crate::handoff::conversation::Outcome;
use crate::handoff::event::Entry;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, Owner};

/// A line that contacts see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The kind's name on the wire.
    pub(super) kind: &'static str,
    /// Which words it has; none where a notice says it already.
    pub(super) words: Option<Words>,
    /// The person it is about.
    pub(super) agent: Option<AgentId>,
}

/// The sentences of the table below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    AskedForPerson,
    Joined,
    Closed,
    Reopened,
    RatingAsked,
    RatingGiven,
}

/// How a line is shown to the contact; `None` for what is the team's own business.
pub(super) fn shown(by: Actor, entry: &Entry) -> Option<Shown> {
    let line = |kind, words| Some(Shown { kind, words: Some(words), agent: None });
    // The customer is told once: what a notice says, the line beside it does not say again.
    let silent = |kind| Some(Shown { kind, words: None, agent: None });
    match entry {
        Entry::HandedOff { .. } if by == Actor::Contact => line("handoff", Words::AskedForPerson),
        Entry::HandedOff { .. } => silent("handoff"),
        Entry::AgentJoined { agent, from } => {
            let kind = if matches!(from, Owner::Agent(_)) { "agent_changed" } else { "agent_joined" };
            let words = (*from != Owner::Ai).then_some(Words::Joined);
            Some(Shown { kind, words, agent: Some(*agent) })
        }
        Entry::HandedBack { .. } => silent("ai_resumed_by_system"),
        Entry::Resolved { outcome } => line(closing(by, *outcome), Words::Closed),
        Entry::Reopened { .. } => line(reopening(by), Words::Reopened),
        Entry::RatingRequested => line("csat_requested", Words::RatingAsked),
        Entry::Rated { .. } => line("csat_submitted", Words::RatingGiven),
        Entry::Acted { .. }
        | Entry::Unassigned { .. }
        | Entry::TeamAssigned { .. }
        | Entry::Snoozed { .. }
        | Entry::Woke
        | Entry::Call { .. }
        | Entry::Acknowledged
        | Entry::NotifiedAgain
        | Entry::GoalMissed { .. } => None,
    }
}

fn closing(by: Actor, outcome: Outcome) -> &'static str {
    match (by, outcome) {
        (Actor::Contact, _) => "closed_resolved_by_contact",
        (Actor::Agent(_), Outcome::Resolved) => "closed_resolved_by_agent",
        (Actor::Agent(_), Outcome::Unresolved) => "closed_unresolved_by_agent",
        (Actor::Ai | Actor::System, Outcome::Resolved) => "closed_resolved_by_system",
        (Actor::Ai | Actor::System, Outcome::Unresolved) => "closed_unresolved_by_system",
    }
}

fn reopening(by: Actor) -> &'static str {
    match by {
        Actor::Agent(_) => "agent_reopened_session",
        Actor::Ai => "ai_reopened_session",
        Actor::Contact | Actor::System => "system_reopened_session",
    }
}

/// The sentence in `language` (BCP-47; English if unknown). `name` is the person it is about.
pub(super) fn text(words: Words, language: Option<&str>, name: &str) -> String {
    let primary = language.unwrap_or("en").split('-').next().unwrap_or("en");
    let row = TEXTS.iter().find(|row| row.0.eq_ignore_ascii_case(primary)).unwrap_or(&TEXTS[0]);
    let place = match words {
        Words::AskedForPerson => 0,
        Words::Joined => 1,
        Words::Closed => 2,
        Words::Reopened => 3,
        Words::RatingAsked => 4,
        Words::RatingGiven => 5,
    };
    row.1[place].replace("{agent}", name)
}

/// Language, then the sentences in the order of [`Words`].
const TEXTS: &[(&str, [&str; 6])] = &[
    (
        "en",
        [
            "You asked for a person",
            "{agent} joined",
            "Conversation closed",
            "Conversation reopened",
            "How did we do?",
            "Thank you for your feedback",
        ],
    ),
    (
        "es",
        [
            "Has pedido hablar con una persona",
            "{agent} se ha unido",
            "Conversación cerrada",
            "Conversación reabierta",
            "¿Qué tal lo hemos hecho?",
            "Gracias por tu opinión",
        ],
    ),
    (
        "fr",
        [
            "Vous avez demandé une personne",
            "{agent} a rejoint la conversation",
            "Conversation terminée",
            "Conversation rouverte",
            "Avons-nous pu vous aider ?",
            "Merci pour votre avis",
        ],
    ),
    (
        "de",
        [
            "Sie haben nach einer Person gefragt",
            "{agent} ist jetzt da",
            "Gespräch beendet",
            "Gespräch wieder geöffnet",
            "Wie zufrieden waren Sie?",
            "Danke für Ihre Rückmeldung",
        ],
    ),
    (
        "it",
        [
            "Ha chiesto di parlare con una persona",
            "{agent} si è unito alla conversazione",
            "Conversazione chiusa",
            "Conversazione riaperta",
            "Com’è andata?",
            "Grazie per il suo parere",
        ],
    ),
    (
        "pt",
        [
            "Você pediu para falar com uma pessoa",
            "{agent} entrou na conversa",
            "Conversa encerrada",
            "Conversa reaberta",
            "Como foi o atendimento?",
            "Agradecemos a sua opinião",
        ],
    ),
    (
        "nl",
        [
            "U hebt om een medewerker gevraagd",
            "{agent} is erbij gekomen",
            "Gesprek gesloten",
            "Gesprek heropend",
            "Hoe hebben we het gedaan?",
            "Bedankt voor uw reactie",
        ],
    ),
    (
        "ar",
        [
            "لقد طلبت التحدث إلى شخص",
            "انضم {agent}",
            "تم إغلاق المحادثة",
            "أعيد فتح المحادثة",
            "كيف كانت خدمتنا؟",
            "شكرًا على رأيك",
        ],
    ),
    (
        "zh",
        [
            "您已要求转接人工",
            "{agent} 已加入",
            "对话已结束",
            "对话已重新打开",
            "您对我们的服务满意吗？",
            "感谢您的反馈",
        ],
    ),
    (
        "ja",
        [
            "担当者への取り次ぎを希望されました",
            "{agent} が参加しました",
            "会話は終了しました",
            "会話を再開しました",
            "対応はいかがでしたか？",
            "ご意見ありがとうございます",
        ],
    ),
    (
        "tr",
        [
            "Bir temsilci istediniz",
            "{agent} katıldı",
            "Görüşme kapatıldı",
            "Görüşme yeniden açıldı",
            "Hizmetimizi nasıl buldunuz?",
            "Geri bildiriminiz için teşekkürler",
        ],
    ),
    (
        "pl",
        [
            "Poproszono o rozmowę z człowiekiem",
            "{agent} dołącza do rozmowy",
            "Rozmowa zakończona",
            "Rozmowa wznowiona",
            "Jak nam poszło?",
            "Dziękujemy za opinię",
        ],
    ),
    (
        "ru",
        [
            "Вы попросили соединить с человеком",
            "К разговору подключается {agent}",
            "Разговор завершён",
            "Разговор возобновлён",
            "Как мы справились?",
            "Спасибо за отзыв",
        ],
    ),
    (
        "hi",
        [
            "आपने किसी व्यक्ति से बात करने के लिए कहा",
            "{agent} जुड़ गए हैं",
            "बातचीत समाप्त हुई",
            "बातचीत फिर से शुरू हुई",
            "हमारी सेवा कैसी रही?",
            "आपकी राय के लिए धन्यवाद",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::handoff::Owner;

    #[test]
    fn every_language_has_every_sentence_and_names_the_person() {
        assert_eq!(TEXTS.len(), 14);
        for (language, sentences) in TEXTS {
            assert!(sentences.iter().all(|sentence| !sentence.is_empty()), "{language}");
            assert!(text(Words::Joined, Some(language), "Ines").contains("Ines"), "{language}");
        }
        assert_eq!(text(Words::Joined, Some("de-AT"), "Ines"), "Ines ist jetzt da");
        assert_eq!(text(Words::Closed, Some("xx"), ""), "Conversation closed");
        assert_eq!(text(Words::Closed, None, ""), "Conversation closed");
    }

    #[test]
    fn what_is_the_teams_own_business_is_not_shown() {
        let by = Actor::Agent(AgentId(Uuid::nil()));
        for entry in [
            Entry::Unassigned { from: Owner::Queue },
            Entry::TeamAssigned { team: None },
            Entry::Woke,
            Entry::Acknowledged,
            Entry::NotifiedAgain,
        ] {
            assert_eq!(shown(by, &entry), None);
        }
    }
}
