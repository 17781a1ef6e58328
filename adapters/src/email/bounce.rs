//! What a server says that it could not deliver (RFC 3464), and which of our mails that was.

use mail_parser::{Message, MimeHeaders as _, PartType};

use super::mail::{Mail, address, clean_id};
use super::text;

/// Longest words of a server that are kept.
const WHY_CHARS_MAX: usize = 400;
/// Text that is searched in a bounce without a report.
const SEARCHED_BYTES_MAX: usize = 32 * 1024;

/// A mail that did not arrive, or not yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounce {
    /// Message-IDs of the mail it is about, as far as the report tells.
    pub message_ids: Vec<String>,
    /// Who did not get it.
    pub recipient: Option<String>,
    /// Whether it is only late.
    pub delayed: bool,
    /// The enhanced status code, such as `5.1.1`.
    pub status: Option<String>,
    /// The server's own words.
    pub why: String,
}

impl Bounce {
    /// Whether it is of no use to try again.
    pub fn is_final(&self) -> bool {
        !self.delayed && self.status.as_deref().is_none_or(|status| !status.starts_with(['2', '4']))
    }
}

/// The report in a mail, if it is one.
pub(super) fn read(message: &Message<'_>, headers: &[(String, String)], mail: &Mail) -> Option<Bounce> {
    let report = message.parts.iter().find(|part| {
        part.is_content_type("message", "delivery-status") || part.is_content_type("message", "global-delivery-status")
    });
    let fields = report.map(|part| String::from_utf8_lossy(part.contents()).into_owned());
    let failed = headers.iter().find(|(name, _)| name == "x-failed-recipients").map(|(_, value)| value.as_str());
    let local = mail.from.address.split('@').next().unwrap_or("");
    let daemon = ["mailer-daemon", "mailerdaemon", "postmaster"].iter().any(|name| local.starts_with(name));
    if fields.is_none() && failed.is_none() && !daemon {
        return None;
    }
    let mut bounce = Bounce { message_ids: returned_ids(message, mail), ..Bounce::default() };
    match fields {
        Some(fields) => read_fields(&fields, &mut bounce)?,
        None => {
            let words = &mail.whole_text[..mail.whole_text.floor_char_boundary(SEARCHED_BYTES_MAX)];
            bounce.status = words.split_whitespace().find_map(status);
            bounce.why = text::line(
                words.split("\n\n").find(|part| part.contains("5.") || part.contains("55")).unwrap_or(words),
                WHY_CHARS_MAX,
            );
            bounce.recipient = failed.and_then(|list| address(list.split(',').next().unwrap_or("")));
        }
    }
    Some(bounce)
}

/// Reads the fields of a report. `None`: everything was delivered.
fn read_fields(fields: &str, bounce: &mut Bounce) -> Option<()> {
    let unfolded = fields.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let mut arrived = false;
    for line in unfolded.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        let typed = value.split_once(';').map_or(value, |(_, value)| value.trim());
        match name.as_str() {
            "final-recipient" | "original-recipient" if bounce.recipient.is_none() => bounce.recipient = address(typed),
            "action" => match value.to_ascii_lowercase().as_str() {
                "failed" => (bounce.delayed, arrived) = (false, false),
                "delayed" => bounce.delayed = true,
                _ => arrived = true,
            },
            "status" if bounce.status.is_none() => bounce.status = value.split_whitespace().next().and_then(status),
            "diagnostic-code" if bounce.why.is_empty() => bounce.why = text::line(typed, WHY_CHARS_MAX),
            _ => {}
        }
    }
    (!arrived || bounce.delayed).then_some(())
}

/// An enhanced status code (RFC 3463).
fn status(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_ascii_digit());
    let numbers: Vec<&str> = word.split('.').collect();
    let [class, subject, detail] = numbers[..] else { return None };
    let good = matches!(class, "2" | "4" | "5")
        && [subject, detail].iter().all(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()));
    good.then(|| word.to_owned())
}

/// Message-IDs in what came back with the report.
fn returned_ids(message: &Message<'_>, mail: &Mail) -> Vec<String> {
    let mut ids = Vec::new();
    for part in &message.parts {
        match &part.body {
            PartType::Message(inner) => ids.extend(inner.message_id().and_then(clean_id)),
            _ if part.is_content_type("text", "rfc822-headers") || part.is_content_type("message", "rfc822") => {
                ids.extend(ids_in(&String::from_utf8_lossy(part.contents())));
            }
            _ => {}
        }
    }
    if ids.is_empty() {
        ids.extend(ids_in(&mail.whole_text));
    }
    ids.extend(mail.refers_to.iter().cloned());
    ids.dedup();
    ids
}

fn ids_in(headers: &str) -> Vec<String> {
    let headers = headers.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let named = headers.lines().filter_map(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ']).split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| clean_id(value)).flatten()
    });
    named.take(4).collect()
}
