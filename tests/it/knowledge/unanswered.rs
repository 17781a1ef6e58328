//! What the AI could not answer is kept, grouped, and put away by the article that answers it.

use std::sync::Arc;

use baton::ai::knowledge::Library;
use baton::ai::local::LocalAssistant;
use baton::store::unanswered;

use crate::settings::Office;
use crate::support::markup::tags;
use crate::support::{Browser, Setting, TestApp, Visitor};

const UNANSWERED: &str = "/settings/knowledge/unanswered";
const DISMISSAL: &str = "/settings/knowledge/unanswered/dismissal";

/// An office whose AI knows nothing, in front of which customers have asked.
async fn office(questions: &[&str]) -> Office {
    let assistant = Arc::new(LocalAssistant::new(Arc::new(Library::default())));
    let app = TestApp::start_in(Setting { assistant: Some(assistant), ..Setting::default() }, &[]).await;
    app.channel().await;
    for question in questions {
        Visitor::arrive(&app).await.say(&app, question).await;
        app.drain().await;
    }
    let ines_agent = app.admin("Ines").await;
    let ines = Browser::sign_in(&app, &ines_agent).await;
    Office { app, ines, ines_agent }
}

async fn waiting(office: &Office) -> u64 {
    unanswered::count_open(office.app.desk().store.reader()).await.expect("a count")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_mean_the_same_wait_together_until_the_article_is_published() {
    let asked = ["Do you ship to Norway?", "do you deliver to norway", "Can I pay with Bitcoin?"];
    let office = office(&asked).await;
    assert_eq!(waiting(&office).await, 3);
    let page = office.ines.get(UNANSWERED).await;
    page.must_say("Asked 2 times");
    page.must_say("Can I pay with Bitcoin?");
    let found = tags(&page.html);
    let write = found.iter().filter_map(|tag| tag.attribute("href")).find(|href| href.contains("knowledge/new?"));
    let write = write.expect("a link to the editor").replace("&amp;", "&").replace("&#38;", "&");
    let form = office.form(&write, "/settings/knowledge").await;
    assert!(form.value("title").is_some_and(|title| title.to_lowercase().contains("norway")), "{form:?}");
    assert_eq!(form.value("published"), Some("on"));
    office.saves(form.set("body", "Yes, within five days."), "The AI answers from it now.").await;
    assert_eq!(waiting(&office).await, 1);
    assert!(!office.ines.get(UNANSWERED).await.says("Norway"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_can_be_put_away_once() {
    let office = office(&["Can I pay with Bitcoin?"]).await;
    let form = office.form(UNANSWERED, DISMISSAL).await;
    office.saves(form.clone(), "1 question is put away.").await;
    office.assert_recorded("unanswered.dismiss").await;
    assert_eq!(waiting(&office).await, 0);
    office.saves(form, "They were put away already.").await;
    office.ines.get(UNANSWERED).await.must_say("Nothing waits.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_a_person_did_not_ask_the_knowledge() {
    let office = office(&["I want to talk to a human", "Hello!"]).await;
    assert_eq!(waiting(&office).await, 0);
}
