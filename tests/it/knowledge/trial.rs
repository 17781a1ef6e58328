//! "Test the AI": everything that follows from a question, and nothing besides.

use std::sync::Arc;

use baton::ai::knowledge::{Article, Language, Library};
use baton::ai::local::LocalAssistant;
use baton::handoff::{ArticleId, TicketNumber};
use baton::store::conversations;

use crate::settings::Office;
use crate::support::{Browser, Setting, TestApp};

const TRIAL: &str = "/settings/knowledge/trial";

/// An office whose AI answers from the installation's own articles.
async fn office() -> Office {
    let library = Arc::new(Library::of([Article::from_markdown(
        ArticleId(uuid::Uuid::from_u128(1)),
        "# Can I return a lamp?\n\nYou can return a lamp within 30 days if it was not used.",
        Language::En,
    )]));
    let setting = Setting { assistant: Some(Arc::new(LocalAssistant::new(library.clone()))), ..Setting::default() };
    let app = TestApp::start_in(setting, &[]).await;
    let ines_agent = app.admin("Ines").await;
    let ines = Browser::sign_in(&app, &ines_agent).await;
    let known = library.titled("Can I return a lamp?").expect("an article");
    app.site().articles.upsert(known);
    Office { app, ines, ines_agent }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_comes_with_its_passages_and_signals() {
    let office = office().await;
    let form = office.form(TRIAL, TRIAL).await.set("question", "Can I return a lamp?");
    let page = office.ines.send(form).await;
    assert_eq!(page.status, 200);
    for words in ["The AI answers", "within 30 days", "Asks for a person", "covers", "What it says"] {
        page.must_say(words);
    }
    assert_eq!(page.form(TRIAL).value("question"), Some("Can I return a lamp?"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_language_of_the_answer_can_be_chosen() {
    let office = office().await;
    for (language, in_another) in [("auto", false), ("de", true), ("en", false)] {
        let form = office.form(TRIAL, TRIAL).await.set("question", "Can I return a lamp?").set("language", language);
        let page = office.ines.send(form).await;
        assert_eq!(page.status, 200);
        page.must_say("within 30 days");
        assert_eq!(page.says("Dazu habe ich etwas in einer anderen Sprache gefunden"), in_another, "{language}");
        assert_eq!(page.form(TRIAL).value("language"), Some(language), "the choice is kept");
    }
    let form = office.form(TRIAL, TRIAL).await.set("question", "Can I return a lamp?");
    let hostile = form.forge("language", "<script>");
    assert_eq!(office.ines.send(hostile).await.status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_is_explained_and_happens_to_nobody() {
    let office = office().await;
    office.app.channel().await;
    for (question, headline, because) in [
        ("I want to talk to a human", "It goes to a person", "The customer asked for a person"),
        ("Do you repair gramophones?", "It goes to a person", "No article answers"),
    ] {
        let form = office.form(TRIAL, TRIAL).await.set("question", question);
        let page = office.ines.send(form).await;
        page.must_say(headline);
        page.must_say(because);
    }
    let db = office.app.desk().store.reader();
    let first = conversations::by_number(db, TicketNumber(1001)).await.expect("read");
    assert!(first.is_none(), "there is no conversation");
    assert_eq!(baton::store::unanswered::count_open(db).await.expect("a count"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_without_autopilot_and_an_empty_question_are_told() {
    let office = office().await;
    let by_hand = office.app.channel_with("by-hand", false, Default::default()).await;
    let form = office.form(TRIAL, TRIAL).await.set("question", "Can I return a lamp?");
    let page = office.ines.send(form.set("channel", &by_hand.id.to_string())).await;
    page.must_say("its autopilot is off");
    page.must_say("What it would have said");
    office.is_refused(office.form(TRIAL, TRIAL).await, "This is needed.").await;
}
