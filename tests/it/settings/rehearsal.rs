//! The rehearsal: the settings in force give what happened, others say what would have, and ten thousand conversations are
//! little.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use baton::ai::knowledge::{Article, Language, Library};
use baton::ai::local::LocalAssistant;
use baton::clock::Clock as _;
use baton::handoff::policy::{
    Decision, HandoffSettings, Level, Levers, Mode, PolicyInput, Signal, Standing, Topic, decide,
};
use baton::handoff::{ArticleId, ContactId, Conversation, ConversationId, Epoch, Seq};
use baton::store::readings::{self, Reading};
use baton::store::{Later, contacts, conversations, handoffs};
use baton::web::settings::handoff::rehearsal::{Rehearsal, rehearse};
use chrono::TimeDelta;
use serde_json::Value;

use super::Office;
use crate::support::{Browser, Setting, TestApp, Visitor};

const HANDOFF: &str = "/settings/handoff";
const REHEARSAL: &str = "/settings/handoff/rehearsal";
const MANY: usize = 10_000;

/// What customers say, conversation by conversation.
const STORIES: [&[&str]; 9] = [
    &["a human please", "my lamp flickers when I dim it", "maya@example.com", "Maya"],
    &[
        "a human please",
        "a human!",
        "give me a human",
        "agent",
        "a real person",
        "a human now",
        "Maya",
        "maya@example.com",
    ],
    &["how long does delivery take?", "thanks"],
    &["I want my money back"],
    &["my lamp is broken, I need a person", "maya@example.com", "Maya", "hello?"],
    &["this is the worst shop ever, I am furious, you useless bot!!"],
    &["what is the airspeed of a swallow?", "that does not help", "that does not help at all, you said that already"],
    &["my lawyer will write to you", "how long does delivery take?"],
    &["Ich möchte bitte mit einem Menschen sprechen", "Meine Lampe flackert seit gestern", "keine", "maya@example.com"],
];

async fn office(settings: &HandoffSettings) -> Office {
    let article = "# How long does delivery take?\n\nDelivery takes two days.\n";
    let id = ArticleId(uuid::Uuid::from_u128(1));
    let library = Library::of([Article::from_markdown(id, article, Language::En)]);
    let assistant = Arc::new(LocalAssistant::new(Arc::new(library)));
    let app = TestApp::start_in(Setting { assistant: Some(assistant), ..Setting::default() }, &[]).await;
    app.channel().await;
    app.set(settings).await;
    let ines_agent = app.admin("Ines").await;
    let ines = Browser::sign_in(&app, &ines_agent).await;
    Office { app, ines, ines_agent }
}

async fn rehearsed(office: &Office, settings: &HandoffSettings) -> Rehearsal {
    let (db, now) = (office.app.desk().store.reader(), office.app.clock.now());
    let recorded = readings::since(db, now - TimeDelta::days(30), 100_000).await.expect("readings");
    rehearse(settings, &recorded, &BTreeMap::new(), 30, now)
}

fn settings(level: Level) -> HandoffSettings {
    let topics = ["refund requests", "legal threats or lawyers"].map(Topic::new).to_vec();
    HandoffSettings { mode: Mode::Preset(level), topics, ..HandoffSettings::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rehearsal_of_the_settings_in_force_is_exactly_what_happened() {
    for level in Level::ALL {
        let settings = settings(level);
        let office = office(&settings).await;
        let mut happened = 0;
        for story in STORIES {
            let maya = Visitor::arrive(&office.app).await;
            for said in story {
                maya.say(&office.app, said).await;
                office.app.advance(TimeDelta::seconds(30));
            }
            let handed = handoffs::last(office.app.desk().store.reader(), maya.id()).await.expect("read");
            happened += usize::from(handed.is_some());
        }
        let outcome = rehearsed(&office, &settings).await;
        assert_eq!((outcome.happened, outcome.rehearsed), (happened, happened), "{level:?}");
        assert_eq!((outcome.lines.len(), outcome.stretches), (0, STORIES.len()), "{level:?}: {:?}", outcome.lines);
        assert_eq!(happened == 0, level == Level::AiOnly, "{level:?}: {happened}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_settings_say_which_conversations_would_have_gone_otherwise() {
    let in_force = settings(Level::Quick);
    let office = office(&in_force).await;
    for story in STORIES {
        let maya = Visitor::arrive(&office.app).await;
        for said in story {
            maya.say(&office.app, said).await;
        }
    }
    let off = HandoffSettings::of(Levers { enabled: false, ..Levers::default() });
    let (then, none) = (rehearsed(&office, &in_force).await, rehearsed(&office, &off).await);
    assert_eq!((none.rehearsed, none.fewer, none.happened), (0, then.happened, then.happened));
    let without_topics = HandoffSettings { topics: Vec::new(), ..in_force.clone() };
    let outcome = rehearsed(&office, &without_topics).await;
    let by_topic = outcome.reasons.iter().find(|(name, ..)| *name == "a topic kept for people").expect("then");
    assert!(by_topic.1 >= 2 && by_topic.2 == 0 && outcome.fewer + outcome.moved >= 2, "{:?}", outcome.lines);

    let form = office.form("/settings/handoff/topics", "/settings/handoff/topics").await;
    let form = form.set("phrase-2", "questions about delivery").set("examples-2", "how long does delivery take?");
    let page = office.ines.send(form.press_towards(REHEARSAL)).await;
    page.must_say("What would have gone otherwise");
    page.must_say("The topic \u{201c}questions about delivery\u{201d} is kept for people");
}

/// A decision as it is recorded, of a conversation among many.
fn reading(office: &Office, conversation: ConversationId, channel: baton::handoff::ChannelId, at: usize) -> Reading {
    let p = (at * 37 % 100) as f32 / 100.0;
    let signal = |p: f32, from: f32| Signal { p, decided: p >= from, because: vec!["some words of a customer".into()] };
    let mut input = PolicyInput { standing: Standing::of(Level::Quick.levers()), ..PolicyInput::default() };
    input.signals.frustration = signal(p, 0.6);
    input.signals.human_request = signal((at * 61 % 100) as f32 / 100.0, 0.7);
    input.standing.answers = u16::try_from(at % 3).expect("small");
    let decision: Decision = decide(&input);
    Reading {
        id: office.app.clock.new_id(),
        conversation,
        seq: Seq(i64::try_from(at % 3 * 2 + 2).expect("small")),
        epoch: Epoch(0),
        channel,
        input,
        decision,
        at: office.app.clock.now() - TimeDelta::minutes(i64::try_from(at).expect("small")),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_conversations_are_rehearsed_while_one_waits() {
    let office = office(&HandoffSettings::default()).await;
    let channel = office.app.channel_with("w_many", true, Default::default()).await;
    let (desk, now) = (office.app.desk(), office.app.clock.now());
    let contact = ContactId(office.app.clock.new_id());
    let tx = desk.store.begin().await.expect("a transaction");
    let maya = contacts::Contact {
        id: contact,
        name: None,
        email: None,
        phone: None,
        avatar_url: None,
        language: None,
        verified: true,
        custom_data: Value::Null,
        created_at: now,
    };
    contacts::insert(&*tx, &maya).await.expect("a contact");
    let later = Later::new(&tx);
    for at in 0..MANY {
        let core = Conversation::new(ConversationId(office.app.clock.new_id()), channel.id, contact);
        let id = core.id;
        let new = conversations::NewConversation {
            core,
            channel_kind: "web".into(),
            external_id: None,
            verified: true,
            attributes: Value::Null,
        };
        conversations::insert(&*tx, new, now).await.expect("a conversation");
        for turn in 0..3 {
            readings::insert(&later, &reading(&office, id, channel.id, at * 3 + turn)).await.expect("a reading");
        }
    }
    later.run().await.expect("written");
    tx.commit().await.expect("committed");
    let form = office.form(HANDOFF, HANDOFF).await.set("level", "2").press_towards(REHEARSAL).forge("days", "60");
    let began = Instant::now();
    let page = office.ines.send(form).await;
    let took = began.elapsed();
    println!("{MANY} conversations, {} decisions, were rehearsed in {took:?}", MANY * 3);
    page.must_say(&format!("{MANY}"));
    assert!(took.as_secs() < 20, "{took:?}, in a build without optimisation");
}
