//! A visitor's list of conversations, and conversations that are done.

use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, ok, refused};

async fn list(maya: &Visitor, more: &[(&str, &str)]) -> Value {
    ok(maya.list(&maya.here(), more)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_comes_in_pages_newest_first() {
    let app = TestApp::start().await;
    app.channel().await;
    let mut maya = Visitor::arrive(&app).await;
    for _ in 0..24 {
        maya.begin().await;
    }
    let first = list(&maya, &[("cursor", "0")]).await;
    let next = first["next"].as_str().expect("a second page").to_owned();
    for name in ["cursor", "offset"] {
        let second = list(&maya, &[(name, next.as_str())]).await;
        assert_eq!(second["next"], json!(null));
        let pages = [&first["items"], &second["items"]];
        let numbers: Vec<i64> = pages
            .iter()
            .flat_map(|items| items.as_array().expect("items"))
            .map(|item| item["ticketNumber"].as_i64().expect("a number"))
            .collect();
        assert_eq!(numbers, (1001..1026).rev().collect::<Vec<i64>>());
    }
    refused(maya.list(&maya.here(), &[("cursor", "x")]), 422).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unverified_visitor_sees_this_browsers_sessions_and_nobody_elses() {
    let app = TestApp::start().await;
    app.channel().await;
    let mut maya = Visitor::arrive(&app).await;
    let home = (maya.external_id.clone(), maya.session.clone());
    maya.external_id = "office".into();
    maya.begin().await;
    let office = list(&maya, &[]).await;
    assert_eq!(office["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(office["items"][0]["id"], maya.session.as_str());
    let mut omar = Visitor::arrive(&app).await;
    omar.external_id = home.0;
    assert_eq!(list(&omar, &[]).await["items"].as_array().map(Vec::len), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_about_a_session_are_kept_and_its_browser_is_not_told_back() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let facts = json!({"customData": {"external_id": "browser", "plan": "pro", "seats": 3, "beta": true}});
    let session = ok(maya.post("/create-session", &facts)).await;
    assert_eq!(session["sessionAttributes"], json!({"plan": "pro", "seats": 3, "beta": true}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_session_is_the_same_bytes_for_ever() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "When do you deliver?").await;
    let resolve = json!({"session_id": maya.session});
    let closed = ok(maya.post("/session/resolve", &resolve)).await;
    assert_eq!(ok(maya.post("/session/resolve", &resolve)).await, closed, "closing twice is closing once");
    let body = async || {
        let poll = maya.get(&format!("/poll/{}", maya.session)).send().await.expect("a response");
        poll.bytes().await.expect("a body")
    };
    let first = body().await;
    for _ in 0..3 {
        app.advance(chrono::TimeDelta::hours(7));
        app.drain().await;
        assert_eq!(body().await, first);
    }
    let poll: Value = serde_json::from_slice(&first).expect("JSON");
    assert_eq!(poll["session"], closed);
    let history = poll["history"].as_array().expect("a history");
    let kinds: Vec<&str> = history.iter().map(|item| item["type"].as_str().expect("a type")).collect();
    assert_eq!(kinds, ["message", "message", "closed_resolved_by_contact", "csat_requested"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_a_closed_session_opens_it_again() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "When do you deliver?").await;
    ok(maya.post("/session/resolve", &json!({"session_id": maya.session}))).await;
    let sent = maya.say(&app, "One more thing").await;
    assert_eq!(sent["session"]["isOpened"], true);
    assert!(sent["autopilotResponse"]["id"].is_string());
}
