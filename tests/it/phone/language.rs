//! Callers who speak another language than the number's own.

use std::sync::Arc;

use baton::handoff::Author;
use baton::handoff::call::{CallLine, OtherLanguage, PhoneAgent, Talk};
use baton::sandbox::phone::Waits;

use super::{OFFICE, Scene};
use crate::support::TwoDays;

const GERMAN: &str = "Gern, sprechen wir Deutsch. Wie kann ich Ihnen helfen?";

fn with_german(agent: &mut PhoneAgent) {
    agent.languages = vec![OtherLanguage { tag: "de-DE".into(), voice: "Polly.Vicki-Neural".into(), key: Some('2') }];
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_changes_the_language_and_the_house_speaks_it_from_then_on() {
    let scene = Scene::with(Arc::new(TwoDays), with_german).await;
    let mut call = scene.call().await;
    assert_eq!(call.attribute("language"), Some("en-US"));
    scene.during(call.press("2")).await;
    assert_eq!(call.heard().last().map(String::as_str), Some(GERMAN));
    assert_eq!((call.attribute("language"), call.inner("language")), (Some("de-DE"), Some("de-DE")));
    assert_eq!(call.inner("voice"), Some("Polly.Vicki-Neural"));
    scene.during(call.say_nothing()).await;
    assert_eq!(call.heard(), ["Sind Sie noch da?"]);
    scene.during(call.say("Bitte verbinden Sie mich mit einem human")).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("Ich verbinde Sie")));
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    scene.during(call.pick_up()).await;
    assert!(call.whispered().join(" ").contains("Press 1"), "the team hears its own language");
    scene.during(call.hang_up()).await;
    assert!(scene.lines().await.contains(&CallLine::Language { language: "de-DE".into(), words: None }));
    assert!(scene.words(Author::Contact).await.iter().all(|words| words != "2"), "the key is no word");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_asks_for_a_language_gets_it_and_one_who_speaks_it_is_answered_in_it() {
    let scene = Scene::with(Arc::new(TwoDays), with_german).await;
    let mut call = scene.call().await;
    scene.during(call.say("Can we speak German, please?")).await;
    assert_eq!(call.heard().last().map(String::as_str), Some(GERMAN));
    let words = Some("Can we speak German, please?".to_owned());
    assert!(scene.lines().await.contains(&CallLine::Language { language: "de-DE".into(), words }));
    scene.during(call.say("English please")).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("let us speak English")));
    scene.during(call.say("Wann kommt meine Lampe endlich?")).await;
    assert_eq!(call.attribute("language"), Some("de-DE"));
    assert_eq!(scene.words(Author::Contact).await, ["Wann kommt meine Lampe endlich?"]);
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_socket_the_provider_is_told_to_change_its_language() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| {
        with_german(agent);
        agent.talk = Talk::Live;
    })
    .await;
    let mut call = scene.call().await;
    let relay = call.relay().expect("a socket");
    scene.app.while_draining(relay.utterance()).await.expect("a greeting");
    scene.during(relay.key("2")).await;
    scene.during(relay.key("#")).await;
    let frame = scene.app.while_draining(relay.frame()).await.expect("a frame");
    assert_eq!((&frame["type"], &frame["ttsLanguage"]), (&"language".into(), &"de-DE".into()), "{frame}");
    assert_eq!(frame["transcriptionLanguage"], "de-DE");
    assert_eq!(scene.app.while_draining(relay.utterance()).await.as_deref(), Some(GERMAN));
    scene.during(call.hang_up()).await;
}
