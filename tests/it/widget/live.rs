//! The live stream: replay, resume, the present.

use baton::desk::reply::Reply;
use baton::handoff::{ConversationId, MessageId};
use baton::realtime::{Hint, Who};
use baton::store::timeline::{self, Delivery};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Event, TestApp, Visitor, ok, refused};

fn ids(events: &[Event]) -> Vec<i64> {
    events.iter().filter_map(|event| event.id).collect()
}

fn reply(agent: baton::handoff::AgentId, text: &str) -> Reply {
    Reply { agent, message: MessageId(Uuid::new_v4()), text: text.into(), attachments: Vec::new(), seen: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_stream_tells_everything_and_goes_on_live() {
    let app = TestApp::start().await;
    app.channel().await;
    let ines = app.agent("Ines").await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "When do you deliver?").await;

    let mut live = maya.live(None).await;
    let replayed = live.rest().await;
    assert_eq!(live.retry_ms, Some(3000));
    let names: Vec<&str> = replayed.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["message", "message", "session"]);
    assert_eq!(ids(&replayed), [1, 2, 2]);
    assert_eq!(json!([replayed[0].data, replayed[1].data]), json!(maya.history().await));
    assert_eq!(replayed[2].data, maya.poll().await["session"]);

    app.desk().reply(maya.id(), reply(ines.id, "Ines here.")).await.expect("a reply");
    let news = live.rest().await;
    let texts: Vec<_> =
        news.iter().filter(|event| event.name == "message").map(|e| e.data["content"]["text"].clone()).collect();
    assert_eq!(texts, [json!(""), json!(""), json!("Ines here.")], "told once, by the person's own words");
    let session = news.iter().rev().find(|event| event.name == "session").expect("a session");
    assert_eq!(session.data["assignee"]["name"], "Ines");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_stream_resumes_without_a_gap_or_a_repetition() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "When do you deliver?").await;
    let mut first = maya.live(None).await;
    let seen = first.next_named("message").await.id;
    drop(first);
    maya.say(&app, "And on Sundays?").await;
    let resumed = maya.live(seen).await.rest().await;
    let places: Vec<_> = resumed.iter().filter(|e| e.name == "message").map(|e| e.id).collect();
    assert_eq!(places, [Some(2), Some(3), Some(4)]);
    let asked = ok_events(&maya, "after=3").await;
    assert_eq!(asked.iter().filter(|event| event.name == "message").count(), 1);
}

async fn ok_events(maya: &Visitor, query: &str) -> Vec<Event> {
    let path = format!("/widget/v1/sessions/{}/live?{query}", maya.session);
    let response = maya.get(&path).send().await.expect("a response");
    maya.events(response).rest().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_is_told_once_with_its_summary() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let mut live = maya.live(None).await;
    live.next_named("session").await;
    maya.say(&app, "I want a human").await;
    let events = live.rest().await;
    let handoffs: Vec<&Event> = events.iter().filter(|event| event.name == "handoff").collect();
    assert_eq!(handoffs.len(), 1);
    let told = handoffs[0];
    assert_eq!(told.data["conversation_id"], maya.session.as_str());
    assert_eq!(told.data["reason"], "customer_request");
    assert_eq!(told.data["sentiment"], "neutral");
    assert!(told.data["summary"].as_str().is_some_and(|summary| !summary.is_empty()));
    assert_eq!(told.id, Some(2));
    let session = events.iter().rev().find(|event| event.name == "session").expect("a session");
    assert_eq!(session.data["assignee"]["kind"], "none");
    let again = maya.live(told.id).await.rest().await;
    assert!(again.iter().all(|event| event.name != "handoff"), "a resumed stream does not repeat it");
    let whole = maya.live(None).await.rest().await;
    assert_eq!(whole.iter().filter(|event| event.name == "handoff").count(), 1, "a new one tells it again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ai_is_seen_writing_and_what_is_not_sent_is_taken_back() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let mut live = maya.live(None).await;
    live.next_named("session").await;
    let sent = maya.say(&app, "When do you deliver?").await;
    let events = live.rest().await;
    let typing = events.iter().find(|event| event.name == "typing").expect("typing");
    assert_eq!(typing.data["kind"], "ai");
    assert_eq!(typing.id, None);
    let answer = &sent["autopilotResponse"];
    let streamed: String =
        events.iter().filter(|event| event.name == "delta").map(|e| e.data["text"].as_str().expect("a text")).collect();
    assert_eq!(json!(streamed), answer["value"]["content"]);
    assert!(events.iter().filter(|event| event.name == "delta").all(|event| event.data["publicId"] == answer["id"]));

    let (conversation, message) = (maya.id(), MessageId(Uuid::new_v4()));
    app.desk().bus.publish(Hint::DeltaCancelled { conversation, message });
    assert_eq!(live.next_named("delta_cancel").await.data, json!({"publicId": message}));
    maya.say(&app, "I want a human").await;
    live.rest().await;
    app.desk().bus.publish(Hint::Delta { conversation, message, offset: 0, text: "late words".into() });
    assert!(live.rest().await.is_empty(), "the AI's late words stay here");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_goes_both_ways() {
    let app = TestApp::start().await;
    app.channel().await;
    let ines = app.agent("Ines").await;
    let maya = Visitor::arrive(&app).await;
    let mut live = maya.live(None).await;
    live.next_named("session").await;
    let mut hints = app.desk().bus.subscribe_to_all();
    let typing = maya.post(&format!("/widget/v1/sessions/{}/typing", maya.session), &json!({"typing": true}));
    assert_eq!(typing.send().await.expect("a response").status(), 204);
    let hint = hints.recv().await.expect("a hint");
    assert!(matches!(hint, Hint::Typing { who: Who::Contact, .. }), "{hint:?}");
    let who = Who::Agent(ines.id, "Ines".into());
    app.desk().bus.publish(Hint::Typing { conversation: maya.id(), who, ttl: std::time::Duration::from_secs(4) });
    let event = live.next().await;
    assert_eq!((event.name.as_str(), event.id), ("typing", None));
    assert_eq!(event.data, json!({"kind": "agent", "name": "Ines", "ttl_ms": 4000}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_team_sees_what_a_widget_has_fetched() {
    let app = TestApp::start().await;
    app.channel().await;
    let ines = app.agent("Ines").await;
    let maya = Visitor::arrive(&app).await;
    // The stream last: the server notices a moment later that nobody reads it any more.
    for through_stream in [false, true] {
        let mine = reply(ines.id, "Hello");
        let id = mine.message;
        app.desk().reply(maya.id(), mine).await.expect("a reply");
        let db = app.desk().store.reader();
        let delivery = async || timeline::message(db, id).await.expect("read").expect("stored").delivery;
        assert_eq!(delivery().await, Delivery::Sent);
        if through_stream {
            maya.live(None).await.rest().await;
        } else {
            maya.poll().await;
        }
        assert_eq!(delivery().await, Delivery::Delivered);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_was_never_reached_resets_the_widget() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "When do you deliver?").await;
    let events = maya.live(Some(999)).await.rest().await;
    assert_eq!((events[0].name.as_str(), events[0].id), ("reset", Some(2)));
    let path = format!("/widget/v1/sessions/{}/live", maya.session);
    refused(maya.get(&path).header("last-event-id", "yesterday"), 422).await;
    refused(maya.get(&path).header("last-event-id", "-1"), 422).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_misses_nothing() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let mut live = maya.live(None).await;
    live.next_named("session").await;
    for _ in 0..3_000 {
        app.desk().bus.publish(Hint::DeltaCancelled {
            conversation: ConversationId(uuid::Uuid::nil()),
            message: MessageId(uuid::Uuid::nil()),
        });
    }
    maya.say(&app, "When do you deliver?").await;
    let events = live.rest().await;
    assert_eq!(events.iter().filter(|event| event.name == "message").count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_never_stored_or_held_back_and_ends_with_the_process() {
    let mut app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let path = format!("/widget/v1/sessions/{}/live", maya.session);
    let response = maya.get(&path).header("accept-encoding", "gzip").send().await.expect("a response");
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
    assert_eq!(header("cache-control").as_deref(), Some("no-cache, no-transform"));
    assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
    assert_ne!(header("content-encoding").as_deref(), Some("gzip"));
    let mut live = maya.events(response);
    live.next_named("session").await;
    app.restart().await;
    assert!(live.ends().await);
    assert_eq!(ok(maya.get("/config")).await["baton"]["live"], true);
}
