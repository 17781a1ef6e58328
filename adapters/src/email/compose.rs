//! A mail of ours as bytes: text and HTML side by side, files, and the headers by which it is threaded.
//!
//! Pure. Every value that others wrote is put on one line before it reaches a header. Invariant: the same [`Letter`] has the same
//! Message-ID, however often it is made.

use lettre::message::header::{ContentDisposition, ContentId, ContentType, HeaderName, HeaderValue};
use lettre::message::{MessageBuilder, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::html;
use super::mail::{MailFile, Mailbox, address};
use super::text;

/// Most Message-IDs named as references; the first and the last are kept.
const REFERENCES_MAX: usize = 20;
/// Longest subject.
const SUBJECT_CHARS_MAX: usize = 240;

/// What is to be sent.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// Who writes.
    pub from: Mailbox,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// To whom.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    pub cc: Vec<Mailbox>,
    /// About what.
    pub subject: String,
    /// Its name.
    pub message_id: String,
    /// Message-IDs of the mails before it, oldest first.
    pub references: Vec<String>,
    /// Words in Markdown.
    pub markdown: String,
    /// What stands under every mail.
    pub signature: String,
    /// Whether a machine wrote it, so that no other machine answers (RFC 3834).
    pub automatic: bool,
    /// Marks the mails of this installation.
    pub loop_mark: String,
    /// Files.
    pub files: Vec<MailFile>,
}

/// Why a mail can not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// Nobody can be reached at this address.
    #[error("“{0}” is not an email address")]
    Address(String),
    /// Something else is missing.
    #[error("the mail can not be written: {0}")]
    Other(String),
}

/// The mail with its envelope.
///
/// # Errors
/// [`Unsendable`] names the address, or what is missing.
pub fn compose(letter: &Letter) -> Result<Message, Unsendable> {
    let mut builder = Message::builder()
        .from(mailbox(&letter.from)?)
        .subject(text::line(&letter.subject, SUBJECT_CHARS_MAX))
        .message_id(Some(format!("<{}>", letter.message_id)));
    for to in &letter.to {
        builder = builder.to(mailbox(to)?);
    }
    for cc in &letter.cc {
        builder = builder.cc(mailbox(cc)?);
    }
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    builder = marks(threaded(builder, &letter.references), letter);
    let parts = body(letter)?;
    builder.multipart(parts).map_err(|error| Unsendable::Other(error.to_string()))
}

fn mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, Unsendable> {
    let bad = || Unsendable::Address(text::line(&mailbox.address, 80));
    let address: Address = address(&mailbox.address).ok_or_else(bad)?.parse().map_err(|_| bad())?;
    let name = text::line(&mailbox.name, 120);
    Ok(lettre::message::Mailbox::new((!name.is_empty()).then_some(name), address))
}

fn threaded(builder: MessageBuilder, references: &[String]) -> MessageBuilder {
    let Some(last) = references.last() else { return builder };
    let half = REFERENCES_MAX / 2;
    let kept: Vec<String> = if references.len() <= REFERENCES_MAX {
        references.iter().map(|id| format!("<{id}>")).collect()
    } else {
        references[..half].iter().chain(&references[references.len() - half..]).map(|id| format!("<{id}>")).collect()
    };
    builder.in_reply_to(format!("<{last}>")).references(kept.join(" "))
}

fn marks(mut builder: MessageBuilder, letter: &Letter) -> MessageBuilder {
    let mut raw = |name: &'static str, value: String| {
        builder = builder.clone().raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    };
    raw("X-Baton-Loop", text::line(&letter.loop_mark, 80));
    if letter.automatic {
        raw("Auto-Submitted", "auto-replied".into());
        raw("X-Auto-Response-Suppress", "All".into());
    }
    builder
}

fn body(letter: &Letter) -> Result<MultiPart, Unsendable> {
    let (inline, attached): (Vec<&MailFile>, Vec<&MailFile>) =
        letter.files.iter().partition(|file| file.content_id.is_some());
    let page = SinglePart::html(html::page(&letter.markdown, &letter.signature));
    let mut words =
        MultiPart::alternative().singlepart(SinglePart::plain(html::plain(&letter.markdown, &letter.signature)));
    if inline.is_empty() {
        words = words.singlepart(page);
    } else {
        let related = inline.into_iter().try_fold(MultiPart::related().singlepart(page), |parts, file| {
            Ok::<_, Unsendable>(parts.singlepart(part(file)?))
        })?;
        words = words.multipart(related);
    }
    if attached.is_empty() {
        return Ok(words);
    }
    attached.into_iter().try_fold(MultiPart::mixed().multipart(words), |parts, file| Ok(parts.singlepart(part(file)?)))
}

fn part(file: &MailFile) -> Result<SinglePart, Unsendable> {
    let octets = || ContentType::parse("application/octet-stream");
    let kind = ContentType::parse(&file.media_type).or_else(|_| octets());
    let kind = kind.map_err(|error| Unsendable::Other(error.to_string()))?;
    let name = text::file_name(&file.name);
    let builder = SinglePart::builder().header(kind);
    let builder = match &file.content_id {
        Some(id) => {
            let id: String = id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect();
            builder.header(ContentDisposition::inline_with_name(&name)).header(ContentId::from(format!("<{id}>")))
        }
        None => builder.header(ContentDisposition::attachment(&name)),
    };
    Ok(builder.body(file.bytes.clone()))
}
