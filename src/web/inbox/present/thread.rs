//! An open conversation: header, card, timeline, composer, contact.

use std::str::FromStr as _;

use baton_adapters::contract;
use chrono::{DateTime, TimeDelta, Utc};

use crate::desk::inbound::WINDOW_MARGIN;
use crate::handoff::event::{self, Sentiment as StoredSentiment};
use crate::handoff::policy::HandoffSettings;
use crate::handoff::{Author, ContactId, Owner, Seq, Status, TicketNumber};
use crate::store::calls::{self, StoredCall};
use crate::store::channels::{self, Channel};
use crate::store::contacts::{self, Contact};
use crate::store::conversations::{self, Record};
use crate::store::handoffs::{self, Handoff};
use crate::store::message_details::{self, Details};
use crate::store::timeline::{self, Item as Stored};
use crate::store::{asking, attachments, contact_links, last_heard, settings};
use crate::web::field::Choice;
use crate::web::inbox::badge::{OwnerBadge, Wait};
use crate::web::inbox::card::{Acknowledgement, HandoffCard, Noticed, Sentiment, Summary, SummaryLine};
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::composer::{Composer, Mode, ReplyRules, Suggested};
use crate::web::inbox::item::Source;
use crate::web::inbox::mail_head::MailHead;
use crate::web::inbox::nav::View;
use crate::web::inbox::thread::{Earlier, Presence, Thread, ThreadHeader};
use crate::web::inbox::{call, review};
use crate::web::markdown;
use crate::web::moment::Moment;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::People;
use super::items::{Seen, items};
use super::rows::{channel_kind, reason, standing, waiting};

/// Lines on the first page of a timeline.
const LINES_MAX: u64 = 60;

/// Everything about an open conversation that its parts need.
pub struct Opened {
    /// The conversation.
    pub record: Record,
    /// The customer, as whoever stands for them is known.
    pub contact: Option<Contact>,
    /// Every customer who is the same person, the one who stands for all first.
    pub group: Vec<ContactId>,
    /// The channel.
    pub channel: Option<Channel>,
    /// The last handoff.
    pub handoff: Option<Handoff>,
    /// The last phone call, where the channel carries speech.
    pub call: Option<StoredCall>,
    /// What was asked of the customer before it, and the answers.
    pub collected: Vec<(String, String)>,
    /// Names.
    pub people: People,
    /// When the customer last wrote on the channel, where it has a window.
    pub heard: Option<DateTime<Utc>>,
    /// The customer's addresses and the last head, where the channel's messages have one.
    pub head: Option<(Vec<String>, Option<Details>)>,
}

impl Opened {
    /// Whether the AI answers on its channel.
    fn ai_answers(&self) -> bool {
        self.channel.as_ref().is_some_and(|channel| channel.autopilot)
    }

    /// Whose turn it is.
    fn badge(&self) -> OwnerBadge {
        let core = &self.record.core;
        self.people.badge(core.owner, core.team, self.ai_answers() || core.status != Status::Open)
    }

    /// Loads a conversation by its number.
    pub async fn load(site: &Site, who: &SignedIn, number: i64) -> Result<Self, Refusal> {
        let db = site.desk.store.reader();
        let record = conversations::by_number(db, TicketNumber(number)).await?;
        let record = record.ok_or(Refusal::NotFound("conversation"))?;
        let core = &record.core;
        let capabilities = site.desk.capabilities(&record.channel_kind);
        let heard = match capabilities.and_then(|can| can.reply_window) {
            Some(_) => last_heard::on_channel(db, core.channel, &[core.contact]).await?.remove(&core.contact),
            None => None,
        };
        let speaks = capabilities.is_some_and(|can| can.answers == contract::Answers::Spoken);
        let handoff = handoffs::last(db, record.core.id).await?;
        let group = contact_links::group(db, core.contact).await?;
        let head = match capabilities.filter(|can| can.subject) {
            Some(can) => {
                let mut addresses = contacts::addresses(db, can.address_kind, &group).await?;
                // What the customer wrote from here is where an answer goes unless somebody says otherwise.
                addresses.sort_by_key(|(contact, _)| *contact != core.contact);
                let addresses = addresses.into_iter().map(|(_, address)| address).collect();
                Some((addresses, message_details::last_head(db, core.id).await?))
            }
            None => None,
        };
        Ok(Self {
            heard,
            head,
            call: if speaks { calls::last_of(db, record.core.id).await? } else { None },
            contact: super::contact::known_as(site, core.contact, &group).await?,
            group,
            channel: channels::find(db, record.core.channel).await?,
            collected: collected(site, handoff.as_ref()).await?,
            handoff,
            people: People::load(&site.directory, who.agent.id).await?,
            record,
        })
    }

    /// What the AI is called on this channel.
    pub fn ai_name(&self) -> &str {
        let settings = self.channel.as_ref().map(|channel| &channel.settings);
        settings.and_then(|settings| settings.get("ai_name")).and_then(serde_json::Value::as_str).unwrap_or("Assistant")
    }

    /// What to call the customer.
    pub fn customer(&self) -> Option<String> {
        self.contact.as_ref().and_then(super::contact::name_of)
    }
}

/// What was asked before a handoff, under the names the fields have now.
async fn collected(site: &Site, handoff: Option<&Handoff>) -> Result<Vec<(String, String)>, Refusal> {
    let (db, Some(handoff)) = (site.desk.store.reader(), handoff) else { return Ok(Vec::new()) };
    let kept = asking::find(db, handoff.conversation).await?;
    let Some((_, kept)) = kept.filter(|(epoch, kept)| epoch.0 + 1 == handoff.epoch.0 && !kept.answers.is_empty())
    else {
        return Ok(Vec::new());
    };
    let collection = settings::load::<HandoffSettings>(db).await?.value.collection;
    let name = |key: &str| collection.field(key).map_or_else(|| key.to_owned(), |field| field.label.clone());
    Ok(kept.answers.iter().map(|(key, answer)| (name(key), answer.clone())).collect())
}

/// The whole thread, its newest lines first loaded; `before` asks for older ones.
pub async fn open(
    site: &Site,
    who: &SignedIn,
    opened: &Opened,
    view: &View,
    before: Option<Seq>,
) -> Result<Thread, Refusal> {
    let db = site.desk.store.reader();
    let (record, now) = (&opened.record, site.desk.clock.now());
    let stored = timeline::before(db, record.core.id, before, LINES_MAX).await?;
    let files = attachments::of_conversation(db, record.core.id).await?;
    let details = message_details::of_items(db, &stored).await?;
    let customer = opened.customer().unwrap_or_else(|| "Visitor".into());
    let page = Seen {
        site,
        people: &opened.people,
        number: record.number.0,
        customer: &customer,
        ai_name: opened.ai_name(),
        csrf: &who.session.csrf,
        files: &files,
        details: &details,
        seen: record.seen,
    };
    Ok(Thread {
        header: header(who, opened, view),
        card: card(who, opened, view, now),
        call: call::strip(site, who, opened, view),
        review: review::bar(site, who, opened, view).await?,
        items: items(&stored, None, &page),
        earlier: earlier(record.number.0, view, &stored),
        presence: Presence { number: record.number.0, ..Presence::default() },
        composer: composer(site, who, opened),
    })
}

fn earlier(number: i64, view: &View, stored: &[Stored]) -> Earlier {
    let first = stored.first().map_or(0, |item| item.seq().0);
    let url = (first > 1).then(|| format!("/inbox/conversations/{number}?view={}&before={first}", view.slug()));
    Earlier { number, url }
}

/// The top of a thread.
pub fn header(who: &SignedIn, opened: &Opened, view: &View) -> ThreadHeader {
    let record = &opened.record;
    let people = opened.people.active().map(|agent| {
        let label = if agent.id == who.agent.id { format!("{} (you)", agent.name) } else { agent.name.clone() };
        Choice::new(format!("agent:{}", agent.id), label)
    });
    let teams = opened.people.teams().iter().map(|team| Choice::new(format!("team:{}", team.id), team.name.clone()));
    ThreadHeader {
        number: record.number.0,
        epoch: record.core.epoch.0,
        csrf: who.session.csrf.clone(),
        view: view.clone(),
        contact: opened.customer(),
        subject: None,
        channel: channel_kind(&record.channel_kind),
        channel_name: opened
            .channel
            .as_ref()
            .map_or_else(|| record.channel_kind.clone(), |channel| channel.name.clone()),
        owner: opened.badge(),
        standing: standing(record.core.status),
        people: people.collect(),
        teams: teams.collect(),
        assigned: match record.core.owner {
            Owner::Agent(agent) => format!("agent:{agent}"),
            Owner::Ai | Owner::Queue => "none".into(),
        },
        ai_available: opened.ai_answers(),
    }
}

/// The handoff card, while people have the conversation.
pub fn card(who: &SignedIn, opened: &Opened, view: &View, now: DateTime<Utc>) -> Option<HandoffCard> {
    let record = &opened.record;
    let handoff = opened.handoff.as_ref().filter(|_| record.core.owner.is_human())?;
    let acknowledged = handoff.acknowledged.map(|(at, by)| Acknowledgement {
        by: match by {
            Some(agent) => Noticed::By(opened.people.name(agent)),
            None if channel_kind(&record.channel_kind) == ChannelKind::Phone => Noticed::OnThePhone,
            None => Noticed::ByNobody,
        },
        at: Moment::ago(at, now),
    });
    let search = |title: &str| {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", title).finish();
        format!("/settings/knowledge?{query}")
    };
    let waits: Option<Wait> = waiting(record, now);
    Some(HandoffCard {
        number: record.number.0,
        csrf: who.session.csrf.clone(),
        view: view.clone(),
        open: record.core.owner == Owner::Queue || record.seen <= record.core.watermark,
        reason: reason(handoff.reason, handoff.topic.as_deref()),
        trigger: handoff.explanation.clone(),
        summary: match handoff.summary_by_model {
            true => Summary::ByModel(lines_of(&handoff.summary)),
            false => Summary::Written(lines_of(&handoff.summary)),
        },
        sentiment: Some(match handoff.sentiment {
            StoredSentiment::Angry => Sentiment::Angry,
            StoredSentiment::Neutral => Sentiment::Neutral,
            StoredSentiment::Happy => Sentiment::Positive,
        }),
        language: handoff.language.as_deref().map(language_words),
        collected: opened.collected.clone(),
        tried: handoff.tried.clone(),
        sources: handoff.sources.iter().map(|s| Source { url: search(&s.title), title: s.title.clone() }).collect(),
        promised: None,
        wait: waits,
        acknowledged,
    })
}

/// The form to write with. Each has a fresh message id.
pub fn composer(site: &Site, who: &SignedIn, opened: &Opened) -> Composer {
    let record = &opened.record;
    let channel = contract::ChannelKind::from_str(&record.channel_kind).ok();
    let capabilities = channel.and_then(|kind| site.desk.registry.get(kind)).map(|channel| channel.capabilities());
    Composer {
        number: record.number.0,
        csrf: who.session.csrf.clone(),
        message_id: site.desk.clock.new_id().to_string(),
        seen_seq: record.core.last_seq.0,
        mode: Mode::Reply,
        body: String::new(),
        owner: opened.badge(),
        channel: channel_kind(&record.channel_kind),
        contact: opened.customer(),
        rules: rules(opened, capabilities.as_ref(), site.desk.clock.now()),
        head: mail_head(opened),
        refusal: None,
        error: None,
        suggested: Suggested::No,
        suggested_text: String::new(),
        rewrites_to: site
            .desk
            .can_rewrite()
            .then(|| record.language.as_deref().map_or_else(|| "English".into(), language_words)),
    }
}

/// The head of a reply, where it has one.
pub fn mail_head(opened: &Opened) -> Option<MailHead> {
    let (addresses, last) = opened.head.as_ref()?;
    let settings = opened.channel.as_ref().map(|channel| &channel.settings);
    let lines = settings.and_then(|settings| settings.get("signature")).and_then(serde_json::Value::as_array);
    let signature: Vec<&str> = lines.into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    Some(MailHead::answering(opened.record.number.0, addresses.clone(), last.as_ref(), &signature))
}

/// What the channel asks of a reply.
fn rules(opened: &Opened, can: Option<&contract::Capabilities>, now: DateTime<Utc>) -> ReplyRules {
    let Some(can) = can else {
        let closed = Some("This channel is not connected, so nothing can be sent.".to_owned());
        return ReplyRules { closed, ..ReplyRules::default() };
    };
    let window = can.reply_window.and_then(|window| TimeDelta::from_std(window).ok());
    let closes = window.zip(opened.heard).map(|(window, heard)| heard + window - WINDOW_MARGIN);
    let is_open = closes.is_some_and(|closes| closes > now);
    let customer = opened.customer().unwrap_or_else(|| "The customer".into());
    let waits = window.filter(|_| !is_open).map(|window| {
        let hours = window.num_hours();
        format!("{customer} has not written for {hours} hours. What you write here is sent as soon as they do.")
    });
    ReplyRules {
        characters_max: u32::try_from(can.text_chars_max).ok(),
        closes: closes.filter(|_| is_open).map(|closes| Moment::span_until(closes, now)),
        templates: can.templates.then(|| format!("/conversations/{}/template", opened.record.number.0)),
        waits,
        closed: None,
        segments: can.segments,
        files: can.answers == contract::Answers::Pull || can.files.is_some(),
    }
}

/// A summary's lines, without the marks of the messages it quotes.
fn lines_of(summary: &event::Summary) -> Vec<SummaryLine> {
    let lines = summary.lines();
    lines.map(|(line, seq)| SummaryLine { text: markdown::plain(line), about: seq.map(|seq| seq.0) }).collect()
}

/// A language by its English name; its tag where there is none.
pub(super) fn language_words(tag: &str) -> String {
    let name = match tag.split('-').next().unwrap_or(tag) {
        "en" => "English",
        "es" => "Spanish",
        "fr" => "French",
        "de" => "German",
        "it" => "Italian",
        "pt" => "Portuguese",
        "nl" => "Dutch",
        "ar" => "Arabic",
        "zh" => "Chinese",
        "ja" => "Japanese",
        "tr" => "Turkish",
        "pl" => "Polish",
        "ru" => "Russian",
        "hi" => "Hindi",
        _ => return tag.to_owned(),
    };
    name.to_owned()
}

/// Whether a line is news to an agent who writes: from the customer, or from a colleague.
pub fn is_news(item: &Stored, me: crate::handoff::AgentId) -> bool {
    match item {
        Stored::Message(message) => match message.author {
            Author::Contact => true,
            Author::Agent(agent) => agent != me,
            Author::Ai | Author::System => false,
        },
        Stored::Line(_) => false,
    }
}
