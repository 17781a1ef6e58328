//! Whoever wants to be left alone is, and the others are told instead.

use baton::handoff::ScheduleId;
use baton::handoff::hours::{Schedule, Shift};
use baton::store::agents::Agent;
use baton::store::quiet_hours;
use chrono::{DateTime, Utc, Weekday};

use super::push::{Rung, only};

/// Every night from ten to seven in Berlin, which is 21:00 to 06:00 UTC in November.
fn nights() -> Schedule {
    let clock = |text: &str| text.parse().expect("a time of the day");
    let night = Shift { first: Weekday::Mon, last: Weekday::Sun, from: clock("22:00"), to: clock("07:00") };
    Schedule {
        id: ScheduleId(uuid::Uuid::from_u128(1)),
        name: "Quiet hours".into(),
        zone: "Europe/Berlin".parse().expect("a zone"),
        shifts: vec![night],
        exceptions: Vec::new(),
    }
}

async fn sleeps(rung: &Rung, agent: &Agent) {
    let now = baton::clock::Clock::now(&*rung.story.app.clock);
    let tx = rung.story.app.desk().store.begin().await.expect("a transaction");
    quiet_hours::set(&*tx, agent.id, Some(&nights()), now).await.expect("set");
    tx.commit().await.expect("committed");
}

fn at(time: &str) -> DateTime<Utc> {
    time.parse().expect("a time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_both_sides_of_midnight_the_others_are_told_and_in_the_morning_everybody_is() {
    let mut rung = Rung::new().await;
    let (ines, omar) = (rung.story.ines.clone(), rung.story.omar.clone());
    rung.adds(&ines, 7).await;
    rung.adds(&omar, 8).await;
    sleeps(&rung, &ines).await;
    rung.story.app.clock.set(at("2026-11-22T20:58:00Z"));
    rung.asks(1).await;
    assert_eq!(rung.paths(), ["/Ines", "/Omar"], "21:59 in Berlin");
    rung.passes(2).await;
    assert_eq!(rung.paths(), ["/Omar"], "22:01 in Berlin");
    rung.story.app.clock.set(at("2026-11-23T05:20:00Z"));
    rung.passes(1).await;
    assert_eq!(rung.paths(), ["/Omar"], "6:21 in Berlin, another day");
    rung.story.app.clock.set(at("2026-11-23T06:20:00Z"));
    rung.passes(1).await;
    assert_eq!(rung.paths(), ["/Ines", "/Omar"], "7:21 in Berlin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_somebody_asleep_is_told_to_the_others() {
    let mut rung = Rung::new().await;
    let (ines, omar) = (rung.story.ines.clone(), rung.story.omar.clone());
    rung.adds(&ines, 7).await;
    rung.adds(&omar, 8).await;
    sleeps(&rung, &ines).await;
    rung.story.app.clock.set(at("2026-11-22T23:00:00Z"));
    rung.asks(0).await;
    let id = rung.story.id().await;
    rung.story.app.desk().assign(id, omar.id, Some(ines.id)).await.expect("assigned");
    rung.passes(1).await;
    assert_eq!(only(rung.service.arrived()).path, "/Omar");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_waits_for_another_try_is_not_sent_into_the_quiet_hours() {
    let mut rung = Rung::new().await;
    let ines = rung.story.ines.clone();
    rung.adds(&ines, 7).await;
    sleeps(&rung, &ines).await;
    rung.story.app.clock.set(at("2026-11-22T20:58:00Z"));
    rung.service.will_answer(["503 Service Unavailable\r\nRetry-After: 90"]);
    rung.asks(1).await;
    assert_eq!(rung.paths(), ["/Ines"]);
    rung.passes(10).await;
    assert_eq!(rung.paths(), [""; 0], "22:00 has passed in Berlin");
}
