//! Forms that did not come from our pages, and people who are not signed in.

use baton::clock::Clock as _;
use baton::store::{agents, audit};

use super::Inbox;
use crate::support::{Browser, Page, TestApp, Visitor};

const UNKNOWN: &str = "0190c1d2-0000-7000-8000-00000000ffff";

/// Every address that a signed-in person's form is sent to, with fields it would take.
fn posts(number: i64) -> Vec<(String, Vec<(&'static str, String)>)> {
    let on = |name: &str| format!("/conversations/{number}/{name}");
    let field = |name: &'static str, value: &str| vec![(name, value.to_owned())];
    vec![
        (on("takeover"), field("epoch", "2")),
        (on("handback"), vec![]),
        (on("assignment"), field("to", "none")),
        (on("snooze"), field("until", "1h")),
        (on("resolution"), field("outcome", "resolved")),
        (on("reopening"), vec![]),
        (on("acknowledgement"), vec![]),
        (on("typing"), vec![]),
        (on(&format!("messages/{UNKNOWN}/retry")), vec![]),
        ("/session/end".into(), vec![]),
        ("/settings/channels".into(), field("name", "x")),
        (format!("/settings/channels/{UNKNOWN}"), field("name", "x")),
        ("/settings/agents".into(), field("name", "x")),
        (format!("/settings/agents/{UNKNOWN}/role"), field("role", "admin")),
        (format!("/settings/agents/{UNKNOWN}/password"), field("password", "a long password")),
        (format!("/settings/agents/{UNKNOWN}/deactivation"), vec![]),
        (format!("/settings/agents/{UNKNOWN}/activation"), vec![]),
        ("/settings/teams".into(), field("name", "x")),
        (format!("/settings/teams/{UNKNOWN}"), field("name", "x")),
        (format!("/settings/teams/{UNKNOWN}/deletion"), vec![]),
        ("/settings/handoff".into(), field("version", "0.0")),
        ("/settings/knowledge".into(), field("title", "x")),
        (format!("/settings/knowledge/{UNKNOWN}"), field("title", "x")),
        (format!("/settings/knowledge/{UNKNOWN}/deletion"), vec![]),
        ("/settings/api-keys".into(), field("name", "x")),
        (format!("/settings/api-keys/{UNKNOWN}/revocation"), vec![]),
        ("/settings/profile".into(), field("name", "x")),
        ("/settings/profile/password".into(), field("password", "a long password")),
    ]
}

/// Everything a form could have changed.
async fn state(app: &TestApp, maya: &Visitor) -> String {
    let db = app.desk().store.reader();
    let record = baton::store::conversations::find(db, maya.id()).await.expect("the store").expect("a conversation");
    let changes = audit::recent(db, 100).await.expect("the trail");
    let people = agents::everybody(db).await.expect("people");
    format!("{:?} {:?} {changes:?} {people:?} {:?}", record.core, record.seen, maya.texts().await)
}

async fn post(
    browser: &Browser,
    app: &TestApp,
    path: &str,
    fields: &[(&'static str, String)],
    csrf: Option<&str>,
) -> Page {
    let csrf = csrf.map(|token| ("csrf", token.to_owned()));
    let fields: Vec<_> = fields.iter().cloned().chain(csrf).collect();
    let is_composer = path.ends_with("/messages") || path.ends_with("/notes");
    let request = browser.http.post(app.url(path));
    if !is_composer {
        return browser.answer(request.form(&fields)).await;
    }
    let form = fields.into_iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(name, value));
    browser.answer(request.multipart(form)).await
}

fn composer_posts(app: &TestApp, number: i64) -> Vec<(String, Vec<(&'static str, String)>)> {
    let fields = || vec![("message_id", app.clock.new_id().to_string()), ("body", "Forged.".to_owned())];
    ["messages", "notes"].map(|name| (format!("/conversations/{number}/{name}"), fields())).into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_the_right_token_changes_nothing() {
    let inbox = Inbox::waiting().await;
    let admin = inbox.app.admin("Theo").await;
    let theo = Browser::sign_in(&inbox.app, &admin).await;
    inbox.ines.get("/settings/profile").await;
    let somebody_elses = inbox.ines.csrf();
    let (mut wrong, before) = (Vec::new(), state(&inbox.app, &inbox.maya).await);
    for (path, fields) in posts(inbox.number).into_iter().chain(composer_posts(&inbox.app, inbox.number)) {
        for csrf in [Some(""), Some("wrong"), Some(somebody_elses.as_str()), None] {
            let page = post(&theo, &inbox.app, &path, &fields, csrf).await;
            if page.status != 403 || !page.says("Go back, reload the page and send the form again.") {
                wrong.push((path.clone(), csrf.map(str::to_owned), page.status));
            }
        }
    }
    assert_eq!(state(&inbox.app, &inbox.maya).await, before);
    assert_eq!(wrong, []);
    assert_eq!(theo.get("/inbox/mine").await.status, 200, "still signed in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_not_signed_in_sees_the_sign_in_page_and_changes_nothing() {
    let inbox = Inbox::waiting().await;
    let stranger = Browser::new(&inbox.app);
    let pages = [
        "/",
        "/inbox",
        "/inbox/all",
        "/inbox/search?q=Maya",
        "/settings",
        "/settings/channels",
        "/settings/channels/new",
        "/settings/agents",
        "/settings/teams",
        "/settings/handoff",
        "/settings/knowledge",
        "/settings/knowledge/new",
        "/settings/api-keys",
        "/settings/profile",
        "/inbox/live?view=all",
    ];
    for path in pages.into_iter().chain([inbox.path().as_str()]) {
        let page = stranger.get(path).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(page.location().starts_with("/session?then="), "{path} leads to {}", page.location());
    }
    let before = state(&inbox.app, &inbox.maya).await;
    for (path, fields) in posts(inbox.number).into_iter().chain(composer_posts(&inbox.app, inbox.number)) {
        let page = post(&stranger, &inbox.app, &path, &fields, Some("any")).await;
        assert_eq!(page.status, 401, "{path}");
        assert!(page.html.contains("Sign in first"), "{path} says what to do");
    }
    assert_eq!(state(&inbox.app, &inbox.maya).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_and_what_is_damaged_is_said_in_words() {
    let inbox = Inbox::waiting().await;
    let before = inbox.maya.texts().await;
    for path in ["/inbox/conversations/999999", "/inbox/nowhere", "/inbox/team-nobody"] {
        let page = inbox.ines.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        page.must_say("Not found");
    }
    let page = inbox.ines.get("/inbox/all?after=damaged").await;
    assert_eq!(page.status, 422);
    page.must_say("Open the list again.");
    inbox.ines.get("/settings/profile").await;
    let epoch = inbox.ines.post(&inbox.action("takeover"), &[("epoch", "x")]).await;
    assert_eq!(epoch.status, 422);
    epoch.must_say("The form is damaged. Reload the page.");
    let form = inbox.form("messages").await.set("body", "Hello").forge("message_id", "7");
    assert_eq!(inbox.ines.send(form).await.status, 422);
    assert_eq!(inbox.maya.texts().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_can_not_be_read_is_answered_with_a_page_that_says_what_to_do() {
    let inbox = Inbox::waiting().await;
    let (http, csrf) = (&inbox.ines.http, [("csrf", inbox.ines.csrf())]);
    let url = |path: &str| inbox.app.url(path);
    let at = |action: &str| inbox.app.url(&inbox.action(action));
    let requests = [
        ("no number", http.get(url("/inbox/conversations/first"))),
        ("a wrong place", http.get(url(&format!("{}?before=x", inbox.path())))),
        ("no view", http.get(url("/inbox/live"))),
        ("no such page", http.get(url("/no/such/page"))),
        ("a missing field", http.post(at("takeover")).form(&csrf)),
        ("no form", http.post(at("takeover")).json(&csrf[0])),
        ("no number in a form's address", http.post(url("/conversations/first/takeover")).form(&csrf)),
        ("no id of a message", http.post(at("messages/first/retry")).form(&csrf)),
        ("no parts", http.post(at("messages")).form(&csrf)),
        (
            "too much",
            http.post(at("handback")).form(&[("csrf", csrf[0].1.clone()), ("instruction", "x".repeat(1 << 20))]),
        ),
    ];
    let mut wrong = Vec::new();
    for (what, request) in requests {
        let page = inbox.ines.answer(request).await;
        let is_page = page.header("content-type").starts_with("text/html") && page.html.contains("<h1>");
        if !(400..500).contains(&page.status) || !is_page {
            wrong.push((what, page.status, page.html.chars().take(60).collect::<String>()));
        }
    }
    assert_eq!(wrong, []);
}
