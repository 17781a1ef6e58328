//! Several phones, and a provider that tells things twice, late, or in another order.

use std::sync::Arc;

use baton::handoff::call::{CallLine, Ending, FallbackNumber, Hours, PhoneAgent};
use baton::handoff::{Author, Owner};
use baton::sandbox::phone::{Call, Waits};

use super::{OFFICE, Scene, WAREHOUSE, WORKSHOP};
use crate::support::TwoDays;

fn third_number(agent: &mut PhoneAgent) {
    let (number, label) = (WAREHOUSE.into(), "Warehouse".into());
    agent.numbers.push(FallbackNumber { number, label, agent: None, hours: Hours::default() });
}

async fn asked_for_a_person() -> (Scene, Call) {
    let scene = Scene::with(Arc::new(TwoDays), third_number).await;
    let mut call = scene.call().await;
    scene.during(call.say("I want a human")).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    (scene, call)
}

/// Where the leg of the phone that rings tells its key.
fn key_url(call: &Call) -> String {
    call.inner("url").expect("a whisper").replace("/whisper?", "/key?")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_numbers_the_first_is_busy_the_second_is_silent_and_the_third_takes_the_call() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.fail_there("busy")).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WORKSHOP.into() });
    scene.during(call.fail_there("no-answer")).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WAREHOUSE.into() });
    assert!(call.heard().iter().filter(|words| words.contains("putting you through")).count() <= 1, "told once");
    scene.during(call.pick_up()).await;
    scene.during(call.press_there("1")).await;
    assert_eq!(*call.waits(), Waits::Bridged { number: WAREHOUSE.into() });
    scene.during(call.hang_up_there(31)).await;
    let lines = scene.lines().await;
    let missed = |label: &str, status: &str| CallLine::Missed { label: label.into(), status: status.into() };
    assert!(lines.contains(&missed("Office", "busy")) && lines.contains(&missed("Workshop", "no-answer")));
    assert!(lines.contains(&CallLine::Talked { label: "Warehouse".into(), seconds: 31 }), "{lines:?}");
    assert_eq!(scene.owner().await, Owner::Queue, "the number is nobody's in particular");
    assert!(scene.record().await.core.handoff.expect("a handoff").acknowledged, "and somebody has noticed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_declines_by_another_key_or_by_hanging_up_is_passed_over() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.pick_up()).await;
    scene.during(call.press_there("9")).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WORKSHOP.into() });
    scene.during(call.pick_up()).await;
    scene.during(call.hang_up_there(0)).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WAREHOUSE.into() });
    let lines = scene.lines().await;
    for label in ["Office", "Workshop"] {
        assert!(lines.contains(&CallLine::NotAccepted { label: label.into() }), "{lines:?}");
    }
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_comes_after_the_caller_has_gone_on_takes_nothing() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.pick_up()).await;
    let late = key_url(&call);
    scene.during(call.press_nothing_there()).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WORKSHOP.into() });
    let told = scene.during(call.repeat(&late, &[("Digits", "1")])).await;
    assert!(told.contains("<Hangup"), "{told}");
    assert_eq!(scene.owner().await, Owner::Queue);
    assert!(!scene.lines().await.iter().any(|line| matches!(line, CallLine::Accepted { .. })));
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_of_a_number_counts_once_however_often_it_is_told() {
    let (scene, mut call) = asked_for_a_person().await;
    let first = call.action().expect("an action").to_owned();
    let busy = [("DialCallStatus", "busy"), ("DialBridged", "false")];
    scene.during(call.fail_there("busy")).await;
    for _ in 0..2 {
        let again = scene.during(call.repeat(&first, &busy)).await;
        assert!(again.contains(WORKSHOP), "what was said before is said again: {again}");
    }
    scene.during(call.pick_up()).await;
    let key = key_url(&call);
    scene.during(call.press_there("1")).await;
    let twice = scene.during(call.repeat(&key, &[("Digits", "1")])).await;
    assert!(!twice.contains("<Hangup"), "the second press of the same key ends nothing: {twice}");
    let second = call.action().expect("an action").to_owned();
    scene.during(call.hang_up_there(20)).await;
    let over = [("DialCallStatus", "completed"), ("DialBridged", "true"), ("DialCallDuration", "20")];
    scene.during(call.repeat(&second, &over)).await;
    scene.during(call.repeat(&first, &busy)).await;
    let lines = scene.lines().await;
    let count = |wanted: fn(&CallLine) -> bool| lines.iter().filter(|line| wanted(line)).count();
    assert_eq!(count(|line| matches!(line, CallLine::Missed { .. })), 1);
    assert_eq!(count(|line| matches!(line, CallLine::Accepted { .. })), 1);
    assert_eq!(count(|line| matches!(line, CallLine::Talked { .. })), 1);
    assert_eq!(count(|line| matches!(line, CallLine::Ended { ending: Ending::Bridged })), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_call_may_be_told_before_what_led_to_it() {
    let (scene, mut call) = asked_for_a_person().await;
    scene.during(call.pick_up()).await;
    scene.during(call.press_there("1")).await;
    let (dialled, key) = (call.action().expect("an action").to_owned(), key_url(&call));
    let status = format!("{}/status", scene.number.voice_url);
    scene.during(call.repeat(&status, &[("CallStatus", "completed"), ("CallDuration", "80")])).await;
    let over = [("DialCallStatus", "completed"), ("DialBridged", "true"), ("CallStatus", "completed")];
    let told = scene.during(call.repeat(&dialled, &over)).await;
    assert!(told.contains("<Hangup"), "{told}");
    scene.during(call.repeat(&key, &[("Digits", "1")])).await;
    assert_eq!(scene.stored().await.call.ending(), Some(Ending::Bridged));
    assert_eq!(scene.owner().await, Owner::Agent(scene.ines.id));
    let ends = scene.lines().await.into_iter().filter(|line| matches!(line, CallLine::Ended { .. })).count();
    assert_eq!(ends, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_told_of_twice_and_understood_before_it_was_left_is_one_message() {
    let (scene, mut call) = asked_for_a_person().await;
    for _ in 0..3 {
        scene.during(call.fail_there("no-answer")).await;
    }
    assert_eq!(*call.waits(), Waits::Recording);
    let understood = call.attribute("transcribeCallback").expect("a transcription").to_owned();
    let left = call.action().expect("an action").to_owned();
    let words = [("TranscriptionText", "Please call me back."), ("CallStatus", "completed")];
    scene.during(call.repeat(&understood, &words)).await;
    scene.during(call.leave_message("Please call me back.")).await;
    let sound = format!("{}/RE1", scene.number.recordings_url);
    scene.during(call.repeat(&left, &[("RecordingUrl", &sound), ("RecordingDuration", "7")])).await;
    scene.during(call.repeat(&understood, &words)).await;
    let said = scene.words(Author::Contact).await;
    assert_eq!(&said[1..], ["(Voicemail) Please call me back.", "(Voicemail, 0:07 min)"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_call_told_twice_at_once_is_one_call() {
    let scene = Scene::with(Arc::new(TwoDays), third_number).await;
    let call = scene.call().await;
    let incoming = scene.number.voice_url.clone();
    let ringing = [("CallStatus", "ringing")];
    let (one, other) = tokio::join!(call.repeat(&incoming, &ringing), call.repeat(&incoming, &ringing));
    assert_eq!(one.expect("a document"), other.expect("a document"));
    assert_eq!(scene.said(Author::Ai).await.len(), 1, "greeted once");
    let began = scene.lines().await.into_iter().filter(|line| matches!(line, CallLine::Began { .. })).count();
    assert_eq!(began, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_its_hours_a_number_is_left_alone() {
    // It is Sunday morning, 09:00.
    let scene = Scene::with(Arc::new(TwoDays), |agent| {
        agent.numbers[0].hours = "Mon-Fri 09:00-17:30".parse().expect("hours");
    })
    .await;
    let mut call = scene.call().await;
    scene.during(call.say("I want a human")).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WORKSHOP.into() });
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_whose_conversation_somebody_has_is_put_through_to_them_first() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.numbers.reverse()).await;
    let mut call = scene.call().await;
    scene.during(call.hang_up()).await;
    let record = scene.record().await;
    scene.app.desk().take_over(record.core.id, scene.ines.id, record.core.epoch).await.expect("taken");
    scene.app.drain().await;
    let mut again = scene.call().await;
    assert_eq!(*again.waits(), Waits::Ringing { number: OFFICE.into() }, "Ines's own number, though it is second");
    scene.during(again.hang_up()).await;
}
