//! What a customer sees of a handoff.

use baton::desk::reply::Reply;
use baton::desk::settings::CustomerTexts;
use baton::handoff::policy::{HandoffSettings, Levers};
use baton::handoff::{AgentId, MessageId};
use baton_adapters::web::WebChatSettings;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, Visitor, ok};

async fn reply(app: &TestApp, maya: &Visitor, agent: AgentId, text: &str) {
    let reply =
        Reply { agent, message: MessageId(Uuid::new_v4()), text: text.into(), attachments: Vec::new(), seen: None };
    app.desk().reply(maya.id(), reply).await.expect("a reply");
}

fn kinds(history: &[Value]) -> Vec<&str> {
    history.iter().map(|item| item["type"].as_str().expect("a type")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_composer_is_free_as_soon_as_the_ai_hands_off() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let sent = maya.say(&app, "I want a human").await;
    assert_eq!(sent["code"], "session_assigned_to_human_agent");
    assert_eq!(sent["sessionIsHandedOff"], true);
    assert_eq!(sent["session"]["isHandedOff"], true);
    assert_eq!(sent["session"]["assignee"], json!({"kind": "none", "name": null, "avatarUrl": null}));
    let poll = maya.poll().await;
    assert_eq!(poll["session"]["assignee"]["kind"], "none");
    let history = poll["history"].as_array().expect("a history");
    assert_eq!(kinds(history), ["message", "handoff", "message"]);
    assert_eq!(history[1]["sender"]["kind"], "system");
    assert_eq!(history[2]["sender"]["kind"], "ai");
    assert_eq!(history[2]["canVote"], false, "a notice is no answer");
    assert_eq!(history[2]["publicId"], sent["autopilotResponse"]["id"]);

    let next = maya.say(&app, "Are you there?").await;
    assert_eq!(next["code"], "session_assigned_to_human_agent");
    assert!(next.get("autopilotResponse").is_none(), "the AI is silent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_is_seen_by_name_and_their_words_arrive() {
    let app = TestApp::start().await;
    app.channel().await;
    let ines = app.agent("Ines").await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "I want a human").await;
    reply(&app, &maya, ines.id, "Hello Maya, this is **Ines**.").await;
    let poll = maya.poll().await;
    assert_eq!(poll["session"]["assignee"], json!({"kind": "human", "name": "Ines", "avatarUrl": null}));
    let history = poll["history"].as_array().expect("a history");
    assert_eq!(kinds(history)[3..], ["agent_joined", "agent_message"]);
    assert_eq!(history[3]["content"]["text"], "Ines joined");
    assert_eq!(history[4]["sender"], json!({"kind": "agent", "name": "Ines", "avatar": null}));
    assert_eq!(history[4]["content"]["text"], "Hello Maya, this is **Ines**.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_and_the_teams_own_business_never_leave_the_server() {
    let app = TestApp::start().await;
    app.channel().await;
    let ines = app.agent("Ines").await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "I want a human").await;
    let note = MessageId(Uuid::new_v4());
    app.desk().note(maya.id(), ines.id, note, "customer seems to be a SECRET tester").await.expect("a note");
    app.desk().acknowledge(maya.id(), ines.id).await.expect("noticed");
    app.desk().assign(maya.id(), ines.id, Some(ines.id)).await.expect("assigned");
    app.desk().assign(maya.id(), ines.id, None).await.expect("unassigned");
    let mut live = maya.live(None).await;
    let streamed: String = live.rest().await.iter().map(|event| event.data.to_string()).collect();
    drop(live);
    for body in [maya.poll().await.to_string(), streamed] {
        assert!(!body.contains("SECRET") && !body.contains(&note.to_string()), "{body}");
        assert!(!body.contains("acknowledged") && !body.contains("unassigned"), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_can_be_had_before_a_word_is_said_and_in_ones_own_language() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let path = format!("/widget/v1/sessions/{}/person", maya.session);
    let session = ok(maya.post(&path, &json!({})).header("accept-language", "de-AT,de;q=0.9")).await;
    assert_eq!(session["assignee"]["kind"], "none");
    assert_eq!(maya.ask_for_person().await, session, "asking twice is asking once");
    let texts = maya.texts().await;
    assert_eq!(texts[0], "Sie haben nach einer Person gefragt");
    assert!(texts[1].starts_with("Ich gebe Sie an eine Person"), "{texts:?}");
    assert_eq!(texts.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_handoff_off_the_customer_is_told_so() {
    let app = TestApp::start().await;
    app.channel().await;
    app.set(&HandoffSettings::of(Levers { enabled: false, ..Levers::default() })).await;
    app.set(&CustomerTexts { declined: "There is nobody here.".into(), ..CustomerTexts::default() }).await;
    let maya = Visitor::arrive(&app).await;
    assert_eq!(ok(maya.get("/config")).await["baton"]["handoff_enabled"], false);
    let session = maya.ask_for_person().await;
    assert_eq!(session["assignee"]["kind"], "ai");
    assert_eq!(maya.texts().await, ["There is nobody here."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_autopilot_the_customer_is_never_locked_out() {
    let app = TestApp::start().await;
    app.channel_with("demo", false, WebChatSettings::default()).await;
    let maya = Visitor::arrive(&app).await;
    let sent = ok(maya.sending(&maya.message(&Uuid::new_v4().to_string(), "Hello"))).await;
    assert_eq!(sent["session"]["assignee"]["kind"], "none");
    assert_eq!(sent["code"], "session_assigned_to_human_agent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_handed_back_is_the_ais_again() {
    let app = TestApp::start().await;
    app.channel().await;
    let ines = app.agent("Ines").await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "I want a human").await;
    reply(&app, &maya, ines.id, "Done.").await;
    app.desk().hand_back(maya.id(), ines.id, "").await.expect("handed back");
    let poll = maya.poll().await;
    assert_eq!(poll["session"]["assignee"]["kind"], "ai");
    assert_eq!(poll["session"]["isHandedOff"], false);
    assert!(kinds(poll["history"].as_array().expect("a history")).contains(&"ai_resumed_by_system"));
    let sent = maya.say(&app, "When do you deliver?").await;
    assert!(sent["autopilotResponse"]["id"].is_string());
}
