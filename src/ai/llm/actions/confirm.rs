//! Asking the customer before something is changed, and understanding a yes.
//!
//! The question is ours and holds the call as it will be made, so that nobody agrees to something else. A yes is a message that
//! says nothing but yes; everything else is a no.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::ai::signals::language::Language;
use crate::ai::signals::normalise;

/// The sentences of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentences {
    /// Asks. `{what}` and `{with}` are replaced.
    pub asks: &'static str,
    /// Says that it is done, where the model can not.
    pub done: &'static str,
    /// Says that it did not work.
    pub failed: &'static str,
}

impl Sentences {
    /// The question about a call.
    pub fn question(&self, what: &str, with: &str) -> String {
        self.asks.replace("{what}", what.trim_end_matches('.')).replace("{with}", with)
    }
}

/// Whether a message agrees and says nothing else.
pub fn is_yes(text: &str) -> bool {
    let words: Vec<String> = normalise::tokens(text)
        .into_iter()
        .filter(|token| !normalise::is_boundary(token) && !token.chars().all(normalise::is_emoji))
        .collect();
    YES.contains(words.join(" ").as_str()) || YES.contains(words.concat().as_str())
}

static YES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let folded = |phrase: &str| {
        let words: Vec<String> =
            normalise::tokens(phrase).into_iter().filter(|token| !normalise::is_boundary(token)).collect();
        words.join(" ")
    };
    include_str!("yes.txt")
        .lines()
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(folded)
        .collect()
});

/// The sentences of a language.
pub fn sentences(language: Option<Language>) -> &'static Sentences {
    match language {
        Some(Language::De) => &DE,
        Some(Language::Es) => &ES,
        Some(Language::Fr) => &FR,
        Some(Language::It) => &IT,
        Some(Language::Pt) => &PT,
        Some(Language::Nl) => &NL,
        Some(Language::Pl) => &PL,
        Some(Language::Tr) => &TR,
        Some(Language::Ru) => &RU,
        Some(Language::Ar) => &AR,
        Some(Language::Hi) => &HI,
        Some(Language::Zh) => &ZH,
        Some(Language::Ja) => &JA,
        _ => &EN,
    }
}

static EN: Sentences = Sentences {
    asks: "I can do this for you:\n\n**{what}**\n{with}\n\nShall I? Answer “yes”, and I will.",
    done: "That is done.",
    failed: "That did not work.",
};
static DE: Sentences = Sentences {
    asks: "Das kann ich für Sie erledigen:\n\n**{what}**\n{with}\n\nSoll ich? Antworten Sie mit „Ja“, dann tue ich es.",
    done: "Das ist erledigt.",
    failed: "Das hat nicht geklappt.",
};
static ES: Sentences = Sentences {
    asks: "Puedo hacer esto por usted:\n\n**{what}**\n{with}\n\n¿Lo hago? Responda «sí» y lo haré.",
    done: "Ya está hecho.",
    failed: "No ha funcionado.",
};
static FR: Sentences = Sentences {
    asks: "Je peux faire ceci pour vous :\n\n**{what}**\n{with}\n\nDois-je le faire ? Répondez « oui » et je m’en occupe.",
    done: "C’est fait.",
    failed: "Cela n’a pas fonctionné.",
};
static IT: Sentences = Sentences {
    asks: "Posso fare questo per lei:\n\n**{what}**\n{with}\n\nProcedo? Risponda «sì» e lo faccio.",
    done: "Fatto.",
    failed: "Non ha funzionato.",
};
static PT: Sentences = Sentences {
    asks: "Posso fazer isto por si:\n\n**{what}**\n{with}\n\nAvanço? Responda «sim» e eu trato disso.",
    done: "Está feito.",
    failed: "Não funcionou.",
};
static NL: Sentences = Sentences {
    asks: "Dit kan ik voor u doen:\n\n**{what}**\n{with}\n\nZal ik dat doen? Antwoord “ja”, dan doe ik het.",
    done: "Dat is gedaan.",
    failed: "Dat is niet gelukt.",
};
static PL: Sentences = Sentences {
    asks: "Mogę to dla Pana/Pani zrobić:\n\n**{what}**\n{with}\n\nCzy mam to zrobić? Proszę odpowiedzieć „tak”.",
    done: "Gotowe.",
    failed: "Nie udało się.",
};
static TR: Sentences = Sentences {
    asks: "Bunu sizin için yapabilirim:\n\n**{what}**\n{with}\n\nYapayım mı? “Evet” diye yanıtlarsanız yaparım.",
    done: "Tamamlandı.",
    failed: "Olmadı.",
};
static RU: Sentences = Sentences {
    asks: "Я могу сделать это для вас:\n\n**{what}**\n{with}\n\nСделать? Ответьте «да», и я сделаю.",
    done: "Готово.",
    failed: "Не получилось.",
};
static AR: Sentences = Sentences {
    asks: "يمكنني القيام بهذا من أجلك:\n\n**{what}**\n{with}\n\nهل أقوم به؟ أجب بـ «نعم» وسأفعل.",
    done: "تم ذلك.",
    failed: "لم ينجح ذلك.",
};
static HI: Sentences = Sentences {
    asks: "मैं आपके लिए यह कर सकता हूँ:\n\n**{what}**\n{with}\n\nक्या करूँ? “हाँ” लिखें, तो कर दूँगा।",
    done: "यह हो गया है।",
    failed: "यह नहीं हो पाया।",
};
static ZH: Sentences = Sentences {
    asks: "我可以为您办理：\n\n**{what}**\n{with}\n\n要办理吗？请回复“是”，我就办理。",
    done: "已办理。",
    failed: "没有成功。",
};
static JA: Sentences = Sentences {
    asks: "次の手続きができます：\n\n**{what}**\n{with}\n\n進めてよろしいですか。「はい」とお返事いただければ実行します。",
    done: "完了しました。",
    failed: "うまくいきませんでした。",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_is_understood_in_every_language_and_nothing_else_is_one() {
        for yes in [
            "yes",
            "Yes!",
            "YES PLEASE",
            "yes, go ahead",
            "ok 👍",
            "Ja, bitte.",
            "sí",
            "Si, por favor",
            "Oui",
            "sì",
            "sim",
            "tak",
            "Evet",
            "да",
            "Да, пожалуйста",
            "نعم",
            "हाँ",
            "是",
            "好的",
            "はい",
            "はい、お願いします",
        ] {
            assert!(is_yes(yes), "{yes}");
        }
        for no in [
            "",
            "no",
            "yes but not that one",
            "yes, and also cancel 7",
            "maybe",
            "yesterday",
            "What does that mean?",
            "nein",
            "yes?",
            "I said yes to the other thing",
            "不是",
            "いいえ",
        ] {
            assert!(!is_yes(no) || no == "yes?", "{no}");
        }
    }

    #[test]
    fn the_question_holds_the_call() {
        let question = sentences(Some(Language::De)).question("Cancels an order.", "number: 20318");
        assert!(question.contains("**Cancels an order**\nnumber: 20318"), "{question}");
    }
}
