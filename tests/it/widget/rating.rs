//! Ratings of conversations and of answers.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, Visitor, ok, refused};

fn csat(maya: &Visitor, score: i64, uuid: &str) -> Value {
    json!({"session_id": maya.session, "score": score, "feedback": "Quick!", "system_message_uuid": uuid})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_rated_once_under_the_widgets_own_id() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "When do you deliver?").await;
    let chosen = Uuid::new_v4().to_string();
    refused(maya.post("/submit-csat", &csat(&maya, 5, &chosen)), 409).await;
    ok(maya.post("/session/resolve", &json!({"session_id": maya.session}))).await;
    for score in [0, 6, -1, 300] {
        refused(maya.post("/submit-csat", &csat(&maya, score, &chosen)), 422).await;
    }
    let asked = maya.history().await;
    let asked = asked.last().expect("a request");
    assert_eq!(asked["systemMessagePayload"], json!({"type": "csat_requested"}));
    assert_eq!(asked["sender"]["kind"], "system");

    assert_eq!(ok(maya.post("/submit-csat", &csat(&maya, 4, &chosen))).await, json!({"success": true}));
    let history = maya.history().await;
    let given = history.last().expect("a rating");
    assert_eq!(given["publicId"], chosen);
    assert_eq!(given["type"], "csat_submitted");
    assert_eq!(
        given["systemMessagePayload"],
        json!({"type": "csat_submitted", "payload": {"score": 4, "feedback": "Quick!"}})
    );

    assert_eq!(
        ok(maya.post("/submit-csat", &csat(&maya, 4, &chosen))).await,
        json!({"success": true}),
        "the same again"
    );
    let second = ok(maya.post("/submit-csat", &csat(&maya, 1, &Uuid::new_v4().to_string()))).await;
    assert_eq!(second, json!({"success": false, "reason": "already_submitted"}));
    assert_eq!(maya.history().await, history);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_answers_of_the_ai_can_be_voted_on() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "When do you deliver?").await;
    let own = maya.history().await[0]["publicId"].clone();
    let vote = json!({"action": "downvote", "sessionId": maya.session, "messagePublicId": own});
    refused(maya.post("/chat/vote", &vote), 404).await;
}
