//! People and time: who gets a handoff, when, and that nobody is forgotten.

use baton::desk::settings::Ratings;
use baton::handoff::after::{After, HandBack, ReopenTo};
use baton::handoff::event::Entry;
use baton::handoff::hours::{OfficeHours, Schedule, Shift};
use baton::handoff::people::Actor;
use baton::handoff::routing::{Routing, To};
use baton::handoff::waiting::{Goal, Waiting};
use baton::handoff::{AgentId, Author, Owner, ScheduleId, Status, conversation::Outcome};
use baton::store::message_details::{self, Details};
use baton::store::{inbox, rounds, timeline};
use chrono::{TimeDelta, Weekday};
use uuid::Uuid;

use super::Story;
use crate::support::{Line, Script};

/// A story in which Maya has asked for a person. Ines is at her desk, Omar is not.
async fn asked(routing: Routing, waiting: Waiting) -> Story {
    let mut story = Story::with(Script::of([Line::HandOff, Line::Say("Back again."), Line::HandOff])).await;
    story.app.set(&routing).await;
    story.app.set(&waiting).await;
    comes(&story, story.ines.id).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    story
}

async fn comes(story: &Story, agent: AgentId) {
    story.app.desk().seen(&[agent]).await.expect("seen");
}

async fn passes(story: &Story, minutes: i64, here: &[AgentId]) {
    for _ in 0..minutes {
        story.app.advance(TimeDelta::minutes(1));
        if !here.is_empty() {
            story.app.desk().seen(here).await.expect("seen");
        }
        story.app.drain().await;
    }
}

/// What the system told Maya, in order.
async fn notices(story: &Story) -> Vec<String> {
    let db = story.app.desk().store.reader();
    let messages = timeline::recent_messages(db, story.id().await, 100).await.expect("messages");
    messages.into_iter().filter(|message| message.author == Author::System).map(|message| message.text).collect()
}

fn round_robin() -> Routing {
    Routing { otherwise: To::RoundRobin(None), ..Routing::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_goes_to_whoever_is_there_and_waits_in_the_queue_until_somebody_is() {
    let story = asked(round_robin(), Waiting::default()).await;
    assert_eq!(story.owner().await, Owner::Agent(story.ines.id));

    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.app.set(&round_robin()).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue);
    comes(&story, story.omar.id).await;
    assert_eq!(story.owner().await, Owner::Agent(story.omar.id), "the backlog drains when somebody comes");
    let joined = story.lines().await.iter().any(|line| matches!(line, Entry::AgentJoined { .. }));
    assert!(joined);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f16_a_full_desk_is_passed_over_and_its_owner_is_not_kept() {
    let story = asked(round_robin(), Waiting { silent_min: Some(5), ..Waiting::default() }).await;
    assert_eq!(story.owner().await, Owner::Agent(story.ines.id));
    comes(&story, story.omar.id).await;
    passes(&story, 6, &[story.ines.id, story.omar.id]).await;
    assert_eq!(story.owner().await, Owner::Agent(story.omar.id), "Ines did not answer; she is released");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_leaves_a_person_who_has_gone() {
    let story = asked(round_robin(), Waiting { offline_min: Some(10), ..Waiting::default() }).await;
    passes(&story, 9, &[]).await;
    assert_eq!(story.owner().await, Owner::Agent(story.ines.id));
    passes(&story, 2, &[]).await;
    assert_eq!(story.owner().await, Owner::Queue, "nobody else is there");
    let by_a_rule = story.lines().await.iter().any(|line| matches!(line, Entry::Unassigned { .. }));
    assert!(by_a_rule);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f18_a_target_that_was_deleted_survives_as_the_queue() {
    let gone = Routing { otherwise: To::Agent(AgentId(Uuid::from_u128(404))), ..Routing::default() };
    let story = asked(gone, Waiting::default()).await;
    assert_eq!(story.owner().await, Owner::Queue);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_is_warned_of_broken_and_stays_visible() {
    let waiting = Waiting { first_reply_min: Some(20), ..Waiting::default() };
    let story = asked(Routing::default(), waiting).await;
    let due = story.record().await.care.due_at.expect("a promise");
    assert_eq!(due - story.record().await.care.since.expect("people have it"), TimeDelta::minutes(20));
    passes(&story, 16, &[]).await;
    assert!(story.record().await.care.warned, "three quarters of the time are over");
    passes(&story, 5, &[]).await;
    let record = story.record().await;
    assert!(record.care.missed.any && record.care.missed.reply);
    let missed = story.lines().await.into_iter().filter(|line| *line == Entry::GoalMissed { goal: Goal::FirstReply });
    assert_eq!(missed.count(), 1, "it is told once");
    passes(&story, 30, &[]).await;
    let missed = story.lines().await.into_iter().filter(|line| matches!(line, Entry::GoalMissed { .. }));
    assert_eq!(missed.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waiting_customer_is_told_how_things_stand_and_may_go_back() {
    let waiting = Waiting { news_after_min: Some(5), news_times_max: 2, ..Waiting::default() };
    let mut story = asked(Routing::default(), waiting).await;
    passes(&story, 60, &[]).await;
    let told = notices(&story).await;
    let news: Vec<_> = told.iter().filter(|words| words.contains("number 1 in the queue")).collect();
    assert_eq!(news.len(), 2, "{told:?}");
    story.maya("Assistant!").await;
    assert_eq!(story.owner().await, Owner::Ai);
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Ai);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f20_outside_hours_the_message_is_taken_and_the_next_opening_promised() {
    let story = Story::with(Script::of([Line::HandOff])).await;
    // The test begins on a Sunday morning.
    story.app.set(&weekdays()).await;
    story.app.set(&round_robin()).await;
    comes(&story, story.ines.id).await;
    let mut story = story;
    story.maya("A person, please").await;
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue, "nobody is given anything while the office is closed");
    let told = notices(&story).await;
    assert!(told[0].contains("Monday 09:00 (Europe/Berlin)"), "{told:?}");
    story.app.advance(TimeDelta::hours(24));
    comes(&story, story.ines.id).await;
    assert_eq!(story.owner().await, Owner::Agent(story.ines.id), "on Monday it is given out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promises_count_office_hours_only() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.app.set(&weekdays()).await;
    story.app.set(&Waiting { first_reply_min: Some(30), ..Waiting::default() }).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    let due = story.record().await.care.due_at.expect("a promise");
    assert_eq!(due.to_rfc3339(), "2026-11-23T08:30:00+00:00", "half an hour after Monday's opening in Berlin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f19_a_reopened_conversation_goes_to_its_last_person_only_while_they_are_on_shift() {
    let mut story = asked(Routing::default(), Waiting::default()).await;
    story.app.set(&After { reopen_to: ReopenTo::LastPerson, reopen_within_d: Some(7), ..After::default() }).await;
    story.takes_over(story.ines.id).await;
    let by = Actor::Agent(story.ines.id);
    story.app.desk().resolve(story.id().await, by, Outcome::Resolved).await.expect("resolved");
    comes(&story, story.ines.id).await;
    story.maya("One more thing").await;
    assert_eq!(story.owner().await, Owner::Agent(story.ines.id));
    story.app.desk().resolve(story.id().await, by, Outcome::Resolved).await.expect("resolved");
    story.app.advance(TimeDelta::hours(10));
    story.maya("And another").await;
    assert_eq!(story.owner().await, Owner::Queue, "Ines has gone home");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_writes_in_ends_or_goes_back_by_itself() {
    let story = asked(Routing::default(), Waiting::default()).await;
    story.app.set(&After { hand_back: HandBack::AfterIdle { minutes: 30 }, ..After::default() }).await;
    story.writes(story.ines.id, "It is on its way.").await;
    story.app.drain().await;
    story.app.advance(TimeDelta::minutes(29));
    assert_eq!(story.app.desk().go_round().await.expect("a round").handed_back, 0);
    story.app.advance(TimeDelta::minutes(2));
    assert_eq!(story.app.desk().go_round().await.expect("a round").handed_back, 1);
    assert_eq!(story.owner().await, Owner::Ai);
    story.app.set(&After { resolve_ai_after_h: Some(24), ..After::default() }).await;
    story.app.advance(TimeDelta::hours(25));
    assert_eq!(story.app.desk().go_round().await.expect("a round").resolved, 1);
    assert!(matches!(story.record().await.core.status, Status::Resolved { .. }));
    story.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rating_is_asked_for_after_its_delay_and_not_of_a_conversation_that_goes_on() {
    let mut story = asked(Routing::default(), Waiting::default()).await;
    story.app.set(&After { reopen_within_d: Some(7), ..After::default() }).await;
    let channel = story.record().await.core.channel;
    story.app.set(&Ratings { delays_min: [(channel, 60)].into(), asks: [channel].into() }).await;
    story.takes_over(story.ines.id).await;
    let by = Actor::Agent(story.ines.id);
    let asked_in = |lines: Vec<Entry>| lines.into_iter().filter(|line| *line == Entry::RatingRequested).count();
    story.app.desk().resolve(story.id().await, by, Outcome::Resolved).await.expect("resolved");
    story.maya("Wait, one more").await;
    story.app.advance(TimeDelta::minutes(61));
    story.app.drain().await;
    assert_eq!(asked_in(story.lines().await), 0);
    story.app.desk().resolve(story.id().await, by, Outcome::Resolved).await.expect("resolved");
    story.app.advance(TimeDelta::minutes(61));
    story.app.drain().await;
    assert_eq!(asked_in(story.lines().await), 1);
    story.maya("5").await;
    assert_eq!(story.record().await.rating, Some(5), "the number is an answer, not a new matter");
    assert!(matches!(story.record().await.core.status, Status::Resolved { .. }));
}

fn weekdays() -> OfficeHours {
    let clock = |text: &str| text.parse().expect("a time of the day");
    let id = ScheduleId(Uuid::from_u128(9));
    let shift = Shift { first: Weekday::Mon, last: Weekday::Fri, from: clock("09:00"), to: clock("17:00") };
    let zone = "Europe/Berlin".parse().expect("a zone");
    let schedule = Schedule { id, name: "Office".into(), zone, shifts: vec![shift], exceptions: Vec::new() };
    OfficeHours { schedules: vec![schedule], standard: Some(id), ..OfficeHours::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f13_what_waits_for_an_ai_that_is_switched_off_goes_to_people_although_nobody_writes_again() {
    let mut story = Story::with(Script::of([Line::Say("It is on its way."), Line::Say("Too late.")])).await;
    story.maya("Where is my lamp?").await;
    story.app.drain().await;
    story.autopilot(false).await;
    assert_eq!(story.app.desk().go_round().await.expect("a round").switched_off, 0, "she has her answer");
    assert_eq!(story.owner().await, Owner::Ai);

    story.autopilot(true).await;
    story.maya("And when does it come?").await;
    story.app.advance(TimeDelta::seconds(1));
    story.autopilot(false).await;
    assert_eq!(story.app.desk().hand_over_unanswered().await.expect("moved"), 1);
    assert_eq!(story.app.desk().hand_over_unanswered().await.expect("moved"), 0, "once");
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue);
    assert_eq!(story.record().await.handoff_reason, Some(baton::handoff::policy::Reason::AutopilotOff));
    let said: Vec<String> = story.world.received().iter().map(|sent| format!("{sent:?}")).collect();
    assert_eq!(said.len(), 2, "the first answer and one notice: {said:?}");
    assert_eq!(notices(&story).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f13_what_the_ai_had_answered_is_nobodys_in_the_list_and_goes_to_people_with_the_next_message() {
    let mut story = Story::with(Script::of([Line::Say("It is on its way."), Line::Say("Too late.")])).await;
    story.maya("Where is my lamp?").await;
    story.app.drain().await;
    assert_eq!(in_the_ais_list(&story).await, 1);
    story.autopilot(false).await;
    assert_eq!(in_the_ais_list(&story).await, 0, "the AI answers nobody here, so it is not said to");
    assert!(notices(&story).await.is_empty(), "she has her answer and is told nothing");
    story.maya("And when does it come?").await;
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue);
    assert!(story.said(|by| by == Author::Ai).await.len() == 1 && notices(&story).await.len() == 1);
}

/// Rows and number of the view of what the AI is handling, which must agree.
async fn in_the_ais_list(story: &Story) -> usize {
    let db = story.app.desk().store.reader();
    let rows = inbox::page(db, inbox::View::Ai, None, 10).await.expect("a list");
    let all = inbox::page(db, inbox::View::All, None, 10).await.expect("a list");
    assert_eq!(all.iter().filter(|row| inbox::View::Ai.holds(row)).count(), rows.len(), "live lists agree");
    assert_eq!(inbox::tally(db).await.expect("numbers").of(story.ines.id).ai, rows.len() as u64);
    rows.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f13_a_later_save_of_the_channel_is_no_second_switch() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    story.app.advance(TimeDelta::minutes(1));
    // An AI's conversation in which something waits since after the switch, as automatic mail does.
    story.maya("Hello").await;
    story.app.drain().await;
    let id = story.record().await.core.id;
    let tx = story.app.desk().store.begin().await.expect("a transaction");
    let before = baton::store::conversations::lock(&*tx, id).await.expect("read").expect("a conversation");
    let mut after = before.clone();
    after.core.owner = Owner::Ai;
    baton::store::conversations::save(&*tx, &before, &after).await.expect("saved");
    tx.commit().await.expect("committed");
    let swept = async || rounds::switched_off(story.app.desk().store.reader(), 10).await.expect("read").len();
    assert_eq!(swept().await, 0);
    story.app.advance(TimeDelta::minutes(1));
    story.autopilot(false).await;
    assert_eq!(swept().await, 0, "it was off already");
    story.autopilot(true).await;
    story.app.advance(TimeDelta::minutes(1));
    story.autopilot(false).await;
    assert_eq!(swept().await, 1, "this was a switch");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f13_what_a_machine_wrote_waits_for_nobody_and_goes_to_nobody() {
    let mut story = Story::with(Script::of([Line::Say("Too late.")])).await;
    story.maya("I am out of the office until Monday.").await;
    let store = &story.app.desk().store;
    let id = story.record().await.core.id;
    let written = timeline::recent_messages(store.reader(), id, 1).await.expect("read").remove(0);
    let tx = store.begin().await.expect("a transaction");
    let details = Details { automatic: true, ..Details::default() };
    message_details::insert(&*tx, written.id, &details).await.expect("kept");
    tx.commit().await.expect("committed");
    story.app.advance(TimeDelta::seconds(1));
    story.autopilot(false).await;
    assert_eq!(story.app.desk().hand_over_unanswered().await.expect("looked at"), 0);
    assert_eq!(story.owner().await, Owner::Ai);
}
