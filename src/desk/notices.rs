//! The texts Baton itself tells customers, in their language. The server's words, never a model's.

pub mod waiting;

use super::settings::CustomerTexts;

/// An occasion on which Baton speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// The AI's ownership ended; nobody has taken the conversation yet.
    HandedOff,
    /// A person took it.
    PersonJoined(&'a str),
    /// The AI has it again.
    HandedBack,
    /// A person was asked for and handoff is switched off.
    Declined,
    /// The AI does not know, and may not hand off.
    NotKnown,
}

/// The text for an occasion: the admin's if there is one, else Baton's in `language` (BCP-47; English if unknown).
pub fn text(notice: Notice<'_>, language: Option<&str>, texts: &CustomerTexts) -> String {
    let own = match notice {
        Notice::HandedOff => &texts.handed_off,
        Notice::PersonJoined(_) => &texts.person_joined,
        Notice::HandedBack => &texts.handed_back,
        Notice::Declined => &texts.declined,
        Notice::NotKnown => "",
    };
    let words = if own.trim().is_empty() { standard(notice, language) } else { own };
    match notice {
        Notice::PersonJoined(name) => words.replace("{agent}", name),
        Notice::HandedOff | Notice::HandedBack | Notice::Declined | Notice::NotKnown => words.to_owned(),
    }
}

fn standard(notice: Notice<'_>, language: Option<&str>) -> &'static str {
    let primary = language.unwrap_or("en").split('-').next().unwrap_or("en");
    let row = TEXTS.iter().find(|row| row.0 == primary).unwrap_or(&TEXTS[0]);
    match notice {
        Notice::HandedOff => row.1,
        Notice::PersonJoined(_) => row.2,
        Notice::HandedBack => row.3,
        Notice::Declined => row.4,
        Notice::NotKnown => row.5,
    }
}

/// Language, then the texts in the order of [`Notice`].
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const TEXTS: &[Row] = &[
    (
        "en",
        "I am passing you to a person on our team. They can see our conversation, and they will answer you here.",
        "{agent} has joined and will help you from here.",
        "Our assistant is answering again. Ask for a person whenever you like.",
        "I am sorry, there is no person I could pass you to. I will gladly go on helping you as well as I can.",
        "I am sorry, I do not know the answer to that.",
    ),
    (
        "es",
        "Te paso con una persona de nuestro equipo. Puede ver nuestra conversación y te responderá aquí mismo.",
        "{agent} se ha unido y te ayudará a partir de ahora.",
        "Nuestro asistente vuelve a responder. Pide hablar con una persona cuando quieras.",
        "Lo siento, no hay ninguna persona con la que pueda pasarte. Seguiré ayudándote lo mejor que pueda.",
        "Lo siento, no sé la respuesta a eso.",
    ),
    (
        "fr",
        "Je vous passe à une personne de notre équipe. Elle voit notre conversation et vous répondra ici même.",
        "{agent} a rejoint la conversation et va vous aider.",
        "Notre assistant répond de nouveau. Demandez une personne quand vous le souhaitez.",
        "Je suis désolé, il n’y a personne à qui je puisse vous passer. Je continue volontiers à vous aider de mon mieux.",
        "Je suis désolé, je ne connais pas la réponse.",
    ),
    (
        "de",
        "Ich gebe Sie an eine Person aus unserem Team weiter. Sie sieht unser Gespräch und antwortet Ihnen hier.",
        "{agent} ist jetzt da und hilft Ihnen weiter.",
        "Unser Assistent antwortet wieder. Fragen Sie jederzeit nach einer Person.",
        "Es tut mir leid, ich kann Sie an niemanden weitergeben. Ich helfe Ihnen gern weiter, so gut ich kann.",
        "Es tut mir leid, das weiß ich nicht.",
    ),
    (
        "it",
        "La passo a una persona del nostro team. Può vedere la nostra conversazione e le risponderà qui.",
        "{agent} si è unito alla conversazione e la aiuterà da qui.",
        "Il nostro assistente risponde di nuovo. Chieda una persona quando vuole.",
        "Mi dispiace, non c’è una persona a cui possa passarla. Continuerò ad aiutarla come meglio posso.",
        "Mi dispiace, non conosco la risposta.",
    ),
    (
        "pt",
        "Vou passar você para uma pessoa da nossa equipe. Ela vê a nossa conversa e vai responder por aqui.",
        "{agent} entrou na conversa e vai ajudar a partir de agora.",
        "O nosso assistente voltou a responder. Peça uma pessoa quando quiser.",
        "Desculpe, não há uma pessoa para quem eu possa passar. Continuo a ajudar o melhor que puder.",
        "Desculpe, não sei a resposta.",
    ),
    (
        "nl",
        "Ik geef u door aan iemand van ons team. Diegene kan ons gesprek zien en antwoordt u hier.",
        "{agent} is erbij gekomen en helpt u verder.",
        "Onze assistent antwoordt weer. Vraag gerust naar een medewerker.",
        "Het spijt me, er is niemand aan wie ik u kan doorgeven. Ik help u graag verder, zo goed als ik kan.",
        "Het spijt me, dat weet ik niet.",
    ),
    (
        "ar",
        "سأحوّلك إلى شخص من فريقنا. يمكنه رؤية محادثتنا وسيرد عليك هنا.",
        "انضم {agent} وسيساعدك من هنا.",
        "عاد مساعدنا للرد. يمكنك طلب التحدث إلى شخص في أي وقت.",
        "عذرًا، لا يوجد شخص يمكنني تحويلك إليه. سأواصل مساعدتك قدر استطاعتي.",
        "عذرًا، لا أعرف الإجابة عن ذلك.",
    ),
    (
        "zh",
        "我正在为您转接我们团队的同事。对方可以看到我们的对话，并会在这里回复您。",
        "{agent} 已加入，接下来由其为您服务。",
        "现在由我们的助手继续为您解答。您可以随时要求转接人工。",
        "很抱歉，目前没有可以转接的人工客服。我会继续尽力帮助您。",
        "很抱歉，我不知道这个问题的答案。",
    ),
    (
        "ja",
        "担当者におつなぎします。これまでの会話は担当者にも見えており、こちらでお返事いたします。",
        "{agent} が参加しました。ここからは担当者がご案内します。",
        "再びアシスタントがお答えします。担当者をご希望の際はいつでもお知らせください。",
        "申し訳ございません。おつなぎできる担当者がおりません。引き続きできる限りお手伝いいたします。",
        "申し訳ございません。その点についてはわかりかねます。",
    ),
    (
        "tr",
        "Sizi ekibimizden birine aktarıyorum. Konuşmamızı görebilir ve size buradan yanıt verecek.",
        "{agent} katıldı ve size buradan yardımcı olacak.",
        "Asistanımız yeniden yanıt veriyor. Dilediğiniz zaman bir kişiyle görüşmek isteyebilirsiniz.",
        "Üzgünüm, sizi aktarabileceğim biri yok. Elimden geldiğince yardımcı olmaya devam edeceğim.",
        "Üzgünüm, bunun yanıtını bilmiyorum.",
    ),
    (
        "pl",
        "Przekazuję rozmowę osobie z naszego zespołu. Widzi ona naszą rozmowę i odpowie tutaj.",
        "{agent} dołącza do rozmowy i pomoże dalej.",
        "Nasz asystent znów odpowiada. W każdej chwili można poprosić o rozmowę z człowiekiem.",
        "Przykro mi, nie mam komu przekazać rozmowy. Chętnie pomogę dalej, jak tylko potrafię.",
        "Przykro mi, nie znam odpowiedzi na to pytanie.",
    ),
    (
        "ru",
        "Передаю вас сотруднику нашей команды. Он видит нашу переписку и ответит вам здесь.",
        "К разговору подключается {agent} и поможет вам дальше.",
        "Снова отвечает наш помощник. Вы можете в любой момент попросить соединить с человеком.",
        "К сожалению, мне некому вас передать. Я продолжу помогать, насколько смогу.",
        "К сожалению, я не знаю ответа на этот вопрос.",
    ),
    (
        "hi",
        "मैं आपको हमारी टीम के एक व्यक्ति से जोड़ रहा हूँ। वे हमारी बातचीत देख सकते हैं और आपको यहीं जवाब देंगे।",
        "{agent} जुड़ गए हैं और अब आपकी मदद करेंगे।",
        "अब हमारा सहायक फिर से जवाब दे रहा है। आप कभी भी किसी व्यक्ति से बात करने के लिए कह सकते हैं।",
        "क्षमा करें, ऐसा कोई व्यक्ति नहीं है जिससे मैं आपको जोड़ सकूँ। मैं यथासंभव मदद करता रहूँगा।",
        "क्षमा करें, मुझे इसका जवाब नहीं पता।",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_and_names_the_person() {
        for (language, ..) in TEXTS {
            for notice in [Notice::HandedOff, Notice::HandedBack, Notice::Declined, Notice::NotKnown] {
                assert!(!text(notice, Some(language), &CustomerTexts::default()).is_empty());
            }
            let joined = text(Notice::PersonJoined("Ines"), Some(language), &CustomerTexts::default());
            assert!(joined.contains("Ines") && !joined.contains('{'), "{language}: {joined}");
        }
    }

    #[test]
    fn the_admins_words_come_first_and_unknown_languages_get_english() {
        let texts = CustomerTexts { person_joined: "Hi, {agent} here.".into(), ..CustomerTexts::default() };
        assert_eq!(text(Notice::PersonJoined("Ines"), Some("de"), &texts), "Hi, Ines here.");
        assert_eq!(text(Notice::HandedOff, Some("xx"), &texts), TEXTS[0].1);
        assert_eq!(text(Notice::HandedOff, Some("pt-BR"), &texts), TEXTS[5].1);
    }
}
