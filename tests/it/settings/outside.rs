//! Outside office hours: each way of the handoff page, as a customer meets it; and the button under the levels.

use std::sync::Arc;

use baton::ai::knowledge::Library;
use baton::ai::local::LocalAssistant;
use baton::handoff::hours::{OfficeHours, Schedule, Shift};
use baton::handoff::policy::{HandoffSettings, Level, Levers, Mode, OutsideHours};
use baton::handoff::{Owner, ScheduleId};
use baton::store::conversations;
use chrono::Weekday;

use crate::support::{Setting, TestApp, Visitor};

/// Half past nine in the morning, on Mondays alone; the tests' clock stands on a Sunday.
fn mondays() -> OfficeHours {
    let clock = |text: &str| text.parse().expect("a time of the day");
    let zone = "Europe/Berlin".parse().expect("a zone");
    let shift = Shift { first: Weekday::Mon, last: Weekday::Mon, from: clock("09:30"), to: clock("17:00") };
    let id = ScheduleId(uuid::Uuid::from_u128(1));
    let schedule = Schedule { id, name: "Office".into(), zone, shifts: vec![shift], exceptions: Vec::new() };
    OfficeHours { schedules: vec![schedule], standard: Some(id), ..OfficeHours::default() }
}

async fn closed(outside_hours: OutsideHours) -> (TestApp, Visitor) {
    let assistant = Arc::new(LocalAssistant::new(Arc::new(Library::default())));
    let app = TestApp::start_in(Setting { assistant: Some(assistant), ..Setting::default() }, &[]).await;
    app.channel().await;
    app.set(&HandoffSettings { outside_hours, ..HandoffSettings::default() }).await;
    app.set(&mondays()).await;
    let maya = Visitor::arrive(&app).await;
    (app, maya)
}

async fn last(maya: &Visitor) -> String {
    maya.texts().await.pop().unwrap_or_default()
}

async fn owner(app: &TestApp, maya: &Visitor) -> Owner {
    let record = conversations::find(app.desk().store.reader(), maya.id()).await.expect("read");
    record.expect("a conversation").core.owner
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_outside_hours_is_queued_with_the_next_opening_and_anger_waits() {
    let (app, maya) = closed(OutsideHours::Queue).await;
    // An AI that does not know is no reason to go on.
    app.set(&HandoffSettings::of(Levers { on_ai_decision: false, ..Levers::default() })).await;
    maya.say(&app, "this is the worst shop ever, I am furious, you useless bot!!").await;
    assert_eq!(owner(&app, &maya).await, Owner::Ai, "the AI goes on where it can: {}", last(&maya).await);
    maya.say(&app, "a human, please").await;
    assert!(last(&maya).await.contains("09:30"), "{}", last(&maya).await);
    assert_eq!(owner(&app, &maya).await, Owner::Queue);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_to_reach_the_customer_is_asked_for_first_where_that_is_set() {
    let (app, maya) = closed(OutsideHours::Collect).await;
    maya.say(&app, "a human, please").await;
    assert!(last(&maya).await.contains("email address"), "{}", last(&maya).await);
    maya.say(&app, "maya@example.com").await;
    assert!(last(&maya).await.contains("09:30"), "{}", last(&maya).await);
    assert_eq!(owner(&app, &maya).await, Owner::Queue);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_hours_may_change_nothing_at_all() {
    let (app, maya) = closed(OutsideHours::HandOff).await;
    maya.say(&app, "a human, please").await;
    assert!(last(&maya).await.contains("a person on our team"), "{}", last(&maya).await);
    assert_eq!(owner(&app, &maya).await, Owner::Queue);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f20_outside_hours_without_handoffs_the_customer_is_told_and_answered() {
    let (app, maya) = closed(OutsideHours::Stay).await;
    maya.say(&app, "a human, please").await;
    assert!(last(&maya).await.contains("09:30"), "told when somebody is there: {}", last(&maya).await);
    assert_eq!(owner(&app, &maya).await, Owner::Ai);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f15_pressing_talk_to_a_person_before_a_word_was_said_is_answered_at_every_level() {
    for (level, told) in [
        (Level::AiOnly, "no person I could pass you to"),
        (Level::Quick, "a person on our team"),
        (Level::Balanced, "what is it about?"),
        (Level::AiFirst, "what is it about?"),
    ] {
        let (app, mut maya) = closed(OutsideHours::HandOff).await;
        app.set(&HandoffSettings { mode: Mode::Preset(level), ..HandoffSettings::default() }).await;
        app.set(&OfficeHours::default()).await;
        maya.begin().await;
        maya.ask_for_person().await;
        assert!(last(&maya).await.contains(told), "{level:?}: {}", last(&maya).await);
    }
}
