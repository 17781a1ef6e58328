//! The provider's own library: it signs calls, and writes each of Baton's documents as Baton does.

use std::collections::BTreeMap;
use std::sync::Arc;

use baton::handoff::call::{NobodyAnswers, OtherLanguage, Talk};
use baton::sandbox::phone::Waits;
use serde_json::{Value, json};

use super::Scene;
use super::scene::{MAYA, NUMBER, SECRET};
use crate::support::{Library, TwoDays};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_the_providers_library_signed_is_believed_and_a_changed_one_is_not() {
    let Some(mut library) = Library::open("twiml.py") else { return };
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let url = scene.number.voice_url.clone();
    // A field that is new, one that is empty, and one that is not ASCII.
    let mut fields: BTreeMap<&str, &str> = BTreeMap::from([
        ("CallSid", "CA77"),
        ("AccountSid", "AC1"),
        ("From", MAYA),
        ("To", NUMBER),
        ("CallStatus", "ringing"),
        ("CallerName", "Zoë & Söhne"),
        ("StirVerstat", ""),
        ("FieldOfTomorrow", "1+1 = 2"),
    ]);
    let signature = library.ask(&json!({"secret": SECRET, "url": url, "fields": fields}));
    let post = |fields: &BTreeMap<&str, &str>| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = scene.app.http.post(&url).header("content-type", "application/x-www-form-urlencoded");
        request.header("x-twilio-signature", signature.as_str().expect("a signature")).body(body).send()
    };
    let answer = post(&fields).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.expect("a document").contains("<Gather"));
    fields.insert("From", "+15550100143");
    assert_eq!(post(&fields).await.expect("an answer").status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_providers_library_writes_the_same_documents() {
    let Some(mut library) = Library::open("twiml.py") else { return };
    let german = || vec![OtherLanguage { tag: "de-DE".into(), voice: "Polly.Vicki-Neural".into(), key: Some('2') }];
    let mut documents = Vec::new();
    for (talk, nobody) in [(Talk::Turns, NobodyAnswers::Voicemail), (Talk::Live, NobodyAnswers::Ai)] {
        let scene = Scene::with(Arc::new(TwoDays), |agent| {
            (agent.talk, agent.nobody, agent.languages) = (talk, nobody, german());
            agent.voice = "Polly.Joanna".into();
            agent.hints = vec!["Lumen & Oak".into(), "<lamp>".into()];
        })
        .await;
        let mut call = scene.call().await;
        if *call.waits() == Waits::Socket {
            scene.during(call.socket_closed()).await;
        }
        scene.during(call.say("When does it come?")).await;
        scene.during(call.say("Then a human, \"please\" & <soon>")).await;
        scene.during(call.pick_up()).await;
        scene.during(call.press_there("2")).await;
        scene.during(call.press_nothing_there()).await;
        scene.during(call.fail_there("busy")).await;
        scene.during(call.hang_up()).await;
        documents.extend(scene.exchange.documents().into_iter().filter(|document| document.starts_with("<?xml")));
    }
    for verb in ["<Gather", "<Say", "<Dial", "<Number", "<Record", "<Hangup", "<ConversationRelay", "<Language"] {
        assert!(documents.iter().any(|document| document.contains(verb)), "no document has {verb}");
    }
    for document in documents {
        assert_eq!(library.ask(&Value::from(document.clone())), Value::Null, "{document}");
    }
}
