//! The mail client: a customer's mailbox, and the mailbox of a colleague who gets conversations by mail.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::super::faults::Fault;
use super::super::mail::{Draft, Shown};
use super::super::world::World;
use super::Tab;
use super::live::back_to;
use super::page::{Switch, html};
use crate::web::html::nestable;
use crate::web::icon::Icon;

/// Characters of a mail, and of its subject.
const TEXT_CHARS_MAX: usize = 8_000;
const SUBJECT_CHARS_MAX: usize = 200;
/// The company's address.
const COMPANY: &str = super::super::accounts::MAILBOX;

/// Whose mailbox is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Customer,
    Colleague,
}

impl Owner {
    const ALL: &'static [Self] = &[Self::Customer, Self::Colleague];

    fn of(name: &str) -> Self {
        if name == Self::Colleague.box_name() { Self::Colleague } else { Self::Customer }
    }

    fn box_name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Colleague => "colleague",
        }
    }

    fn all(self) -> &'static [Self] {
        Self::ALL
    }

    fn name(self) -> &'static str {
        match self {
            Self::Customer => "Maya Lind",
            Self::Colleague => "Ines",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Customer => "Maya, a customer",
            Self::Colleague => "Ines, at the company",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::Customer => "maya@customer.example",
            Self::Colleague => super::super::ADMIN_EMAIL,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Customer => "/sandbox/mail?box=customer",
            Self::Colleague => "/sandbox/mail?box=colleague",
        }
    }

    fn tries(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Customer => &[
                ("Delivery", "Hello,\n\nhow long does delivery take?\n\nMaya"),
                ("Broken lamp", "Hello,\n\nmy lamp arrived broken. I would like to talk to a person, please.\n\nMaya"),
            ],
            Self::Colleague => &[],
        }
    }
}

#[derive(Template)]
#[template(path = "sandbox/mail.html")]
struct MailPage {
    tab: Tab,
    owner: Owner,
    company: &'static str,
    mails: Mails,
    faults: Vec<Switch>,
}

#[derive(Template)]
#[template(path = "sandbox/_mail.html")]
struct Mails {
    owner: Owner,
    mails: Vec<Shown>,
}

nestable!(Mails);

/// Which mailbox.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "box")]
    name: String,
}

/// The page.
pub(super) async fn show(world: web::Data<World>, asked: web::Query<Asked>) -> HttpResponse {
    let owner = Owner::of(&asked.name);
    let faults = Switch::all(&world, Fault::label_of_mail);
    html(&MailPage { tab: Tab::Mail, owner, company: COMPANY, mails: mails(&world, owner), faults })
}

/// The mails alone.
pub(super) async fn list(world: web::Data<World>, asked: web::Query<Asked>) -> HttpResponse {
    html(&mails(&world, Owner::of(&asked.name)))
}

fn mails(world: &World, owner: Owner) -> Mails {
    Mails { owner, mails: world.post().shown(owner.address()) }
}

/// A mail somebody writes.
#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(rename = "box")]
    owner: String,
    #[serde(default)]
    subject: String,
    text: String,
    answers: Option<String>,
}

/// Sends a mail to the company.
pub(super) async fn write(world: web::Data<World>, form: web::Form<Written>) -> HttpResponse {
    let form = form.into_inner();
    let owner = Owner::of(&form.owner);
    let text: String = form.text.trim().chars().take(TEXT_CHARS_MAX).collect();
    if text.is_empty() {
        return back_to(owner.path());
    }
    let draft = Draft {
        name: owner.name().into(),
        from: owner.address().into(),
        to: COMPANY.into(),
        subject: form.subject.trim().chars().take(SUBJECT_CHARS_MAX).collect(),
        text,
        answers: form.answers.filter(|id| !id.is_empty()),
        cc: Vec::new(),
    };
    if let Err(why) = world.post().send(&draft) {
        tracing::warn!(%why, "a mail of the sandbox could not be sent");
    }
    back_to(owner.path())
}
