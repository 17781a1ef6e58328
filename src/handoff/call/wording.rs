//! What a caller is told at certain moments, in the languages Baton has words of its own in.
//!
//! May not know of a call. Invariant: every language says everything.

use serde::{Deserialize, Serialize};

/// What is said at certain moments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// While the AI thinks.
    pub wait: String,
    /// When nothing is heard.
    pub still_there: String,
    /// Before the call ends in silence.
    pub goodbye: String,
    /// When the caller is passed on.
    pub transferring: String,
    /// When the caller is passed on and nobody is called.
    pub logged: String,
    /// When nobody takes the call and the caller may leave a message.
    pub voicemail: String,
    /// When nobody takes the call and the AI goes on.
    pub nobody: String,
    /// When nobody takes the call and the caller gets a text message.
    pub texting: String,
    /// The text message.
    pub text: String,
    /// When the line was lost for a moment.
    pub reconnected: String,
    /// When the caller has chosen another language.
    pub switched: String,
}

impl Default for Wording {
    fn default() -> Self {
        Self::of("en")
    }
}

impl Wording {
    /// Baton's own words in a language (BCP-47); English where it has none.
    pub fn of(language: &str) -> Self {
        let primary = language.split(['-', '_']).next().unwrap_or(language);
        let row = TEXTS.iter().find(|(code, _)| code.eq_ignore_ascii_case(primary)).unwrap_or(&TEXTS[0]);
        let [wait, still_there, goodbye, transferring, logged, voicemail, nobody, texting, text, reconnected, switched] =
            row.1.map(str::to_owned);
        Self {
            wait,
            still_there,
            goodbye,
            transferring,
            logged,
            voicemail,
            nobody,
            texting,
            text,
            reconnected,
            switched,
        }
    }

    /// Every text, in the order of the fields.
    pub fn texts(&self) -> [&String; FIELDS] {
        [
            &self.wait,
            &self.still_there,
            &self.goodbye,
            &self.transferring,
            &self.logged,
            &self.voicemail,
            &self.nobody,
            &self.texting,
            &self.text,
            &self.reconnected,
            &self.switched,
        ]
    }

    /// The same, to be changed.
    pub fn all_mut(&mut self) -> [&mut String; FIELDS] {
        [
            &mut self.wait,
            &mut self.still_there,
            &mut self.goodbye,
            &mut self.transferring,
            &mut self.logged,
            &mut self.voicemail,
            &mut self.nobody,
            &mut self.texting,
            &mut self.text,
            &mut self.reconnected,
            &mut self.switched,
        ]
    }
}

/// How many texts there are.
pub const FIELDS: usize = 11;

/// Language, then the texts in the order of the fields of [`Wording`].
const TEXTS: &[(&str, [&str; FIELDS])] = &[
    (
        "en",
        [
            "One moment, please.",
            "Are you still there?",
            "I can not hear you any more. Goodbye, and call again whenever you like.",
            "I am putting you through to a colleague. Please stay on the line.",
            "I have passed this on to a colleague, who will call you back. Goodbye.",
            "Nobody is free at the moment. Please leave a message after the tone, and press the hash key when you are done.",
            "Nobody is free at the moment, so I am still with you. How shall we go on?",
            "Nobody is free at the moment. We send you a text message, and you can simply answer it. Goodbye.",
            "You called us and nobody was free. Tell us here what it is about, and a person will answer.",
            "Sorry, I lost you for a moment. Please say that again.",
            "Of course, let us speak English. How can I help?",
        ],
    ),
    (
        "es",
        [
            "Un momento, por favor.",
            "¿Sigue ahí?",
            "Ya no le oigo. Adiós, y vuelva a llamar cuando quiera.",
            "Le paso con un compañero. No cuelgue, por favor.",
            "He pasado su caso a un compañero, que le devolverá la llamada. Adiós.",
            "Ahora mismo no hay nadie libre. Deje un mensaje después de la señal y pulse almohadilla cuando termine.",
            "Ahora mismo no hay nadie libre, así que sigo con usted. ¿Cómo seguimos?",
            "Ahora mismo no hay nadie libre. Le enviamos un mensaje de texto, y puede responder a él. Adiós.",
            "Nos ha llamado y no había nadie libre. Díganos aquí de qué se trata y una persona le responderá.",
            "Perdone, le he perdido un momento. Repítalo, por favor.",
            "Por supuesto, hablemos en español. ¿En qué puedo ayudarle?",
        ],
    ),
    (
        "fr",
        [
            "Un instant, s’il vous plaît.",
            "Êtes-vous toujours là ?",
            "Je ne vous entends plus. Au revoir, et rappelez quand vous voulez.",
            "Je vous passe un collègue. Restez en ligne, s’il vous plaît.",
            "J’ai transmis votre demande à un collègue, qui vous rappellera. Au revoir.",
            "Personne n’est libre pour le moment. Laissez un message après le bip, puis appuyez sur la touche dièse.",
            "Personne n’est libre pour le moment, je reste donc avec vous. Comment voulez-vous continuer ?",
            "Personne n’est libre pour le moment. Nous vous envoyons un message écrit, auquel vous pourrez répondre. Au revoir.",
            "Vous nous avez appelés et personne n’était libre. Dites-nous ici de quoi il s’agit, et une personne vous répondra.",
            "Pardon, je vous ai perdu un instant. Pouvez-vous répéter ?",
            "Bien sûr, parlons français. Comment puis-je vous aider ?",
        ],
    ),
    (
        "de",
        [
            "Einen Moment, bitte.",
            "Sind Sie noch da?",
            "Ich höre Sie nicht mehr. Auf Wiederhören, und rufen Sie gern wieder an.",
            "Ich verbinde Sie mit einer Kollegin oder einem Kollegen. Bitte bleiben Sie am Apparat.",
            "Ich habe das weitergegeben, und jemand ruft Sie zurück. Auf Wiederhören.",
            "Im Moment ist niemand frei. Bitte sprechen Sie nach dem Ton, und drücken Sie danach die Raute-Taste.",
            "Im Moment ist niemand frei, deshalb bin ich weiter für Sie da. Wie wollen wir weitermachen?",
            "Im Moment ist niemand frei. Wir schicken Ihnen eine Textnachricht, auf die Sie einfach antworten können. Auf Wiederhören.",
            "Sie haben uns angerufen, und niemand war frei. Schreiben Sie uns hier, worum es geht; ein Mensch antwortet Ihnen.",
            "Entschuldigung, Sie waren kurz weg. Bitte sagen Sie das noch einmal.",
            "Gern, sprechen wir Deutsch. Wie kann ich Ihnen helfen?",
        ],
    ),
    (
        "it",
        [
            "Un momento, per favore.",
            "È ancora in linea?",
            "Non la sento più. Arrivederci, e richiami quando vuole.",
            "La passo a un collega. Resti in linea, per favore.",
            "Ho passato la richiesta a un collega, che la richiamerà. Arrivederci.",
            "Al momento non c’è nessuno libero. Lasci un messaggio dopo il segnale e prema cancelletto quando ha finito.",
            "Al momento non c’è nessuno libero, quindi resto con lei. Come procediamo?",
            "Al momento non c’è nessuno libero. Le mandiamo un messaggio di testo a cui può rispondere. Arrivederci.",
            "Ci ha chiamato e nessuno era libero. Ci scriva qui di che cosa si tratta, e una persona le risponderà.",
            "Mi scusi, l’ho persa per un attimo. Può ripetere?",
            "Certo, parliamo italiano. Come posso aiutarla?",
        ],
    ),
    (
        "pt",
        [
            "Um momento, por favor.",
            "Ainda está aí?",
            "Já não o ouço. Até logo, e ligue de novo quando quiser.",
            "Vou passar a chamada a um colega. Não desligue, por favor.",
            "Passei o seu pedido a um colega, que lhe ligará de volta. Até logo.",
            "Neste momento ninguém está livre. Deixe uma mensagem após o sinal e prima a tecla cardinal quando terminar.",
            "Neste momento ninguém está livre, por isso continuo consigo. Como quer continuar?",
            "Neste momento ninguém está livre. Enviamos-lhe uma mensagem de texto, e pode responder-lhe. Até logo.",
            "Ligou-nos e ninguém estava livre. Diga-nos aqui do que se trata, e uma pessoa responderá.",
            "Desculpe, perdi-o por um momento. Pode repetir?",
            "Claro, falemos português. Como posso ajudar?",
        ],
    ),
    (
        "nl",
        [
            "Een ogenblik, alstublieft.",
            "Bent u er nog?",
            "Ik hoor u niet meer. Tot ziens, en bel gerust weer.",
            "Ik verbind u door met een collega. Blijf alstublieft aan de lijn.",
            "Ik heb dit doorgegeven aan een collega, die u terugbelt. Tot ziens.",
            "Op dit moment is niemand vrij. Spreek een bericht in na de toon en druk op het hekje als u klaar bent.",
            "Op dit moment is niemand vrij, dus ik blijf bij u. Hoe gaan we verder?",
            "Op dit moment is niemand vrij. We sturen u een tekstbericht, waarop u gewoon kunt antwoorden. Tot ziens.",
            "U belde ons en niemand was vrij. Laat ons hier weten waar het over gaat, dan antwoordt een mens.",
            "Sorry, ik was u even kwijt. Kunt u dat herhalen?",
            "Natuurlijk, we spreken Nederlands. Waarmee kan ik helpen?",
        ],
    ),
    (
        "ar",
        [
            "لحظة من فضلك.",
            "هل ما زلت معي؟",
            "لم أعد أسمعك. مع السلامة، واتصل بنا متى شئت.",
            "سأحوّلك إلى أحد الزملاء. من فضلك ابقَ على الخط.",
            "نقلت طلبك إلى أحد الزملاء، وسيعاود الاتصال بك. مع السلامة.",
            "لا أحد متاح الآن. من فضلك اترك رسالة بعد الصافرة، ثم اضغط مفتاح المربع عند الانتهاء.",
            "لا أحد متاح الآن، لذلك سأبقى معك. كيف تريد أن نكمل؟",
            "لا أحد متاح الآن. سنرسل إليك رسالة نصية يمكنك الرد عليها. مع السلامة.",
            "اتصلت بنا ولم يكن أحد متاحًا. اكتب لنا هنا عن الموضوع وسيرد عليك شخص.",
            "عذرًا، فقدت صوتك للحظة. من فضلك أعد ما قلته.",
            "بالطبع، لنتحدث بالعربية. كيف يمكنني مساعدتك؟",
        ],
    ),
    (
        "zh",
        [
            "请稍等。",
            "您还在吗？",
            "我听不到您的声音了。再见，欢迎随时再打来。",
            "我正在为您转接同事，请不要挂断。",
            "我已经转告同事，他会给您回电。再见。",
            "现在没有人有空。请在提示音后留言，说完请按井号键。",
            "现在没有人有空，所以我继续为您服务。您想怎么继续？",
            "现在没有人有空。我们会给您发一条短信，您可以直接回复。再见。",
            "您给我们打过电话，当时没有人有空。请在这里告诉我们是什么事，会有人回复您。",
            "抱歉，刚才断了一下。请您再说一遍。",
            "好的，我们说中文。我能帮您什么？",
        ],
    ),
    (
        "ja",
        [
            "少々お待ちください。",
            "まだお聞きですか。",
            "お声が聞こえなくなりました。失礼いたします。またいつでもお電話ください。",
            "担当者におつなぎします。そのままお待ちください。",
            "担当者に伝えました。折り返しお電話いたします。失礼いたします。",
            "ただいま対応できる者がおりません。発信音のあとにメッセージを残し、終わりましたらシャープを押してください。",
            "ただいま対応できる者がおりませんので、引き続き私が承ります。どういたしましょうか。",
            "ただいま対応できる者がおりません。ショートメッセージをお送りしますので、そのままご返信ください。失礼いたします。",
            "お電話をいただきましたが、対応できる者がおりませんでした。ご用件をこちらにお書きください。担当者がお答えします。",
            "申し訳ありません、一瞬途切れました。もう一度お願いします。",
            "はい、日本語でお話しします。どのようなご用件でしょうか。",
        ],
    ),
    (
        "tr",
        [
            "Bir dakika lütfen.",
            "Hâlâ orada mısınız?",
            "Sizi artık duyamıyorum. Hoşça kalın, dilediğiniz zaman yine arayın.",
            "Sizi bir arkadaşıma bağlıyorum. Lütfen hatta kalın.",
            "Bunu bir arkadaşıma ilettim, sizi geri arayacak. Hoşça kalın.",
            "Şu anda kimse müsait değil. Lütfen sinyalden sonra mesaj bırakın ve bitince kare tuşuna basın.",
            "Şu anda kimse müsait değil, bu yüzden ben yanınızdayım. Nasıl devam edelim?",
            "Şu anda kimse müsait değil. Size bir kısa mesaj gönderiyoruz, ona yanıt verebilirsiniz. Hoşça kalın.",
            "Bizi aradınız ve kimse müsait değildi. Konunun ne olduğunu buraya yazın, bir kişi yanıt verecek.",
            "Özür dilerim, sesiniz bir an kesildi. Lütfen tekrar söyleyin.",
            "Elbette, Türkçe konuşalım. Nasıl yardımcı olabilirim?",
        ],
    ),
    (
        "pl",
        [
            "Chwileczkę, proszę.",
            "Czy jest tam ktoś jeszcze?",
            "Już nic nie słyszę. Do widzenia, proszę dzwonić, kiedy tylko trzeba.",
            "Łączę z koleżanką lub kolegą. Proszę się nie rozłączać.",
            "Sprawa została przekazana, ktoś oddzwoni. Do widzenia.",
            "W tej chwili nikt nie jest wolny. Proszę zostawić wiadomość po sygnale i nacisnąć krzyżyk na koniec.",
            "W tej chwili nikt nie jest wolny, więc zostaję na linii. Co robimy dalej?",
            "W tej chwili nikt nie jest wolny. Wyślemy wiadomość tekstową, na którą można po prostu odpowiedzieć. Do widzenia.",
            "Nikt nie był wolny, gdy ktoś dzwonił do nas z tego numeru. Proszę napisać, o co chodzi, a odpowie człowiek.",
            "Przepraszam, coś na chwilę przerwało. Proszę powtórzyć.",
            "Oczywiście, mówmy po polsku. W czym mogę pomóc?",
        ],
    ),
    (
        "ru",
        [
            "Минуту, пожалуйста.",
            "Вы ещё на линии?",
            "Я вас больше не слышу. До свидания, звоните в любое время.",
            "Соединяю вас с коллегой. Пожалуйста, оставайтесь на линии.",
            "Я передал ваш вопрос коллеге, вам перезвонят. До свидания.",
            "Сейчас все заняты. Оставьте сообщение после сигнала и в конце нажмите решётку.",
            "Сейчас все заняты, поэтому я остаюсь с вами. Как продолжим?",
            "Сейчас все заняты. Мы отправим вам СМС, на которое можно просто ответить. До свидания.",
            "Вы звонили нам, и все были заняты. Напишите здесь, в чём дело, и вам ответит человек.",
            "Простите, связь на мгновение пропала. Повторите, пожалуйста.",
            "Конечно, давайте говорить по-русски. Чем могу помочь?",
        ],
    ),
    (
        "hi",
        [
            "कृपया एक क्षण रुकिए।",
            "क्या आप अभी भी लाइन पर हैं?",
            "अब आपकी आवाज़ नहीं आ रही है। नमस्ते, जब चाहें फिर फ़ोन कीजिए।",
            "मैं आपको एक सहकर्मी से जोड़ रहा हूँ। कृपया लाइन पर बने रहिए।",
            "मैंने यह बात एक सहकर्मी को बता दी है, वे आपको वापस फ़ोन करेंगे। नमस्ते।",
            "इस समय कोई ख़ाली नहीं है। कृपया बीप के बाद संदेश छोड़िए और अंत में हैश दबाइए।",
            "इस समय कोई ख़ाली नहीं है, इसलिए मैं आपके साथ हूँ। आगे कैसे बढ़ें?",
            "इस समय कोई ख़ाली नहीं है। हम आपको एक एसएमएस भेजते हैं, आप उसका जवाब दे सकते हैं। नमस्ते।",
            "आपने हमें फ़ोन किया था और कोई ख़ाली नहीं था। यहाँ लिखिए कि बात क्या है, कोई व्यक्ति जवाब देगा।",
            "क्षमा कीजिए, एक क्षण के लिए आवाज़ चली गई। कृपया फिर से कहिए।",
            "ज़रूर, हिंदी में बात करते हैं। मैं आपकी क्या मदद कर सकता हूँ?",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_in_its_own_words() {
        for (code, texts) in TEXTS {
            for (said, english) in texts.iter().zip(TEXTS[0].1) {
                assert!(!said.is_empty() && (*code == "en" || *said != english), "{code}: {said}");
            }
        }
        assert_eq!(Wording::of("de-AT").still_there, "Sind Sie noch da?");
        assert_eq!(Wording::of("xx"), Wording::default());
    }
}
