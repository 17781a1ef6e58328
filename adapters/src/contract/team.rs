//! A place where the team answers customers without opening Baton: a thread for each conversation, with a card at its head.
//!
//! What is posted there is shown to people of the team alone. What they write there comes back as [`TeamAct`]s.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Account, DeliveryError, MediaRef};

/// Something a person did in the team's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamEvent {
    /// The provider's name for the event; a second one with the same name is the same event.
    pub provider_id: String,
    /// The thread it happened in.
    pub thread: ThreadRef,
    /// Who did it, by the provider's name for them.
    pub member: String,
    /// What they did.
    pub act: TeamAct,
}

/// What a person did in the team's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum TeamAct {
    /// Wrote in the thread.
    Wrote {
        /// The provider's name for the message.
        post: String,
        /// What they wrote, as Markdown.
        text: String,
        /// Whether it stays inside the team.
        internal: bool,
        /// Files that came along, to be fetched.
        files: Vec<MediaRef>,
    },
    /// Changed what they had written.
    Edited {
        /// The provider's name for the message.
        post: String,
        /// What it says now, as Markdown.
        text: String,
    },
    /// Took back what they had written.
    Deleted {
        /// The provider's name for the message.
        post: String,
    },
    /// Pressed a button of the card.
    Pressed {
        /// Which.
        button: TeamButton,
        /// What the card carried for it. Not a permission: who may do what is asked again.
        reference: String,
    },
}

/// The buttons of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamButton {
    /// Make the conversation mine.
    Take,
    /// It is done.
    Resolve,
    /// Let the AI go on.
    GiveBack,
}

/// A thread in the team's place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ThreadRef {
    /// The room.
    pub place: String,
    /// The provider's name for the card at its head.
    pub root: String,
}

/// A person of the team, as the provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMember {
    /// The name shown there.
    pub name: String,
    /// Their address, where the provider vouches that it is theirs and that they belong to the team: guests, strangers and
    /// robots have none.
    pub email: Option<String>,
}

/// The head of a thread: everything a person needs to decide whether to take the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Card {
    /// Given back with each press.
    pub reference: String,
    /// The customer's name.
    pub customer: String,
    /// Where the conversation stands, in words.
    pub state: String,
    /// How urgent that is.
    pub standing: Standing,
    /// Label and value, in order: reason, mood, channel, language, address.
    pub facts: Vec<(String, String)>,
    /// Why the AI passed it on, in words.
    pub explanation: String,
    /// What the customer wants and what was tried.
    pub summary: String,
    /// The last messages before the handoff, oldest first.
    pub history: Vec<Spoken>,
    /// The conversation in the inbox.
    pub link: Option<String>,
    /// What can be done.
    pub buttons: Vec<TeamButton>,
}

/// Where a conversation stands, as a card colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nobody has it.
    Waiting,
    /// A person has it.
    Taken,
    /// The AI has it.
    WithAi,
    /// It is put aside.
    Aside,
    /// It is done.
    Done,
}

/// Something said, with the name it is shown under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spoken {
    /// Who.
    pub who: String,
    /// What, in the words of [`Spoken::markdown`].
    pub text: String,
    /// Whether the text is Markdown; a customer's is taken as it is.
    pub markdown: bool,
}

/// One more line of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamPost {
    /// The same for every try of the same post; the provider keeps it with the post, so that it can be found again.
    pub key: String,
    /// What it says.
    pub content: TeamContent,
    /// Files that came along.
    pub files: Vec<TeamAttachment>,
    /// Whether everybody in the room is to see it, not only those who follow the thread.
    pub loud: bool,
}

/// What a line of a thread says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TeamContent {
    /// Somebody said something to or for the customer.
    Said(Spoken),
    /// A colleague left a note.
    Note(Spoken),
    /// Something happened.
    Happened(String),
}

/// A file to show in a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamAttachment {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Bytes,
}

/// A channel whose provider also has rooms where a team can answer.
#[async_trait]
pub trait TeamPlace: Send + Sync {
    /// The room an admin chose, if they did.
    fn place(&self, account: &Account) -> Option<String>;

    /// The least time between two posts in one room.
    fn interval(&self) -> Duration;

    /// Begins a thread with a card. `key` is the same for every try.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn begin(&self, account: &Account, place: &str, key: &str, card: &Card) -> Result<ThreadRef, DeliveryError>;

    /// Makes the card show how things stand now.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn refresh(&self, account: &Account, thread: &ThreadRef, card: &Card) -> Result<(), DeliveryError>;

    /// Adds a line to a thread. The provider's name for it.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn post(&self, account: &Account, thread: &ThreadRef, post: &TeamPost) -> Result<String, DeliveryError>;

    /// The thread that was begun with this key, if it was: asked after a try whose outcome nobody heard.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn find_thread(&self, account: &Account, place: &str, key: &str) -> Result<Option<ThreadRef>, DeliveryError>;

    /// The line that was posted with this key, if it was.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn find_post(
        &self,
        account: &Account,
        thread: &ThreadRef,
        key: &str,
    ) -> Result<Option<String>, DeliveryError>;

    /// Tells one person something that the others do not see.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn whisper(
        &self,
        account: &Account,
        thread: &ThreadRef,
        member: &str,
        text: &str,
    ) -> Result<(), DeliveryError>;

    /// Who a person is.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn member(&self, account: &Account, member: &str) -> Result<TeamMember, DeliveryError>;
}
