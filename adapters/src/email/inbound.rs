//! A mail as an event.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::contract::{Identity, Inbound, InboundFile, InboundMessage, Refusal, Status, StatusReport, ThreadKey};

use super::config::Config;
use super::mail::{Mail, MailFile};
use super::nature::Nature;
use super::thread;

/// The kind of identity that is an address here.
pub(super) const ADDRESS_KIND: &str = "email";
/// Stands before a thread that is a token of ours rather than a Message-ID.
pub(super) const TOKEN_MARK: &str = "t:";
/// Largest picture that is put into the kept HTML itself, and the most of all of them.
const INLINE_BYTES_MAX: usize = 256 * 1024;
const INLINE_BYTES_TOTAL: usize = 1024 * 1024;

/// What a mail says.
pub(super) fn events(config: &Config, loop_mark: &str, mail: Mail) -> Vec<Inbound> {
    if mail.nature == Nature::Bounce {
        return bounced(&mail);
    }
    let own = mail.loop_mark.as_deref() == Some(loop_mark) || thread::is_ours(&mail.from.address, &config.ours);
    let from_form = own
        && mail.loop_mark.is_none()
        && mail.reply_to.as_ref().is_some_and(|to| !thread::is_ours(&to.address, &config.ours));
    if own && !from_form {
        return vec![Inbound::Ignored("our own mail".into())];
    }
    if mail.nature == Nature::Bulk && config.ignore_lists {
        return vec![Inbound::Ignored("mail to many".into())];
    }
    vec![Inbound::from(message(config, mail, from_form))]
}

/// What a server says of a mail of ours.
fn bounced(mail: &Mail) -> Vec<Inbound> {
    let Some(bounce) = mail.bounce.as_ref().filter(|bounce| bounce.is_final()) else {
        return vec![Inbound::Ignored("a mail is late".into())];
    };
    let Some(id) = bounce.message_ids.iter().find(|id| thread::is_made_by_us(id)) else {
        return vec![Inbound::Ignored("a bounce of a mail that is not ours".into())];
    };
    let who = bounce.recipient.as_deref().unwrap_or("The customer");
    let status = bounce.status.as_deref().unwrap_or("");
    vec![Inbound::Status(StatusReport {
        key: None,
        provider_id: Some(id.clone()),
        status: Status::Failed,
        why: Some(format!("{who} can not be reached: {status} {}", bounce.why).replace("  ", " ")),
        refusal: Refusal::Other,
    })]
}

fn message(config: &Config, mail: Mail, from_form: bool) -> InboundMessage {
    let tokens = thread::tokens(&mail, &config.ours).into_iter().map(|token| format!("{TOKEN_MARK}{token}"));
    let threads: Vec<ThreadKey> = tokens.chain(mail.refers_to.iter().cloned()).map(ThreadKey).collect();
    let sender = match &mail.reply_to {
        // A form on a website writes in our name and says where answers go.
        Some(reply_to) if from_form => reply_to.clone(),
        _ => mail.from.clone(),
    };
    let name = Some(sender.name.clone()).filter(|name| !name.is_empty() && !name.contains('@'));
    let mut text = if mail.text.is_empty() && mail.files.is_empty() { mail.subject.clone() } else { mail.text.clone() };
    for remark in &mail.remarks {
        text.push_str(&format!("\n\n[{remark}]"));
    }
    if text.trim().is_empty() && mail.files.is_empty() {
        text = "[An empty mail.]".into();
    }
    let addressed = mail.to.iter().chain(&mail.cc).any(|to| thread::is_ours(&to.address, &config.ours));
    InboundMessage {
        name,
        threads,
        own_thread: mail.message_id.clone().map(ThreadKey),
        sent_at: mail.sent_at.map(|at| at.timestamp()),
        subject: Some(mail.subject.clone()).filter(|subject| !subject.is_empty()),
        cc: copies(config, &mail, &sender.address),
        original: original(&mail),
        // A machine's mail is kept and not answered; nor is one that was not addressed to us (RFC 3834, section 2).
        automatic: mail.nature != Nature::Person
            || !(addressed || mail.delivered_to.iter().any(|to| thread::is_ours(to, &config.ours))),
        files: mail.files.iter().map(file).collect(),
        ..InboundMessage::new(name_of(&mail), Identity::new(ADDRESS_KIND, sender.address), text.trim())
    }
}

/// Who else got it, ourselves and the writer left out.
fn copies(config: &Config, mail: &Mail, sender: &str) -> Vec<String> {
    let others = mail.to.iter().chain(&mail.cc).map(|mailbox| &mailbox.address);
    others.filter(|address| *address != sender && !thread::is_ours(address, &config.ours)).cloned().collect()
}

/// The name a mail is known by: the same however often and under whatever number it arrives.
fn name_of(mail: &Mail) -> String {
    let mut hash = Sha256::new();
    for part in [mail.message_id.as_deref().unwrap_or(""), &mail.from.address, &mail.subject, &mail.whole_text] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(mail.sent_at.map_or(0, |at| at.timestamp()).to_be_bytes());
    let digest: String = hash.finalize().iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    format!("mail-{digest}")
}

fn file(file: &MailFile) -> InboundFile {
    InboundFile {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        content: Bytes::copy_from_slice(&file.bytes),
        content_id: file.content_id.clone(),
    }
}

/// The whole mail, where its text is only a part of it: its HTML with its pictures inside, or all of its text.
fn original(mail: &Mail) -> Option<InboundFile> {
    let (name, media_type, content) = match &mail.html {
        Some(html) => ("original.html", "text/html", with_pictures(html, &mail.files)),
        None if mail.whole_text != mail.text => ("original.txt", "text/plain", mail.whole_text.clone()),
        None => return None,
    };
    Some(InboundFile {
        name: name.into(),
        media_type: media_type.into(),
        content: Bytes::from(content),
        content_id: None,
    })
}

fn with_pictures(html: &str, files: &[MailFile]) -> String {
    let (mut html, mut total) = (html.to_owned(), 0);
    for file in files {
        let Some(id) = file.content_id.as_deref().filter(|id| !id.is_empty()) else { continue };
        let picture = ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&file.media_type.as_str());
        total += file.bytes.len();
        if picture && file.bytes.len() <= INLINE_BYTES_MAX && total <= INLINE_BYTES_TOTAL {
            let data = format!("data:{};base64,{}", file.media_type, STANDARD.encode(&file.bytes));
            html = html.replacen(&format!("cid:{id}"), &data, 4);
        }
    }
    html
}
