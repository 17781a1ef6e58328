//! `baton bench fill`: a database with very many conversations, as a busy installation would have after years.

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::cli::CliError;
use crate::clock::{Clock as _, SystemClock};
use crate::handoff::conversation::{OpenHandoff, Outcome};
use crate::handoff::effect::Timer;
use crate::handoff::event::{HandoffDraft, Sentiment, Target};
use crate::handoff::message::Visibility;
use crate::handoff::people::Role;
use crate::handoff::policy::Reason;
use crate::handoff::{
    AgentId, Author, ChannelId, ContactId, Conversation, ConversationId, Epoch, HandoffId, MessageId, Owner, Seq,
    Status, TeamId, TicketNumber,
};
use crate::store::agents::{self, Agent};
use crate::store::channels::Channel;
use crate::store::contacts::Contact;
use crate::store::conversations::Record;
use crate::store::teams::{self, Team};
use crate::store::timeline::{Delivery, Message};
use crate::store::{Store, bulk, channels, handoffs, search};

use super::figures::Figures;
use super::progress::Progress;
use super::random::Random;
use super::target::{self, Database, Wanted};
use super::words;

/// Conversations of one transaction.
const BATCH: usize = 5_000;
/// Messages of the one long conversation.
pub(super) const LONG_MESSAGES: usize = 1_000;
const AGENTS: usize = 12;
const TEAMS: [&str; 4] = ["Orders", "Returns", "Billing", "Technical"];
/// The years the conversations are spread over, in seconds.
const PAST_S: i64 = 2 * 365 * 24 * 3_600;
/// How long nothing that was made up asks for attention: nobody wants a hundred thousand of them to wake during a measurement.
const QUIET: TimeDelta = TimeDelta::days(30);
/// Nobody signs in with it: it is not the hash of anything.
const NO_PASSWORD: &str = "none";

/// Options of `baton bench fill`.
#[derive(Clone, Debug, Args)]
pub(super) struct Options {
    /// Database to fill, as in BATON_DATABASE_URL. What it holds stays.
    #[arg(long, value_name = "URL")]
    database: String,
    /// Conversations to add.
    #[arg(long, default_value_t = 100_000, value_name = "COUNT")]
    conversations: usize,
    /// Messages in each of them, on average.
    #[arg(long, default_value_t = 10, value_name = "COUNT")]
    messages_per_conversation: usize,
    /// Print the figures as JSON and nothing else.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(options: Options) -> Result<(), CliError> {
    let database = Database::of(Some(&options.database))?;
    let filled = fill(&database, options.conversations, options.messages_per_conversation).await?;
    let mut figures = Figures::default();
    figures.put("conversations", filled.conversations).put("messages", filled.messages);
    figures.number("seconds", filled.seconds).put("long_conversation", filled.long.0);
    figures.tell(options.json, None)
}

/// What was added.
pub(super) struct Filled {
    pub(super) conversations: usize,
    pub(super) messages: usize,
    pub(super) seconds: f64,
    /// The conversation with a thousand messages.
    pub(super) long: TicketNumber,
}

/// Fills a database. The newest of the new conversations is the long one.
pub(super) async fn fill(database: &Database, conversations: usize, each: usize) -> Result<Filled, CliError> {
    // The server's own set-up makes the schema, the channels and somebody who can sign in.
    target::Target::start(database, &Wanted { ai: true, ..Wanted::default() })?.stop()?;
    let begun = std::time::Instant::now();
    let store = Store::open(&database.url).await?;
    let office = Office::open(&store).await?;
    let first = bulk::last_number(store.reader()).await?.0 + 1;
    let mut maker = Maker { office, random: Random::new(first as u64), total: conversations, each, first, messages: 0 };
    let progress = Progress::steps("conversations", conversations as u64);
    for batch in (0..conversations).step_by(BATCH) {
        let made: Vec<_> = (batch..(batch + BATCH).min(conversations)).map(|place| maker.make(place)).collect();
        let count = made.len() as u64;
        let (mut people, mut records, mut messages) = (Vec::new(), Vec::new(), Vec::new());
        for (contact, record, said) in made {
            people.push(contact);
            records.push(record);
            messages.extend(said);
        }
        let tx = store.begin().await?;
        bulk::insert(&*tx, &people, &records, &messages).await?;
        look_after(&*tx, &records).await?;
        tx.commit().await?;
        progress.advance(count);
    }
    let last = TicketNumber(first + conversations as i64 - 1);
    let tx = store.begin().await?;
    bulk::go_on_after(&*tx, last).await?;
    tx.commit().await?;
    while search::index_all_new(&store).await? {}
    store.close().await?;
    let seconds = begun.elapsed().as_secs_f64();
    Ok(Filled { conversations, messages: maker.messages, seconds, long: last })
}

/// Stores the handoffs of the conversations that people have, and sets the clock that each of them has, so far ahead that
/// none rings during a measurement.
pub(super) async fn look_after(db: &impl ConnectionTrait, records: &[Record]) -> Result<(), CliError> {
    let (now, mut clocks) = (SystemClock.now(), Vec::new());
    for record in records {
        let Some(handoff) = record.core.handoff else { continue };
        let (core, draft) = (&record.core, handoff_of(handoff.id, record));
        handoffs::insert(db, core.id, core.epoch, &draft, record.created_at).await?;
        clocks.push((SystemClock.new_id(), core.id));
    }
    Ok(bulk::set_timers(db, &clocks, Timer::Attend, now + QUIET, now).await?)
}

/// Who works there, and the channels customers come through.
struct Office {
    agents: Vec<AgentId>,
    teams: Vec<TeamId>,
    channels: Vec<Channel>,
}

impl Office {
    /// Adds agents and teams once.
    async fn open(store: &Store) -> Result<Self, CliError> {
        let mut agents = Vec::with_capacity(AGENTS);
        let tx = store.begin().await?;
        for nth in 0..AGENTS {
            let email = format!("agent{nth}@example.com");
            if let Some(known) = agents::by_email(&*tx, &email).await? {
                agents.push(known.id);
                continue;
            }
            let agent = agent(&email, &words::name(&mut Random::new(nth as u64)));
            agents::insert(&*tx, &agent, NO_PASSWORD).await?;
            agents.push(agent.id);
        }
        let mut known = teams::all(&*tx).await?;
        for name in TEAMS {
            if known.iter().all(|team| team.name != name) {
                let id = TeamId(SystemClock.new_id());
                let team = Team { id, name: name.into(), description: String::new(), created_at: SystemClock.now() };
                teams::insert(&*tx, &team).await?;
                known.push(team);
            }
        }
        tx.commit().await?;
        let channels = channels::all(store.reader()).await?;
        Ok(Self { agents, teams: known.into_iter().map(|team| team.id).collect(), channels })
    }
}

/// Somebody who answers customers.
pub(super) fn agent(email: &str, name: &str) -> Agent {
    Agent {
        id: AgentId(SystemClock.new_id()),
        email: email.to_owned(),
        name: name.to_owned(),
        role: Role::Agent,
        theme: "system".into(),
        shortcuts: true,
        created_at: SystemClock.now(),
        disabled_at: None,
        duty: Default::default(),
    }
}

/// Why people have a conversation.
fn handoff_of(id: HandoffId, record: &Record) -> HandoffDraft {
    HandoffDraft {
        id,
        reason: Reason::AutopilotOff,
        explanation: "Autopilot is off".into(),
        summary: format!("Wants: {}", record.title.as_deref().unwrap_or_default()).as_str().into(),
        sentiment: Sentiment::Neutral,
        language: None,
        topic: None,
        tried: Vec::new(),
        sources: Vec::new(),
        target: Target::Queue,
        notice: None,
        shown: None,
    }
}

/// A conversation as it is stored, with nothing known beside the core's facts.
pub(super) fn record(core: Conversation, number: TicketNumber, channel_kind: &str, at: DateTime<Utc>) -> Record {
    Record {
        core,
        number,
        channel_kind: channel_kind.to_owned(),
        external_id: None,
        handoff_reason: None,
        title: None,
        language: None,
        sentiment: Sentiment::Neutral,
        verified: true,
        attributes: serde_json::Value::Null,
        checkpoint: None,
        last_text: None,
        last_author: None,
        seen: Seq(0),
        rating: None,
        care: Default::default(),
        rating_asked_at: None,
        last_at: at,
        created_at: at,
        updated_at: at,
    }
}

/// Makes up conversations.
struct Maker {
    office: Office,
    random: Random,
    total: usize,
    each: usize,
    first: i64,
    messages: usize,
}

impl Maker {
    /// One customer, their conversation, and what was said in it.
    fn make(&mut self, place: usize) -> (Contact, Record, Vec<Message>) {
        let is_long = place + 1 == self.total;
        let count = if is_long { LONG_MESSAGES } else { self.length() };
        let age = PAST_S as f64 * (1.0 - (place as f64 + self.random.unit()) / self.total.max(1) as f64);
        let at = SystemClock.now() - TimeDelta::milliseconds((age * 1_000.0) as i64);
        let contact = self.contact(place, at);
        let core = self.core(&contact, is_long, count, at);
        let said = self.said(&core, count, at);
        self.messages += said.len();
        let record = self.record(core, place, &said, at);
        (contact, record, said)
    }

    /// From one message to about twice the average.
    fn length(&mut self) -> usize {
        if self.each <= 1 { 1 } else { 1 + self.random.below(2 * self.each - 1) }
    }

    fn contact(&mut self, place: usize, at: DateTime<Utc>) -> Contact {
        let name = words::name(&mut self.random);
        let by_phone = self.random.percent(40.0);
        let address = name.to_lowercase().replace(' ', ".");
        Contact {
            id: ContactId(self.id(at)),
            email: (!by_phone).then(|| format!("{address}.{place}@example.com")),
            phone: by_phone.then(|| format!("+998{place:09}")),
            name: Some(name),
            avatar_url: None,
            language: Some("en".into()),
            verified: by_phone,
            custom_data: serde_json::Value::Null,
            created_at: at,
        }
    }

    fn core(&mut self, contact: &Contact, is_long: bool, count: usize, at: DateTime<Utc>) -> Conversation {
        let channel = self.channel(contact.verified);
        let mut core = Conversation::new(ConversationId(self.id(at)), channel, contact.id);
        let part = self.random.unit();
        core.status = match part {
            _ if is_long => Status::Open,
            part if part < 0.65 => Status::Resolved { outcome: Outcome::Resolved },
            part if part < 0.70 => Status::Resolved { outcome: Outcome::Unresolved },
            part if part < 0.74 => Status::Snoozed { until: SystemClock.now() + QUIET },
            _ => Status::Open,
        };
        core.owner = match self.random.unit() {
            _ if is_long => Owner::Queue,
            part if part < 0.4 => Owner::Ai,
            part if part < 0.6 && core.status == Status::Open => Owner::Queue,
            _ => self.random.pick(&self.office.agents).map_or(Owner::Queue, |agent| Owner::Agent(*agent)),
        };
        core.last_seq = Seq(count as i64);
        core.watermark = Seq(if count.is_multiple_of(2) { count as i64 - 1 } else { count as i64 });
        if core.owner.is_human() {
            core.epoch = Epoch(2);
            // Acknowledged: nobody is reminded of what was made up.
            let handoff = OpenHandoff { id: HandoffId(self.id(at)), acknowledged: true };
            core.handoff = Some(handoff).filter(|_| !core.is_resolved());
            core.team = self.random.pick(&self.office.teams).copied().filter(|_| core.last_seq.0 % 2 == 0);
            core.waiting_since = (core.status == Status::Open && count % 2 == 1).then_some(at);
        } else {
            core.epoch = Epoch(1);
            core.ai_answers = i32::try_from(count / 2).unwrap_or(i32::MAX);
        }
        core
    }

    /// The customer and whoever has the conversation take turns.
    fn said(&mut self, core: &Conversation, count: usize, at: DateTime<Utc>) -> Vec<Message> {
        let answers = match core.owner {
            Owner::Agent(agent) => Author::Agent(agent),
            Owner::Ai | Owner::Queue => Author::Ai,
        };
        let begun = at - TimeDelta::minutes(count as i64);
        let say = |place: usize| {
            let author = if place.is_multiple_of(2) { Author::Contact } else { answers };
            let at = begun + TimeDelta::minutes(place as i64 + 1);
            let length = 4 + self.random.below(20);
            Message {
                id: MessageId(self.id(at)),
                conversation: core.id,
                seq: Seq(place as i64 + 1),
                author,
                visibility: Visibility::Public,
                text: words::sentence(&mut self.random, length),
                sources: Vec::new(),
                has_attachments: false,
                epoch: core.epoch,
                delivery: if author == Author::Contact { Delivery::None } else { Delivery::Sent },
                delivery_detail: None,
                cut_off: false,
                vote: None,
                at,
            }
        };
        (0..count).map(say).collect()
    }

    fn record(&mut self, core: Conversation, place: usize, said: &[Message], at: DateTime<Utc>) -> Record {
        let (first, last) = (said.first(), said.last());
        let cut = |text: &str, chars: usize| text.chars().take(chars).collect::<String>();
        let author = |message: &Message| match message.author {
            Author::Contact => "contact",
            Author::Ai => "ai",
            Author::Agent(_) => "agent",
            Author::System => "system",
        };
        let number = TicketNumber(self.first + place as i64);
        let kind = self.kind(core.channel);
        Record {
            handoff_reason: core.handoff.map(|_| Reason::AutopilotOff),
            title: first.map(|message| cut(&message.text, 80)),
            language: Some("en".into()),
            verified: self.random.percent(50.0),
            last_text: last.map(|message| cut(&message.text, 160)),
            last_author: last.map(|message| author(message).to_owned()),
            seen: if self.random.percent(80.0) { core.last_seq } else { Seq(0) },
            created_at: first.map_or(at, |message| message.at),
            ..record(core, number, &kind, at)
        }
    }

    fn channel(&self, by_phone: bool) -> ChannelId {
        let kind = if by_phone { "sms" } else { "web" };
        let found = self.office.channels.iter().find(|channel| channel.kind == kind).or(self.office.channels.first());
        found.map_or(ChannelId(Uuid::nil()), |channel| channel.id)
    }

    fn kind(&self, id: ChannelId) -> String {
        self.office
            .channels
            .iter()
            .find(|channel| channel.id == id)
            .map_or("web".into(), |channel| channel.kind.clone())
    }

    /// An id that sorts by the time it stands for.
    fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        let mut low = [0; 10];
        low[..8].copy_from_slice(&self.random.next().to_be_bytes());
        low[8..].copy_from_slice(&(self.random.next() as u16).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &low).into_uuid()
    }
}
