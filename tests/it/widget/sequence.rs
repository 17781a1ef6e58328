//! The calls an OpenCX widget makes, in the order it makes them, with every documented field.

use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, ok};

const UUID: &str = "0190c1d2-0000-7000-8000-000000000001";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_sequence_has_the_documented_shapes() {
    let app = TestApp::start().await;
    app.channel().await;
    let mut maya = Visitor::new(&app);

    config_is_complete(&ok(maya.get("/config")).await);
    maya.create_contact().await;
    let empty = ok(maya.list(&maya.here(), &[])).await;
    assert_eq!(empty, json!({"items": [], "next": null}));

    let session = maya.begin().await;
    session_is_new(&session);

    let sent = app.while_draining(ok(maya.sending(&everything_a_widget_sends(&maya)))).await;
    answer_is_complete(&sent);

    let poll = maya.poll().await;
    assert_eq!(poll["session"], sent["session"]);
    history_is_complete(&poll, &sent);
    assert_eq!(json!(maya.history().await), ok(maya.get(&format!("/session/history/{}", maya.session))).await);

    let voted = ok(maya.post(
        "/chat/vote",
        &json!({
            "action": "upvote", "sessionId": maya.session, "messagePublicId": sent["autopilotResponse"]["id"],
        }),
    ))
    .await;
    assert_eq!(voted, json!({"messagePublicId": sent["autopilotResponse"]["id"], "success": true}));

    let saved = ok(maya.post("/checkpoint", &json!({"session_id": maya.session, "payload": {"step": 2}}))).await;
    assert_eq!(saved["success"], true);
    let closed = ok(maya.post("/session/resolve", &json!({"session_id": maya.session}))).await;
    assert_eq!(closed["isOpened"], false);
    assert_eq!(closed["latestStateCheckpointPayload"], json!({"step": 2}));
}

fn everything_a_widget_sends(maya: &Visitor) -> Value {
    let mut body = maya.message(UUID, "When do you deliver?");
    let more = json!({
        "headers": {}, "query_params": {}, "body_properties": {}, "attachments": [], "clientContext": {"page": "/lamps"},
        "custom_data": null, "exit_mode_prompt": null, "action_form_submitted_prompt": null, "initial_messages": [],
        "page_context": false, "something_new": [1, 2, 3],
    });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

fn config_is_complete(config: &Value) {
    assert!(config["org"]["id"].is_string() && config["org"]["name"].is_string());
    assert!(config["sessionsPollingIntervalSeconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert_eq!(config["sessionPollingIntervalSeconds"], 3);
    assert_eq!(config["modes"], json!([]));
    assert!(config.get("agent").is_none(), "an agent block would switch newer widgets to another protocol");
    assert_eq!(
        config["baton"],
        json!({
            "title": "Chat with us", "greeting": "Hello! How can we help?", "ai_name": "Assistant", "handoff_enabled": true,
            "live": true, "primary_color": null, "upload_bytes_max": 5_242_880,
        })
    );
}

fn session_is_new(session: &Value) {
    assert!(session["id"].as_str().is_some_and(|id| id.parse::<uuid::Uuid>().is_ok()));
    assert_eq!(session["ticketNumber"], 1001);
    assert_eq!(session["createdAt"], "2026-11-22T09:00:00.000Z");
    assert_eq!(session["updatedAt"], session["createdAt"]);
    assert_eq!(session["assignee"], json!({"kind": "ai", "name": "Assistant", "avatarUrl": null}));
    for (field, value) in [
        ("title", json!(null)),
        ("isHandedOff", json!(false)),
        ("isOpened", json!(true)),
        ("channel", json!("web")),
        ("isVerified", json!(false)),
        ("lastMessage", json!(null)),
        ("modeId", json!(null)),
        ("latestStateCheckpointPayload", json!(null)),
        ("sessionAttributes", json!({})),
    ] {
        assert_eq!(session.get(field), Some(&value), "{field}");
    }
}

fn answer_is_complete(sent: &Value) {
    assert_eq!(sent["success"], true);
    assert!(sent.get("code").is_none());
    assert_eq!(sent["sessionIsHandedOff"], false);
    let answer = &sent["autopilotResponse"];
    assert_eq!(answer["type"], "text");
    assert_eq!(answer["value"]["error"], false);
    assert!(answer["value"]["content"].as_str().is_some_and(|words| !words.is_empty()));
    assert!(answer["mightSolveUserIssue"].is_boolean());
    assert!(answer["completelyAndFullyCoveredUserIssue"].is_boolean());
    assert_eq!(sent["session"]["lastMessage"], answer["value"]["content"]);
}

fn history_is_complete(poll: &Value, sent: &Value) {
    let history = poll["history"].as_array().expect("a history");
    assert_eq!(history.len(), 2);
    assert_eq!(
        history[0],
        json!({
            "publicId": UUID, "type": "message", "content": {"text": "When do you deliver?"},
            "sender": {"kind": "user", "name": null, "avatar": null}, "sentAt": "2026-11-22T09:00:00.000Z", "seq": 1,
            "actionCalls": null, "attachments": null, "sources": null, "canVote": false, "systemMessagePayload": {"type": "none"},
        })
    );
    assert_eq!(history[1]["publicId"], sent["autopilotResponse"]["id"]);
    assert_eq!(history[1]["sender"], json!({"kind": "ai", "name": "Assistant", "avatar": null}));
    assert_eq!(history[1]["canVote"], true);
    assert_eq!(history[1]["content"]["text"], sent["autopilotResponse"]["value"]["content"]);
    assert!(history[1]["content"]["html"].as_str().is_some_and(|html| html.starts_with("<p dir=\"auto\">")));
    assert!(history[1]["sources"].as_array().is_some_and(|sources| sources[0]["title"].is_string()));
}
