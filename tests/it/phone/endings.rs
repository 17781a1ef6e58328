//! The caller hangs up, wherever the call stands: it ends once, nothing waits to be said, and nobody is forgotten.

use std::sync::Arc;

use baton::handoff::call::{CallLine, Ending, Talk};
use baton::handoff::{Author, Owner};
use baton::sandbox::phone::{Call, Waits};
use baton::store::timeline::Delivery;

use super::Scene;
use crate::support::{Line, Script, TwoDays};

/// The call is over, once, as it says; everything that was to be said was, or is marked that it was not.
async fn is_over(scene: &Scene, ending: Ending, owner: Owner) {
    assert_eq!(scene.stored().await.call.ending(), Some(ending));
    assert!(scene.stored().await.ended_at.is_some());
    let ends = scene.lines().await.into_iter().filter(|line| matches!(line, CallLine::Ended { .. })).count();
    assert_eq!(ends, 1, "{:?}", scene.lines().await);
    assert_eq!(scene.owner().await, owner);
    for author in [Author::Ai, Author::System] {
        let waiting = scene.said(author).await.into_iter().filter(|said| said.delivery == Delivery::Queued).count();
        assert_eq!(waiting, 0, "words of {author:?} wait for ever");
    }
}

async fn two_days() -> (Scene, Call) {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let call = scene.call().await;
    (scene, call)
}

async fn asked_for_a_person() -> (Scene, Call) {
    let (scene, mut call) = two_days().await;
    scene.during(call.say("I want a human")).await;
    (scene, call)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_being_greeted() {
    let (scene, mut call) = two_days().await;
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::HungUp, Owner::Ai).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_ai_thinks() {
    let (scene, mut call) = two_days().await;
    let action = call.action().expect("an action").to_owned();
    // The answer is asked for and nobody waits for it.
    call.repeat(&action, &[("SpeechResult", "When does it come?")]).await.expect("told");
    call.hang_up().await.expect("told");
    scene.app.drain().await;
    is_over(&scene, Ending::HungUp, Owner::Ai).await;
    let answer = scene.said(Author::Ai).await.pop().expect("an answer");
    assert_eq!(answer.delivery, Delivery::Discarded, "the record says that nobody heard it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_being_asked_whether_they_are_there_and_during_the_goodbye() {
    let (scene, mut call) = two_days().await;
    scene.during(call.say_nothing()).await;
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::HungUp, Owner::Ai).await;
    let (scene, mut call) = two_days().await;
    for _ in 0..3 {
        scene.during(call.say_nothing()).await;
    }
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::HungUp, Owner::Ai).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_phone_rings_and_while_somebody_hears_what_it_is_about() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::HungUp, Owner::Queue).await;
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.pick_up()).await;
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::HungUp, Owner::Queue).await;
    assert!(!scene.record().await.core.handoff.expect("a handoff").acknowledged, "people are still told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_next_phone_rings() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.fail_there("no-answer")).await;
    assert!(matches!(call.waits(), Waits::Ringing { .. }));
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::HungUp, Owner::Queue).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_talking_with_a_person() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.pick_up()).await;
    scene.during(call.press_there("1")).await;
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::Bridged, Owner::Agent(scene.ines.id)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_leaving_a_message() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.fail_there("no-answer")).await;
    scene.during(call.fail_there("no-answer")).await;
    assert_eq!(*call.waits(), Waits::Recording);
    scene.during(call.hang_up()).await;
    is_over(&scene, Ending::Voicemail, Owner::Queue).await;
    assert_eq!(scene.words(Author::Contact).await.last().expect("a message"), "(Voicemail, 0:04 min)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_middle_of_a_sentence_over_a_socket() {
    let script = Script::of([Line::Pieces(&["We deliver ", "in two days."])]);
    let scene = Scene::with(script.clone(), |agent| agent.talk = Talk::Live).await;
    let mut call = scene.call().await;
    let relay = call.relay().expect("a socket");
    relay.utterance().await.expect("a greeting");
    relay.prompt("When does it come?").await.expect("sent");
    let _turns = scene.turns();
    script.began.notified().await;
    script.go_on.notify_one();
    assert_eq!(relay.frame().await.expect("a frame")["token"], "We deliver ");
    scene.during(call.hang_up()).await;
    script.go_on.notify_one();
    scene.app.drain().await;
    is_over(&scene, Ending::HungUp, Owner::Ai).await;
}
