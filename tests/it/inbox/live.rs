//! The live stream of an open inbox, in real time.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use baton::handoff::AgentId;
use baton::web::inbox::batch::Sight;
use baton::web::inbox::feed::{News, Watching};
use baton::web::inbox::nav::View;
use uuid::Uuid;

use super::Inbox;
use crate::support::{Browser, TestApp, Visitor};

/// Longest time from a commit to an open page.
const SOON: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_is_on_an_open_page_within_a_second() {
    let inbox = Inbox::answered().await;
    let number = inbox.number;
    let mut stream = inbox.ines.live(&format!("/inbox/live?view=unassigned&conversation={number}")).await;
    stream.until("patch", "nav-counts").await;
    let began = Instant::now();
    let (mut row, mut line, mut handoff) = (None, None, None);
    inbox.app.desk().ask_for_person(inbox.maya.id()).await.expect("handed off");
    while row.is_none() || line.is_none() || handoff.is_none() {
        let (name, data) = stream.next().await;
        match name.as_str() {
            "handoff" => handoff = Some((began.elapsed(), data)),
            "patch" => {
                let at = Some(began.elapsed());
                row = row.or(at.filter(|_| data.contains(&format!("id=\"row-{number}\""))));
                line = line.or(at.filter(|_| data.contains("Handed off")));
            }
            other => panic!("an event named {other}"),
        }
    }
    let (told, detail) = handoff.expect("an announcement");
    let detail: serde_json::Value = serde_json::from_str(&detail).expect("JSON");
    assert_eq!(detail["number"], number);
    assert!(detail["url"].as_str().is_some_and(|url| url.starts_with(&inbox.path())), "{detail}");
    for taken in [told, row.expect("a row"), line.expect("a line")] {
        assert!(taken < SOON, "it took {taken:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_message_and_what_others_do_appear_without_reloading() {
    let inbox = Inbox::waiting().await;
    let number = inbox.number;
    let mut stream = inbox.ines.live(&format!("/inbox/live?view=unassigned&conversation={number}")).await;
    stream.until("patch", "nav-counts").await;
    let began = Instant::now();
    inbox.maya.say(&inbox.app, "Still here?").await;
    let patch = stream.until("patch", "Still here?").await;
    assert!(began.elapsed() < SOON, "it took {:?}", began.elapsed());
    assert!(patch.contains(&format!("data-target=\"timeline-{number}\"")));

    let omar = inbox.omar().await;
    omar.get(&inbox.path()).await;
    omar.post(&inbox.action("typing"), &[]).await;
    stream.until("patch", "Omar").await;
    let form = omar.get(&inbox.path()).await.form(&inbox.action("takeover"));
    omar.send(form).await;
    let patch = stream.until("patch", "took over").await;
    assert!(patch.contains(&format!("data-target=\"thread-header-{number}\"")), "the header says who has it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_that_leaves_a_view_leaves_the_list() {
    let inbox = Inbox::waiting().await;
    let mut stream = inbox.ines.live("/inbox/live?view=unassigned").await;
    stream.until("patch", &format!("row-{}", inbox.number)).await;
    let omar = inbox.omar().await;
    let form = omar.get(&inbox.path()).await.form(&inbox.action("takeover"));
    omar.send(form).await;
    let gone = format!("data-action=\"remove\" data-target=\"row-{}\"", inbox.number);
    stream.until("patch", &gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_broke_has_lost_nothing_when_it_is_back() {
    let inbox = Inbox::waiting().await;
    let live = format!("/inbox/live?view=all&conversation={}", inbox.number);
    let mut stream = inbox.ines.live(&live).await;
    stream.until("patch", "nav-counts").await;
    drop(stream);
    inbox.maya.say(&inbox.app, "While you were away").await;
    let somebody = Visitor::arrive(&inbox.app).await;
    somebody.say(&inbox.app, "A human for me as well").await;
    let mut again = inbox.ines.live(&live).await;
    let patch = again.until("patch", "nav-counts").await;
    assert!(patch.contains("While you were away"), "the line");
    assert_eq!(patch.matches("<li class=\"row").count(), 2, "both rows");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_left_while_the_stream_was_broken_is_gone_when_it_is_back() {
    let inbox = Inbox::waiting().await;
    let mut stream = inbox.ines.live("/inbox/live?view=unassigned").await;
    stream.until("patch", &format!("row-{}", inbox.number)).await;
    drop(stream);
    inbox.ines_takes_over().await;
    let patch = inbox.ines.live("/inbox/live?view=unassigned").await.until("patch", "nav-counts").await;
    assert!(patch.contains("data-action=\"morph\" data-target=\"list\""), "the whole list is put right");
    assert!(!patch.contains(&format!("row-{}", inbox.number)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_out_browser_hears_nothing_and_a_stop_ends_the_stream() {
    let mut app = TestApp::start().await;
    app.channel().await;
    let ines = Browser::sign_in(&app, &app.agent("Ines").await).await;
    let mut stream = ines.live("/inbox/live?view=all").await;
    stream.until("patch", "nav-counts").await;
    app.restart().await;
    assert!(stream.ends().await, "the browser connects to the next process");
    let mut again = ines.live("/inbox/live?view=all").await;
    again.until("patch", "nav-counts").await;
    drop(again);
    assert_eq!(ines.get("/inbox/live?view=nowhere").await.status, 404);
}

/// The event with a page's rows that says these words.
async fn rows_saying(page: &mut Watching, sight: &Sight, words: &str) -> actix_web::web::Bytes {
    loop {
        if let News::Batch(batch) = page.next().await
            && let Some(event) = batch.rows(sight).expect("rendered")
            && String::from_utf8_lossy(&event).contains(words)
        {
            return event;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_rendered_once_for_all_who_see_it_alike() {
    let inbox = Inbox::waiting().await;
    let somebody = |view: View, open| Sight { view, me: AgentId(Uuid::new_v4()), open };
    let mut alike: Vec<_> =
        (0..20).map(|_| inbox.app.site().feed.watch(Uuid::new_v4(), baton::handoff::AgentId(Uuid::new_v4()))).collect();
    let mut other = inbox.app.site().feed.watch(Uuid::new_v4(), baton::handoff::AgentId(Uuid::new_v4()));
    inbox.maya.say(&inbox.app, "Still here?").await;
    let mut events = HashSet::new();
    for page in &mut alike {
        let event = rows_saying(page, &somebody(View::Unassigned, None), "Still here?").await;
        events.insert((event.as_ptr(), event.len()));
    }
    assert_eq!(events.len(), 1, "all got the same bytes");
    let open = rows_saying(&mut other, &somebody(View::Unassigned, Some(inbox.number)), "Still here?").await;
    assert!(String::from_utf8_lossy(&open).contains("aria-current"), "whoever has it open sees so");
    let metrics = inbox.ines.get("/metrics").await;
    metrics.must_say("baton_inbox_rows_rendered_total");
}
