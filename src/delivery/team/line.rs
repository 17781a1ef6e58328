//! The lines of a thread: what was said since it began, and what happened.

use baton_adapters::contract::team::{TeamAttachment, TeamContent, TeamPost};

use crate::desk::DeskError;
use crate::handoff::event::Entry;
use crate::handoff::message::Visibility;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, MessageId, Owner};
use crate::store::team_threads::Thread;
use crate::store::timeline::{Item, Line, Message};
use crate::store::{Tx, agents, attachments};

use super::TeamRelay;

/// Whether what happened next says it all: of several changes of owner in a row, the last tells how things stand.
pub(super) fn is_overtaken(item: &Item, next: Option<&Item>) -> bool {
    let moves = |item: &Item| matches!(item, Item::Line(line) if matches!(line.entry, Entry::AgentJoined { .. } | Entry::Unassigned { .. }));
    moves(item) && next.is_some_and(moves)
}

impl TeamRelay {
    /// The line for an item of the timeline; none where the thread shows it otherwise. `written` are messages people wrote in
    /// the thread itself.
    pub(super) async fn line(
        &self,
        tx: &Tx,
        thread: &Thread,
        item: &Item,
        customer: &str,
        written: &[MessageId],
    ) -> Result<Option<TeamPost>, DeskError> {
        let key = format!("{}/{}", thread.conversation, item.seq().0);
        match item {
            Item::Message(message) if written.contains(&message.id) => Ok(None),
            Item::Message(message) => {
                let spoken = self.spoken(tx, message, customer).await?;
                let content = match message.visibility {
                    Visibility::Note => TeamContent::Note(spoken),
                    Visibility::Public => TeamContent::Said(spoken),
                };
                Ok(Some(TeamPost { key, content, files: self.files(tx, message).await?, loud: false }))
            }
            Item::Line(line) => {
                let told = self.happened(tx, line).await?;
                Ok(told.map(|(what, loud)| {
                    let content = TeamContent::Happened(what);
                    TeamPost { key, content, files: Vec::new(), loud }
                }))
            }
        }
    }

    /// What the team is told of a message that did not reach the customer.
    pub(super) fn failure_line(&self, thread: &Thread, message: &Message) -> TeamPost {
        let start: String = message.text.chars().take(60).collect();
        let why = message.delivery_detail.as_deref().unwrap_or("the provider did not say why");
        TeamPost {
            key: format!("{}/{}/failure", thread.conversation, message.seq.0),
            content: TeamContent::Happened(format!("⚠️ “{start}” may not have reached the customer: {why}")),
            files: Vec::new(),
            loud: false,
        }
    }

    async fn files(&self, tx: &Tx, message: &Message) -> Result<Vec<TeamAttachment>, DeskError> {
        if !message.has_attachments {
            return Ok(Vec::new());
        }
        let all = attachments::of_conversation(&**tx, message.conversation).await?;
        let mut files = Vec::new();
        for file in all.into_iter().filter(|file| file.message == Some(message.id)) {
            if let Some(content) = attachments::content(&**tx, file.id).await? {
                files.push(TeamAttachment { name: file.name, bytes: content.into() });
            }
        }
        Ok(files)
    }

    /// What happened, in words, and whether the whole room is told.
    async fn happened(&self, tx: &Tx, line: &Line) -> Result<Option<(String, bool)>, DeskError> {
        let who = match line.by {
            Actor::Agent(agent) => self.name(tx, agent).await?,
            Actor::Ai => "The AI".to_owned(),
            Actor::Contact => "The customer".to_owned(),
            Actor::System => "Baton".to_owned(),
        };
        Ok(match &line.entry {
            Entry::HandedOff { explanation, .. } => Some((format!("Handed off again: {explanation}"), true)),
            Entry::NotifiedAgain => Some(("Nobody has looked at this yet".to_owned(), true)),
            Entry::AgentJoined { agent, .. } => {
                Some((format!("{} has the conversation", self.name(tx, *agent).await?), false))
            }
            Entry::Unassigned { .. } => Some(("Back in the queue".to_owned(), false)),
            Entry::HandedBack { .. } => Some((format!("{who} gave the conversation back to the AI"), false)),
            Entry::Snoozed { until } => {
                Some((format!("{who} put it aside until {}", until.format("%-d %B, %H:%M UTC")), false))
            }
            Entry::Woke => Some(("No longer put aside".to_owned(), false)),
            Entry::Resolved { .. } => Some((format!("{who} resolved the conversation"), false)),
            Entry::Reopened { to } => Some(("The conversation is open again".to_owned(), *to == Owner::Queue)),
            Entry::Rated { score, feedback } => {
                let words = feedback.as_deref().map(|words| format!(": “{words}”")).unwrap_or_default();
                Some((format!("The customer rated the conversation {score} of 5{words}"), false))
            }
            // The card says it, or nobody needs to know.
            _ => None,
        })
    }

    async fn name(&self, tx: &Tx, agent: AgentId) -> Result<String, DeskError> {
        Ok(agents::find(&**tx, agent).await?.map_or_else(|| "Somebody".to_owned(), |agent| agent.name))
    }
}
