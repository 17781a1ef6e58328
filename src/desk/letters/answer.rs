//! Answers to letters: a person's goes to the customer, a customer's into the conversation they left.

use std::sync::Arc;

use baton_adapters::contract::{InboundMessage, ThreadKey};
use uuid::Uuid;

use crate::handoff::{AgentId, MessageId};
use crate::store::channels::{self, Channel};
use crate::store::letters::{self, Letter};
use crate::store::message_details::{self, Details};

use super::super::receive::{Incoming, Place, TEXT_CHARS_MAX};
use super::super::reply::Reply;
use super::super::{Desk, DeskError};
use super::words::ANSWER_ABOVE;

/// Stands before a thread that is a token.
const TOKEN_MARK: &str = "t:";
/// Lines an attribution ("On … wrote:") may be folded into.
const ATTRIBUTION_LINES_MAX: usize = 4;

impl Desk {
    /// Takes a message in if it answers a letter. `None`: it does not, and is a customer's like any other.
    pub(in crate::desk) async fn take_letter_answer(
        &self,
        channel: &Arc<Channel>,
        message: &InboundMessage,
    ) -> Result<Option<()>, DeskError> {
        let tokens: Vec<String> = message.threads.iter().filter_map(token).collect();
        let Some(letter) = letters::by_tokens(self.store.reader(), &tokens).await? else { return Ok(None) };
        if !message.from.value.eq_ignore_ascii_case(&letter.address) {
            // Somebody the letter was passed on to. What they write is theirs alone.
            tracing::warn!(conversation = %letter.conversation, "a letter was answered from another address");
            return Ok(None);
        }
        if message.automatic {
            tracing::info!(conversation = %letter.conversation, "a machine answered a letter");
            return Ok(Some(()));
        }
        match letter.agent {
            Some(agent) => self.person_answers(channel, message, &letter, agent).await?,
            None => self.customer_answers(message, &letter).await?,
        }
        let tx = self.store.begin().await?;
        letters::answered(&*tx, letter.id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(Some(()))
    }

    async fn person_answers(
        &self,
        channel: &Arc<Channel>,
        message: &InboundMessage,
        letter: &Letter,
        agent: AgentId,
    ) -> Result<(), DeskError> {
        // The same mail twice is the same message.
        let id = MessageId(Uuid::new_v5(&channel.id.0, message.provider_id.as_bytes()));
        let (attachments, _) = self.keep_files(channel, message).await?;
        let reply = Reply { agent, message: id, text: own_words(&message.text), attachments, seen: None };
        // Whoever got a copy of what is answered gets one of the answer, as from the inbox.
        let last = message_details::last_head(self.store.reader(), letter.conversation).await?;
        let details = Details { cc: last.map(|head| head.cc).unwrap_or_default(), ..Details::default() };
        match self.reply_with(letter.conversation, reply, &details).await {
            Ok(_) => Ok(()),
            Err(DeskError::Invalid(why)) => {
                tracing::warn!(conversation = %letter.conversation, why, "a person's mail could not be sent on");
                Ok(())
            }
            Err(DeskError::Rejected(why)) => {
                tracing::warn!(conversation = %letter.conversation, %why, "a person's mail came too late");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn customer_answers(&self, message: &InboundMessage, letter: &Letter) -> Result<(), DeskError> {
        let Some(record) = self.told_of(letter).await? else { return Ok(()) };
        let Some(own) = channels::find(self.store.reader(), record.core.channel).await? else { return Ok(()) };
        let own = Arc::new(own);
        let (attachments, _) = self.keep_files(&own, message).await?;
        let incoming = Incoming {
            channel: own,
            provider_id: message.provider_id.clone(),
            message: MessageId(self.clock.new_id()),
            place: Place::Conversation { id: letter.conversation, visitor: None },
            text: message.text.chars().take(TEXT_CHARS_MAX).collect(),
            attachments,
            shown_before: Vec::new(),
            language: message.language.clone(),
            extra: super::super::receive::Extra::default(),
        };
        self.receive(incoming).await.map(drop)
    }
}

fn token(thread: &ThreadKey) -> Option<String> {
    thread.0.strip_prefix(TOKEN_MARK).map(str::to_owned)
}

/// What a person wrote above the line. Whatever their mail program quotes, nothing below the line goes to a customer.
fn own_words(text: &str) -> String {
    let Some(at) = text.lines().position(|line| line.contains(ANSWER_ABOVE)) else { return text.to_owned() };
    let mut above: Vec<&str> = text.lines().take(at).collect();
    let is_rest = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('>');
    while above.last().is_some_and(|line| is_rest(line)) {
        above.pop();
    }
    if above.last().is_some_and(|line| line.trim_end().ends_with(':')) {
        let begins = above.iter().rposition(|line| line.trim().is_empty()).map_or(0, |blank| blank + 1);
        if above.len() - begins <= ATTRIBUTION_LINES_MAX {
            above.truncate(begins);
        }
    }
    above.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::own_words;

    #[test]
    fn nothing_below_the_line_is_sent_on() {
        let line = "---- Write your answer above this line ----";
        assert_eq!(own_words("It left today."), "It left today.");
        let quoted = format!("It left today.\n\nOn 22 Nov 2026, Lumen <s@shop.example> wrote:\n> {line}\n>\n> secret");
        assert_eq!(own_words(&quoted), "It left today.");
        let bare = format!("It left today.\n\n{line}\n\nsecret");
        assert_eq!(own_words(&bare), "It left today.");
        assert_eq!(own_words(&format!("> {line}\n> secret\n\nbelow")), "");
    }
}
