//! Where an agent writes: to the customer, or to colleagues. DOM id `composer-{number}`.
//!
//! One form with two submit buttons, so it works without scripts: "Send" posts to `/messages`, "Add note" to `/notes`.
//! Sent fields: `csrf`, `message_id`, `seen_seq`, `body`, `mode`, `files`, those of the head, and `send_anyway=1` after a refusal.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::badge::OwnerBadge;
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::mail_head::MailHead;
use crate::web::moment::Moment;

/// To whom the text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// To the customer.
    #[default]
    Reply,
    /// To colleagues.
    Note,
}

impl Mode {
    /// Reads the form value.
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "reply" => Some(Self::Reply),
            "note" => Some(Self::Note),
            _ => None,
        }
    }
}

/// Why a reply was not sent yet: others wrote in the meantime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// How many messages the writer has not seen.
    pub unseen: u32,
    /// The first of them, to jump to.
    pub first_seq: i64,
    /// The last of them, up to which "Send anyway" has seen.
    pub last_seq: i64,
    /// Who wrote and the beginning of what, oldest first, a few at most.
    pub lines: Vec<(String, String)>,
}

/// What a channel asks of a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyRules {
    /// The longest text, in characters.
    pub characters_max: Option<u32>,
    /// Until when the channel lets us write freely.
    pub closes: Option<Moment>,
    /// Why what is written leaves only after the customer has written again.
    pub waits: Option<String>,
    /// Where to choose a message that was approved beforehand.
    pub templates: Option<String>,
    /// Whether a text is counted in segments.
    pub segments: bool,
    /// Why no reply can be sent now; notes still can.
    pub closed: Option<String>,
    /// Whether files can be attached.
    pub files: bool,
}

/// What the copilot did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Suggested {
    /// Nothing yet.
    #[default]
    No,
    /// It put a reply into the text.
    Inserted {
        /// Names the proposal when its fate is told.
        id: uuid::Uuid,
        /// The articles it rests on: title and address.
        sources: Vec<(String, Option<String>)>,
    },
    /// The knowledge has nothing about what the customer asks.
    Nothing,
    /// It could not, and why.
    Failed(String),
}

/// The form.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_composer.html")]
pub struct Composer {
    /// The conversation's number.
    pub number: i64,
    /// The token.
    pub csrf: String,
    /// A fresh id, so that a form sent twice is one message.
    pub message_id: String,
    /// The last timeline line on the page.
    pub seen_seq: i64,
    /// Which side is up.
    pub mode: Mode,
    /// What was typed.
    pub body: String,
    /// Who owns the conversation.
    pub owner: OwnerBadge,
    /// The channel a reply goes out on.
    pub channel: ChannelKind,
    /// The contact's name for the label.
    pub contact: Option<String>,
    /// What the channel asks.
    pub rules: ReplyRules,
    /// To whom, with a copy to whom, and about what, where the channel's messages have that.
    pub head: Option<MailHead>,
    /// Why it was not sent yet.
    pub refusal: Option<Refusal>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
    /// What the copilot did.
    pub suggested: Suggested,
    /// The proposal as it was inserted, to take it out again.
    pub suggested_text: String,
    /// The language words can be translated to; nothing where words cannot be said differently.
    pub rewrites_to: Option<String>,
}

nestable!(Composer);

impl Composer {
    /// What sending does to ownership, where it does anything.
    fn consequence(&self) -> Option<String> {
        match &self.owner {
            OwnerBadge::Ai => Some("Replying takes over from the AI.".to_owned()),
            OwnerBadge::AiOff => Some(
                "The AI is off on this channel: what the customer writes next goes to people. Replying takes it."
                    .to_owned(),
            ),
            OwnerBadge::Waiting(_) => Some("Replying takes this conversation.".to_owned()),
            OwnerBadge::Agent { me: true, .. } => None,
            OwnerBadge::Agent { name, .. } => Some(format!("{name} has this conversation. Replying takes it over.")),
        }
    }

    /// Up to where the writer counts as having seen: after a refusal, sending again means the new lines were seen.
    fn seen(&self) -> i64 {
        self.refusal.as_ref().map_or(self.seen_seq, |refusal| refusal.last_seq.max(self.seen_seq))
    }

    fn writes_note(&self) -> bool {
        self.mode == Mode::Note || self.rules.closed.is_some()
    }

    fn to(&self) -> &str {
        self.contact.as_deref().unwrap_or("the customer")
    }

    /// What is typed reaches a caller as a text message.
    fn by(&self) -> ChannelKind {
        if self.channel == ChannelKind::Phone { ChannelKind::Sms } else { self.channel }
    }
}
