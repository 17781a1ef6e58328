//! What Twilio's webhooks say: a customer's text, or what became of one of ours.

use crate::contract::{
    Account, Consent, Identity, Inbound, InboundMessage, MediaRef, ParseError, Parsed, RawRequest, Status, StatusReport,
};
use crate::twilio::{self, Form, meaning, refusal};

/// Words with which Twilio itself stops messages, answers and all. The whole text, in any case.
const STOP: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
/// Words with which it lets them begin again.
const START: [&str; 2] = ["START", "UNSTOP"];
/// Words that it answers by itself.
const HELP: [&str; 2] = ["HELP", "INFO"];
/// Most files of one message.
const MEDIA_MAX: usize = 10;
/// Digits of the longest short code.
const SHORT_CODE_MAX: usize = 8;

/// Reads a webhook.
pub(super) fn parse(account: &Account, request: &RawRequest) -> Result<Parsed, ParseError> {
    let form = Form::of(request);
    let sid = form.some("MessageSid").or_else(|| form.some("SmsSid"));
    let Some(sid) = sid else { return Err(ParseError("it names no message (MessageSid)".into())) };
    let events = match form.some("MessageStatus") {
        Some(word) => vec![status(&form, sid, word)],
        None => message(account, &form, sid),
    };
    Ok(Parsed { reply: twilio::silence(), events })
}

fn status(form: &Form, sid: &str, word: &str) -> Inbound {
    let status = match word {
        "queued" | "accepted" | "scheduled" | "sending" => Status::Accepted,
        "sent" => Status::Sent,
        "delivered" => Status::Delivered,
        "read" => Status::Read,
        "failed" | "undelivered" | "canceled" => Status::Failed,
        other => return Inbound::Ignored(format!("the status {other}")),
    };
    let code: u32 = form.get("ErrorCode").parse().unwrap_or_default();
    let why = match (meaning(code), code) {
        (Some(meaning), _) => format!("{meaning} (Twilio {code})"),
        (None, 0) => "Twilio could not deliver it and does not say why".to_owned(),
        (None, code) => format!("Twilio could not deliver it (error {code})"),
    };
    Inbound::Status(StatusReport {
        key: form.some("key").map(str::to_owned),
        provider_id: Some(sid.to_owned()),
        status,
        why: (status == Status::Failed).then_some(why),
        refusal: refusal(code),
    })
}

fn message(account: &Account, form: &Form, sid: &str) -> Vec<Inbound> {
    let from = form.get("From");
    if from.is_empty() || from.contains(':') {
        return vec![Inbound::Ignored("a message of another channel of Twilio's".into())];
    }
    if from == account.text("sender") {
        return vec![Inbound::Ignored("a message of this number to itself".into())];
    }
    let who = Identity::new("phone", from);
    let body = form.get("Body").trim();
    let word = body.trim_matches(['.', '!', '"', '\'']).to_ascii_uppercase();
    let is = |words: &[&str]| words.contains(&word.as_str());
    let told = form.get("OptOutType");
    let consent = || Consent { provider_id: sid.to_owned(), who: who.clone(), words: body.to_owned() };
    if told == "STOP" || (told.is_empty() && is(&STOP)) {
        return vec![Inbound::OptOut(consent())];
    }
    if told == "START" || (told.is_empty() && is(&START)) {
        return vec![Inbound::OptIn(consent())];
    }
    let mut message = InboundMessage::new(sid, who.clone(), body);
    message.media = media(form);
    // Twilio has answered it, or a machine may be on the other side, which would answer the answer.
    message.automatic = told == "HELP" || (told.is_empty() && is(&HELP)) || is_machine(from);
    let mut events = Vec::new();
    if word == "YES" {
        // To Twilio it lifts a stop; to everybody else it is an answer.
        events.push(Inbound::OptIn(Consent { provider_id: format!("{sid}/yes"), ..consent() }));
    }
    events.push(message.into());
    events
}

fn media(form: &Form) -> Vec<MediaRef> {
    let count = form.get("NumMedia").parse().unwrap_or(0).min(MEDIA_MAX);
    let files = (0..count).filter_map(|n| {
        let url = form.some(&format!("MediaUrl{n}"))?;
        let media_type = form.some(&format!("MediaContentType{n}")).map(str::to_owned);
        Some(MediaRef { id: url.to_owned(), name: Some(name(n, media_type.as_deref())), media_type })
    });
    files.collect()
}

/// Twilio gives files no name.
fn name(n: usize, media_type: Option<&str>) -> String {
    let kind = media_type.unwrap_or_default();
    let (what, extension) = match kind.split_once('/') {
        Some(("image", "jpeg")) => ("picture", ".jpg"),
        Some(("image", "png")) => ("picture", ".png"),
        Some(("image", "gif")) => ("picture", ".gif"),
        Some(("image", _)) => ("picture", ""),
        Some(("audio", _)) => ("recording", ""),
        Some(("video", "mp4")) => ("video", ".mp4"),
        Some(("video", _)) => ("video", ""),
        Some((_, "pdf")) => ("document", ".pdf"),
        Some((_, "vcard" | "x-vcard")) => ("contact", ".vcf"),
        _ => ("file", ""),
    };
    format!("{what}-{}{extension}", n + 1)
}

/// Short codes and names instead of numbers belong to machines.
fn is_machine(from: &str) -> bool {
    let is_number = from.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    !is_number || from.len() <= SHORT_CODE_MAX
}
