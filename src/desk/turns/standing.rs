//! What the policy knows before anybody reads the customer's words. The one place where a turn's levers come from.

use std::collections::BTreeMap;

use baton_adapters::contract::Answers;

use crate::handoff::hours::OfficeHours;
use crate::handoff::policy::{Asking, ChannelClass, HandoffSettings, OutsideHours, Standing};
use crate::handoff::{Author, Epoch};
use crate::store::contacts::Contact;
use crate::store::conversations::Record;
use crate::store::settings::Source;
use crate::store::timeline::Message;
use crate::store::{asking, contacts, settings};

use super::super::office::Office;
use super::super::unanswered::last_words;
use super::super::{Desk, DeskError};

/// The settings as they count for one turn.
#[derive(Clone, Debug)]
pub(in crate::desk) struct Rules {
    /// What is set.
    pub(in crate::desk) settings: HandoffSettings,
    /// What is known.
    pub(in crate::desk) standing: Standing,
}

impl Desk {
    /// The rules of a turn over a conversation. Reads more than its arguments only where something is asked before handoffs.
    pub(in crate::desk) async fn rules(
        &self,
        db: &impl Source,
        settings: HandoffSettings,
        record: &Record,
        messages: &[Message],
    ) -> Result<Rules, DeskError> {
        let settings = self.levers_of(db, record, settings).await?;
        let (kept, contact) = match asks(&settings, record) {
            true => (asking::find(db, record.core.id).await?, contacts::find(db, record.core.contact).await?),
            false => (None, None),
        };
        let mut standing = standing(&settings, record, messages, kept, contact.as_ref());
        let hours = settings::load::<OfficeHours>(db).await?.value;
        standing.in_hours = Office::at(&hours, record.core.channel, record.core.team, self.clock.now()).open;
        let has_subject = self.capabilities(&record.channel_kind).is_some_and(|channel| channel.subject);
        // A page of our own shows what is asked for as a form, which has room for everything.
        let shows_form = settings.collection.in_form && self.answers(record) == Some(Answers::Pull);
        if has_subject || shows_form {
            standing.channel = ChannelClass::Letter;
        } else if self.is_spoken(record) {
            standing.channel = ChannelClass::Voice;
            // A call has hours of its own: who can be called, and when.
            standing.in_hours = true;
        }
        Ok(Rules { settings, standing })
    }
}

/// Whether a handoff of this conversation may wait for something.
pub(in crate::desk) fn asks(settings: &HandoffSettings, record: &Record) -> bool {
    let levers = settings.levers_for(Some(record.core.channel));
    levers.problem_first
        || levers.details_first
        || levers.solution_attempts_min > 0
        || settings.outside_hours == OutsideHours::Collect
}

fn standing(
    settings: &HandoffSettings,
    record: &Record,
    messages: &[Message],
    kept: Option<(Epoch, Asking)>,
    contact: Option<&Contact>,
) -> Standing {
    // What was asked before a person had the conversation is over.
    let kept = kept.filter(|(epoch, _)| *epoch == record.core.epoch).map(|(_, asking)| asking).unwrap_or_default();
    let collection = &settings.collection;
    let asking = collection.answered(&kept, &last_words(messages));
    let known = known(contact);
    Standing {
        levers: settings.levers_for(Some(record.core.channel)),
        topics_without_master: settings.topics_without_master,
        outside_hours: settings.outside_hours,
        in_hours: true,
        channel: ChannelClass::Chat,
        answers: answers(messages).saturating_sub(asking.questions()),
        missing: collection.missing(&asking, &known),
        contact_missing: collection.contact_missing(&asking, &known),
        asking,
    }
}

/// Fields that need no asking.
fn known(contact: Option<&Contact>) -> BTreeMap<String, String> {
    let Some(contact) = contact else { return BTreeMap::new() };
    let fields = [("name", &contact.name), ("email", &contact.email), ("phone", &contact.phone)];
    fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))).collect()
}

/// The AI's messages since a person last spoke. Words the page showed before the customer wrote are no answer.
fn answers(messages: &[Message]) -> u16 {
    let start = messages.iter().rposition(|message| matches!(message.author, Author::Agent(_))).map_or(0, |at| at + 1);
    let since = &messages[start..];
    let asked = since.iter().position(|message| message.author == Author::Contact).unwrap_or(since.len());
    let answers = since[asked..].iter().filter(|message| message.author == Author::Ai).count();
    u16::try_from(answers).unwrap_or(u16::MAX)
}
