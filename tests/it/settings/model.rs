//! `/settings/ai`: the language model, its key, its actions.

use baton::ai::llm::LanguageModel;
use baton::store::{secrets, settings};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::Office;
use crate::support::{Behave, Browser, ModelServer, Protocol, TestApp, reply};

const AI: &str = "/settings/ai";
const KEY: &str = "sk-never-shown-again-0123456789";

async fn stored(office: &Office) -> LanguageModel {
    settings::load(office.app.desk().store.reader()).await.expect("settings").value
}

async fn kept(office: &Office, name: &str) -> Option<String> {
    let site = office.app.site();
    let kept = secrets::open(site.desk.store.reader(), &site.key, name).await.expect("secrets");
    kept.into_iter().next().map(|(_, secret)| secret.expose_secret().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_written_and_never_read_again() {
    let office = Office::open().await;
    office.app.channel().await;
    let form = office.form(AI, AI).await;
    assert_eq!(form.value("enabled"), None, "nothing is sent anywhere before an admin says so");
    let form = form.set("enabled", "on").set("model", "stand-in").set("key", KEY).set("instructions", "Be \"kind\".");
    office.saves(form, "Test the connection").await;
    let change = office.assert_recorded("language_model.change").await;
    assert!(!change.detail.to_string().contains(KEY), "the trail holds no secret");
    assert_eq!(kept(&office, "model.key").await.as_deref(), Some(KEY));
    let page = office.ines.get(AI).await;
    page.must_say("A key is saved");
    assert!(!page.html.contains(KEY));
    assert_eq!((stored(&office).await.model.as_str(), page.form(AI).value("key")), ("stand-in", Some("")));

    office.saves(office.form(AI, AI).await.set("model", "other"), "Saved.").await;
    assert_eq!(kept(&office, "model.key").await.as_deref(), Some(KEY), "an empty field leaves the key");
    office.saves(office.form(AI, AI).await.set("forget_key", "on"), "Saved.").await;
    assert_eq!(kept(&office, "model.key").await, None);
    office.ines.get(AI).await.must_say("No key is saved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_stands_beside_its_field_and_a_stale_page_overwrites_nothing() {
    let office = Office::open().await;
    let channel = office.app.channel().await;
    let stale = office.form(AI, AI).await;
    let deadline = format!("deadline:{}", channel.id);
    let wrong = stale.clone().set("base_url", "localhost:11434").set("instructions", "Kind.").set(&deadline, "900");
    let page = office.is_refused(wrong, "such as http://localhost:11434/v1").await;
    page.must_say("turn_deadline_ms");
    let form = page.form(AI);
    let kept = [form.value("base_url"), form.value("instructions"), form.value(&deadline)];
    assert_eq!(kept, [Some("localhost:11434"), Some("Kind."), Some("900")]);
    office.is_refused(stale.clone().set("actions", "openapi: 3.1.0"), "OpenAPI 3 document in JSON").await;

    office.saves(stale.clone().set("model", "first").set(&deadline, "7"), "Saved.").await;
    assert_eq!(stored(&office).await.deadline_of(channel.id), 7);
    let late = office.ines.send(stale.set("model", "second").set("key", KEY)).await;
    assert_eq!(late.status, 409);
    assert!(!late.html.contains(KEY));
    assert_eq!((stored(&office).await.model.as_str(), self::kept(&office, "model.key").await), ("first", None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_tested_with_the_providers_own_words() {
    for (protocol, provider) in [(Protocol::OpenAi, "open_ai"), (Protocol::Anthropic, "anthropic")] {
        let refusal = json!({ "error": { "message": "Incorrect API key provided: sk-never." } }).to_string();
        let behaviours = [Behave::Say(reply("Ready to help.")), Behave::Status(401, "", refusal), Behave::Noise];
        let server = ModelServer::start(protocol, behaviours).await;
        let office = Office::open().await;
        assert!(!office.ines.get(AI).await.html.contains("/settings/ai/trial"), "there is nothing to test yet");
        let form = office.form(AI, AI).await.set("model", "stand-in").set("key", KEY).set("provider", provider);
        office.saves(form.set("base_url", &server.url()), "The built-in assistant answers.").await;
        let trial = || async { office.form(AI, "/settings/ai/trial").await };
        office.saves(trial().await, "stand-in answered in").await.must_say("Ready to help.");
        let page = office.ines.send_and_follow(trial().await).await;
        page.must_say("answered 401: Incorrect API key provided: sk-never.");
        office.ines.send_and_follow(trial().await).await.must_say("It does not work");
        let sent = &server.asked()[0].headers;
        let header = if protocol == Protocol::OpenAi { "authorization: Bearer " } else { "x-api-key: " };
        assert!(sent.contains(&format!("{header}{KEY}")), "{sent}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_of_actions_are_set_beside_the_actions() {
    let office = Office::open().await;
    let document = crate::llm::actions::document("https://orders.example");
    office.saves(office.form(AI, AI).await.set("actions", &document), "Saved.").await;
    let page = office.ines.get(AI).await;
    page.must_say("look_up_order");
    page.must_say("The customer is asked first.");
    page.must_say("Not set: calls that need it fail.");
    let form = page.form("/settings/ai/secrets");
    office.saves(form.clone().set("value", KEY), "is saved.").await;
    let change = office.assert_recorded("action_secret.set").await;
    assert!(!change.detail.to_string().contains(KEY));
    assert_eq!(kept(&office, "action.order_key").await.as_deref(), Some(KEY));
    assert!(!office.ines.get(AI).await.html.contains(KEY));
    let page = office.is_refused(form.clone().set("value", "two\u{e9}"), "characters no key has").await;
    assert!(page.html.contains("secret-1"));
    office.saves(form.clone().set("value", ""), "is removed.").await;
    assert_eq!(kept(&office, "action.order_key").await, None);
    assert_eq!(office.ines.send(form.set("name", "another").set("value", KEY)).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_environments_key_comes_before_the_saved_one() {
    let server = ModelServer::start(Protocol::OpenAi, [Behave::Say(reply("Ready."))]).await;
    let app = TestApp::start_with(&[("language_model_key", "sk-from-the-environment")]).await;
    let model = LanguageModel { base_url: server.url(), model: "stand-in".into(), ..LanguageModel::default() };
    app.set(&model).await;
    let ines = app.admin("Ines").await;
    let ines = Browser::sign_in(&app, &ines).await;
    let page = ines.get(AI).await;
    page.must_say("BATON_LANGUAGE_MODEL_KEY");
    ines.send_and_follow(page.form("/settings/ai/trial")).await.must_say("answered in");
    assert!(server.asked()[0].headers.contains("Bearer sk-from-the-environment"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_administrators_see_or_change_it() {
    let app = TestApp::start().await;
    let omar = app.agent("Omar").await;
    let omar = Browser::sign_in(&app, &omar).await;
    assert_eq!(omar.get(AI).await.status, 403);
}
