//! What a customer writes and reads in the sandbox's mail client.

use std::sync::Arc;

use baton_adapters::email::{self, Letter, Mailbox, Unsendable, compose};

use super::post::Post;

/// A mail a customer writes.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Who writes, by name and address.
    pub name: String,
    /// Their address.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// About what.
    pub subject: String,
    /// In Markdown.
    pub text: String,
    /// The Message-ID of the mail it answers.
    pub answers: Option<String>,
}

/// A mail as the client shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its Message-ID.
    pub id: String,
    /// Who wrote it.
    pub from: Mailbox,
    /// About what.
    pub subject: String,
    /// Its words, without what they quote.
    pub text: String,
    /// Its files' names.
    pub files: Vec<String>,
    /// Whether the mailbox's owner wrote it.
    pub own: bool,
}

impl Shown {
    /// What it is about, without the marks of answers.
    pub fn bare_subject(&self) -> &str {
        email::bare_subject(&self.subject)
    }
}

impl Post {
    /// Sends what somebody wrote. A copy stays in their own mailbox.
    ///
    /// # Errors
    /// [`Unsendable`] names the address that is none.
    pub fn send(&self, draft: &Draft) -> Result<(), Unsendable> {
        let mailbox = |address: &str| Mailbox { name: String::new(), address: address.to_lowercase() };
        let domain = draft.from.rsplit_once('@').map_or("sandbox.example", |(_, domain)| domain);
        let letter = Letter {
            from: Mailbox { name: draft.name.clone(), address: draft.from.to_lowercase() },
            to: vec![mailbox(&draft.to)],
            cc: draft.cc.iter().map(|address| mailbox(address)).collect(),
            subject: draft.subject.clone(),
            message_id: format!("{}@{domain}", self.clock().new_id().simple()),
            references: draft.answers.iter().cloned().collect(),
            markdown: draft.text.clone(),
            loop_mark: "sandbox".into(),
            ..Letter::default()
        };
        let raw = compose(&letter)?.formatted();
        let to: Vec<String> = std::iter::once(&draft.to).chain(&draft.cc).cloned().collect();
        self.deliver(&draft.from, &to, &raw);
        self.deliver("", std::slice::from_ref(&draft.from), &raw);
        Ok(())
    }

    /// A mailbox as the client shows it, the newest first.
    pub fn shown(&self, address: &str) -> Vec<Shown> {
        let own = address.to_lowercase();
        let mut shown: Vec<Shown> = self
            .raw_mails(address)
            .iter()
            .filter_map(|raw: &Arc<[u8]>| baton_adapters::email::read(raw).ok())
            .map(|mail| Shown {
                id: mail.message_id.unwrap_or_default(),
                own: mail.from.address == own,
                from: mail.from,
                subject: mail.subject,
                text: mail.text,
                files: mail.files.into_iter().map(|file| file.name).collect(),
            })
            .collect();
        shown.reverse();
        shown
    }
}
