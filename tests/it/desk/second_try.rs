//! The AI fails and recovers: who went to people only for that comes back to it.

use baton::fail::Gap;
use baton::handoff::after::{After, AiFailed};
use baton::handoff::event::Entry;
use baton::handoff::people::Actor;
use baton::handoff::policy::Reason;
use baton::handoff::{Author, Owner};
use baton::store::timeline::Item;
use chrono::TimeDelta;

use super::Story;
use crate::support::{Line, Script};

/// A story in which the AI has failed Maya, and would say these lines next.
async fn failed(then: impl IntoIterator<Item = Line>) -> Story {
    let mut story = Story::with(Script::of([Line::Down].into_iter().chain(then))).await;
    story.maya("Where is my lamp?").await;
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue);
    assert_eq!(story.record().await.handoff_reason, Some(Reason::AiUnavailable));
    story
}

async fn round(story: &Story) -> usize {
    let returned = story.app.desk().go_round().await.expect("a round").second_try;
    story.app.drain().await;
    returned
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f14_who_went_to_people_only_because_the_ai_failed_is_answered_by_it_once_it_is_back() {
    let story = failed([Line::Say("It left yesterday.")]).await;
    story.app.advance(TimeDelta::minutes(4));
    assert_eq!(round(&story).await, 0, "a person has five minutes to take it");
    story.app.advance(TimeDelta::minutes(2));
    assert_eq!(round(&story).await, 1);
    assert_eq!(story.owner().await, Owner::Ai);
    let received = story.world.received();
    assert_eq!(received.len(), 3, "passed on, taken back, answered: {received:?}");
    assert!(received[1].starts_with("Our assistant is answering again"), "{received:?}");
    assert_eq!(received[2], "It left yesterday.");
    assert!(story.record().await.core.waiting_since.is_none());
    let timeline = story.timeline().await;
    let says_why = |item: &Item| matches!(item, Item::Message(note) if note.text.contains("The AI had failed here"));
    let by_itself = |item: &Item| matches!(item, Item::Line(line) if line.by == Actor::System && matches!(line.entry, Entry::HandedBack { .. }));
    assert!(timeline.iter().any(says_why) && timeline.iter().any(by_itself), "{timeline:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f14_an_ai_that_fails_again_does_not_get_the_conversation_a_third_time() {
    let story = failed([Line::Down, Line::Say("Too late.")]).await;
    story.app.advance(TimeDelta::minutes(6));
    assert_eq!(round(&story).await, 1);
    assert_eq!(story.owner().await, Owner::Queue, "it failed again");
    story.app.advance(TimeDelta::hours(6));
    assert_eq!(round(&story).await, 0);
    assert_eq!(story.owner().await, Owner::Queue);
    assert!(story.said(|by| by == Author::Ai).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f14_what_a_person_has_noticed_or_an_admin_or_a_detector_gave_to_people_stays_theirs() {
    let story = failed([Line::Say("Too late.")]).await;
    story.app.desk().acknowledge(story.id().await, story.ines.id).await.expect("noticed");
    story.app.advance(TimeDelta::minutes(6));
    assert_eq!(round(&story).await, 0, "Ines has seen it");

    let story = failed([Line::Say("Too late.")]).await;
    story.app.set(&After { ai_failed: AiFailed::Stays, ..After::default() }).await;
    story.app.advance(TimeDelta::minutes(6));
    assert_eq!(round(&story).await, 0, "it is switched off");

    let story = failed([Line::Say("Too late.")]).await;
    story.autopilot(false).await;
    story.app.advance(TimeDelta::minutes(6));
    assert_eq!(round(&story).await, 0, "nobody would answer there");

    let mut story = Story::with(Script::of([Line::HandOff, Line::Say("Too late.")])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    story.app.advance(TimeDelta::minutes(6));
    assert_eq!(round(&story).await, 0, "she asked for a person");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f14_what_kept_killing_the_process_is_not_tried_again_without_a_person() {
    let mut story = Story::with(Script::of([Line::Say("Too late.")])).await;
    story.maya("Where is my lamp?").await;
    for _ in 0..4 {
        story.crash_at(Gap::AfterTurnClaim);
        story.app.drain_until_crash().await;
        story.app.crash().await;
        story.app.advance(TimeDelta::minutes(3));
    }
    story.app.drain().await;
    assert_eq!(story.record().await.handoff_reason, Some(Reason::AiUnavailable));
    story.app.advance(TimeDelta::minutes(30));
    assert_eq!(round(&story).await, 0);
    assert_eq!(story.owner().await, Owner::Queue);
}
