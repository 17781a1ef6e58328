//! What makes the built-in AI pass a chat on, and that each of it can be switched off.

use baton::ai::knowledge::Article;
use baton::ai::signals::language::Language;
use baton::clock::Clock as _;
use baton::handoff::policy::{HandoffSettings, Levers, Reason, Topic};
use baton::handoff::{ArticleId, Owner};
use baton::sandbox::shop;
use baton::store::{conversations, handoffs};

use crate::support::{Setting, TestApp, Visitor};

/// What Maya says, why it is passed on, and the levers without that one.
struct Trigger {
    says: &'static [&'static str],
    reason: Reason,
    without: fn(Levers) -> Levers,
}

async fn told(trigger: &Trigger, levers: Levers, topics: Vec<Topic>) -> (Owner, Option<(Reason, String)>) {
    let app = TestApp::start_in(Setting { assistant: None, ..Setting::default() }, &[]).await;
    app.channel().await;
    app.set(&HandoffSettings { topics, ..HandoffSettings::of(levers) }).await;
    let article = |text: &&str| Article::from_markdown(ArticleId(app.clock.new_id()), text, Language::En);
    app.site().articles.upsert_all(shop::ARTICLES.iter().map(|(_, text)| article(text)));
    app.site().articles.settle();
    let maya = Visitor::arrive(&app).await;
    for words in trigger.says {
        maya.say(&app, words).await;
        app.drain().await;
    }
    let db = app.desk().store.reader();
    let record = conversations::find(db, maya.id()).await.expect("the store").expect("a conversation");
    let handoff = handoffs::last(db, maya.id()).await.expect("the store");
    (record.core.owner, handoff.map(|handoff| (handoff.reason, handoff.summary.text)))
}

/// It is passed on for this reason with a summary, and stays with the AI where the lever is off.
async fn counts_and_can_be_switched_off(trigger: Trigger, topics: Vec<Topic>) {
    let all = Levers::default();
    let (owner, handoff) = told(&trigger, all, topics.clone()).await;
    let (reason, summary) = handoff.expect("a handoff");
    assert_eq!((owner, reason), (Owner::Queue, trigger.reason));
    assert!(!summary.is_empty());
    let without = (trigger.without)(all);
    let topics = if trigger.reason == Reason::ForbiddenTopic { Vec::new() } else { topics };
    let (_, handoff) = told(&trigger, without, topics).await;
    assert!(handoff.is_none_or(|(reason, _)| reason != trigger.reason), "{:?} is switched off", trigger.reason);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_explicit_request_for_a_human_hands_off_unless_that_is_switched_off() {
    let says = &["How long does delivery take?", "I want to talk to a real person, please"];
    let without = |levers| Levers { on_request: false, ..levers };
    counts_and_can_be_switched_off(Trigger { says, reason: Reason::CustomerRequest, without }, Vec::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ai_that_does_not_know_hands_off_unless_that_is_switched_off() {
    let says = &["Do you mend umbrellas in Antarctica?"];
    let without = |levers| Levers { on_ai_decision: false, ..levers };
    counts_and_can_be_switched_off(Trigger { says, reason: Reason::AiDecision, without }, Vec::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frustration_hands_off_unless_that_is_switched_off() {
    let says = &["How long does delivery take?", "This is ridiculous, I am furious! Your service is a disgrace!"];
    let without = |levers| Levers { on_frustration: false, ..levers };
    counts_and_can_be_switched_off(Trigger { says, reason: Reason::Frustration, without }, Vec::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forbidden_topic_hands_off_unless_it_is_taken_off_the_list() {
    let says = &["I want my money back for this lamp"];
    let trigger = Trigger { says, reason: Reason::ForbiddenTopic, without: |levers| levers };
    counts_and_can_be_switched_off(trigger, vec![Topic::new("refund requests")]).await;
}
