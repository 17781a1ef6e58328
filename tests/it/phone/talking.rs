//! A caller and the AI.

use baton::handoff::call::{CallLine, Ending};
use baton::handoff::{Author, Owner};
use baton::sandbox::phone::Waits;
use baton::store::timeline::Delivery;

use super::Scene;
use super::scene::MAYA;
use crate::support::{Line, Script, TwoDays};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_is_greeted_asks_and_is_answered_and_all_of_it_is_in_the_inbox() {
    let scene = Scene::with(std::sync::Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call().await;
    assert_eq!(call.heard(), ["Hello, this is the assistant. How can I help?"]);
    assert_eq!(*call.waits(), Waits::Caller);
    scene.during(call.say("When does my lamp come?")).await;
    assert_eq!(call.heard(), ["We deliver in two days."]);
    scene.during(call.hang_up()).await;
    assert_eq!(scene.words(Author::Contact).await, ["When does my lamp come?"]);
    let said = scene.said(Author::Ai).await;
    assert_eq!(said.iter().map(|one| one.delivery).collect::<Vec<_>>(), [Delivery::Sent, Delivery::Sent]);
    let lines = scene.lines().await;
    assert_eq!(lines[0], CallLine::Began { from: Some(MAYA.into()) });
    assert_eq!(lines[1], CallLine::Ended { ending: Ending::HungUp });
    assert_eq!(scene.owner().await, Owner::Ai);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_is_asked_about_twice_and_speech_during_the_goodbye_goes_on() {
    let scene = Scene::with(std::sync::Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call().await;
    for _ in 0..2 {
        call.heard();
        scene.during(call.say_nothing()).await;
        assert_eq!(call.heard(), ["Are you still there?"]);
    }
    scene.during(call.say_nothing()).await;
    assert!(call.heard()[0].ends_with("Goodbye, and call again whenever you like."));
    scene.during(call.say("Wait, when does it come?")).await;
    assert_eq!(call.heard(), ["We deliver in two days."]);
    for _ in 0..4 {
        scene.during(call.say_nothing()).await;
    }
    assert_eq!(*call.waits(), Waits::Nothing);
    assert_eq!(scene.stored().await.call.ending(), Some(Ending::Goodbye));
    scene.during(call.hang_up()).await;
    assert_eq!(scene.stored().await.call.ending(), Some(Ending::Goodbye), "what is over stays over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ai_slower_than_the_provider_waits_is_asked_again_and_then_gives_the_call_to_people() {
    let scene = Scene::with(Script::of([Line::Hang]), |_| {}).await;
    let mut call = scene.call().await;
    call.heard();
    let asked = tokio::time::Instant::now();
    scene.app.desk();
    // The turn never ends, so nothing drains beside it: only the caller's side asks again and again.
    call.say("When does my lamp come?").await.expect("answers in time");
    assert!(asked.elapsed() < std::time::Duration::from_secs(15));
    let heard = call.heard();
    assert_eq!(heard[0], "One moment, please.");
    assert!(heard[1].contains("putting you through"), "{heard:?}");
    assert_eq!(*call.waits(), Waits::Ringing { number: super::OFFICE.into() });
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_twice_or_late_happens_once() {
    let scene = Scene::with(std::sync::Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call().await;
    let first = call.action().expect("an action").to_owned();
    scene.during(call.say("When does my lamp come?")).await;
    // The provider had no answer and tells it once more, and once more after that.
    for _ in 0..2 {
        let again = scene.during(call.repeat(&first, &[("SpeechResult", "When does my lamp come?")])).await;
        assert!(again.contains("We deliver in two days."), "{again}");
    }
    scene.during(call.say("Thank you")).await;
    let late = scene.during(call.repeat(&first, &[("SpeechResult", "When does my lamp come?")])).await;
    assert!(late.contains("<Gather"), "{late}");
    assert_eq!(scene.words(Author::Contact).await, ["When does my lamp come?", "Thank you"]);
    scene.during(call.hang_up()).await;
    scene.during(call.hang_up()).await;
    let ends = scene.lines().await.iter().filter(|line| matches!(line, CallLine::Ended { .. })).count();
    assert_eq!(ends, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_the_provider_is_believed() {
    let scene = Scene::with(std::sync::Arc::new(TwoDays), |_| {}).await;
    let call = scene.call().await;
    let forged = baton::sandbox::phone::Number { auth_token: "other".to_owned().into(), ..scene.number.clone() };
    let refused = baton::sandbox::phone::Call::dial(&scene.exchange, &forged, MAYA).await.map(|_| ());
    assert!(refused.expect_err("refused").to_string().contains("403"));
    let unsigned = scene.app.http.post(call.action().expect("an action")).body("CallSid=CA1&SpeechResult=hi");
    assert_eq!(unsigned.send().await.expect("an answer").status(), 403);
    // Signed, but about another call than the one it is posted to.
    let other = scene.call_from("+15550100143").await;
    let mixed = other.repeat(call.action().expect("an action"), &[("SpeechResult", "hi")]).await;
    assert!(mixed.expect_err("refused").to_string().contains("404"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_may_speak_while_the_ai_does_where_the_admin_lets_them() {
    for interruptible in [true, false] {
        let scene = Scene::with(std::sync::Arc::new(TwoDays), |agent| agent.interruptible = interruptible).await;
        let mut call = scene.call().await;
        assert_eq!(call.attribute("bargeIn"), Some(if interruptible { "true" } else { "false" }));
        scene.during(call.hang_up()).await;
    }
}
