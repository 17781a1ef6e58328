//! The fixed phrases: the only words the local assistant says that stand in no article.
//!
//! Written in each language, not translated word by word. May not promise anything, least of all a person.
//!
//! Invariant: every language has every phrase; a language without phrases of its own is answered in English.

use crate::ai::signals::language::Language;

/// The phrases of one language.
#[derive(Debug)]
pub struct Phrases {
    /// Answers a greeting.
    pub greeting: &'static str,
    /// Answers thanks.
    pub thanks: &'static str,
    /// Answers a goodbye.
    pub goodbye: &'static str,
    /// Answers "ok".
    pub fine: &'static str,
    /// Answers "I have a question".
    pub help: &'static str,
    /// Answers "are you a bot?". `{organisation}` is replaced.
    pub bot: &'static str,
    /// Follows `bot` where there are people to pass on to.
    pub people: &'static str,
    /// Asks for other words when there was nothing to look for.
    pub rephrase: &'static str,
    /// Asks what is wanted with a file that came without a word.
    pub file: &'static str,
    /// Says that no article answers.
    pub unknown: &'static str,
    /// Asks which of two articles is meant. `{a}` and `{b}` are replaced.
    pub clarify: &'static str,
    /// Introduces a person's own words. `{name}` is replaced.
    pub wrote: &'static str,
    /// Introduces an answer in another language than the customer's.
    pub other_language: &'static str,
    /// Says that there is no person to pass on to.
    pub decline: &'static str,
}

/// The text for a customer who asks for a person where there is none, by BCP-47 tag.
pub fn decline(language: Option<&str>) -> &'static str {
    of(language.and_then(Language::from_tag)).decline
}

/// Whether a text asks for words: for others, or for some beside a file, in whatever language.
pub fn is_rephrase(text: &str) -> bool {
    let mut all = Language::ALL.iter().map(|language| of(Some(*language)));
    all.any(|phrases| [phrases.rephrase, phrases.file].contains(&text.trim()))
}

/// The phrases of a language.
pub fn of(language: Option<Language>) -> &'static Phrases {
    match language {
        Some(Language::Ar) => &AR,
        Some(Language::De) => &DE,
        Some(Language::Es) => &ES,
        Some(Language::Fr) => &FR,
        Some(Language::Hi) => &HI,
        Some(Language::It) => &IT,
        Some(Language::Ja) => &JA,
        Some(Language::Nl) => &NL,
        Some(Language::Pl) => &PL,
        Some(Language::Pt) => &PT,
        Some(Language::Ru) => &RU,
        Some(Language::Tr) => &TR,
        Some(Language::Zh) => &ZH,
        Some(Language::En | Language::Id | Language::Ko | Language::Uk) | None => &EN,
    }
}

static EN: Phrases = Phrases {
    greeting: "Hello! How can I help you?",
    thanks: "You're welcome! Is there anything else I can help with?",
    goodbye: "Thank you for writing. Have a good day!",
    fine: "Good. Is there anything else I can help with?",
    help: "Of course. What is it about?",
    bot: "I am the automated assistant of {organisation}, not a person.",
    people: "If you would rather talk to a person, just say so.",
    rephrase: "I am not sure what you mean. Could you say it in other words?",
    file: "Thank you for the file. What would you like me to help you with?",
    unknown: "I could not find an answer to that in our help articles.",
    clarify: "Do you mean **{a}** or **{b}**?",
    wrote: "{name} wrote:",
    other_language: "I found this in another language:",
    decline: "I am an automated assistant and cannot pass you on to a person here. Tell me what it is about, and I will do my best to help.",
};

static DE: Phrases = Phrases {
    greeting: "Hallo! Wie kann ich Ihnen helfen?",
    thanks: "Gern geschehen! Kann ich sonst noch etwas für Sie tun?",
    goodbye: "Danke für Ihre Nachricht. Einen schönen Tag noch!",
    fine: "Gut. Kann ich sonst noch etwas für Sie tun?",
    help: "Gern. Worum geht es?",
    bot: "Ich bin der automatische Assistent von {organisation}, kein Mensch.",
    people: "Wenn Sie lieber mit einem Menschen sprechen möchten, sagen Sie es einfach.",
    rephrase: "Ich bin nicht sicher, was Sie meinen. Könnten Sie es anders ausdrücken?",
    file: "Danke für die Datei. Wobei kann ich Ihnen damit helfen?",
    unknown: "Dazu habe ich in unseren Hilfeartikeln keine Antwort gefunden.",
    clarify: "Meinen Sie **{a}** oder **{b}**?",
    wrote: "{name} schrieb:",
    other_language: "Dazu habe ich etwas in einer anderen Sprache gefunden:",
    decline: "Ich bin ein automatischer Assistent und kann Sie hier nicht an einen Menschen weitergeben. Sagen Sie mir, worum es geht, dann helfe ich, so gut ich kann.",
};

static ES: Phrases = Phrases {
    greeting: "¡Hola! ¿En qué puedo ayudarle?",
    thanks: "¡De nada! ¿Puedo ayudarle en algo más?",
    goodbye: "Gracias por escribirnos. ¡Que tenga un buen día!",
    fine: "Bien. ¿Puedo ayudarle en algo más?",
    help: "Por supuesto. ¿De qué se trata?",
    bot: "Soy el asistente automático de {organisation}, no una persona.",
    people: "Si prefiere hablar con una persona, dígamelo.",
    rephrase: "No estoy seguro de entenderle. ¿Podría decirlo con otras palabras?",
    file: "Gracias por el archivo. ¿En qué puedo ayudarle con él?",
    unknown: "No he encontrado respuesta a eso en nuestros artículos de ayuda.",
    clarify: "¿Se refiere a **{a}** o a **{b}**?",
    wrote: "{name} escribió:",
    other_language: "He encontrado esto en otro idioma:",
    decline: "Soy un asistente automático y aquí no puedo pasarle con una persona. Cuénteme de qué se trata y le ayudaré en lo que pueda.",
};

static FR: Phrases = Phrases {
    greeting: "Bonjour ! Comment puis-je vous aider ?",
    thanks: "Avec plaisir ! Puis-je vous aider pour autre chose ?",
    goodbye: "Merci de votre message. Bonne journée !",
    fine: "Très bien. Puis-je vous aider pour autre chose ?",
    help: "Bien sûr. De quoi s'agit-il ?",
    bot: "Je suis l'assistant automatique de {organisation}, pas une personne.",
    people: "Si vous préférez parler à quelqu'un, dites-le-moi simplement.",
    rephrase: "Je ne suis pas sûr de comprendre. Pourriez-vous le dire autrement ?",
    file: "Merci pour le fichier. Que puis-je faire pour vous à ce sujet ?",
    unknown: "Je n'ai pas trouvé de réponse à cela dans nos articles d'aide.",
    clarify: "Parlez-vous de **{a}** ou de **{b}** ?",
    wrote: "{name} a écrit :",
    other_language: "J'ai trouvé ceci dans une autre langue :",
    decline: "Je suis un assistant automatique et ne peux pas vous passer une personne ici. Dites-moi de quoi il s'agit et je ferai de mon mieux.",
};

static IT: Phrases = Phrases {
    greeting: "Buongiorno! Come posso aiutarla?",
    thanks: "Prego! Posso aiutarla con altro?",
    goodbye: "Grazie per averci scritto. Buona giornata!",
    fine: "Bene. Posso aiutarla con altro?",
    help: "Certo. Di che cosa si tratta?",
    bot: "Sono l'assistente automatico di {organisation}, non una persona.",
    people: "Se preferisce parlare con una persona, me lo dica.",
    rephrase: "Non sono sicuro di aver capito. Potrebbe dirlo con altre parole?",
    file: "Grazie per il file. In che cosa posso aiutarLa?",
    unknown: "Non ho trovato una risposta nei nostri articoli di aiuto.",
    clarify: "Intende **{a}** o **{b}**?",
    wrote: "{name} ha scritto:",
    other_language: "Ho trovato questo in un'altra lingua:",
    decline: "Sono un assistente automatico e qui non posso passarle una persona. Mi dica di che cosa si tratta e farò il possibile per aiutarla.",
};

static PT: Phrases = Phrases {
    greeting: "Olá! Como posso ajudar?",
    thanks: "De nada! Posso ajudar em mais alguma coisa?",
    goodbye: "Obrigado pela mensagem. Tenha um bom dia!",
    fine: "Certo. Posso ajudar em mais alguma coisa?",
    help: "Claro. Do que se trata?",
    bot: "Sou o assistente automático da {organisation}, não uma pessoa.",
    people: "Se preferir falar com uma pessoa, é só dizer.",
    rephrase: "Não tenho certeza do que quer dizer. Poderia dizer com outras palavras?",
    file: "Obrigado pelo ficheiro. Em que posso ajudar?",
    unknown: "Não encontrei resposta para isso nos nossos artigos de ajuda.",
    clarify: "Quer dizer **{a}** ou **{b}**?",
    wrote: "{name} escreveu:",
    other_language: "Encontrei isto em outro idioma:",
    decline: "Sou um assistente automático e não posso passar para uma pessoa aqui. Diga-me do que se trata e farei o possível para ajudar.",
};

static NL: Phrases = Phrases {
    greeting: "Hallo! Waarmee kan ik u helpen?",
    thanks: "Graag gedaan! Kan ik nog iets voor u doen?",
    goodbye: "Bedankt voor uw bericht. Fijne dag nog!",
    fine: "Mooi. Kan ik nog iets voor u doen?",
    help: "Natuurlijk. Waar gaat het over?",
    bot: "Ik ben de automatische assistent van {organisation}, geen mens.",
    people: "Spreekt u liever een mens, zeg het dan gerust.",
    rephrase: "Ik weet niet zeker wat u bedoelt. Kunt u het in andere woorden zeggen?",
    file: "Bedankt voor het bestand. Waarmee kan ik u helpen?",
    unknown: "Daarop heb ik in onze hulpartikelen geen antwoord gevonden.",
    clarify: "Bedoelt u **{a}** of **{b}**?",
    wrote: "{name} schreef:",
    other_language: "Ik vond dit in een andere taal:",
    decline: "Ik ben een automatische assistent en kan u hier niet doorverbinden met een mens. Vertel me waar het over gaat, dan help ik zo goed ik kan.",
};

static AR: Phrases = Phrases {
    greeting: "مرحبًا! كيف يمكنني مساعدتك؟",
    thanks: "على الرحب والسعة! هل هناك شيء آخر يمكنني المساعدة فيه؟",
    goodbye: "شكرًا لتواصلك معنا. نتمنى لك يومًا سعيدًا!",
    fine: "حسنًا. هل هناك شيء آخر يمكنني المساعدة فيه؟",
    help: "بالتأكيد. ما الموضوع؟",
    bot: "أنا المساعد الآلي لدى {organisation}، ولست شخصًا.",
    people: "إذا كنت تفضل التحدث مع شخص، فقط أخبرني.",
    rephrase: "لست متأكدًا مما تقصده. هل يمكنك قوله بكلمات أخرى؟",
    file: "شكرًا على الملف. بماذا يمكنني مساعدتك بشأنه؟",
    unknown: "لم أجد إجابة عن ذلك في مقالات المساعدة لدينا.",
    clarify: "هل تقصد **{a}** أم **{b}**؟",
    wrote: "كتب {name}:",
    other_language: "وجدت هذا بلغة أخرى:",
    decline: "أنا مساعد آلي ولا يمكنني تحويلك إلى شخص هنا. أخبرني بالموضوع وسأبذل ما بوسعي لمساعدتك.",
};

static ZH: Phrases = Phrases {
    greeting: "您好！请问有什么可以帮您？",
    thanks: "不客气！还有什么可以帮您的吗？",
    goodbye: "感谢您的来信，祝您愉快！",
    fine: "好的。还有什么可以帮您的吗？",
    help: "当然可以。请问是关于什么的？",
    bot: "我是 {organisation} 的自动助手，不是真人。",
    people: "如果您想和真人沟通，直接告诉我就好。",
    rephrase: "我不确定您的意思。您能换个说法吗？",
    file: "感谢您发来文件。请问需要我帮您做什么？",
    unknown: "我在帮助文章中没有找到答案。",
    clarify: "您是指 **{a}** 还是 **{b}**？",
    wrote: "{name} 写道：",
    other_language: "我找到了以下其他语言的内容：",
    decline: "我是自动助手，在这里无法为您转接真人。请告诉我是什么问题，我会尽力帮您。",
};

static JA: Phrases = Phrases {
    greeting: "こんにちは。どのようなご用件でしょうか？",
    thanks: "どういたしまして。ほかにお手伝いできることはありますか？",
    goodbye: "ご連絡ありがとうございました。よい一日をお過ごしください。",
    fine: "承知しました。ほかにお手伝いできることはありますか？",
    help: "もちろんです。どのようなことでしょうか？",
    bot: "私は {organisation} の自動アシスタントで、人間ではありません。",
    people: "担当者との会話をご希望でしたら、そうお伝えください。",
    rephrase: "ご質問の意味が分かりかねます。別の言葉で言っていただけますか？",
    file: "ファイルをお送りいただきありがとうございます。どのようなご用件でしょうか。",
    unknown: "ヘルプ記事の中に答えが見つかりませんでした。",
    clarify: "**{a}** と **{b}** のどちらのことでしょうか？",
    wrote: "{name} の返信：",
    other_language: "別の言語の記事に次の内容がありました：",
    decline: "私は自動アシスタントで、ここでは担当者におつなぎできません。ご用件をお聞かせいただければ、できる限りお手伝いします。",
};

static TR: Phrases = Phrases {
    greeting: "Merhaba! Size nasıl yardımcı olabilirim?",
    thanks: "Rica ederim! Yardımcı olabileceğim başka bir konu var mı?",
    goodbye: "Yazdığınız için teşekkürler. İyi günler!",
    fine: "Peki. Yardımcı olabileceğim başka bir konu var mı?",
    help: "Elbette. Konu nedir?",
    bot: "Ben {organisation} otomatik asistanıyım, bir insan değilim.",
    people: "Bir insanla konuşmayı tercih ederseniz söylemeniz yeterli.",
    rephrase: "Ne demek istediğinizden emin değilim. Başka sözcüklerle söyler misiniz?",
    file: "Dosya için teşekkürler. Bununla ilgili size nasıl yardımcı olabilirim?",
    unknown: "Yardım makalelerimizde bunun yanıtını bulamadım.",
    clarify: "**{a}** mı, yoksa **{b}** mı demek istediniz?",
    wrote: "{name} şöyle yazdı:",
    other_language: "Bunu başka bir dilde buldum:",
    decline: "Ben otomatik bir asistanım ve sizi burada bir insana aktaramıyorum. Konuyu yazın, elimden geldiğince yardımcı olayım.",
};

static PL: Phrases = Phrases {
    greeting: "Dzień dobry! W czym mogę pomóc?",
    thanks: "Nie ma za co! Czy mogę pomóc w czymś jeszcze?",
    goodbye: "Dziękujemy za wiadomość. Miłego dnia!",
    fine: "Dobrze. Czy mogę pomóc w czymś jeszcze?",
    help: "Oczywiście. O co chodzi?",
    bot: "Jestem automatycznym asystentem {organisation}, nie człowiekiem.",
    people: "Jeśli woli Pan lub Pani rozmawiać z człowiekiem, proszę to napisać.",
    rephrase: "Nie jestem pewien, co to znaczy. Czy można to powiedzieć innymi słowami?",
    file: "Dziękuję za plik. W czym mogę pomóc w związku z nim?",
    unknown: "Nie znalazłem odpowiedzi na to w naszych artykułach pomocy.",
    clarify: "Czy chodzi o **{a}**, czy o **{b}**?",
    wrote: "{name} – wiadomość:",
    other_language: "Znalazłem to w innym języku:",
    decline: "Jestem automatycznym asystentem i nie mogę tu połączyć z człowiekiem. Proszę napisać, o co chodzi, a pomogę, jak potrafię.",
};

static RU: Phrases = Phrases {
    greeting: "Здравствуйте! Чем могу помочь?",
    thanks: "Пожалуйста! Могу ли я помочь чем-то ещё?",
    goodbye: "Спасибо за обращение. Хорошего дня!",
    fine: "Хорошо. Могу ли я помочь чем-то ещё?",
    help: "Конечно. О чём идёт речь?",
    bot: "Я автоматический помощник {organisation}, а не человек.",
    people: "Если вы хотите поговорить с человеком, просто скажите об этом.",
    rephrase: "Я не уверен, что понял вас. Не могли бы вы сказать другими словами?",
    file: "Спасибо за файл. Чем я могу вам помочь?",
    unknown: "В наших справочных статьях нет ответа на этот вопрос.",
    clarify: "Вы имеете в виду **{a}** или **{b}**?",
    wrote: "{name} – сообщение:",
    other_language: "Вот что нашлось на другом языке:",
    decline: "Я автоматический помощник и не могу соединить вас с человеком здесь. Расскажите, в чём дело, и я постараюсь помочь.",
};

static HI: Phrases = Phrases {
    greeting: "नमस्ते! मैं आपकी क्या मदद कर सकता हूँ?",
    thanks: "आपका स्वागत है! क्या मैं और कुछ मदद कर सकता हूँ?",
    goodbye: "लिखने के लिए धन्यवाद। आपका दिन शुभ हो!",
    fine: "ठीक है। क्या मैं और कुछ मदद कर सकता हूँ?",
    help: "ज़रूर। बात किस बारे में है?",
    bot: "मैं {organisation} का स्वचालित सहायक हूँ, इंसान नहीं।",
    people: "अगर आप किसी इंसान से बात करना चाहें, तो बस बता दीजिए।",
    rephrase: "मुझे पक्का नहीं कि आपका क्या मतलब है। क्या आप इसे दूसरे शब्दों में कह सकते हैं?",
    file: "फ़ाइल के लिए धन्यवाद। इसके बारे में मैं आपकी क्या मदद करूँ?",
    unknown: "हमारे सहायता लेखों में इसका उत्तर नहीं मिला।",
    clarify: "क्या आपका मतलब **{a}** है या **{b}**?",
    wrote: "{name} ने लिखा:",
    other_language: "यह जानकारी दूसरी भाषा में मिली:",
    decline: "मैं एक स्वचालित सहायक हूँ और यहाँ आपको किसी इंसान से नहीं जोड़ सकता। बताइए बात क्या है, मैं पूरी कोशिश करूँगा।",
};
