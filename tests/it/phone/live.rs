//! A conversation over a socket.

use std::sync::Arc;
use std::time::Duration;

use baton::handoff::call::{CallLine, Talk};
use baton::handoff::{Author, Owner};
use baton::sandbox::phone::{Call, Waits};

use super::{OFFICE, Scene};
use crate::support::{Line, Script, TwoDays};

async fn greeted(scene: &Scene) -> Call {
    let mut call = scene.call().await;
    assert_eq!(*call.waits(), Waits::Socket);
    let said = scene.app.while_draining(call.relay().expect("a socket").utterance()).await;
    assert_eq!(said.as_deref(), Some("Hello, this is the assistant. How can I help?"));
    call
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_socket_the_answer_is_heard_as_it_is_written_and_stored_as_it_was_heard() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let relay = call.relay().expect("a socket");
    scene.during(relay.prompt("When does my lamp come?")).await;
    let said = scene.app.while_draining(relay.utterance()).await;
    assert_eq!(said.as_deref(), Some("We deliver in two days."));
    assert_eq!(scene.words(Author::Ai).await.last().expect("an answer"), "We deliver in two days.");
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_interrupts_leaves_on_record_what_they_heard() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let relay = call.relay().expect("a socket");
    scene.during(relay.prompt("When does my lamp come?")).await;
    scene.app.while_draining(relay.utterance()).await;
    scene.during(relay.interrupt("We deliver", 640)).await;
    scene.during(relay.prompt("And how much is it?")).await;
    scene.app.while_draining(relay.utterance()).await;
    let words = scene.words(Author::Ai).await;
    assert_eq!(words[1], "We deliver", "{words:?}");
    assert!(scene.lines().await.contains(&CallLine::CutOff { heard: "We deliver".into() }));
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_asks_for_a_person_leaves_the_socket_and_is_put_through() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let relay = call.relay().expect("a socket");
    scene.during(relay.prompt("I want a human")).await;
    let end = scene.app.while_draining(relay.frame()).await.expect("a frame");
    assert_eq!(end["type"], "end", "{end}");
    scene.during(call.socket_closed()).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("putting you through")));
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    assert_eq!(scene.owner().await, Owner::Queue);
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_takeover_in_the_middle_of_a_sentence_ends_it_and_puts_the_caller_through() {
    let script = Script::of([Line::SayWhenLetGo("We deliver in two days.")]);
    let scene = Scene::with(script.clone(), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let relay = call.relay().expect("a socket");
    relay.prompt("When does my lamp come?").await.expect("sent");
    let desk = scene.app.desk().clone();
    let turn =
        tokio::spawn(async move { while !desk.run_due_turn(uuid::Uuid::from_u128(1)).await.expect("a turn") {} });
    script.began.notified().await;
    let record = scene.record().await;
    scene.app.desk().take_over(record.core.id, scene.ines.id, record.core.epoch).await.expect("taken over");
    script.go_on.notify_one();
    let end = relay.frame().await.expect("a frame");
    assert_eq!(end["type"], "end", "not a word after the takeover: {end}");
    turn.await.expect("no panic");
    scene.during(call.socket_closed()).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_is_lost_goes_on_in_turns() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    scene.during(call.socket_closed()).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("I lost you for a moment")));
    scene.during(call.say("When does my lamp come?")).await;
    assert_eq!(call.heard(), ["We deliver in two days."]);
    assert!(scene.lines().await.contains(&CallLine::Reconnected));
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_words_are_out_soon_after_the_caller_has_spoken() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let desk = scene.app.desk().clone();
    // What the turn worker does in a running Baton: it sleeps on the alarm.
    let worker = tokio::spawn(async move {
        loop {
            while desk.run_due_turn(uuid::Uuid::from_u128(1)).await.expect("a turn") {}
            let _ = tokio::time::timeout(Duration::from_millis(20), desk.wake.turns.rung()).await;
        }
    });
    let relay = call.relay().expect("a socket");
    let mut waits = Vec::new();
    for _ in 0..20 {
        let asked = tokio::time::Instant::now();
        relay.prompt("When does my lamp come?").await.expect("sent");
        let first = relay.frame().await.expect("a frame");
        waits.push(asked.elapsed());
        assert_eq!(first["type"], "text");
        if first["last"] != true {
            relay.utterance().await;
        }
    }
    worker.abort();
    waits.sort();
    assert!(waits[18] < Duration::from_millis(150), "p95 is {:?}", waits[18]);
    scene.during(call.hang_up()).await;
}
