//! `/sandbox`: the customer's side, served by `baton demo` only.
//!
//! A way to reach the company is a tab with a page of its own. May not know the inbox. Invariant: nothing here asks who is
//! there, so it must never be served by anything but the demo.

mod call;
mod live;
mod mail;
mod page;
mod phone;
mod slack;
mod slack_text;

use actix_web::web::{Data, ServiceConfig, get, post};

use super::world::World;

/// A page of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// A phone with text messages and WhatsApp.
    Phone,
    /// A phone call.
    Call,
    /// A mail client.
    Mail,
    /// A Slack workspace, where the team answers and a customer writes.
    Slack,
}

impl Tab {
    const ALL: &'static [Self] = &[Self::Phone, Self::Call, Self::Mail, Self::Slack];

    /// Every page, in order.
    pub fn all(self) -> &'static [Self] {
        Self::ALL
    }

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "Phone",
            Self::Call => "Call",
            Self::Mail => "Mail",
            Self::Slack => "Slack",
        }
    }

    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Phone => "/sandbox",
            Self::Call => call::PATH,
            Self::Mail => "/sandbox/mail",
            Self::Slack => "/sandbox/slack",
        }
    }
}

/// The routes of the sandbox.
pub fn routes(config: &mut ServiceConfig, world: &World) {
    config
        .app_data(Data::new(world.clone()))
        .route("/sandbox", get().to(phone::show))
        .route("/sandbox/events", get().to(live::events))
        .route("/sandbox/faults", post().to(live::switch))
        .route(call::PATH, get().to(call::show))
        .route("/sandbox/call/screen", get().to(call::screen))
        .route("/sandbox/call/presses", post().to(call::press))
        .route("/sandbox/mail", get().to(mail::show))
        .route("/sandbox/mail/list", get().to(mail::list))
        .route("/sandbox/mail/messages", post().to(mail::write))
        .route("/sandbox/phone/screen", get().to(phone::screen))
        .route("/sandbox/phone/messages", post().to(phone::write))
        .route("/sandbox/phone/numbers", post().to(phone::change_number))
        .route("/sandbox/slack", get().to(slack::show))
        .route("/sandbox/slack/room", get().to(slack::room))
        .route("/sandbox/slack/thread", get().to(slack::thread))
        .route("/sandbox/slack/messages", post().to(slack::write))
        .route("/sandbox/slack/presses", post().to(slack::press))
        .route("/sandbox/phone/files/{app}/{message}/{n}", get().to(phone::file));
}
