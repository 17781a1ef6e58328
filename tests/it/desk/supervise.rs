//! The last rung of the ladder: whoever supervises is told of what nobody has noticed.

use baton::handoff::Author;
use baton::handoff::escalation::{Ladder, Supervisors};
use baton::handoff::hours::{OfficeHours, Schedule, Shift};
use baton::handoff::people::Availability;
use baton::handoff::{AgentId, ScheduleId};
use chrono::{TimeDelta, Weekday};
use uuid::Uuid;

use super::Story;
use super::push::{Rung, only};
use crate::support::{Browser, Line, Script};

/// A story in which Maya has asked for a person, and Zoe is an administrator.
async fn handed_off(ladder: Ladder) -> (Story, Browser) {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.app.set(&ladder).await;
    let zoe = story.app.admin("Zoe").await;
    let browser = Browser::sign_in(&story.app, &zoe).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    (story, browser)
}

async fn round(story: &Story) -> usize {
    let told = story.app.desk().go_round().await.expect("a round").supervised;
    story.app.drain().await;
    told
}

/// Whether her pages say that somebody waits.
async fn is_alarmed(zoe: &Browser) -> bool {
    let page = zoe.get("/inbox/mine").await;
    assert_eq!(page.status, 200);
    page.html.contains("A customer waits, and nobody has seen it.")
}

/// What the thread says about supervisors.
async fn lines(story: &Story) -> Vec<String> {
    let notes = story.said(|by| by == Author::System).await;
    notes.into_iter().map(|note| note.text).filter(|text| text.contains("supervisors were told")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_is_told_once_of_what_nobody_has_seen_and_no_longer_once_somebody_has() {
    let (story, zoe) = handed_off(Ladder::default()).await;
    story.app.advance(TimeDelta::minutes(14));
    assert_eq!(round(&story).await, 0);
    assert!(!is_alarmed(&zoe).await);
    story.app.advance(TimeDelta::minutes(2));
    let mut hints = story.app.desk().bus.subscribe_to_all();
    assert_eq!(round(&story).await, 1);
    let rings = |hint| matches!(hint, baton::realtime::Hint::Changed { notify: true, .. });
    assert!(std::iter::from_fn(|| hints.try_recv()).any(|hint| hint.is_ok_and(rings)), "the open inboxes ring");
    let said = "Nobody has seen this handoff for 15 minutes. The supervisors were told: Zoe.";
    assert_eq!(lines(&story).await, [said]);
    assert!(is_alarmed(&zoe).await);
    story.app.advance(TimeDelta::hours(2));
    assert_eq!(round(&story).await, 0, "once a handoff");
    assert_eq!(lines(&story).await.len(), 1);
    story.app.desk().acknowledge(story.id().await, story.omar.id).await.expect("noticed");
    assert!(!is_alarmed(&zoe).await);
    let received = story.world.received();
    assert_eq!(received.len(), 1, "the customer hears nothing of it: {received:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_supervisor_is_told_of_what_somebody_has_seen_nor_where_it_is_off() {
    let (story, zoe) = handed_off(Ladder::default()).await;
    story.app.desk().acknowledge(story.id().await, story.omar.id).await.expect("noticed");
    story.app.advance(TimeDelta::hours(2));
    assert_eq!(round(&story).await, 0);
    assert!(!is_alarmed(&zoe).await);

    let (story, zoe) = handed_off(Ladder { supervisors: Supervisors::Nobody, ..Ladder::default() }).await;
    story.app.advance(TimeDelta::hours(2));
    assert_eq!(round(&story).await, 0);
    assert!(lines(&story).await.is_empty());
    assert!(!is_alarmed(&zoe).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_stand_in_for_a_supervisor_who_has_left() {
    let gone = Supervisors::Agent(AgentId(Uuid::from_u128(404)));
    let (story, _) = handed_off(Ladder { supervisors: gone, ..Ladder::default() }).await;
    story.app.advance(TimeDelta::minutes(16));
    assert_eq!(round(&story).await, 1);
    assert!(lines(&story).await[0].ends_with("told: Zoe."), "{:?}", lines(&story).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_supervisor_is_woken_while_the_office_is_closed() {
    let (story, _) = handed_off(Ladder::default()).await;
    // The test begins on a Sunday morning.
    let clock = |text: &str| text.parse().expect("a time of the day");
    let id = ScheduleId(Uuid::from_u128(9));
    let shift = Shift { first: Weekday::Mon, last: Weekday::Fri, from: clock("09:00"), to: clock("17:00") };
    let zone = "Europe/Berlin".parse().expect("a zone");
    let schedule = Schedule { id, name: "Office".into(), zone, shifts: vec![shift], exceptions: Vec::new() };
    story.app.set(&OfficeHours { schedules: vec![schedule], standard: Some(id), ..OfficeHours::default() }).await;
    story.app.advance(TimeDelta::hours(12));
    assert_eq!(round(&story).await, 0);
    // Monday, twenty past nine in Berlin.
    story.app.advance(TimeDelta::hours(11) + TimeDelta::minutes(20));
    assert_eq!(round(&story).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_whose_inbox_is_closed_is_told_by_their_browser() {
    let mut rung = Rung::new().await;
    let zoe = rung.story.app.admin("Zoe").await;
    rung.adds(&zoe, 7).await;
    // Away: what waits for all does not call her, what nobody has seen does.
    rung.story.app.desk().set_availability(zoe.id, Availability::Away).await.expect("away");
    rung.asks(16).await;
    assert!(rung.service.arrived().is_empty());
    assert_eq!(round(&rung.story).await, 1);
    rung.passes(0).await;
    assert_eq!(only(rung.service.arrived()).path, "/Zoe");
    assert_eq!(round(&rung.story).await, 0);
    rung.passes(30).await;
    assert!(rung.service.arrived().is_empty(), "once a handoff");

    let mut rung = Rung::new().await;
    let zoe = rung.story.app.admin("Zoe").await;
    rung.adds(&zoe, 7).await;
    rung.story.app.set(&Ladder { push: false, ..Ladder::default() }).await;
    rung.asks(16).await;
    assert_eq!(round(&rung.story).await, 1);
    rung.passes(1).await;
    assert!(rung.service.arrived().is_empty(), "switched off");
}
