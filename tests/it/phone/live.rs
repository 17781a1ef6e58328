//! A conversation over a socket.

use std::sync::Arc;

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
async fn an_interruption_stops_what_is_said_within_one_frame_and_the_record_holds_what_was_played() {
    let pieces = &["We deliver ", "in two ", "days, or ", "three, or ", "four."];
    let script = Script::of([Line::Pieces(pieces), Line::Say("It costs nothing.")]);
    let scene = Scene::with(script.clone(), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let relay = call.relay().expect("a socket");
    let turns = scene.turns();
    relay.prompt("When does my lamp come?").await.expect("sent");
    let mut heard = String::new();
    for _ in 0..2 {
        script.began.notified().await;
        script.go_on.notify_one();
        heard.push_str(relay.frame().await.expect("a frame")["token"].as_str().expect("words"));
    }
    assert_eq!(heard, "We deliver in two ");
    // The caller has heard less than was sent. Another piece is on its way at that moment.
    relay.interrupt("We deliver in", 640).await.expect("sent");
    script.began.notified().await;
    script.go_on.notify_one();
    while !scene.lines().await.iter().any(|line| matches!(line, CallLine::CutOff { .. })) {
        tokio::task::yield_now().await;
    }
    for _ in 0..2 {
        script.began.notified().await;
        script.go_on.notify_one();
    }
    relay.prompt("And what does it cost?").await.expect("sent");
    let mut more = Vec::new();
    loop {
        let frame = relay.frame().await.expect("a frame");
        if frame["last"] == true {
            assert_eq!(frame["token"], "It costs nothing.");
            break;
        }
        more.push(frame);
    }
    assert!(more.len() <= 1, "at most the frame that was on its way: {more:?}");
    drop(turns);
    let words = scene.words(Author::Ai).await;
    assert_eq!(&words[1..], ["We deliver in", "It costs nothing."], "the record is what was played");
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_is_lost_in_the_middle_of_a_sentence_costs_nothing_of_the_answer() {
    let script = Script::of([Line::Pieces(&["We deliver ", "in two days."])]);
    let scene = Scene::with(script.clone(), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let turns = scene.turns();
    let relay = call.relay().expect("a socket");
    relay.prompt("When does my lamp come?").await.expect("sent");
    script.began.notified().await;
    script.go_on.notify_one();
    assert_eq!(relay.frame().await.expect("a frame")["token"], "We deliver ");
    script.began.notified().await;
    script.go_on.notify_one();
    scene.during(call.socket_closed()).await;
    assert_eq!(call.heard().last().map(String::as_str), Some("We deliver in two days."), "whole, and not asked again");
    assert_eq!(scene.words(Author::Ai).await[1..], ["We deliver in two days."]);
    assert!(scene.lines().await.contains(&CallLine::Reconnected));
    drop(turns);
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_that_nobody_signed_is_refused_and_so_is_a_socket_about_another_call() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let url = call.inner("url").expect("a socket's address").to_owned();
    assert!(url.starts_with("ws") && !url.contains('?'), "{url}");
    let unsigned = tokio_tungstenite::connect_async(url.as_str()).await.expect_err("refused");
    assert!(unsigned.to_string().contains("403"), "{unsigned}");
    let forged = baton::sandbox::phone::Number { auth_token: "other".to_owned().into(), ..scene.number.clone() };
    assert!(call.another_socket(&forged, "CA1").await.is_err());
    // Signed, but its first frame names a call that was not answered here.
    let mut stranger = call.another_socket(&scene.number, "CA-of-somebody-else").await.expect("a socket");
    assert_eq!(stranger.frame().await, None, "closed without a word");
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_on_the_socket_asks_for_a_person() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let relay = call.relay().expect("a socket");
    scene.during(relay.key("0")).await;
    assert_eq!(scene.app.while_draining(relay.frame()).await.expect("a frame")["type"], "end");
    scene.during(call.socket_closed()).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_words_once_the_hash_key_ends_them() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.talk = Talk::Live).await;
    let mut call = greeted(&scene).await;
    let relay = call.relay().expect("a socket");
    for key in ["2", "0", "3", "1", "8", "#"] {
        scene.during(relay.key(key)).await;
    }
    assert_eq!(scene.app.while_draining(relay.utterance()).await.as_deref(), Some("We deliver in two days."));
    assert_eq!(scene.words(Author::Contact).await, ["20318"]);
    scene.during(call.hang_up()).await;
}
