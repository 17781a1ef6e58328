//! Who may call what, and what everybody else is told.

use baton_adapters::web::WebChatSettings;
use serde_json::json;

use crate::support::{TestApp, Visitor, ok, refused};

const UNKNOWN: &str = "0190c1d2-0000-7000-8000-00000000ffff";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_known_widget_token_nothing_is_told() {
    let app = TestApp::start().await;
    app.channel().await;
    let mut maya = Visitor::arrive(&app).await;
    maya.bot = "no-such-widget".into();
    let config = maya.get("/config").send().await.expect("a response");
    assert_eq!(config.headers()["cache-control"], "no-store");
    refused(maya.get("/config"), 401).await;
    refused(maya.post("/contact/create-unverified", &json!({})), 401).await;
    refused(maya.get(&format!("/poll/{}", maya.session)), 401).await;
    refused(app.http.get(app.url("/backend/widget/v2/config")), 401).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_contact_token_no_session_is_reached() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let session = maya.session.clone();
    for token in [None, Some("garbage".to_owned()), Some("eyJhbGciOiJub25lIn0.e30.".to_owned())] {
        let stranger = Visitor { token, ..maya.clone() };
        refused(stranger.get("/sessions"), 401).await;
        refused(stranger.post("/create-session", &json!({"customData": {"external_id": "x"}})), 401).await;
        refused(stranger.get(&format!("/poll/{session}")), 401).await;
        refused(stranger.sending(&stranger.message(UNKNOWN, "hello")), 401).await;
        refused(stranger.post("/chat/send", &json!("not even an object")), 401).await;
        refused(stranger.get(&format!("/widget/v1/sessions/{session}/live")), 401).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_token_is_good_for_its_own_widget_only() {
    let app = TestApp::start().await;
    app.channel().await;
    app.channel_with("other", true, WebChatSettings::default()).await;
    let maya = Visitor::arrive(&app).await;
    let elsewhere = Visitor { bot: "other".into(), ..maya };
    refused(elsewhere.get(&format!("/poll/{}", elsewhere.session)), 401).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_contacts_session_is_forbidden_and_an_unknown_one_is_not_there() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let omar = Visitor::arrive(&app).await;
    for (session, status) in [(maya.session.as_str(), 403), (UNKNOWN, 404)] {
        let omar = Visitor { session: session.to_owned(), ..omar.clone() };
        refused(omar.get(&format!("/poll/{session}")), status).await;
        refused(omar.get(&format!("/session/history/{session}")), status).await;
        refused(omar.sending(&omar.message(UNKNOWN, "let me in")), status).await;
        refused(omar.post("/session/resolve", &json!({"session_id": session})), status).await;
        refused(omar.post("/checkpoint", &json!({"session_id": session, "payload": {}})), status).await;
        refused(omar.post("/submit-csat", &json!({"session_id": session, "score": 5})), status).await;
        let vote = json!({"action": "upvote", "sessionId": session, "messagePublicId": UNKNOWN});
        refused(omar.post("/chat/vote", &vote), status).await;
        refused(omar.post(&format!("/widget/v1/sessions/{session}/person"), &json!({})), status).await;
        refused(omar.post(&format!("/widget/v1/sessions/{session}/typing"), &json!({"typing": true})), status).await;
        refused(omar.get(&format!("/widget/v1/sessions/{session}/live")), status).await;
    }
    refused(omar.get("/poll/not-an-id"), 404).await;
    refused(omar.get("/no/such/call"), 404).await;
    assert_eq!(maya.texts().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_used_is_refused_with_words() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let good = maya.message(UNKNOWN, "hello");
    for (field, value) in [
        ("uuid", json!("not-a-uuid")),
        ("uuid", json!(null)),
        ("content", json!(5)),
        ("content", json!("")),
        ("content", json!("   ")),
        ("content", json!("x".repeat(16_001))),
        ("content", json!("nul \u{0}")),
        ("session_id", json!("nowhere")),
        ("attachments", json!("a.png")),
        ("initial_messages", json!([{"uuid": 1}])),
    ] {
        let mut body = good.clone();
        body[field] = value;
        refused(maya.sending(&body), 422).await;
    }
    let malformed = maya.call(reqwest::Method::POST, "/chat/send").header("content-type", "application/json");
    refused(malformed.body("{\"uuid\": "), 422).await;
    refused(maya.sending(&json!([])), 422).await;
    refused(maya.sending(&json!({})), 422).await;
    let vote = json!({"action": "sideways", "sessionId": maya.session, "messagePublicId": UNKNOWN});
    refused(maya.post("/chat/vote", &vote), 422).await;
    refused(maya.post("/create-session", &json!({})), 422).await;
    refused(maya.post("/create-session", &json!({"customData": {"external_id": "x", "deep": {}}})), 422).await;
    refused(maya.get("/sessions"), 422).await;
    refused(maya.list("{\"external_id\"", &[]), 422).await;
    refused(maya.post("/contact/create-unverified", &json!({"email": "nobody"})), 422).await;
    assert_eq!(maya.texts().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_without_end_is_refused_before_it_fills_the_memory() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let body = maya.message(UNKNOWN, &"x".repeat(256 * 1024));
    refused(maya.sending(&body), 413).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_messages_have_to_wait() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let typing = format!("/widget/v1/sessions/{}/typing", maya.session);
    let mut waited = None;
    for _ in 0..200 {
        let response = maya.post(&typing, &json!({"typing": true})).send().await.expect("a response");
        if response.status() == 429 {
            waited = response.headers().get("retry-after").cloned();
            break;
        }
    }
    let seconds = waited.expect("a limit with a time to wait").to_str().expect("ASCII").parse::<u64>();
    assert!(seconds.is_ok_and(|seconds| seconds >= 1));
    let omar = Visitor::arrive(&app).await;
    assert_eq!(omar.poll().await["session"]["isOpened"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_new_contacts_from_one_address_have_to_wait() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::new(&app);
    for _ in 0..500 {
        let response = maya.post("/contact/create-unverified", &json!({})).send().await.expect("a response");
        if response.status() == 429 {
            return;
        }
    }
    panic!("nobody was made to wait");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_keeps_its_own_claims_and_becomes_nobody_else() {
    let app = TestApp::start().await;
    app.channel().await;
    let claims =
        json!({"email": "ines@example.com", "non_verified_name": "Ines", "non_verified_custom_data": {"plan": "pro"}});
    let mut tokens = Vec::new();
    for _ in 0..2 {
        tokens.push(ok(Visitor::new(&app).post("/contact/create-unverified", &claims)).await["token"].clone());
    }
    assert_ne!(tokens[0], tokens[1]);
}
