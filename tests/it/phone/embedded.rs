//! Calls that the product's own AI answers, with the demo's shop for knowledge.

use std::io::Write as _;
use std::time::Duration;

use baton::handoff::Owner;
use baton::handoff::call::{Knowledge, Talk, Triggers};
use baton::handoff::policy::{HandoffSettings, Reason, Topic};
use baton::sandbox::phone::Waits;
use baton::store::handoffs;

use super::{OFFICE, Scene};

/// The first word must be out this soon after the caller has spoken.
const FIRST_WORD_MAX: Duration = Duration::from_millis(150);
/// Questions asked for the measurement.
const QUESTIONS: [&str; 4] = [
    "How long does delivery take?",
    "Can I return an oak table?",
    "Which bulbs can be dimmed?",
    "When are you open on Saturday?",
];
/// How often each is asked.
const ROUNDS: usize = 10;

/// The reason people were given.
async fn reason(scene: &Scene) -> Reason {
    let id = scene.record().await.core.id;
    let last = handoffs::last(scene.app.desk().store.reader(), id).await.expect("the store");
    last.expect("a handoff").reason
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_kept_for_people_puts_the_caller_through() {
    let scene = Scene::embedded(|_| {}).await;
    let topics = vec![Topic::new("refund requests")];
    scene.app.set(&HandoffSettings { topics, ..HandoffSettings::default() }).await;
    let mut call = scene.call().await;
    scene.during(call.say("How long does delivery take?")).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("working day")));
    scene.during(call.say("I want my money back for this lamp")).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("putting you through")));
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    assert_eq!((scene.owner().await, reason(&scene).await), (Owner::Queue, Reason::ForbiddenTopic));
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presets_do_not_count_on_the_phone_and_the_numbers_own_triggers_do() {
    let scene =
        Scene::embedded(|agent| agent.triggers = Triggers { on_ai_decision: false, ..Triggers::default() }).await;
    // The organisation hands nothing off; the number does.
    scene.app.set(&HandoffSettings::of(baton::handoff::policy::Levers { enabled: false, ..Default::default() })).await;
    let mut call = scene.call().await;
    scene.during(call.say("Do you mend umbrellas in Antarctica?")).await;
    let heard = call.heard();
    assert_eq!((scene.owner().await, call.waits()), (Owner::Ai, &Waits::Caller), "{heard:?}");
    scene.during(call.say("I want to talk to a real person, please")).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    assert_eq!(reason(&scene).await, Reason::CustomerRequest);
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_may_know_nothing_passes_questions_on() {
    let scene = Scene::embedded(|agent| agent.knowledge = Knowledge::Nothing).await;
    let mut call = scene.call().await;
    scene.during(call.say("How long does delivery take?")).await;
    assert!(!call.heard().join(" ").contains("working day"));
    assert_eq!((scene.owner().await, reason(&scene).await), (Owner::Queue, Reason::AiDecision));
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_word_of_the_built_in_ai_is_out_within_150_milliseconds() {
    // Who asks the same ten times gets nowhere, and would be put through.
    let triggers = Triggers { on_no_progress: false, on_frustration: false, ..Triggers::default() };
    let scene = Scene::embedded(|agent| (agent.talk, agent.triggers) = (Talk::Live, triggers)).await;
    let mut call = scene.call().await;
    let turns = scene.turns();
    let relay = call.relay().expect("a socket");
    relay.utterance().await.expect("a greeting");
    let mut waits = Vec::new();
    for round in 0..ROUNDS * QUESTIONS.len() {
        let asked = tokio::time::Instant::now();
        relay.prompt(QUESTIONS[round % QUESTIONS.len()]).await.expect("sent");
        let first = relay.frame().await.expect("a frame");
        let waited = asked.elapsed();
        assert_eq!(first["type"], "text", "{first}");
        if first["last"] != true {
            relay.utterance().await;
        }
        // The encoder is opened by the first message of a process.
        if round >= QUESTIONS.len() {
            waits.push(waited);
        }
    }
    drop(turns);
    waits.sort();
    let p95 = waits[waits.len() * 95 / 100];
    report(p95);
    assert!(p95 < FIRST_WORD_MAX, "p95 is {p95:?} of {waits:?}");
    scene.during(call.hang_up()).await;
}

/// Prints the figure, also into the file of figures of a whole run.
fn report(p95: Duration) {
    let line = format!("first spoken word p95, ms: {}", p95.as_micros().div_ceil(1_000));
    println!("{line}");
    if let Some(path) = std::env::var_os("BATON_TEST_SUMMARY") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("BATON_TEST_SUMMARY");
        writeln!(file, "{line}").expect("BATON_TEST_SUMMARY can be written");
    }
}
