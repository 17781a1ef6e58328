//! What letters say.

use std::collections::HashMap;

use crate::handoff::message::Visibility;
use crate::handoff::{AgentId, Author, Seq};
use crate::store::handoffs::Handoff;
use crate::store::timeline::Message;

/// Above this line stands what a person answers. Everything below is ours, and goes to no customer.
pub(super) const ANSWER_ABOVE: &str = "Write your answer above this line";

/// What a letter to a person needs beside the messages.
pub(super) struct Told<'a> {
    pub(super) customer: &'a str,
    pub(super) names: &'a HashMap<AgentId, String>,
    pub(super) link: &'a str,
    pub(super) handoff: Option<&'a Handoff>,
    /// How far earlier letters told.
    pub(super) told: Seq,
    /// Whether it goes to a supervisor because nobody has noticed the handoff.
    pub(super) unseen: bool,
}

/// Everything a person needs to answer: why it is theirs, what it is about, and what was said.
pub(super) fn to_agent(told: &Told<'_>, messages: &[Message]) -> String {
    let customer = inert(told.customer);
    let mut text = format!("---- {ANSWER_ABOVE} ----\n\n");
    if told.unseen {
        text.push_str(&format!(
            "Nobody has seen the handoff of the conversation with **{customer}** yet. You supervise, so please see that somebody answers.\n\n"
        ));
    } else if told.told > Seq(0) {
        text.push_str(&format!("**{customer}** wrote again.\n\n"));
    } else {
        text.push_str(&format!("The conversation with **{customer}** is yours.\n\n"));
    }
    if let Some(handoff) = told.handoff.filter(|_| told.unseen || told.told == Seq(0)) {
        text.push_str(&format!("{}.\n\n", inert(handoff.explanation.trim_end_matches('.'))));
        text.push_str(&quoted(&handoff.summary.text));
    }
    text.push_str(&format!(
        "Reply to this mail, above the line, and {customer} gets your words from our address. [Open it in the inbox]({})\n\n",
        told.link
    ));
    let new = messages.iter().filter(|message| message.seq > told.told);
    for message in new {
        let who = match (message.author, message.visibility) {
            (Author::Contact, _) => customer.clone(),
            (Author::Ai, _) => "AI".into(),
            (Author::System, _) => "Baton".into(),
            (Author::Agent(agent), _) => {
                told.names.get(&agent).map_or_else(|| "A colleague".into(), |name| inert(name))
            }
        };
        let note = if message.visibility == Visibility::Note { " (note)" } else { "" };
        text.push_str(&format!("**{who}**{note}, {}:\n\n", message.at.format("%d.%m. %H:%M")));
        text.push_str(&quoted(&message.text));
    }
    text
}

/// What a person answered while the customer was away, and how to go on.
pub(super) fn to_customer(
    messages: &[&Message],
    names: &HashMap<AgentId, String>,
    organisation: &str,
    language: Option<&str>,
) -> String {
    let mut text = String::new();
    let several = messages.iter().any(|message| message.author != messages[0].author);
    for message in messages {
        if several {
            let who = message.author.agent().and_then(|agent| names.get(&agent).cloned());
            text.push_str(&format!("**{}**:\n\n", inert(&who.unwrap_or_else(|| organisation.to_owned()))));
        }
        text.push_str(message.text.trim());
        text.push_str("\n\n");
    }
    text.push_str(&format!("*{}*", how_to_go_on(language)));
    text
}

/// "You had left the chat; answer this mail to go on", in the customer's language.
fn how_to_go_on(language: Option<&str>) -> &'static str {
    match language.unwrap_or("en").split('-').next().unwrap_or("en") {
        "de" => "Sie hatten den Chat verlassen. Antworten Sie einfach auf diese E-Mail, um weiterzumachen.",
        "fr" => "Vous aviez quitté la discussion. Répondez simplement à cet e-mail pour continuer.",
        "es" => "Había salido del chat. Responda a este correo para continuar.",
        "it" => "Aveva lasciato la chat. Risponda a questa e-mail per continuare.",
        "pt" => "Tinha saído do chat. Responda a este e-mail para continuar.",
        "nl" => "U had de chat verlaten. Beantwoord deze e-mail om verder te gaan.",
        "pl" => "Czat został opuszczony. Aby kontynuować, wystarczy odpowiedzieć na tę wiadomość.",
        "sv" => "Du hade lämnat chatten. Svara på det här mejlet för att fortsätta.",
        "da" => "Du havde forladt chatten. Svar på denne e-mail for at fortsætte.",
        "tr" => "Sohbetten ayrılmıştınız. Devam etmek için bu e-postayı yanıtlayın.",
        "ru" => "Вы покинули чат. Чтобы продолжить, просто ответьте на это письмо.",
        "uk" => "Ви залишили чат. Щоб продовжити, просто дайте відповідь на цей лист.",
        "ja" => "チャットを離れられたため、メールでお送りしています。続けるには、このメールに返信してください。",
        "zh" => "您已离开聊天。直接回复此邮件即可继续。",
        _ => "You had left the chat. Simply reply to this email to go on.",
    }
}

/// Words of others, marked as quoted so that none of them passes for ours.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| format!("> {line}")).collect();
    format!("{}\n\n", lines.join("\n"))
}

/// A name as nothing but a name.
fn inert(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '*' | '_' | '[' | ']' | '<' | '>' | '`' | '\n' | '\r')).collect()
}
