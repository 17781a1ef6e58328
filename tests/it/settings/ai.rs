//! `/settings/knowledge`: what the AI knows.

use baton::clock::Clock as _;
use baton::handoff::ArticleId;
use baton::store::articles::{self, Article};
use chrono::TimeDelta;

use super::Office;
use crate::support::markup::{tags, text};

const KNOWLEDGE: &str = "/settings/knowledge";

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
