//! The head of a mail in the composer: to whom it goes, who gets a copy, what it is about, and whether it is signed.
//!
//! Sends `head=1`, `to`, `cc`, `subject` and `signature`. Invariant: a reply goes to an address the customer is known by.

use askama::Template;

use crate::store::message_details::Details;
use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::settings::rules;

/// Longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 200;
/// What a mail is about where nobody said.
const NO_SUBJECT: &str = "Your message to us";
/// Most copies of one mail.
const COPIES_MAX: usize = 20;

/// The head as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "inbox/_mail_head.html")]
pub struct MailHead {
    /// The conversation's number.
    pub number: i64,
    /// The addresses the customer is known by, the usual one first.
    pub addresses: Vec<String>,
    /// The one that was chosen.
    pub to: String,
    /// Who gets a copy, as typed.
    pub cc: String,
    /// What it is about.
    pub subject: String,
    /// What stands under every mail, on one line; empty where nothing does.
    pub signature: String,
    /// Whether it stands under this one.
    pub signed: bool,
    /// Whether it is unfolded, because something is wrong with it.
    pub open: bool,
}

nestable!(MailHead);

/// The head as it was sent; `None` where the form has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentHead {
    /// The chosen address.
    pub to: String,
    /// Who gets a copy, as typed.
    pub cc: String,
    /// What it is about.
    pub subject: String,
    /// Whether it is signed.
    pub signed: bool,
}

impl MailHead {
    /// The head of an answer: about what was spoken of last, with a copy to whoever got one then.
    pub fn answering(number: i64, addresses: Vec<String>, last: Option<&Details>, signature: &[&str]) -> Self {
        let subject = last.and_then(|last| last.subject.as_deref()).unwrap_or_default();
        let is_answer = subject.get(..3).is_some_and(|mark| mark.eq_ignore_ascii_case("re:"));
        Self {
            number,
            to: addresses.first().cloned().unwrap_or_default(),
            addresses,
            cc: last.map(|last| last.cc.join(", ")).unwrap_or_default(),
            subject: match subject {
                "" => NO_SUBJECT.to_owned(),
                subject if is_answer => subject.to_owned(),
                subject => format!("Re: {subject}"),
            },
            signature: signature.join(" · "),
            signed: true,
            open: false,
        }
    }

    /// The same with what was typed.
    #[must_use]
    pub fn typed(self, sent: &SentHead) -> Self {
        let (to, cc, subject) = (sent.to.clone(), sent.cc.clone(), sent.subject.clone());
        let open = self.details(sent).is_err();
        Self { to, cc, subject, signed: sent.signed, open, ..self }
    }

    /// How many get a copy, as typed.
    fn copies(&self) -> usize {
        addresses_in(&self.cc).count()
    }

    /// What the message carries, or what is wrong with it.
    ///
    /// # Errors
    /// In words, with what to do.
    pub fn details(&self, sent: &SentHead) -> Result<Details, String> {
        let known = self.addresses.iter().find(|address| address.eq_ignore_ascii_case(sent.to.trim()));
        let to = known.cloned().unwrap_or_default();
        if known.is_none() && !self.addresses.is_empty() {
            return Err("Choose one of the customer's addresses under To. Others go under Cc.".to_owned());
        }
        let subject = sent.subject.trim();
        if subject.is_empty() {
            return Err("Write a subject: a mail without one is often taken for junk.".to_owned());
        }
        if subject.chars().count() > SUBJECT_CHARS_MAX {
            return Err(format!("Keep the subject under {SUBJECT_CHARS_MAX} characters."));
        }
        let mut cc = Vec::new();
        for typed in addresses_in(&sent.cc) {
            let address = rules::email(typed.trim_matches(['<', '>']))
                .map_err(|_| format!("“{typed}” under Cc is not an email address. Write it as name@example.com."))?;
            if address != to && !cc.contains(&address) {
                cc.push(address);
            }
        }
        if cc.len() > COPIES_MAX {
            return Err(format!("At most {COPIES_MAX} people get a copy of one mail."));
        }
        let is_usual = self.addresses.first().is_none_or(|usual| *usual == to);
        Ok(Details {
            subject: Some(subject.to_owned()),
            to: (!is_usual).then_some(to),
            cc,
            unsigned: !sent.signed && !self.signature.is_empty(),
            ..Details::default()
        })
    }
}

fn addresses_in(typed: &str) -> impl Iterator<Item = &str> {
    typed.split([',', ';', ' ', '\n']).map(str::trim).filter(|typed| !typed.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> MailHead {
        let last = Details { subject: Some("Lamp".into()), cc: vec!["omar@shop.example".into()], ..Details::default() };
        let addresses = vec!["maya@customer.example".to_owned(), "maya@work.example".to_owned()];
        MailHead::answering(7, addresses, Some(&last), &["Lumen", "The lamp shop"])
    }

    fn sent(head: &MailHead) -> SentHead {
        SentHead { to: head.to.clone(), cc: head.cc.clone(), subject: head.subject.clone(), signed: true }
    }

    #[test]
    fn an_answer_goes_to_everybody_who_got_the_question() {
        let head = head();
        assert_eq!((head.subject.as_str(), head.signature.as_str()), ("Re: Lamp", "Lumen · The lamp shop"));
        let details = head.details(&sent(&head)).expect("details");
        assert_eq!((details.subject.as_deref(), details.to), (Some("Re: Lamp"), None));
        assert_eq!((details.cc, details.unsigned), (vec!["omar@shop.example".to_owned()], false));
    }

    #[test]
    fn what_is_typed_is_checked() {
        let head = head();
        let typed = |change: fn(&mut SentHead)| {
            let mut sent = sent(&head);
            change(&mut sent);
            head.details(&sent)
        };
        assert!(typed(|sent| sent.to = "otto@elsewhere.example".into()).is_err(), "not the customer's");
        assert!(typed(|sent| sent.subject = " ".into()).is_err());
        assert!(typed(|sent| sent.cc = "omar".into()).is_err_and(|why| why.contains("“omar”")));
        let other = typed(|sent| {
            sent.to = "Maya@work.example".into();
            sent.cc = "<a@b.example>; a@b.example, maya@work.example".into();
            sent.signed = false;
        })
        .expect("details");
        assert_eq!((other.to.as_deref(), other.unsigned), (Some("maya@work.example"), true));
        assert_eq!(other.cc, ["a@b.example"]);
    }
}
