//! `/settings/handoff` and its pages: what is set there, and what it makes of the next conversation.

use std::sync::Arc;
use std::time::Duration;

use baton::ai::knowledge::Library;
use baton::ai::local::LocalAssistant;
use baton::desk::settings::CustomerTexts;
use baton::handoff::policy::{HandoffSettings, Level, Mode};
use baton::store::{conversations, settings};

use serde_json::json;

use super::Office;
use crate::support::{Browser, Setting, TestApp, Visitor};

const HANDOFF: &str = "/settings/handoff";
const TOPICS: &str = "/settings/handoff/topics";
const COLLECTION: &str = "/settings/handoff/collection";
const MESSAGES: &str = "/settings/handoff/messages";

/// An office whose AI reads with the detectors and knows no article.
async fn office_that_listens() -> Office {
    let assistant = Arc::new(LocalAssistant::new(Arc::new(Library::default())));
    let setting = Setting { assistant: Some(assistant), ..Setting::default() };
    let app = TestApp::start_in(setting, &[]).await;
    let ines_agent = app.admin("Ines").await;
    let ines = Browser::sign_in(&app, &ines_agent).await;
    Office { app, ines, ines_agent }
}

/// Longest wait for a request that was sent beside the test.
const PATIENCE: Duration = Duration::from_secs(20);

/// The page of a visitor's conversation.
async fn thread_of(office: &Office, visitor: &Visitor) -> String {
    let record = conversations::find(office.app.desk().store.reader(), visitor.id()).await.expect("read");
    format!("/inbox/conversations/{}", record.expect("a conversation").number.0)
}

async fn stored(office: &Office) -> HandoffSettings {
    settings::load::<HandoffSettings>(office.app.desk().store.reader()).await.expect("settings").value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_level_is_chosen_shown_with_what_it_stands_for_and_counts_from_the_next_message() {
    let office = Office::open().await;
    office.app.channel().await;
    let form = office.form(HANDOFF, HANDOFF).await;
    assert_eq!(form.value("level"), Some("1"), "quick by default");
    office.saves(form.set("level", "0"), "Saved.").await;
    office.assert_recorded("handoff.change").await;
    let page = office.ines.get(HANDOFF).await;
    assert_eq!(page.form(HANDOFF).value("level"), Some("0"));
    page.must_say("What it stands for");
    assert_eq!(stored(&office).await.mode, Mode::Preset(Level::AiOnly));
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "A human, please").await;
    let told = maya.texts().await.pop().unwrap_or_default();
    assert!(told.contains("there is no person I could pass you to"), "declined, never promised: {told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn levers_by_hand_count_once_they_are_chosen_and_are_kept_while_a_level_counts() {
    let office = Office::open().await;
    office.app.channel().await;
    let form = office.form(HANDOFF, HANDOFF).await.set("level", "advanced").without("on_request");
    office.saves(form.set("attempts", "4").set("sensitivity", "low"), "Saved.").await;
    let form = office.form(HANDOFF, HANDOFF).await;
    let held = ["level", "attempts", "sensitivity", "on_request"].map(|name| form.value(name).map(str::to_owned));
    assert_eq!(held, [Some("advanced".into()), Some("4".into()), Some("low".into()), None]);
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "A human, please").await;
    assert!(maya.texts().await.pop().unwrap_or_default().contains("no person"), "the lever is off");
    office.saves(office.form(HANDOFF, HANDOFF).await.set("level", "2"), "Saved.").await;
    let form = office.form(HANDOFF, HANDOFF).await;
    assert_eq!((form.value("level"), form.value("attempts")), (Some("2"), Some("4")), "the levers are kept");
    let wrong = office.is_refused(form.set("turn_limit", "many"), "Write a whole number").await;
    assert_eq!(wrong.form(HANDOFF).value("turn_limit"), Some("many"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_of_two_admins_sees_what_differs_and_overwrites_nothing() {
    let office = Office::open().await;
    let stale = office.form(HANDOFF, HANDOFF).await;
    office.saves(stale.clone().set("level", "3"), "Saved.").await;
    let late = office.ines.send(stale.set("outside_hours", "stay")).await;
    assert_eq!(late.status, 409);
    late.must_say("You saved this page meanwhile");
    late.must_say("What differs from what is saved");
    late.must_say("Level: AI first");
    assert_eq!(stored(&office).await.mode, Mode::Preset(Level::AiFirst));
    office.saves(late.form(HANDOFF), "Saved.").await;
    assert_eq!(stored(&office).await.mode, Mode::Preset(Level::Quick), "saving again was a decision");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_has_its_own_level_and_its_autopilot_here_too() {
    let office = Office::open().await;
    let channel = office.app.channel().await;
    let (level, autopilot) = (format!("level-{}", channel.id), format!("autopilot-{}", channel.id));
    office.saves(office.form(HANDOFF, HANDOFF).await.set(&level, "0"), "Saved.").await;
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "A human, please").await;
    assert!(maya.texts().await.pop().unwrap_or_default().contains("no person"));
    office.saves(office.form(HANDOFF, HANDOFF).await.without(&autopilot), "Saved.").await;
    office.assert_recorded("channel.change").await;
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "What are your opening hours?").await;
    assert!(maya.texts().await.pop().unwrap_or_default().contains("a person on our team"), "autopilot is off");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f13_the_page_says_how_many_who_waited_for_the_ai_went_to_people() {
    let office = Office::open().await;
    let channel = office.app.channel().await;
    let maya = Visitor::arrive(&office.app).await;
    // Nobody does the AI's work: the request stays open until people have the conversation.
    let sending = maya.sending(&maya.message(&uuid::Uuid::new_v4().to_string(), "What are your opening hours?"));
    let sending = tokio::spawn(sending.send());
    let stored = async { while maya.texts().await.is_empty() {} };
    tokio::time::timeout(PATIENCE, stored).await.expect("Maya's message is stored");
    let off = office.form(HANDOFF, HANDOFF).await.without(&format!("autopilot-{}", channel.id));
    office.saves(off, "1 conversation that waited for the AI went to people.").await;
    office.app.drain().await;
    assert!(sending.await.expect("no panic").expect("an answer").status().is_success());
    assert!(maya.texts().await.pop().unwrap_or_default().contains("a person on our team"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_are_added_with_one_click_tried_and_switched() {
    let office = office_that_listens().await;
    office.app.channel().await;
    let form = office.form(TOPICS, TOPICS).await.press("starter", "0");
    office.saves(form, "Saved.").await;
    assert_eq!(stored(&office).await.topics[0].phrase, "refund requests");
    let form =
        office.form(TOPICS, TOPICS).await.set("phrase-1", "warranty claims").set("message", "I want my money back");
    let tried = office.ines.send(form.clone().press_towards("/settings/handoff/topics/trial#trial")).await;
    tried.must_say("It goes to a person.");
    assert_eq!(stored(&office).await.topics.len(), 1, "trying saves nothing");
    let wrong = office.is_refused(form.clone().set("phrase-1", "a|b"), "no bar").await;
    assert_eq!(wrong.form(TOPICS).value("phrase-1"), Some("a|b"));
    office.saves(form, "Saved.").await;
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "I want my money back").await;
    assert!(maya.texts().await.pop().unwrap_or_default().contains("a person on our team"));
    office.saves(office.form(TOPICS, TOPICS).await.without("on-0").set("remove-1", "on"), "Saved.").await;
    let topics = stored(&office).await.topics;
    assert_eq!((topics.len(), topics[0].enabled), (1, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_collected_is_asked_once_and_lands_on_the_customer_and_the_card() {
    let office = office_that_listens().await;
    office.app.channel().await;
    office.saves(office.form(HANDOFF, HANDOFF).await.set("level", "2"), "Saved.").await;
    let form = office.form(COLLECTION, COLLECTION).await;
    let form = form.set("remove-0", "on").set("label-2", "Order").set("kind-2", "order").set("required-2", "on");
    office.saves(form.set("question-2", "Which order is it?"), "Saved.").await;
    let maya = Visitor::arrive(&office.app).await;
    let last = async || maya.texts().await.pop().unwrap_or_default();
    maya.say(&office.app, "a human please").await;
    assert!(last().await.contains("what is it about?"), "{}", last().await);
    maya.say(&office.app, "The clamp of my lamp broke off yesterday").await;
    assert!(last().await.contains("email address"), "{}", last().await);
    maya.say(&office.app, "why do you ask?").await;
    assert!(last().await.contains("email address"), "asked again");
    maya.say(&office.app, "Maya@Example.com").await;
    assert_eq!(last().await, "Which order is it?");
    maya.say(&office.app, "it is A1042").await;
    assert!(last().await.contains("a person on our team"), "{}", last().await);
    let thread = thread_of(&office, &maya).await;
    let page = office.ines.get(&thread).await;
    page.must_say("maya@example.com");
    page.must_say("A1042");
    let why = office.ines.get(&format!("{thread}/decisions")).await;
    why.must_say("Why did the AI hand off here?");
    why.must_say("Why did the AI ask this first?");
    why.must_say("A problem statement first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_collected_may_be_asked_in_a_form_whose_lines_answer_each_its_field() {
    let office = office_that_listens().await;
    office.app.channel().await;
    office.saves(office.form(HANDOFF, HANDOFF).await.set("level", "2"), "Saved.").await;
    let form = office.form(COLLECTION, COLLECTION).await;
    let form = form.set("label-2", "Order").set("kind-2", "order").set("required-2", "on").tick("in_form", "on");
    office.saves(form, "Saved.").await;
    let form = office.form(COLLECTION, COLLECTION).await;
    office.saves(form.set("label-3", "Phone").set("kind-3", "phone"), "Saved.").await;
    let maya = Visitor::arrive(&office.app).await;
    let asked = async || maya.poll().await["session"]["batonAsks"].clone();
    maya.say(&office.app, "a human please").await;
    assert_eq!(asked().await, json!(null), "what it is about comes first, in words");
    maya.say(&office.app, "The clamp of my lamp broke off yesterday").await;
    let field = |label: &str, kind: &str, required: bool| json!({ "label": label, "kind": kind, "required": required });
    let mut fields = vec![
        field("Name", "name", false),
        field("Email", "email", true),
        field("Order", "order", true),
        field("Phone", "phone", false),
    ];
    assert_eq!(asked().await, json!(fields));
    maya.say(&office.app, "Name: Maya Lind\nEmail: none of yours\nOrder: 1042000").await;
    fields.retain(|field| field["label"] == "Email");
    assert_eq!(asked().await, json!(fields), "only what was no answer is asked for again; an order is no telephone");
    maya.say(&office.app, "Email: Maya@Example.com").await;
    assert_eq!(asked().await, json!(null));
    assert!(maya.texts().await.pop().unwrap_or_default().contains("a person on our team"));
    let page = office.ines.get(&thread_of(&office, &maya).await).await;
    for told in ["Maya Lind", "maya@example.com", "1042000"] {
        page.must_say(told);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_words_of_a_language_are_previewed_and_said() {
    let office = office_that_listens().await;
    office.app.channel().await;
    let form = office.form(MESSAGES, MESSAGES).await;
    let page = office.ines.send(form.clone().set("handed_off", "Somebody comes. <3").press("preview", "on")).await;
    page.must_say("Somebody comes. <3");
    let texts = settings::load::<CustomerTexts>(office.app.desk().store.reader()).await.expect("texts").value;
    assert_eq!(texts.handed_off, "", "a preview saves nothing");
    office.is_refused(form.clone().set("person_joined", "Somebody is here."), "Write {agent} where it belongs.").await;
    office.saves(form.clone().set("handed_off", "Somebody comes. <3"), "Saved.").await;
    office.assert_recorded("messages.change").await;
    let late = office.ines.send(form.set("declined", "No.")).await;
    assert_eq!(late.status, 409);
    let german = format!("{MESSAGES}?language=de");
    office.saves(office.form(&german, MESSAGES).await.set("handed_off", "Gleich kommt jemand."), "Saved.").await;
    for (said, told) in [
        ("A human, please", "Somebody comes. <3"),
        ("Ich möchte bitte mit einem Menschen sprechen", "Gleich kommt jemand."),
    ] {
        let maya = Visitor::arrive(&office.app).await;
        maya.say(&office.app, said).await;
        assert_eq!(maya.texts().await.last().map(String::as_str), Some(told));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rehearsal_saves_nothing_and_says_what_would_have_gone_otherwise() {
    let office = Office::open().await;
    office.app.channel().await;
    for said in ["A human, please", "What are your opening hours?"] {
        Visitor::arrive(&office.app).await.say(&office.app, said).await;
    }
    let form = office.form(HANDOFF, HANDOFF).await.set("level", "0");
    let page = office.ines.send(form.press_towards("/settings/handoff/rehearsal")).await;
    assert_eq!(page.status, 200);
    page.must_say("What would have gone otherwise");
    page.must_say("Stays with the AI");
    assert_eq!(stored(&office).await.mode, Mode::Preset(Level::Quick));
    office.saves(page.form("/settings/handoff/rehearsal").press_towards(HANDOFF), "Saved.").await;
    assert_eq!(stored(&office).await.mode, Mode::Preset(Level::AiOnly), "what was rehearsed can be saved from there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_assist_the_ai_drafts_one_note_for_whoever_has_the_conversation_and_never_sends() {
    let office = Office::open().await;
    let channel = office.app.channel().await;
    let form = office.form(HANDOFF, HANDOFF).await.set(&format!("assist-{}", channel.id), "on");
    office.saves(form, "Saved.").await;
    assert!(office.app.desk().assists_anywhere().await.expect("read"));
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "How long does delivery take?").await;
    assert!(!office.app.desk().assist(maya.id()).await.expect("looked"), "the AI has it, so it answers itself");
    let record = conversations::find(office.app.desk().store.reader(), maya.id()).await.expect("read");
    let epoch = record.expect("a conversation").core.epoch;
    office.app.desk().take_over(maya.id(), office.ines_agent.id, epoch).await.expect("taken");
    maya.say(&office.app, "And to Norway?").await;
    let said = maya.texts().await;
    assert!(office.app.desk().assist(maya.id()).await.expect("drafted"));
    assert!(!office.app.desk().assist(maya.id()).await.expect("looked"), "one draft is enough");
    assert_eq!(maya.texts().await, said, "the customer sees nothing of it");
    office.ines.get(&thread_of(&office, &maya).await).await.must_say("We deliver in two days.");
}
