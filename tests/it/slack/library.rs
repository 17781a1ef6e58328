//! Slack's own Python library signs what Baton is sent.

use baton::clock::Clock as _;
use baton::handoff::Owner;
use baton::sandbox::slack::signed;
use serde_json::{Value, json};

use super::Scene;
use super::scene::{INES, SECRET};
use crate::support::Library;

/// Sends a body with a timestamp and a signature. The status Slack would see.
async fn sends(scene: &Scene, kind: &str, body: &[u8], at: i64, signature: &Value) -> u16 {
    let request = scene.story.app.http.post(scene.story.app.url("/hooks/slack")).header("content-type", kind);
    let request = request.header("x-slack-request-timestamp", at.to_string());
    let request = request.header("x-slack-signature", signature.as_str().expect("a signature"));
    request.body(body.to_vec()).send().await.expect("an answer").status().as_u16()
}

fn sign(library: &mut Library, secret: &str, at: i64, body: &[u8]) -> Value {
    let body = std::str::from_utf8(body).expect("text");
    library.ask(&json!({"what": "sign", "secret": secret, "now": at, "timestamp": at.to_string(), "body": body}))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_slacks_own_library_signed_is_believed_and_stale_or_changed_requests_are_not() {
    let Some(mut library) = Library::open("slack.py") else { return };
    let (scene, card) = Scene::handed_off().await;
    let (db, id) = (scene.story.app.desk().store.reader(), scene.story.id().await);
    let now = scene.story.app.clock.now().timestamp();
    let (json_kind, form_kind) = ("application/json", "application/x-www-form-urlencoded");
    let event = scene.slack.writes("U0MAYA", "D0MAYA", None, "Grüße & <viele> 🌿").to_string().into_bytes();
    let press = scene.slack.presses(INES, &card.channel, &card.ts, "Take").expect("a button");
    for (kind, body) in [(json_kind, &event), (form_kind, &press)] {
        let signature = sign(&mut library, SECRET, now, body);
        let mut changed = body.clone();
        *changed.last_mut().expect("a byte") ^= 1;
        assert_eq!(sends(&scene, kind, &changed, now, &signature).await, 403, "a changed body");
        assert_eq!(sends(&scene, kind, body, now + 1, &signature).await, 403, "another time than was signed");
        for stale in [now - 301, now + 301] {
            let signature = sign(&mut library, SECRET, stale, body);
            assert_eq!(sends(&scene, kind, body, stale, &signature).await, 403, "{} seconds off", stale - now);
        }
        let other = sign(&mut library, "another secret", now, body);
        assert_eq!(sends(&scene, kind, body, now, &other).await, 403, "another secret");
        assert_eq!(sends(&scene, kind, body, now, &signature).await, 200, "the library's own");
    }
    scene.settle().await;
    let taken = baton::store::conversations::find(db, id).await.expect("the store").expect("a conversation");
    assert_eq!(taken.core.owner, Owner::Agent(scene.story.ines.id));
    assert!(scene.slack.posts().iter().any(|post| post.channel == "D0MAYA" && post.user == "U0BATON"), "and answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stand_in_signs_as_slacks_own_library_wants_it() {
    let Some(mut library) = Library::open("slack.py") else { return };
    let (now, body) = (1_700_000_000, r#"{"type":"event_callback","text":"Zoë"}"#);
    let [(_, timestamp), (_, signature)] = signed(SECRET, now, body.as_bytes());
    let mut believes = |body: &str, at: i64| {
        let asked = json!({"what": "believes", "secret": SECRET, "now": at, "timestamp": timestamp, "signature": signature, "body": body});
        library.ask(&asked)
    };
    assert_eq!(
        (believes(body, now), believes("{}", now), believes(body, now + 301)),
        (true.into(), false.into(), false.into())
    );
}
