//! The lines of a timeline.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::handoff::event::{Act, Entry as Happened};
use crate::handoff::message::Visibility;
use crate::handoff::people::Actor;
use crate::handoff::waiting::Goal;
use crate::handoff::{Author, MessageId, Owner, Seq, conversation::Outcome};
use crate::store::attachments::Attachment as StoredFile;
use crate::store::message_details::Details;
use crate::store::timeline::{Delivery as StoredDelivery, Item as Stored, Line, Message as StoredMessage};
use crate::web::files;
use crate::web::frame::initials;
use crate::web::html::SafeHtml;
use crate::web::icon::Icon;
use crate::web::inbox::item::{Attachment, Delivery, Entry, Item, Message, Source, Voice};
use crate::web::inbox::original;
use crate::web::markdown;
use crate::web::moment::Moment;
use crate::web::site::Site;

use super::{People, call};

/// What every line of one page shares.
pub struct Seen<'a> {
    /// The site.
    pub site: &'a Site,
    /// Names.
    pub people: &'a People,
    /// The conversation's number.
    pub number: i64,
    /// The customer's name.
    pub customer: &'a str,
    /// Name the AI goes by.
    pub ai_name: &'a str,
    /// The token for "Try again".
    pub csrf: &'a str,
    /// The files of the conversation.
    pub files: &'a [StoredFile],
    /// What messages carry beside their text.
    pub details: &'a HashMap<MessageId, Details>,
    /// How far people had read.
    pub seen: Seq,
}

/// Lines with day marks, and a mark before the first one nobody has read. `before` is the line that stands above.
pub fn items(stored: &[Stored], before: Option<DateTime<Utc>>, page: &Seen<'_>) -> Vec<Item> {
    let mut last_day = before.map(|at| at.date_naive());
    let mut unread_marked = false;
    let mut lines = Vec::with_capacity(stored.len());
    for (position, item) in stored.iter().enumerate() {
        // Of several announcements in a row only the last says anything new.
        if is_repeat(item) && stored.get(position + 1).is_some_and(is_repeat) {
            continue;
        }
        let at = moment(item);
        let starts_day = (last_day != Some(at.date_naive())).then(|| at.format("%A, %-d %B").to_string());
        last_day = Some(at.date_naive());
        let from_customer = matches!(item, Stored::Message(message) if message.author == Author::Contact);
        let starts_unread = !unread_marked && from_customer && item.seq() > page.seen && page.seen.0 > 0;
        unread_marked |= starts_unread;
        lines.push(Item {
            seq: item.seq().0,
            number: page.number,
            at: Moment::clock(at),
            starts_day,
            starts_unread,
            entry: entry(item, page),
            csrf: page.csrf.to_owned(),
        });
    }
    lines
}

fn moment(item: &Stored) -> DateTime<Utc> {
    match item {
        Stored::Message(message) => message.at,
        Stored::Line(line) => line.at,
    }
}

fn is_repeat(item: &Stored) -> bool {
    matches!(item, Stored::Line(Line { entry: Happened::NotifiedAgain, .. }))
}

fn entry(item: &Stored, page: &Seen<'_>) -> Entry {
    match item {
        Stored::Message(message) => Entry::Message(Box::new(self::message(message, page))),
        Stored::Line(line) => {
            let (icon, words) = happened(line, page);
            Entry::Event(icon, words)
        }
    }
}

fn message(stored: &StoredMessage, page: &Seen<'_>) -> Message {
    let (voice, author) = match (stored.visibility, stored.author) {
        (Visibility::Note, author) => (Voice::Note, who(author.into(), page)),
        (_, Author::Contact) => (Voice::Customer, page.customer.to_owned()),
        (_, Author::Ai) => (Voice::Ai { sources: sources(stored), confidence: None }, page.ai_name.to_owned()),
        (_, Author::Agent(agent)) => (Voice::Agent, page.people.name(agent)),
        (_, Author::System) => (Voice::Notice, "Baton".to_owned()),
    };
    let files = page.files.iter().filter(|file| file.message == Some(stored.id));
    let details = page.details.get(&stored.id).cloned().unwrap_or_default();
    Message {
        id: stored.id.to_string(),
        voice,
        initials: initials(&author),
        author,
        subject: details.subject.filter(|subject| !is_answer(subject)),
        cc: details.cc,
        original: details.original.map(|_| original::address(page.number, stored.id)),
        cut_off: stored.cut_off,
        body: SafeHtml::from_cleaned(markdown::render(&stored.text)),
        attachments: files.map(|file| attachment(page.site, file)).collect(),
        delivery: delivery(stored),
        via: None,
    }
}

/// Whether a subject only says that it answers another.
fn is_answer(subject: &str) -> bool {
    const MARKS: [&str; 10] = ["re", "aw", "sv", "vs", "antw", "ref", "res", "rif", "odp", "ynt"];
    let mark = subject.split_once(':').map(|(mark, _)| mark.trim().to_lowercase()).unwrap_or_default();
    MARKS.contains(&mark.split('[').next().unwrap_or_default())
}

fn sources(stored: &StoredMessage) -> Vec<Source> {
    let search = |title: &str| {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", title).finish();
        format!("/settings/knowledge?{query}")
    };
    let safe = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    stored
        .sources
        .iter()
        .map(|source| Source {
            title: source.title.clone(),
            url: source.url.clone().filter(safe).unwrap_or_else(|| search(&source.title)),
        })
        .collect()
}

fn attachment(site: &Site, file: &StoredFile) -> Attachment {
    let url = files::address(site, file);
    let sound = files::is_sound(&file.media_type);
    let preview = file.media_type.starts_with("image/").then(|| url.clone());
    Attachment { name: file.name.clone(), url, size: size_words(file.size_bytes), preview, sound }
}

fn size_words(bytes: i64) -> String {
    match bytes {
        // The provider still has it.
        0 => "is being fetched".to_owned(),
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn delivery(stored: &StoredMessage) -> Option<Delivery> {
    let why = || stored.delivery_detail.clone().unwrap_or_default();
    match stored.delivery {
        StoredDelivery::None => None,
        StoredDelivery::Queued => Some(Delivery::Queued),
        StoredDelivery::Sending => Some(Delivery::Sending),
        StoredDelivery::Sent => Some(Delivery::Sent),
        StoredDelivery::Delivered => Some(Delivery::Delivered),
        StoredDelivery::Read => Some(Delivery::Read),
        StoredDelivery::Parked => Some(Delivery::Failed(why())),
        StoredDelivery::Unknown => Some(Delivery::Unknown(why())),
        StoredDelivery::Waiting => Some(Delivery::Waiting(why())),
        StoredDelivery::Discarded => Some(Delivery::Discarded(why())),
    }
}

fn who(actor: Actor, page: &Seen<'_>) -> String {
    match actor {
        Actor::Contact => page.customer.to_owned(),
        Actor::Ai => "The AI".to_owned(),
        Actor::Agent(agent) => page.people.name(agent),
        Actor::System => "Baton".to_owned(),
    }
}

fn owner_words(owner: Owner, page: &Seen<'_>) -> String {
    match owner {
        Owner::Ai => "the AI".to_owned(),
        Owner::Queue => "the queue".to_owned(),
        Owner::Agent(agent) => page.people.name(agent),
    }
}

fn happened(line: &Line, page: &Seen<'_>) -> (Icon, String) {
    let by = who(line.by, page);
    match &line.entry {
        Happened::HandedOff { explanation, .. } => (Icon::Handoff, format!("Handed off: {explanation}")),
        Happened::AgentJoined { agent, from } => {
            let (name, from) = (page.people.name(*agent), owner_words(*from, page));
            match line.by {
                Actor::Agent(by) if by == *agent => (Icon::User, format!("{name} took over from {from}")),
                _ => (Icon::User, format!("{by} assigned {name}")),
            }
        }
        Happened::Unassigned { from } => {
            (Icon::Tray, format!("{by} put it back into the queue from {}", owner_words(*from, page)))
        }
        Happened::TeamAssigned { team } => match team.and_then(|team| page.people.team(team)) {
            Some(team) => (Icon::Users, format!("{by} made {team} responsible")),
            None => (Icon::Users, format!("{by} took it off its team")),
        },
        Happened::Acted { act } => acted(act),
        Happened::Call { line } => call::happened(line),
        Happened::HandedBack { digest } if digest.is_empty() => (Icon::Sparkle, format!("{by} gave it back to the AI")),
        Happened::HandedBack { digest } => {
            (Icon::Sparkle, format!("{by} gave it back to the AI. It knows: {}", markdown::plain(digest)))
        }
        Happened::Snoozed { until } => (Icon::Clock, format!("{by} snoozed it until {}", Moment::date(*until).full())),
        Happened::Woke => (Icon::Clock, "Back from its snooze".to_owned()),
        Happened::Resolved { outcome: Outcome::Resolved } => (Icon::CheckCircle, format!("{by} resolved it")),
        Happened::Resolved { outcome: Outcome::Unresolved } => (Icon::Ban, format!("{by} closed it as unresolved")),
        Happened::Reopened { to } => (Icon::Return, format!("{by} reopened it for {}", owner_words(*to, page))),
        Happened::Acknowledged => (Icon::Eye, format!("{by} has seen the handoff")),
        Happened::NotifiedAgain => (Icon::Bell, "Nobody had seen the handoff; everybody was told again".to_owned()),
        Happened::GoalMissed { goal } => {
            let what = match goal {
                Goal::FirstReply => "The first reply is late",
                Goal::NextReply => "The next reply is late",
                Goal::Resolution => "It is not resolved in the time that was set",
            };
            (Icon::Alert, format!("{what}; everybody was told"))
        }
        Happened::RatingRequested => (Icon::Mood, "The customer was asked for a rating".to_owned()),
        Happened::Rated { score, feedback: None } => (Icon::Mood, format!("{by} rated it {score} of 5")),
        Happened::Rated { score, feedback: Some(words) } => {
            (Icon::Mood, format!("{by} rated it {score} of 5: “{words}”"))
        }
    }
}

fn acted(act: &Act) -> (Icon, String) {
    match act {
        Act::Called { action, arguments, confirmed } => {
            let with = if arguments.is_empty() { String::new() } else { format!(" with {arguments}") };
            let agreed = if *confirmed { "; the customer agreed" } else { "" };
            (Icon::External, format!("The AI called {action}{with}{agreed}"))
        }
        Act::Ended { action, outcome, failed: false } => (Icon::Check, format!("{action} {outcome}")),
        Act::Ended { action, outcome, failed: true } => (Icon::Alert, format!("{action} {outcome}")),
    }
}
