//! Waiting for what is said to a message that was just stored.
//!
//! May not change anything. Invariant: the wait ends by itself; the answer, whenever it comes, is in the history.

use std::time::Duration;

use crate::handoff::message::Visibility;
use crate::handoff::{Author, Owner, Seq};
use crate::realtime::{Hint, Lagged, Subscription};
use crate::store::conversations::{self, Record};
use crate::store::timeline::{self, Item, Message};
use crate::web::site::Site;

use super::refusal::Problem;

/// Longest wait. Widgets give up on a request soon after, and the answer reaches them anyway.
const ANSWER_WAIT: Duration = Duration::from_secs(8);
/// Time between two looks at the store without a hint: another node may have answered.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Items looked at after the message.
const ITEMS_MAX: u64 = 50;

/// What was said to a message, if anything yet.
pub(super) struct Answer {
    /// The conversation, as it is now.
    pub(super) record: Record,
    /// What the AI, or Baton in its name, said.
    pub(super) said: Option<Message>,
}

/// Waits until something is said to the contact's last message, or nobody will say it soon: people have the conversation,
/// it is closed, the time is over, or the process stops.
pub(super) async fn wait(site: &Site, record: Record, mut hints: Subscription) -> Result<Answer, Problem> {
    let sent = record.core.watermark;
    let mut stopped = site.stopped.clone();
    let deadline = tokio::time::sleep(ANSWER_WAIT);
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tokio::pin!(deadline);
    let mut answer = look(site, record, sent).await?;
    while !answer.is_settled() {
        tokio::select! {
            hint = hints.recv() => match hint {
                Ok(Hint::Changed { .. }) | Err(Lagged) => {}
                Ok(_) => continue,
            },
            _ = tick.tick() => {}
            _ = stopped.wait_for(|stopped| *stopped) => break,
            () = &mut deadline => break,
        }
        answer = look(site, answer.record, sent).await?;
    }
    Ok(answer)
}

impl Answer {
    fn is_settled(&self) -> bool {
        self.said.is_some() || self.record.core.owner != Owner::Ai || self.record.core.is_resolved()
    }
}

/// The conversation is read before the items and, if they hold an answer, after them: it is never older than the answer.
async fn look(site: &Site, record: Record, sent: Seq) -> Result<Answer, Problem> {
    let db = site.desk.store.reader();
    let mut record = conversations::find(db, record.core.id).await?.unwrap_or(record);
    let items = timeline::after(db, record.core.id, sent, ITEMS_MAX).await?;
    let said = items.into_iter().find_map(|item| match item {
        Item::Message(message) if is_answer(&message) => Some(message),
        Item::Message(_) | Item::Line(_) => None,
    });
    if said.is_some() {
        record = conversations::find(db, record.core.id).await?.unwrap_or(record);
    }
    Ok(Answer { record, said })
}

/// What was cut off answers nothing: whoever took over goes on.
fn is_answer(message: &Message) -> bool {
    !message.cut_off
        && message.visibility == Visibility::Public
        && matches!(message.author, Author::Ai | Author::System)
}
