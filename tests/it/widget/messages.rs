//! What happens to what a visitor writes.

use serde_json::json;
use uuid::Uuid;

use crate::support::{TestApp, Visitor, ok, refused};

fn uuid() -> String {
    Uuid::new_v4().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_message_sent_again_is_stored_once_and_answered_as_sent() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let message = maya.message(&uuid(), "When do you deliver?");
    app.while_draining(ok(maya.sending(&message))).await;
    let again = ok(maya.sending(&message)).await;
    assert_eq!(again["success"], true);
    assert_eq!(again["code"], "duplicate_message_ignored");
    assert_eq!(again["session"]["id"], maya.session.as_str());
    app.drain().await;
    assert_eq!(maya.history().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_id_of_somebody_else_neither_stores_nor_tells_anything() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let theirs = uuid();
    let sent = app.while_draining(ok(maya.sending(&maya.message(&theirs, "my order number is 4711")))).await;
    let omar = Visitor::arrive(&app).await;
    let answer = sent["autopilotResponse"]["id"].as_str().expect("an id").to_owned();
    for id in [theirs, answer] {
        let words = refused(omar.sending(&omar.message(&id, "whose is this?")), 422).await;
        assert!(!words.contains("4711") && !words.contains(&maya.session), "{words}");
    }
    assert_eq!(omar.history().await.len(), 0);
    assert_eq!(maya.history().await.len(), 2);
    let mut second = maya.clone();
    second.begin().await;
    let own = maya.history().await[0]["publicId"].as_str().expect("an id").to_owned();
    refused(second.sending(&second.message(&own, "again, elsewhere")), 422).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_page_showed_before_comes_before_and_only_once() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let greeting = uuid();
    let mut message = maya.message(&uuid(), "When do you deliver?");
    message["initial_messages"] = json!([{"uuid": greeting, "content": "Hello! How can we help?"}]);
    app.while_draining(ok(maya.sending(&message))).await;
    let history = maya.history().await;
    assert_eq!(history[0]["publicId"], greeting);
    assert_eq!(history[0]["sender"]["kind"], "ai");
    assert_eq!(history[1]["sender"]["kind"], "user");
    assert_eq!(history[2]["sender"]["kind"], "ai");

    let mut next = maya.clone();
    next.begin().await;
    let mut message = next.message(&uuid(), "And on Sundays?");
    message["initial_messages"] = json!([{"uuid": greeting, "content": "Hello! How can we help?"}]);
    app.while_draining(ok(next.sending(&message))).await;
    assert_eq!(next.history().await[0]["content"]["text"], "And on Sundays?");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_messages_gets_one_answer_and_every_request_gets_it() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let send = |text: &'static str| {
        let maya = maya.clone();
        tokio::spawn(async move { ok(maya.sending(&maya.message(&uuid(), text))).await })
    };
    let sent = [send("Hello"), send("I have a question"), send("When do you deliver?")];
    while maya.history().await.len() < 3 {
        tokio::task::yield_now().await;
    }
    app.drain().await;
    let mut answers = Vec::new();
    for request in sent {
        answers.push(request.await.expect("a task")["autopilotResponse"]["id"].clone());
    }
    let history = maya.history().await;
    assert_eq!(history.len(), 4);
    assert!(answers.iter().all(|answer| *answer == history[3]["publicId"]), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_who_leaves_while_the_answer_is_written_finds_it_later() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let leaving = maya.clone();
    let request =
        tokio::spawn(async move { leaving.sending(&leaving.message(&uuid(), "When do you deliver?")).send().await });
    while maya.history().await.is_empty() {
        tokio::task::yield_now().await;
    }
    request.abort();
    app.drain().await;
    assert_eq!(maya.history().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_ends_the_wait_and_loses_nothing() {
    let mut app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let waiting = maya.clone();
    let request =
        tokio::spawn(async move { ok(waiting.sending(&waiting.message(&uuid(), "When do you deliver?"))).await });
    while maya.history().await.is_empty() {
        tokio::task::yield_now().await;
    }
    app.restart().await;
    let sent = request.await.expect("a task");
    assert_eq!(sent["success"], true);
    assert!(sent.get("autopilotResponse").is_none());
    app.drain().await;
    assert_eq!(maya.history().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_runs_reaches_a_browser() {
    let app = TestApp::start().await;
    app.channel().await;
    let ines = app.agent("Ines").await;
    let maya = Visitor::arrive(&app).await;
    let hostile = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) <script>alert(1)</script> **bold**";
    maya.say(&app, hostile).await;
    let reply = baton::desk::reply::Reply {
        agent: ines.id,
        message: baton::handoff::MessageId(Uuid::new_v4()),
        text: hostile.into(),
        attachments: Vec::new(),
        seen: None,
    };
    app.desk().reply(maya.id(), reply).await.expect("a reply");
    let history = maya.history().await;
    let own = &history[0]["content"];
    assert_eq!(own["text"], hostile, "a visitor's own words are theirs");
    assert!(own.get("html").is_none(), "and never HTML");
    let theirs = history.last().expect("the reply");
    assert_eq!(theirs["sender"]["kind"], "agent");
    let html = theirs["content"]["html"].as_str().expect("HTML");
    assert!(html.contains("<strong>bold</strong>"));
    let text = theirs["content"]["text"].as_str().expect("a text");
    for trace in ["<script", "<img"] {
        assert!(!html.contains(trace) && !text.contains(trace), "{html} {text}");
    }
    assert!(!html.contains("javascript:") && !text.contains("[x](javascript:"), "{html} {text}");
}
