//! What a waiting customer is told: how things stand, when people are back, and how they were helped.

use chrono::{DateTime, Datelike as _, Utc};

use crate::desk::office::Office;
use crate::handoff::hours::Zone;

/// Where a waiting customer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the queue, at this place.
    InQueue(u64),
    /// Somebody has it and has not answered yet.
    WithSomebody,
}

/// How things stand, in words. Outside office hours the next opening says more than a place in the queue.
pub fn news(standing: Standing, office: Office, language: Option<&str>) -> String {
    let row = row(language);
    let how = match (closed_until(office, language), standing) {
        (Some(promise), _) => promise,
        (None, Standing::InQueue(place)) => row.in_queue.replace("{position}", &place.to_string()),
        (None, Standing::WithSomebody) => row.with_somebody.to_owned(),
    };
    match standing {
        Standing::InQueue(_) => format!("{how} {}", row.way_out.replace("{word}", row.word)),
        Standing::WithSomebody => how,
    }
}

/// When people are back, if they are not there now.
pub fn closed_until(office: Office, language: Option<&str>) -> Option<String> {
    if office.open {
        return None;
    }
    let row = row(language);
    Some(match (office.next_opening, office.zone) {
        (Some(at), Some(zone)) => row.closed.replace("{when}", &opening(at, zone, language)),
        _ => row.closed_for_long.to_owned(),
    })
}

/// The question after the end, on channels that have no buttons for it.
pub fn rating_question(language: Option<&str>) -> &'static str {
    row(language).rate
}

/// Whether the customer writes the word that leads back to the assistant, in whatever language.
pub fn is_way_back(text: &str) -> bool {
    let said = text.trim().trim_matches(['“', '”', '"', '.', '!']).to_lowercase();
    ROWS.iter().any(|row| row.word.to_lowercase() == said)
}

/// A moment as the customer's language writes it: the day of the week and the time, with the zone they are in.
pub fn opening(at: DateTime<Utc>, zone: Zone, language: Option<&str>) -> String {
    let local = at.with_timezone(&zone.0);
    let day = row(language).days.split(' ').nth(local.weekday().num_days_from_monday() as usize).unwrap_or_default();
    let day = day.replace('_', " ");
    format!("{day} {} ({zone})", local.format("%H:%M"))
}

fn row(language: Option<&str>) -> &'static Row {
    let primary = language.unwrap_or("en").split('-').next().unwrap_or("en");
    ROWS.iter().find(|row| row.language == primary).unwrap_or(&ROWS[0])
}

struct Row {
    language: &'static str,
    /// Monday to Sunday.
    days: &'static str,
    closed: &'static str,
    closed_for_long: &'static str,
    in_queue: &'static str,
    with_somebody: &'static str,
    way_out: &'static str,
    word: &'static str,
    rate: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        language: "en",
        days: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        closed: "Our team is away now and back on {when}. Your message is kept, and a person will answer you here.",
        closed_for_long: "Our team is away at the moment. Your message is kept, and a person will answer you here.",
        in_queue: "Thank you for waiting. You are number {position} in the queue.",
        with_somebody: "Thank you for waiting. Somebody from our team has your message and will answer here.",
        way_out: "If you prefer, write “{word}” to go on with our assistant, or leave an email address and we will write to you.",
        word: "assistant",
        rate: "How did we do? Answer with a number from 1 (poor) to 5 (excellent).",
    },
    Row {
        language: "es",
        days: "lunes martes miércoles jueves viernes sábado domingo",
        closed: "Nuestro equipo no está ahora y vuelve el {when}. Guardamos su mensaje y una persona le responderá aquí.",
        closed_for_long: "Nuestro equipo no está en este momento. Guardamos su mensaje y una persona le responderá aquí.",
        in_queue: "Gracias por esperar. Es el número {position} de la cola.",
        with_somebody: "Gracias por esperar. Alguien de nuestro equipo tiene su mensaje y le responderá aquí.",
        way_out: "Si lo prefiere, escriba «{word}» para seguir con nuestro asistente, o deje un correo electrónico y le escribiremos.",
        word: "asistente",
        rate: "¿Qué tal lo hicimos? Responda con un número del 1 (mal) al 5 (excelente).",
    },
    Row {
        language: "fr",
        days: "lundi mardi mercredi jeudi vendredi samedi dimanche",
        closed: "Notre équipe est absente et revient {when}. Votre message est conservé, et une personne vous répondra ici.",
        closed_for_long: "Notre équipe est absente pour le moment. Votre message est conservé, et une personne vous répondra ici.",
        in_queue: "Merci de patienter. Vous êtes au rang {position} dans la file.",
        with_somebody: "Merci de patienter. Une personne de notre équipe a votre message et vous répondra ici.",
        way_out: "Si vous préférez, écrivez « {word} » pour continuer avec notre assistant, ou laissez une adresse e-mail et nous vous écrirons.",
        word: "assistant",
        rate: "Comment avons-nous fait ? Répondez par un chiffre de 1 (mauvais) à 5 (excellent).",
    },
    Row {
        language: "de",
        days: "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        closed: "Unser Team ist gerade nicht da und wieder erreichbar: {when}. Ihre Nachricht bleibt erhalten, und eine Person antwortet Ihnen hier.",
        closed_for_long: "Unser Team ist gerade nicht da. Ihre Nachricht bleibt erhalten, und eine Person antwortet Ihnen hier.",
        in_queue: "Danke für Ihre Geduld. Sie sind Nummer {position} in der Warteschlange.",
        with_somebody: "Danke für Ihre Geduld. Jemand aus unserem Team hat Ihre Nachricht und antwortet Ihnen hier.",
        way_out: "Wenn Sie möchten, schreiben Sie „{word}“, um mit unserem Assistenten fortzufahren, oder hinterlassen Sie eine E-Mail-Adresse, und wir schreiben Ihnen.",
        word: "Assistent",
        rate: "Wie waren wir? Antworten Sie mit einer Zahl von 1 (schlecht) bis 5 (ausgezeichnet).",
    },
    Row {
        language: "it",
        days: "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        closed: "Il nostro team ora non c’è e torna {when}. Il suo messaggio è conservato e una persona le risponderà qui.",
        closed_for_long: "Il nostro team ora non c’è. Il suo messaggio è conservato e una persona le risponderà qui.",
        in_queue: "Grazie per l’attesa. È il numero {position} della coda.",
        with_somebody: "Grazie per l’attesa. Una persona del nostro team ha il suo messaggio e le risponderà qui.",
        way_out: "Se preferisce, scriva «{word}» per continuare con il nostro assistente, o lasci un indirizzo e-mail e le scriveremo.",
        word: "assistente",
        rate: "Come siamo andati? Risponda con un numero da 1 (male) a 5 (ottimo).",
    },
    Row {
        language: "pt",
        days: "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        closed: "A nossa equipe não está agora e volta: {when}. A sua mensagem fica guardada e uma pessoa vai responder aqui.",
        closed_for_long: "A nossa equipe não está neste momento. A sua mensagem fica guardada e uma pessoa vai responder aqui.",
        in_queue: "Obrigado por esperar. Você é o número {position} da fila.",
        with_somebody: "Obrigado por esperar. Alguém da nossa equipe tem a sua mensagem e vai responder aqui.",
        way_out: "Se preferir, escreva “{word}” para continuar com o nosso assistente, ou deixe um e-mail e escreveremos para você.",
        word: "assistente",
        rate: "Como nos saímos? Responda com um número de 1 (mal) a 5 (excelente).",
    },
    Row {
        language: "nl",
        days: "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        closed: "Ons team is er nu niet en is terug op {when}. Uw bericht blijft bewaard en iemand antwoordt u hier.",
        closed_for_long: "Ons team is er op dit moment niet. Uw bericht blijft bewaard en iemand antwoordt u hier.",
        in_queue: "Bedankt voor het wachten. U bent nummer {position} in de wachtrij.",
        with_somebody: "Bedankt voor het wachten. Iemand van ons team heeft uw bericht en antwoordt u hier.",
        way_out: "Schrijf desgewenst “{word}” om met onze assistent verder te gaan, of laat een e-mailadres achter en wij schrijven u.",
        word: "assistent",
        rate: "Hoe deden we het? Antwoord met een cijfer van 1 (slecht) tot 5 (uitstekend).",
    },
    Row {
        language: "ar",
        days: "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
        closed: "فريقنا غير متاح الآن وسيعود {when}. رسالتك محفوظة وسيجيبك شخص هنا.",
        closed_for_long: "فريقنا غير متاح حاليًا. رسالتك محفوظة وسيجيبك شخص هنا.",
        in_queue: "شكرًا لانتظارك. ترتيبك في قائمة الانتظار هو {position}.",
        with_somebody: "شكرًا لانتظارك. رسالتك لدى شخص من فريقنا وسيجيبك هنا.",
        way_out: "إن شئت فاكتب «{word}» للمتابعة مع مساعدنا، أو اترك بريدًا إلكترونيًا وسنكتب إليك.",
        word: "المساعد",
        rate: "كيف كانت خدمتنا؟ أجب برقم من 1 (سيئ) إلى 5 (ممتاز).",
    },
    Row {
        language: "hi",
        days: "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार",
        closed: "हमारी टीम अभी उपलब्ध नहीं है और {when} को लौटेगी। आपका संदेश सुरक्षित है और कोई व्यक्ति आपको यहीं उत्तर देगा।",
        closed_for_long: "हमारी टीम इस समय उपलब्ध नहीं है। आपका संदेश सुरक्षित है और कोई व्यक्ति आपको यहीं उत्तर देगा।",
        in_queue: "प्रतीक्षा के लिए धन्यवाद। कतार में आपका स्थान {position} है।",
        with_somebody: "प्रतीक्षा के लिए धन्यवाद। आपका संदेश हमारी टीम के किसी व्यक्ति के पास है, वे यहीं उत्तर देंगे।",
        way_out: "चाहें तो हमारे सहायक के साथ जारी रखने के लिए “{word}” लिखें, या ईमेल पता छोड़ दें, हम आपको लिखेंगे।",
        word: "सहायक",
        rate: "हमारी सेवा कैसी रही? 1 (खराब) से 5 (उत्कृष्ट) तक की संख्या से उत्तर दें।",
    },
    Row {
        language: "zh",
        days: "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
        closed: "我们的团队现在不在，将于{when}回来。您的消息已保存，会有人在这里回复您。",
        closed_for_long: "我们的团队目前不在。您的消息已保存，会有人在这里回复您。",
        in_queue: "感谢您的等待。您目前排在第 {position} 位。",
        with_somebody: "感谢您的等待。我们团队的一位同事已收到您的消息，会在这里回复您。",
        way_out: "您也可以发送“{word}”继续与我们的助手对话，或留下邮箱地址，我们会写信给您。",
        word: "助手",
        rate: "您对我们的服务满意吗？请回复 1（差）到 5（非常好）之间的数字。",
    },
    Row {
        language: "ja",
        days: "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
        closed: "ただいま担当者は不在です。次の受付は{when}からです。メッセージは保存されており、担当者がこちらで返信します。",
        closed_for_long: "ただいま担当者は不在です。メッセージは保存されており、担当者がこちらで返信します。",
        in_queue: "お待たせしております。現在{position}番目です。",
        with_somebody: "お待たせしております。担当者がメッセージを受け取っており、こちらで返信します。",
        way_out: "「{word}」と送信するとアシスタントとの会話に戻れます。メールアドレスを残していただければ、こちらからご連絡します。",
        word: "アシスタント",
        rate: "対応はいかがでしたか？1（悪い）から5（とても良い）の数字でお答えください。",
    },
    Row {
        language: "ru",
        days: "понедельник вторник среда четверг пятница суббота воскресенье",
        closed: "Сейчас нашей команды нет на месте, следующее рабочее время: {when}. Ваше сообщение сохранено, и сотрудник ответит вам здесь.",
        closed_for_long: "Сейчас нашей команды нет на месте. Ваше сообщение сохранено, и сотрудник ответит вам здесь.",
        in_queue: "Спасибо за ожидание. Ваш номер в очереди: {position}.",
        with_somebody: "Спасибо за ожидание. Ваше сообщение у сотрудника нашей команды, он ответит вам здесь.",
        way_out: "Если хотите, напишите «{word}», чтобы продолжить с нашим ассистентом, или оставьте адрес почты, и мы вам напишем.",
        word: "ассистент",
        rate: "Как мы справились? Ответьте числом от 1 (плохо) до 5 (отлично).",
    },
    Row {
        language: "pl",
        days: "poniedziałek wtorek środa czwartek piątek sobota niedziela",
        closed: "Naszego zespołu teraz nie ma, wracamy: {when}. Wiadomość jest zachowana i ktoś odpowie tutaj.",
        closed_for_long: "Naszego zespołu w tej chwili nie ma. Wiadomość jest zachowana i ktoś odpowie tutaj.",
        in_queue: "Dziękujemy za cierpliwość. Numer w kolejce: {position}.",
        with_somebody: "Dziękujemy za cierpliwość. Ktoś z naszego zespołu ma tę wiadomość i odpowie tutaj.",
        way_out: "Można napisać „{word}”, aby wrócić do naszego asystenta, albo zostawić adres e-mail, a my napiszemy.",
        word: "asystent",
        rate: "Jak nam poszło? Prosimy odpowiedzieć liczbą od 1 (źle) do 5 (doskonale).",
    },
    Row {
        language: "tr",
        days: "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar",
        closed: "Ekibimiz şu anda yerinde değil, dönüş: {when}. Mesajınız saklandı, bir kişi size buradan yanıt verecek.",
        closed_for_long: "Ekibimiz şu anda yerinde değil. Mesajınız saklandı, bir kişi size buradan yanıt verecek.",
        in_queue: "Beklediğiniz için teşekkürler. Sıradaki yeriniz: {position}.",
        with_somebody: "Beklediğiniz için teşekkürler. Mesajınız ekibimizden birinde, size buradan yanıt verecek.",
        way_out: "Dilerseniz asistanımızla devam etmek için “{word}” yazın ya da bir e-posta adresi bırakın, size yazalım.",
        word: "asistan",
        rate: "Nasıldık? 1 (kötü) ile 5 (mükemmel) arasında bir sayıyla yanıtlayın.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Office = Office { open: true, next_opening: None, zone: None };

    #[test]
    fn every_language_says_when_where_and_how_to_go_on() {
        let zone: Zone = "Europe/Berlin".parse().expect("a zone");
        let monday = "2026-11-23T08:00:00Z".parse().expect("an instant");
        let closed = Office { open: false, next_opening: Some(monday), zone: Some(zone) };
        for row in ROWS {
            let language = Some(row.language);
            assert_eq!(row.days.split(' ').count(), 7, "{}", row.language);
            let waits = news(Standing::InQueue(3), OPEN, language);
            assert!(waits.contains('3') && waits.contains(row.word) && !waits.contains('{'), "{waits}");
            let promise = closed_until(closed, language).expect("it is closed");
            assert!(promise.contains("09:00 (Europe/Berlin)") && !promise.contains('{'), "{promise}");
            assert!(promise.contains(row.days.split(' ').next().expect("Monday")), "{promise}");
            assert!(is_way_back(&format!("“{}”", row.word)) && rating_question(language).contains('5'));
        }
        assert_eq!(closed_until(OPEN, None), None);
        assert!(!is_way_back("your assistant told me otherwise"));
    }

    #[test]
    fn a_language_nobody_wrote_down_is_answered_in_english() {
        assert!(news(Standing::WithSomebody, OPEN, Some("eo")).starts_with("Thank you for waiting."));
    }
}
