//! Lists of conversations: their pages, their views, their counts.

use baton::handoff::conversation::Outcome;
use baton::handoff::people::Actor;
use baton::handoff::{AgentId, TeamId, TicketNumber};
use baton::store::inbox::{self, Cursor, View};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::Inbox;
use crate::desk::Story;
use crate::support::markup::tags;
use crate::support::{Browser, Page, Script, TestApp, Visitor};

/// The numbers of a list's rows, in order.
pub(super) fn rows(page: &Page) -> Vec<i64> {
    let number = |id: &str| id.strip_prefix("row-").and_then(|number| number.parse().ok());
    tags(&page.html).iter().filter(|tag| tag.opens("li")).filter_map(|tag| number(tag.attribute("id")?)).collect()
}

/// Where the next page of a list is.
fn older(page: &Page) -> Option<String> {
    let tags = tags(&page.html);
    let links = tags.iter().filter(|tag| tag.opens("a") && tag.attribute("data-patch").is_some());
    let found: Vec<_> = links.filter_map(|tag| tag.attribute("href")).filter(|href| href.contains("after=")).collect();
    found.first().map(|href| (*href).to_owned())
}

/// The count beside a view.
fn count(page: &Page, view: &str) -> Option<u32> {
    let nav = page.html.split("id=\"nav-counts\"").nth(1)?;
    let link = nav.split(&format!("href=\"/inbox/{view}\"")).nth(1)?.split("</a>").next()?;
    link.split("<b class=\"count\">").nth(1)?.split('<').next()?.parse().ok()
}

async fn somebody_writes(app: &TestApp, who: u32, message: u32, text: &str) {
    let from = format!("+1555{who:07}");
    let body = json!({ "id": format!("SM-{who}-{message}"), "from": from, "text": text }).to_string();
    let request = app.http.post(app.url("/hooks/texts")).header("x-signature", "good").body(body);
    assert_eq!(request.send().await.expect("an answer").status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_and_twenty_rows_are_three_pages_without_a_gap_or_a_double() {
    let story = Story::with(Script::of([])).await;
    for who in 0..120 {
        somebody_writes(&story.app, who, 0, "Hello").await;
        // Several share a moment, so that the moment alone does not order them.
        if who % 7 == 0 {
            story.app.advance(TimeDelta::seconds(1));
        }
    }
    let ines = Browser::sign_in(&story.app, &story.ines).await;
    let first = ines.get("/inbox/all").await;
    let more = older(&first).expect("there is more");
    // The oldest of all is heard from again, and somebody new writes, between two pages.
    story.app.advance(TimeDelta::seconds(1));
    somebody_writes(&story.app, 0, 1, "Hello again").await;
    somebody_writes(&story.app, 120, 0, "Hello, I am new").await;
    let second = ines.get(&more).await;
    let third = ines.get(&older(&second).expect("there is more")).await;
    assert_eq!(older(&third), None, "three pages are all");
    assert_eq!((rows(&first).len(), rows(&second).len(), rows(&third).len()), (50, 50, 19));
    let mut seen = [rows(&first), rows(&second), rows(&third)].concat();
    assert!(seen.is_sorted_by(|newer, older| newer > older), "the newest first");
    let top = rows(&ines.get("/inbox/all").await);
    seen.extend(&top[..2]);
    seen.sort_unstable();
    let length = seen.len();
    seen.dedup();
    assert_eq!((seen.len(), length), (121, 121), "none twice, none missing");

    let patches = ines.answer(ines.http.get(story.app.url(&more)).header("accept", "text/vnd.baton.patch+html")).await;
    assert_eq!(rows(&patches), rows(&second), "the enhanced link brings the same rows");
    assert!(patches.html.contains("data-action=\"replace\" data-target=\"older\""));
    story.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_that_finds_many_goes_on_page_by_page() {
    let story = Story::with(Script::of([])).await;
    for who in 0..60 {
        somebody_writes(&story.app, who, 0, "Where is my brass lamp?").await;
    }
    let ines = Browser::sign_in(&story.app, &story.ines).await;
    let first = ines.get("/inbox/search?q=brass+lamp").await;
    let second = ines.get(&older(&first).expect("there is more").replace("&amp;", "&")).await;
    assert_eq!((rows(&first).len(), rows(&second).len(), older(&second)), (50, 10, None));
    let mut all = [rows(&first), rows(&second)].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 60);
    story.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_view_holds_what_it_says_and_counts_it() {
    let app = TestApp::start().await;
    app.channel().await;
    let agent = app.agent("Ines").await;
    let ines = Browser::sign_in(&app, &agent).await;
    let mut all = Vec::new();
    for text in ["Delivery?", "A human, please", "A human!", "human", "human?"] {
        let visitor = Visitor::arrive(&app).await;
        visitor.say(&app, text).await;
        let record = baton::store::conversations::find(app.desk().store.reader(), visitor.id()).await;
        all.push(record.expect("the store").expect("a conversation"));
    }
    let (id, number) = (|at: usize| all[at].core.id, |at: usize| all[at].number.0);
    for at in 2..5 {
        app.desk().assign(id(at), agent.id, Some(agent.id)).await.expect("assigned");
    }
    app.desk().snooze(id(3), agent.id, "2026-11-24T09:00:00Z".parse().expect("a time")).await.expect("snoozed");
    app.desk().resolve(id(4), Actor::Agent(agent.id), Outcome::Resolved).await.expect("resolved");
    let expected: [(&str, &[usize], Option<u32>); 7] = [
        ("mine", &[2], Some(1)),
        ("unassigned", &[1], Some(1)),
        ("ai", &[0], Some(1)),
        ("handed-off", &[1, 2], Some(2)),
        ("snoozed", &[3], Some(1)),
        ("resolved", &[4], None),
        ("all", &[0, 1, 2, 3, 4], None),
    ];
    for (view, members, counted) in expected {
        let page = ines.get(&format!("/inbox/{view}")).await;
        let mut found = rows(&page);
        found.sort_unstable();
        assert_eq!(found, members.iter().map(|at| number(*at)).collect::<Vec<_>>(), "{view}");
        assert_eq!(count(&page, view), counted, "the number beside {view}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_view_says_what_would_be_in_it() {
    let app = TestApp::start().await;
    let ines = Browser::sign_in(&app, &app.agent("Ines").await).await;
    for (view, words) in
        [("mine", "Nothing on your desk"), ("unassigned", "Nobody is waiting"), ("all", "No conversations yet")]
    {
        ines.get(&format!("/inbox/{view}")).await.must_say(words);
    }
    assert_eq!(ines.follow(&ines.get("/").await).await.status, 200, "home is a list");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_thread_is_read_back_to_its_beginning() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    for line in 0..70 {
        story.maya(&format!("line-{line:02}")).await;
    }
    story.app.drain().await;
    let number = story.record().await.number.0;
    let ines = Browser::sign_in(&story.app, &story.ines).await;
    let page = ines.get(&format!("/inbox/conversations/{number}")).await;
    let lines = |page: &Page| page.html.split("id=\"timeline-").nth(1).expect("a timeline").to_owned();
    assert!(lines(&page).contains("line-69"));
    assert!(!lines(&page).contains("line-05"), "the newest lines come first");
    let tags = tags(&page.html);
    let mut links = tags.iter().filter_map(|tag| tag.attribute("href"));
    let earlier = links.find(|href| href.contains("before=")).expect("a way back");
    let back = ines.get(earlier).await;
    assert!(lines(&back).contains("line-00") && lines(&back).contains("line-05"));
    assert!(!lines(&back).contains("line-69"));
    let patches = ines.http.get(story.app.url(earlier)).header("accept", "text/vnd.baton.patch+html");
    let patches = ines.answer(patches).await;
    patches.must_say("line-00");
    assert!(patches.html.contains(&format!("data-target=\"earlier-{number}\"")));
}

/// Every view, and a place in the middle of it.
fn views_and_places(agent: AgentId) -> impl Iterator<Item = (View, Option<Cursor>)> {
    let views = [
        View::Mine(agent),
        View::Unassigned,
        View::Ai,
        View::HandedOff,
        View::Snoozed,
        View::Resolved,
        View::All,
        View::Team(TeamId(agent.0)),
    ];
    let place = Cursor { last_at: "2026-11-22T09:00:00Z".parse().expect("a time"), number: TicketNumber(1042) };
    views.into_iter().flat_map(move |view| [(view, None), (view, Some(place))])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_list_is_sorted_counted_or_read_from_end_to_end() {
    let inbox = Inbox::answered().await;
    let db = inbox.app.desk().store.reader();
    for (view, after) in views_and_places(inbox.ines_agent.id) {
        let mut statement = inbox::page_statement(db, view, after, 51);
        assert!(!statement.sql.contains("count("), "{view:?} counts: {}", statement.sql);
        if inbox.app.desk().store.is_postgres() {
            // With so few rows PostgreSQL reads the table; what matters is that it runs.
            db.query_all_raw(statement).await.expect("rows");
            continue;
        }
        statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let plan = db.query_all_raw(statement).await.expect("a plan");
        let plan: Vec<String> = plan.iter().map(|step| step.try_get_by_index(3).expect("a step")).collect();
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{view:?} is sorted: {plan:?}");
        let list = plan.iter().find(|step| step.contains(" c ")).expect("conversations are read");
        assert!(list.contains("USING INDEX conversations_"), "{view:?} reads the table: {plan:?}");
        let narrows = after.is_none() || list.contains("last_at<?");
        assert!(narrows, "{view:?} reads from its beginning to get to its middle: {plan:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_with_a_thousand_conversations_is_not_counted_to_its_end() {
    let inbox = Inbox::answered().await;
    let store = &inbox.app.desk().store;
    let id = if store.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let columns = "channel_id, channel_kind, contact_id, owner_kind, epoch, status, last_seq, watermark, \
         handoff_acknowledged, ai_answers, sentiment, verified, attributes, seen_seq, last_at, created_at, updated_at";
    let tx = store.begin().await.expect("a transaction");
    tx.execute_unprepared(&format!(
        "INSERT INTO conversations (id, {columns}) WITH RECURSIVE n(i) AS \
         (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT {id}, {columns} FROM conversations, n"
    ))
    .await
    .expect("copies");
    tx.commit().await.expect("committed");
    inbox.maya.say(&inbox.app, "And where?").await;
    inbox.app.site().counts.now().await.expect("counted");
    let page = inbox.ines.get("/inbox/ai").await;
    page.must_say("999+");
    assert_eq!((rows(&page).len(), count(&page, "unassigned")), (50, None));
}
