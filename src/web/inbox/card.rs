//! The handoff card: what a person must know before the first word to the customer, readable in ten seconds.
//! DOM id `card-{number}`.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::badge::{HandoffReason, Wait};
use crate::web::inbox::item::Source;
use crate::web::inbox::nav::View;
use crate::web::moment::Moment;

/// The gist of the conversation so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Summary {
    /// Its lines, cut from the conversation.
    Written(Vec<SummaryLine>),
    /// Its lines, as a language model wrote them.
    ByModel(Vec<SummaryLine>),
    /// Still being written.
    Pending,
    /// It could not be written: the customer's last messages instead.
    LastMessages(Vec<String>),
}

impl Summary {
    fn is_by_model(&self) -> bool {
        matches!(self, Self::ByModel(_))
    }
}

/// A line of the gist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryLine {
    /// What it says.
    pub text: String,
    /// The place in the timeline of the message it is about.
    pub about: Option<i64>,
}

/// The customer's mood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sentiment {
    /// Content.
    Positive,
    /// Neither.
    Neutral,
    /// Displeased.
    Negative,
    /// Angry.
    Angry,
}

impl Sentiment {
    const fn label(self) -> &'static str {
        match self {
            Self::Positive => "Positive",
            Self::Neutral => "Neutral",
            Self::Negative => "Negative",
            Self::Angry => "Angry",
        }
    }
}

/// How it came that nobody is told of the handoff any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// Somebody with this name has seen it.
    By(String),
    /// Somebody took the call, at whatever number.
    OnThePhone,
    /// It was resolved by itself.
    ByNobody,
}

/// Who has seen the handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Who.
    pub by: Noticed,
    /// When.
    pub at: Moment,
}

/// The card pinned above the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_card.html")]
pub struct HandoffCard {
    /// The conversation's number.
    pub number: i64,
    /// The token.
    pub csrf: String,
    /// The list the thread was opened from.
    pub view: View,
    /// Whether it is unfolded.
    pub open: bool,
    /// Why the AI stopped.
    pub reason: HandoffReason,
    /// What exactly set it off: the customer's words, or the rule's name.
    pub trigger: String,
    /// The gist.
    pub summary: Summary,
    /// The mood.
    pub sentiment: Option<Sentiment>,
    /// The customer's language, in words.
    pub language: Option<String>,
    /// What was asked of the customer before the handoff, and the answers.
    pub collected: Vec<(String, String)>,
    /// What the AI tried.
    pub tried: Vec<String>,
    /// What it used.
    pub sources: Vec<Source>,
    /// What the customer was told.
    pub promised: Option<String>,
    /// How long the customer has waited since; absent once answered.
    pub wait: Option<Wait>,
    /// Who has seen it; absent while nobody has.
    pub acknowledged: Option<Acknowledgement>,
}

nestable!(HandoffCard);
