//! Who the customer is, as far as the desk knows. DOM id `contact-{number}`.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::channel::ChannelKind;
use crate::web::moment::Moment;

/// One address the contact writes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its channel.
    pub channel: ChannelKind,
    /// The address, number or name.
    pub value: String,
    /// Whether it was proved to be theirs.
    pub verified: bool,
}

/// A customer who was found to be this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Names the link when it is undone.
    pub link: String,
    /// What the customer was called.
    pub name: String,
    /// Who said so, or what proved it.
    pub why: String,
}

/// An earlier conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastConversation {
    /// Its number.
    pub number: i64,
    /// Its channel.
    pub channel: ChannelKind,
    /// What it was about.
    pub line: String,
    /// When it was last active.
    pub at: Moment,
    /// Whether it is closed.
    pub closed: bool,
}

/// The right-hand panel.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_contact.html")]
pub struct ContactPanel {
    /// The open conversation's number.
    pub number: i64,
    /// The token.
    pub csrf: String,
    /// The name.
    pub name: Option<String>,
    /// One or two letters for the avatar.
    pub initials: String,
    /// The email address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Everywhere they write from.
    pub identities: Vec<Identity>,
    /// Who was found to be the same person.
    pub merged: Vec<Merged>,
    /// Somebody who may be the same person: their name, and where to look at both.
    pub perhaps: Option<(String, String)>,
    /// What the organisation's own systems told us.
    pub custom: Vec<(String, String)>,
    /// Earlier conversations, latest first.
    pub past: Vec<PastConversation>,
    /// What the language model was paid for this one, where it was asked.
    pub model: Option<ModelCost>,
}

/// What the language model was paid for a conversation, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCost {
    /// How often it was asked, and with how many tokens.
    pub tokens: String,
    /// The money, where prices are set.
    pub money: Option<String>,
    /// Whether the conversation has used its budget.
    pub is_spent: bool,
}

nestable!(ContactPanel);
