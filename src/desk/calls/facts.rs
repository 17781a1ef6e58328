//! What the call's machine has to know about the conversation.

use std::str::FromStr as _;

use crate::handoff::Owner;
use crate::handoff::call::{Facts, NobodyAnswers, PhoneAgent, Target, Utterance};
use crate::handoff::message::{Author, Visibility};
use crate::store::calls::StoredCall;
use crate::store::channels::{self, Channel};
use crate::store::conversations::Record;
use crate::store::timeline::{self, Delivery, Item};
use crate::store::{Tx, contacts, handoffs};

use super::super::change::shorten;
use super::super::{Desk, DeskError};

/// Lines of the timeline that are looked at for something to say.
pub(super) const LINES_MAX: u64 = 200;
/// Characters of a summary that are read to the person who picks up: about twelve seconds.
const WHISPER_CHARS: usize = 220;
/// Digits in a row that are read one by one: four may be a year or a price.
const SPELLED_DIGITS_MIN: usize = 5;

/// What was set for the number of a channel.
pub fn agent_of(channel: &Channel) -> PhoneAgent {
    let set = channel.settings.get("agent").cloned().unwrap_or_default();
    let agent: PhoneAgent = serde_json::from_value(set).unwrap_or_default();
    match agent.nobody {
        // Where no AI answers, none can go on either.
        NobodyAnswers::Ai if !channel.autopilot => PhoneAgent { nobody: NobodyAnswers::Voicemail, ..agent },
        _ => agent,
    }
}

impl Desk {
    pub(super) async fn facts<'a>(
        &self,
        tx: &Tx,
        record: &Record,
        stored: &StoredCall,
        agent: &'a PhoneAgent,
    ) -> Result<Facts<'a>, DeskError> {
        let items = timeline::after(&**tx, record.core.id, stored.call.said_through, LINES_MAX).await?;
        let zone = chrono_tz::Tz::from_str(&agent.time_zone).unwrap_or(chrono_tz::UTC);
        let here = self.clock.now().with_timezone(&zone).naive_local();
        Ok(Facts {
            owner: record.core.owner,
            lines: items.iter().filter_map(unsaid).collect(),
            targets: nearest_first(agent.targets(here, &self.taken(tx, stored).await?), record.core.owner),
            whisper: self.whisper_text(tx, record, stored, agent).await?,
            can_text: stored.from.is_some(),
            wording: agent.wording_in(language_of(stored, agent)),
            agent,
        })
    }

    /// Numbers that would bring the call back to where it is.
    async fn taken(&self, tx: &Tx, stored: &StoredCall) -> Result<Vec<String>, DeskError> {
        let own = channels::all(&**tx).await?.into_iter().filter(|other| self.speaks(&other.kind));
        let own = own.filter_map(|other| other.settings.get("number")?.as_str().map(str::to_owned));
        let of_call = [stored.from.clone(), stored.forwarded_from.clone(), Some(stored.to.clone())];
        Ok(own.chain(of_call.into_iter().flatten()).collect())
    }

    async fn whisper_text(
        &self,
        tx: &Tx,
        record: &Record,
        stored: &StoredCall,
        agent: &PhoneAgent,
    ) -> Result<String, DeskError> {
        let name = contacts::find(&**tx, record.core.contact).await?.and_then(|contact| contact.name);
        let caller =
            name.or_else(|| stored.from.as_deref().map(in_digits)).unwrap_or_else(|| "a withheld number".into());
        let handoff = handoffs::last(&**tx, record.core.id).await?;
        // The customer's own words may be in it, and with them the number of an order.
        let (reason, summary) = handoff.map(|one| (one.explanation, one.summary)).unwrap_or_default();
        let said = agent
            .whisper
            .replace("{caller}", &caller)
            .replace("{reason}", &read_out(&reason))
            .replace("{summary}", &read_out(&shorten(&spoken(&summary.text), WHISPER_CHARS)));
        Ok(format!("{said} Press 1 to take the call, 2 to hear this again."))
    }
}

/// What of the timeline is to be said: words of the AI and of the house that nobody has sent another way.
pub(super) fn unsaid(item: &Item) -> Option<Utterance> {
    let Item::Message(message) = item else { return None };
    let by_ai = message.author == Author::Ai;
    let is_ours = by_ai || message.author == Author::System;
    let waits = message.delivery == Delivery::Queued && message.visibility == Visibility::Public;
    let text = spoken(&message.text);
    (is_ours && waits && !text.is_empty()).then_some(Utterance {
        text,
        seq: Some(message.seq),
        message: Some(message.id),
        by_ai,
    })
}

/// The language a call is held in.
pub(super) fn language_of<'a>(stored: &'a StoredCall, agent: &'a PhoneAgent) -> &'a str {
    stored.call.language.as_deref().unwrap_or(&agent.language)
}

/// Whose conversation it is already is called first.
fn nearest_first(mut targets: Vec<Target>, owner: Owner) -> Vec<Target> {
    targets.sort_by_key(|target| target.agent.is_none() || target.agent != owner.agent());
    targets
}

/// Words whose numbers are read digit by digit: an order is no quantity.
fn read_out(words: &str) -> String {
    let mut said = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        said.push_str(before);
        if digits.len() < SPELLED_DIGITS_MIN {
            said.push_str(digits)
        } else {
            said.push_str(&in_digits(digits))
        }
        rest = after;
    }
    said.push_str(rest);
    said
}

/// A number as it is read out.
fn in_digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).map(|digit| digit.to_string()).collect::<Vec<_>>().join(" ")
}

/// Markdown as it is read out: its words alone. What stands in brackets behind a link is an address, which nobody can hear.
pub(super) fn spoken(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        let (before, after) = rest.split_at(at);
        said.push_str(before);
        rest = after[2..].split_once(')').map_or("", |(_, after)| after);
    }
    said.push_str(rest);
    let marks = |c: char| matches!(c, '*' | '_' | '`' | '#' | '[' | ']' | '>' | '|' | '~');
    said.chars().filter(|c| !marks(*c)).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_read_out() {
        assert_eq!(
            spoken("## Returns\n\n* **30 days**, see [our page](https://shop.example/returns_a) for `more`.\n"),
            "Returns 30 days, see our page for more."
        );
        assert_eq!(spoken("broken [link](https://x"), "broken link");
        assert_eq!(in_digits("+15550142"), "1 5 5 5 0 1 4 2");
        assert_eq!(read_out("Order 20318 of 2024, 2 lamps"), "Order 2 0 3 1 8 of 2024, 2 lamps");
    }
}
