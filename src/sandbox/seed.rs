//! Plays the demo's stories through the real use cases, so that everything in the demo is as it would really be.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use baton_adapters::contract::ChannelKind;
use baton_adapters::web::WebChatSettings;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::ai::assistant::{Assistant, AssistantError, DraftSink, Reply as AiReply, TurnContext, TurnDraft};
use crate::boot::Boot;
use crate::clock::{Clock, SystemClock};
use crate::delivery::Courier;
use crate::desk::address::Addresses;
use crate::desk::health::Health;
use crate::desk::receive::Together;
use crate::desk::receive::{Extra, Incoming, Place};
use crate::desk::reply::Reply;
use crate::desk::second_try::LastTurns;
use crate::desk::settings::Organisation;
use crate::desk::supervise::Alarmed;
use crate::desk::wake::Wake;
use crate::desk::{Desk, DeskError, Pace};
use crate::fail::FailPoints;
use crate::handoff::escalation::Ladder;
use crate::handoff::event::Sentiment;
use crate::handoff::message::Source;
use crate::handoff::people::{Actor, Role};
use crate::handoff::policy::{HandoffSettings, Signal, Signals, Topic, TopicMatch};
use crate::handoff::{AgentId, ArticleId, ChannelId, ContactId, ConversationId, MessageId, TeamId};
use crate::realtime::Bus;
use crate::store::agents::Agent;
use crate::store::articles::Article;
use crate::store::channels::Channel;
use crate::store::contacts::{self, Contact};
use crate::store::seal::{MasterKey, SealError};
use crate::store::{Store, StoreError, Tx, agents, articles, channels, conversations, settings, teams};
use crate::web::password::{self, PasswordError};

use super::accounts;
use super::past::PastClock;
use super::shop::ARTICLES;
use super::stand_in::{address_kind, told_registry};
use super::stories::STORIES;
use super::story::{Cast, Story, Turn, Why};
use super::world::World;

/// The demo's admin.
pub const ADMIN_EMAIL: &str = "ines@example.com";
/// Everybody's password in the demo.
pub const PASSWORD: &str = "lumen and oak";

/// Why the demo could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A story does not fit the rules.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The key can not be used.
    #[error(transparent)]
    Key(#[from] SealError),
    /// The password can not be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Fills an empty database with the demo, and points its channels at the stand-in providers of `world`. What people did in a
/// database that was filled before stays.
pub async fn seed(boot: &Boot, world: &World) -> Result<(), SeedError> {
    let key = Arc::new(MasterKey::parse(boot.master_key())?);
    let store = Store::open(boot.database_url()).await?;
    store.migrate().await?;
    if agents::none_yet(store.reader()).await? {
        let mut stage = Stage::set(store.clone(), key.clone()).await?;
        for story in STORIES {
            stage.play(story).await?;
        }
    }
    let tx = store.begin().await?;
    accounts::connect(&tx, &key, world, SystemClock.now()).await?;
    tx.commit().await?;
    Ok(store.close().await?)
}

/// Says what the story has it say.
#[derive(Default)]
struct Prompter(Mutex<VecDeque<TurnDraft>>);

#[async_trait]
impl Assistant for Prompter {
    async fn draft(&self, _: &TurnContext, _: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.ok_or_else(|| AssistantError::Unavailable("the story has no line for the AI here".into()))
    }
}

struct Stage {
    desk: Desk,
    clock: Arc<PastClock>,
    prompter: Arc<Prompter>,
    courier: Courier,
    cast: HashMap<&'static str, AgentId>,
    team: TeamId,
    channels: HashMap<ChannelKind, Channel>,
}

impl Stage {
    async fn set(store: Store, key: Arc<MasterKey>) -> Result<Self, SeedError> {
        let now = SystemClock.now();
        let clock = Arc::new(PastClock::at(now - TimeDelta::days(30)));
        let prompter = Arc::new(Prompter::default());
        let desk = Desk {
            store: store.clone(),
            clock: clock.clone(),
            bus: Bus::default(),
            registry: told_registry(),
            assistant: prompter.clone(),
            fail: FailPoints::default(),
            pace: Pace::default(),
            wake: Wake::default(),
            together: Together::on(tokio::runtime::Handle::current(), &store),
            health: Health::default(),
            last_turns: LastTurns::default(),
            alarmed: Alarmed::default(),
            // Stories are told without files and webhooks.
            addresses: Addresses::new("http://127.0.0.1", key.clone()),
        };
        let tx = store.begin().await?;
        let (cast, team) = people(&tx, &*clock).await?;
        let channels = channel_accounts(&tx, &key, &*clock).await?;
        knowledge(&tx, &*clock).await?;
        tx.commit().await?;
        Ok(Self { courier: Courier::new(desk.clone()), desk, clock, prompter, cast, team, channels })
    }

    async fn play(&mut self, story: &Story) -> Result<(), SeedError> {
        self.clock.set(SystemClock.now() - TimeDelta::minutes(story.began_minutes_ago));
        let contact = self.contact(story).await?;
        let mut conversation = None;
        for (position, (minutes, turn)) in story.lines.iter().enumerate() {
            self.clock.advance(TimeDelta::minutes(*minutes) + TimeDelta::seconds(7));
            let id = match conversation {
                Some(id) => id,
                None => {
                    let id = self.begin(story, contact).await?;
                    conversation = Some(id);
                    id
                }
            };
            self.cue(story, position);
            self.perform(story, id, turn, position).await?;
            while self.courier.deliver_due(self.desk.clock.new_id()).await? {}
        }
        Ok(())
    }

    /// Gives the AI its next line, if it has one.
    fn cue(&self, story: &Story, position: usize) {
        let draft = match story.lines.get(position + 1) {
            Some((_, Turn::Ai(text, source))) => draft(Some((text, *source)), None, story.language),
            Some((_, Turn::HandOff(why))) => draft(None, Some(why), story.language),
            _ => return,
        };
        if matches!(story.lines[position].1, Turn::Customer(_)) {
            self.prompter.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(draft);
        }
    }

    async fn perform(&self, story: &Story, id: ConversationId, turn: &Turn, position: usize) -> Result<(), SeedError> {
        let desk = &self.desk;
        match turn {
            Turn::Customer(text) => self.customer(story, id, text, position).await?,
            Turn::Ai(..) | Turn::HandOff(_) => {
                desk.run_due_turn(desk.clock.new_id()).await?;
            }
            Turn::Button => drop(desk.ask_for_person(id).await?),
            Turn::TakeOver(who) => {
                let record = conversations::find(desk.store.reader(), id).await?.ok_or(DeskError::NotFound("story"))?;
                desk.take_over(id, self.agent(*who), record.core.epoch).await?;
            }
            Turn::Person(who, text) => {
                let message = MessageId(desk.clock.new_id());
                let agent = self.agent(*who);
                let reply = Reply { agent, message, text: (*text).into(), attachments: Vec::new(), seen: None };
                desk.reply(id, reply).await?;
            }
            Turn::Note(who, text) => {
                desk.note(id, self.agent(*who), MessageId(desk.clock.new_id()), text).await?;
            }
            Turn::Team(who) => drop(desk.assign_team(id, self.agent(*who), Some(self.team)).await?),
            Turn::HandBack(who) => drop(desk.hand_back(id, self.agent(*who), "").await?),
            Turn::Snooze(who, hours) => {
                let until = SystemClock.now() + TimeDelta::hours(*hours);
                desk.snooze(id, self.agent(*who), until).await?;
            }
            Turn::Resolve(who, outcome) => {
                desk.resolve(id, Actor::Agent(self.agent(*who)), *outcome).await?;
            }
            Turn::Rate(score, words) => drop(desk.rate(id, *score, Some((*words).into())).await?),
        }
        Ok(())
    }

    async fn customer(&self, story: &Story, id: ConversationId, text: &str, position: usize) -> Result<(), SeedError> {
        let message = MessageId(self.desk.clock.new_id());
        let incoming = Incoming {
            channel: Arc::new(self.channels[&story.channel].clone()),
            provider_id: format!("demo-{}-{}-{position}", story.channel, story.address),
            message,
            place: Place::Conversation { id, visitor: None },
            text: text.into(),
            attachments: Vec::new(),
            shown_before: Vec::new(),
            language: Some(story.language.into()),
            extra: Extra { details: story.head(position), ..Extra::default() },
        };
        self.desk.receive(incoming).await?;
        // Turns are due after the quiet time.
        self.clock.advance(TimeDelta::seconds(1));
        if !matches!(story.lines.get(position + 1), Some((_, Turn::Ai(..) | Turn::HandOff(_)))) {
            let tx = self.desk.store.begin().await?;
            crate::store::turns::cancel(&*tx, id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn begin(&self, story: &Story, contact: ContactId) -> Result<ConversationId, SeedError> {
        let channel = &self.channels[&story.channel];
        let external_id = (story.channel == ChannelKind::Web).then(|| self.desk.clock.new_id().to_string());
        let verified = story.channel != ChannelKind::Web;
        let record = self.desk.open_conversation(channel, contact, external_id, verified, json!({})).await?;
        Ok(record.core.id)
    }

    async fn contact(&self, story: &Story) -> Result<ContactId, SeedError> {
        let now = self.clock.now();
        let kind = address_kind(story.channel);
        let contact = Contact {
            id: ContactId(self.clock.new_id()),
            name: (!story.name.is_empty()).then(|| story.name.into()),
            email: (kind == "email").then(|| story.address.into()),
            phone: (kind == "phone").then(|| story.address.into()),
            avatar_url: None,
            language: Some(story.language.into()),
            verified: story.channel != ChannelKind::Web,
            custom_data: json!({}),
            created_at: now,
        };
        let identity =
            contacts::Identity { kind: kind.into(), value: story.address.into(), verified: contact.verified };
        let tx = self.desk.store.begin().await?;
        contacts::insert(&*tx, &contact).await?;
        contacts::add_identity(&*tx, self.clock.new_id(), contact.id, &identity, now).await?;
        tx.commit().await?;
        Ok(contact.id)
    }

    fn agent(&self, who: Cast) -> AgentId {
        let name = match who {
            Cast::Ines => "Ines",
            Cast::Omar => "Omar",
            Cast::Lena => "Lena",
        };
        self.cast[name]
    }
}

fn draft(answer: Option<(&str, Option<&str>)>, why: Option<&Why>, language: &str) -> TurnDraft {
    let signal = |words: &str| Signal { p: 0.93, decided: true, because: vec![words.into()] };
    let mut signals = Signals::default();
    let mut wish = None;
    match why {
        Some(Why::Asked(words)) => signals.human_request = signal(words),
        Some(Why::Angry(words)) => signals.frustration = signal(words),
        Some(Why::Topic(phrase)) => {
            signals.topic = Some(TopicMatch { phrase: (*phrase).into(), p: 0.9, decided: true, because: Vec::new() });
        }
        Some(Why::Unknown(words)) => wish = Some((*words).to_owned()),
        None => {}
    }
    let source = |title: &str| vec![Source { title: title.into(), url: None }];
    TurnDraft {
        reply: answer
            .map(|(text, title)| AiReply { text: text.into(), sources: title.map(source).unwrap_or_default() }),
        wish,
        signals,
        sentiment: why.map_or(Sentiment::Neutral, Why::mood),
        language: Some(language.into()),
        confidence: 0.9,
        proposes: None,
        makeshift: false,
    }
}

async fn people(tx: &Tx, clock: &dyn Clock) -> Result<(HashMap<&'static str, AgentId>, TeamId), SeedError> {
    let organisation = Organisation { id: clock.new_id(), name: "Lumen & Oak".into() };
    let now = clock.now();
    settings::save(&**tx, &organisation, 0, None, now).await?;
    // A demo that begins with an alarm shows nothing else.
    settings::save(&**tx, &Ladder { supervisors_after_min: 240, ..Ladder::default() }, 0, None, now).await?;
    let topics = ["refund requests", "legal threats and lawyers", "prices for companies"].map(Topic::new).to_vec();
    let levers = HandoffSettings { topics, ..HandoffSettings::default() };
    settings::save(&**tx, &levers, 0, None, now).await?;
    let hash = password::hash(PASSWORD)?;
    let mut cast = HashMap::new();
    for (name, email, role) in [
        ("Ines", ADMIN_EMAIL, Role::Admin),
        ("Omar", "omar@example.com", Role::Agent),
        ("Lena", "lena@example.com", Role::Agent),
    ] {
        let id = AgentId(clock.new_id());
        let agent = Agent {
            id,
            email: email.into(),
            name: name.into(),
            role,
            theme: "system".into(),
            shortcuts: true,
            created_at: now,
            disabled_at: None,
            duty: Default::default(),
        };
        agents::insert(&**tx, &agent, &hash).await?;
        cast.insert(name, id);
    }
    let team = teams::Team {
        id: TeamId(clock.new_id()),
        name: "Repairs".into(),
        description: "Warranty, spare parts and anything that hums".into(),
        created_at: now,
    };
    teams::insert(&**tx, &team).await?;
    teams::set_members(&**tx, team.id, &[cast["Omar"], cast["Lena"]], || clock.new_id()).await?;
    Ok((cast, team.id))
}

async fn channel_accounts(
    tx: &Tx,
    key: &MasterKey,
    clock: &dyn Clock,
) -> Result<HashMap<ChannelKind, Channel>, SeedError> {
    let web = WebChatSettings {
        title: "Lumen & Oak".into(),
        greeting: "Hello! Ask me anything about our lamps and furniture.".into(),
        ai_name: "Oakley".into(),
        ..WebChatSettings::default()
    };
    let mut by_kind = HashMap::new();
    for (kind, name) in [
        (ChannelKind::Web, "Shop chat"),
        (ChannelKind::Email, "hello@lumen-oak.example"),
        (ChannelKind::Whatsapp, "WhatsApp"),
        (ChannelKind::Sms, "Text messages"),
        (ChannelKind::Slack, "Slack"),
        (ChannelKind::PhoneVoice, "Phone"),
    ] {
        let settings = match kind {
            ChannelKind::Web => serde_json::to_value(&web).unwrap_or(Value::Null),
            _ => json!({}),
        };
        let channel = Channel {
            id: ChannelId(clock.new_id()),
            kind: kind.as_str().into(),
            name: name.into(),
            token: accounts::token(kind).into(),
            autopilot: true,
            settings,
            created_at: clock.now(),
        };
        channels::insert(&**tx, key, &channel, None).await?;
        by_kind.insert(kind, channel);
    }
    Ok(by_kind)
}

async fn knowledge(tx: &Tx, clock: &dyn Clock) -> Result<(), SeedError> {
    let now: DateTime<Utc> = clock.now();
    for (_, markdown) in ARTICLES {
        let (title, body) = markdown.trim_start_matches("# ").split_once('\n').unwrap_or((markdown, ""));
        let article = Article {
            id: ArticleId(clock.new_id()),
            title: title.trim().into(),
            body: body.trim().into(),
            language: "en".into(),
            url: None,
            published: true,
            channels: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        articles::insert(&**tx, &article).await?;
    }
    Ok(())
}
