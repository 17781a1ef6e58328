//! `/settings/handoff` and `/settings/knowledge`: what the AI may do, and what it knows.

use baton::clock::Clock as _;
use baton::desk::settings::CustomerTexts;
use baton::handoff::ArticleId;
use baton::store::articles::{self, Article};
use baton::store::settings;
use chrono::TimeDelta;

use super::Office;
use crate::support::Visitor;
use crate::support::markup::{tags, text};

const HANDOFF: &str = "/settings/handoff";
const KNOWLEDGE: &str = "/settings/knowledge";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_and_texts_are_saved_and_count_from_the_next_message() {
    let office = Office::open().await;
    office.app.channel().await;
    let form = office.form(HANDOFF, HANDOFF).await;
    assert_eq!(form.value("enabled"), Some("on"), "people are there by default");
    let form = form.set("topics", "legal advice\nrefunds").set("handed_off", "Somebody comes. <3");
    office.saves(form.without("on_frustration"), "Saved.").await;
    office.assert_recorded("handoff.change").await;
    let form = office.form(HANDOFF, HANDOFF).await;
    let held = ["topics", "handed_off", "on_frustration", "on_request"].map(|name| form.value(name));
    assert_eq!(held, [Some("legal advice\nrefunds"), Some("Somebody comes. <3"), None, Some("on")]);
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "A human, please").await;
    assert_eq!(maya.texts().await.last().map(String::as_str), Some("Somebody comes. <3"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_without_its_person_is_refused_and_a_stale_page_overwrites_nothing() {
    let office = Office::open().await;
    let stale = office.form(HANDOFF, HANDOFF).await;
    let wrong = stale.clone().set("person_joined", "Somebody is here.").set("declined", "No.").without("on_request");
    let page = office.is_refused(wrong, "Write {agent} where it belongs.").await;
    let kept = page.form(HANDOFF);
    assert_eq!((kept.value("declined"), kept.value("on_request")), (Some("No."), None), "every switch stays as put");

    office.saves(stale.clone().set("person_joined", "{agent} is here."), "Saved.").await;
    let late = office.ines.send(stale.set("declined", "Nobody is here.")).await;
    assert_eq!(late.status, 409);
    late.must_say("You saved this page meanwhile");
    let texts = settings::load::<CustomerTexts>(office.app.desk().store.reader()).await.expect("texts").value;
    assert_eq!((texts.person_joined.as_str(), texts.declined.as_str()), ("{agent} is here.", ""));
    office.saves(late.form(HANDOFF), "Saved.").await;
    assert_eq!(office.form(HANDOFF, HANDOFF).await.value("declined"), Some("Nobody is here."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_is_known_to_the_ai_the_moment_it_is_saved_and_forgotten_when_it_goes() {
    let office = Office::open().await;
    let library = office.app.site().articles.clone();
    let new = office.form("/settings/knowledge/new", KNOWLEDGE).await;
    let new = new.set("title", "Can I return a lamp?").set("body", "Within **30 days**, unused.");
    office.saves(new.set("published", "on"), "The AI answers from it now.").await;
    office.assert_recorded("article.create").await;
    assert_eq!(library.titled("Can I return a lamp?").expect("known").body, "Within **30 days**, unused.");

    let all = articles::all(office.app.desk().store.reader()).await.expect("articles");
    let path = format!("{KNOWLEDGE}/{}", all[0].id);
    office.app.advance(TimeDelta::seconds(1));
    let form = office.form(&path, &path).await.set("body", "Within 60 days.");
    office.saves(form, "The AI answers from it now.").await;
    assert_eq!(library.titled("Can I return a lamp?").expect("known").body, "Within 60 days.");
    office.app.advance(TimeDelta::seconds(1));
    office.saves(office.form(&path, &path).await.without("published"), "The AI does not use it.").await;
    assert!(library.is_empty(), "a draft is not known");
    office.app.advance(TimeDelta::seconds(1));
    office.saves(office.form(&path, &path).await.set("published", "on"), "The AI answers from it now.").await;
    office.ines.get("/settings/knowledge?q=lamp").await.must_say("Can I return a lamp?");
    office.ines.get("/settings/knowledge?q=nothing").await.must_say("No article matches.");
    office.ines.get("/settings/knowledge?q=%25").await.must_say("No article matches.");
    let delete = office.form(&path, &format!("{path}/deletion")).await;
    office.saves(delete, "is deleted.").await;
    office.assert_recorded("article.delete").await;
    assert!(library.is_empty());
    assert_eq!(office.ines.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_article_keeps_its_text_and_a_stale_one_overwrites_nothing() {
    let office = Office::open().await;
    let new = office.form("/settings/knowledge/new", KNOWLEDGE).await.set("body", "# Long\n\n  text\n");
    let page = office.is_refused(new.clone(), "This is needed.").await;
    assert_eq!(page.form(KNOWLEDGE).value("body"), Some("# Long\n\n  text"));
    office.is_refused(new.clone().set("title", "T").set("url", "javascript:alert(1)"), "http").await;
    office.saves(new.set("title", "T"), "saved as a draft").await;
    let all = articles::all(office.app.desk().store.reader()).await.expect("articles");
    let path = format!("{KNOWLEDGE}/{}", all[0].id);
    let stale = office.form(&path, &path).await;
    office.app.advance(TimeDelta::seconds(1));
    office.saves(stale.clone().set("body", "First."), "saved").await;
    let late = office.ines.send(stale.set("body", "Second.")).await;
    assert_eq!(late.status, 409);
    late.must_say("saved this page meanwhile");
    assert_eq!(late.form(&path).value("body"), Some("Second."));
    assert_eq!(office.form(&path, &path).await.value("body"), Some("First."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_of_articles_has_pages_without_a_gap_or_a_double() {
    let office = Office::open().await;
    let tx = office.app.desk().store.begin().await.expect("a transaction");
    for at in 0..70 {
        let now = office.app.clock.now() + TimeDelta::seconds(at / 7);
        let article = Article {
            id: ArticleId(office.app.clock.new_id()),
            title: format!("Question {at:02}"),
            body: "Answer.".into(),
            language: "en".into(),
            url: None,
            published: true,
            channels: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        articles::insert(&*tx, &article).await.expect("an article");
    }
    tx.commit().await.expect("committed");
    let (first, mut seen) = (office.ines.get(KNOWLEDGE).await, Vec::new());
    let links = tags(&first.html);
    let older = links.iter().filter_map(|tag| tag.attribute("href")).find(|href| href.contains("after="));
    let second = office.ines.get(older.expect("there is more")).await;
    for page in [&first, &second] {
        let text = text(&page.html);
        seen.extend((0..70).filter(|at| text.contains(&format!("Question {at:02}"))));
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..70).collect::<Vec<i64>>());
    assert!(!second.html.contains("after="), "two pages are all");
}
