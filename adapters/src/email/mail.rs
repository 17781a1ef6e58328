//! A mail as Baton uses it, read from bytes.
//!
//! Pure. Every byte is hostile: sizes, depths and counts have limits, and what is over one is left out and said so. Invariant: reading
//! never fails on a mail that has a header; what could not be read is named in [`Mail::remarks`].

use chrono::{DateTime, Utc};
use mail_parser::{Address, Message, MessageParser, MimeHeaders as _, PartType};

use super::bounce::{self, Bounce};
use super::nature::{self, Nature};
use super::{html_text, strip, text};

/// Largest mail that is read whole; of a larger one the headers are.
pub const MAIL_BYTES_MAX: usize = 30 * 1024 * 1024;
/// Largest file that is kept.
pub const FILE_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Most files of one mail that are kept.
pub const FILES_MAX: usize = 10;
/// Longest text that is kept, in characters.
pub const TEXT_CHARS_MAX: usize = 16_000;
/// Longest HTML that is kept beside the text.
pub const HTML_BYTES_MAX: usize = 512 * 1024;
/// Most Message-IDs a mail may refer to.
const REFERENCES_MAX: usize = 50;
/// Most addressees that are remembered.
const ADDRESSEES_MAX: usize = 50;
/// Mails within mails, and parts, beyond which only the headers are read.
const NESTED_MAX: usize = 32;
const BOUNDARIES_MAX: usize = 256;
/// Longest subject and name.
const SUBJECT_CHARS_MAX: usize = 300;
const NAME_CHARS_MAX: usize = 120;

/// An address with the name beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, cleaned; empty if there is none.
    pub name: String,
    /// The address in lower case.
    pub address: String,
}

/// A file of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFile {
    /// Its name, without folders.
    pub name: String,
    /// What the mail says it is.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The id by which the HTML shows it.
    pub content_id: Option<String>,
}

/// A mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Its Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// Message-IDs it answers, the nearest first.
    pub refers_to: Vec<String>,
    /// Who wrote it.
    pub from: Mailbox,
    /// Where answers should go, if that is elsewhere.
    pub reply_to: Option<Mailbox>,
    /// Whom it is addressed to.
    pub to: Vec<Mailbox>,
    /// Who got a copy.
    pub cc: Vec<Mailbox>,
    /// Addresses the servers on its way say it was delivered to.
    pub delivered_to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// When it was written, as it says itself.
    pub sent_at: Option<DateTime<Utc>>,
    /// What its writer wrote, without what they quoted.
    pub text: String,
    /// All of its text.
    pub whole_text: String,
    /// Its HTML as it came, if it has any: hostile until it is cleaned.
    pub html: Option<String>,
    /// Its files.
    pub files: Vec<MailFile>,
    /// Whether a person wrote it.
    pub nature: Nature,
    /// What could not be delivered, if it says so.
    pub bounce: Option<Bounce>,
    /// The value of the header that Baton marks its own mails with.
    pub loop_mark: Option<String>,
    /// What was left out, in words.
    pub remarks: Vec<String>,
}

/// There is not even a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail has no header that can be read")]
pub struct Unreadable;

/// Reads a mail.
///
/// # Errors
/// [`Unreadable`] if there is no header, or nobody wrote it.
pub fn read(raw: &[u8]) -> Result<Mail, Unreadable> {
    let parser = MessageParser::default();
    let whole = raw.len() <= MAIL_BYTES_MAX && is_shallow(raw);
    let message = if whole { parser.parse(raw) } else { parser.parse_headers(raw) };
    let message = message.filter(|message| !message.parts.is_empty()).ok_or(Unreadable)?;
    let mut mail = envelope(&message).ok_or(Unreadable)?;
    if whole {
        content(&message, &mut mail);
    } else {
        mail.remarks.push("The mail is too large or too deeply nested to be read; only its header was.".into());
    }
    let headers: Vec<(String, String)> = message
        .headers_raw()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    mail.loop_mark = headers.iter().find(|(name, _)| name == "x-baton-loop").map(|(_, value)| value.clone());
    mail.bounce = bounce::read(&message, &headers, &mail);
    mail.nature = nature::of(&headers, &mail);
    Ok(mail)
}

/// Whether a mail may be given to a parser that opens what is nested.
fn is_shallow(raw: &[u8]) -> bool {
    count(raw, b"message/rfc822", NESTED_MAX) < NESTED_MAX && count(raw, b"boundary", BOUNDARIES_MAX) < BOUNDARIES_MAX
}

fn count(raw: &[u8], word: &[u8], enough: usize) -> usize {
    let first = word[0];
    raw.windows(word.len()).filter(|w| w[0] | 0x20 == first && w.eq_ignore_ascii_case(word)).take(enough).count()
}

fn envelope(message: &Message<'_>) -> Option<Mail> {
    let from =
        mailboxes(message.from()).into_iter().next().or_else(|| mailboxes(message.sender()).into_iter().next())?;
    let reply_to = mailboxes(message.reply_to()).into_iter().next().filter(|other| other.address != from.address);
    let mut refers_to = ids(message.in_reply_to());
    let older = ids(message.references());
    for id in older.into_iter().rev() {
        if !refers_to.contains(&id) && refers_to.len() < REFERENCES_MAX {
            refers_to.push(id);
        }
    }
    let delivered_to = message.headers_raw().filter(|(name, _)| {
        ["delivered-to", "x-original-to", "envelope-to", "x-forwarded-to"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
    });
    Some(Mail {
        message_id: message.message_id().and_then(clean_id),
        refers_to,
        from,
        reply_to,
        to: message.all_to().flat_map(|to| mailboxes(Some(to))).take(ADDRESSEES_MAX).collect(),
        cc: message.all_cc().flat_map(|cc| mailboxes(Some(cc))).take(ADDRESSEES_MAX).collect(),
        delivered_to: delivered_to.filter_map(|(_, value)| address(value.trim().trim_matches(['<', '>']))).collect(),
        subject: text::line(message.subject().unwrap_or(""), SUBJECT_CHARS_MAX),
        sent_at: message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0)),
        ..Mail::default()
    })
}

fn mailboxes(list: Option<&Address<'_>>) -> Vec<Mailbox> {
    let Some(list) = list else { return Vec::new() };
    let mailbox = |addr: &mail_parser::Addr<'_>| {
        let address = address(addr.address()?)?;
        Some(Mailbox { name: text::line(addr.name().unwrap_or(""), NAME_CHARS_MAX), address })
    };
    list.iter().filter_map(mailbox).take(ADDRESSEES_MAX).collect()
}

/// An address in lower case, if it is one.
pub(super) fn address(text: &str) -> Option<String> {
    /// Longest address (RFC 5321, section 4.5.3.1.3).
    const ADDRESS_BYTES_MAX: usize = 254;
    let address = text.trim().to_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    let plain =
        |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"' | ',' | ';' | '(' | ')');
    let good =
        !local.is_empty() && !domain.is_empty() && address.len() <= ADDRESS_BYTES_MAX && address.chars().all(plain);
    good.then_some(address)
}

fn ids(value: &mail_parser::HeaderValue<'_>) -> Vec<String> {
    let all: Vec<&str> = match (value.as_text_list(), value.as_text()) {
        (Some(list), _) => list.iter().map(AsRef::as_ref).collect(),
        (None, Some(one)) => one.split([' ', ',', '<', '>']).collect(),
        (None, None) => Vec::new(),
    };
    all.into_iter().filter_map(clean_id).collect()
}

/// A Message-ID of the form `left@right`; anything else in such a header is junk.
pub(super) fn clean_id(id: &str) -> Option<String> {
    /// Longest Message-ID that is kept.
    const ID_BYTES_MAX: usize = 400;
    let id = id.trim().trim_matches(['<', '>']);
    let (left, right) = id.rsplit_once('@')?;
    let plain = id.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'));
    (!left.is_empty() && !right.is_empty() && id.len() <= ID_BYTES_MAX && plain).then(|| id.to_owned())
}

/// Text, HTML and files.
fn content(message: &Message<'_>, mail: &mut Mail) {
    let (mut texts, mut pages, mut calendars) = (Vec::new(), Vec::new(), Vec::new());
    for part in message.text_bodies() {
        match &part.body {
            PartType::Text(words) if !is_calendar(part) && !words.trim().is_empty() => texts.push(words.to_string()),
            _ => {}
        }
    }
    for part in message.html_bodies() {
        if let PartType::Html(page) = &part.body {
            pages.push(page.to_string());
        }
    }
    for part in &message.parts {
        if is_calendar(part)
            && let Some(words) = part.text_contents()
        {
            calendars.push(text::invitation(words));
        }
    }
    let html = pages.join("\n");
    let mut whole =
        if texts.is_empty() { html_text::to_text(&html) } else { text::flowed(&texts.join("\n\n"), message) };
    calendars.retain(|words| !words.is_empty());
    calendars.dedup();
    for words in calendars {
        whole = format!("{whole}\n\n{words}");
    }
    if let Some(remark) = sealed(message) {
        mail.remarks.push(remark.into());
    }
    mail.whole_text = text::clean(&whole, TEXT_CHARS_MAX * 4);
    // What a mail program quotes in HTML is marked better than in its text; either way one set of rules takes it off.
    mail.text = text::clean(&strip::visible(&mail.whole_text), TEXT_CHARS_MAX);
    if !html.trim().is_empty() {
        let end = html.floor_char_boundary(HTML_BYTES_MAX.min(html.len()));
        mail.html = Some(html[..end].replace('\0', ""));
    }
    files(message, mail);
}

fn is_calendar(part: &mail_parser::MessagePart<'_>) -> bool {
    part.is_content_type("text", "calendar")
}

/// What can not be read without the addressee's key.
fn sealed(message: &Message<'_>) -> Option<&'static str> {
    let is = |kind: &str, subtype: &str| message.parts.iter().any(|part| part.is_content_type(kind, subtype));
    if is("multipart", "encrypted") || is("application", "pkcs7-mime") || is("application", "x-pkcs7-mime") {
        return Some("The mail is encrypted, or signed in a form that hides its text; Baton can not read it.");
    }
    None
}

fn files(message: &Message<'_>, mail: &mut Mail) {
    for (number, part) in message.attachments().enumerate() {
        let kind = part.content_type();
        let media_type = kind.map_or_else(
            || "application/octet-stream".to_owned(),
            |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")).to_ascii_lowercase(),
        );
        // A detached signature says nothing to a reader.
        if matches!(
            media_type.as_str(),
            "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature"
        ) {
            continue;
        }
        let name = part.attachment_name().map(text::file_name).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| text::unnamed(&media_type, number + 1));
        let bytes = match &part.body {
            PartType::Message(inner) => inner.raw_message(),
            _ => part.contents(),
        };
        if bytes.is_empty() {
            continue;
        }
        if mail.files.len() == FILES_MAX || bytes.len() > FILE_BYTES_MAX {
            mail.remarks.push(format!("“{name}” was left out: a mail may bring {FILES_MAX} files of 5 MB each."));
            continue;
        }
        let content_id = part.content_id().map(|id| id.trim_matches(['<', '>']).to_owned());
        mail.files.push(MailFile { name, media_type, bytes: bytes.to_vec(), content_id });
    }
}
