//! The process dies between any two steps of a message's life, and nothing is lost or sent twice.

use baton::fail::Gap;
use baton::handoff::{Author, Owner};
use baton::store::timeline::Delivery;
use chrono::TimeDelta;

use super::Story;
use crate::support::{Line, Script, World};

/// Longer than any lease.
const LEASE_OVER: TimeDelta = TimeDelta::minutes(3);

/// Plays one message up to the crash, restarts, and lets the provider and the workers go on.
async fn play(story: &mut Story, gap: Gap) {
    story.crash_at(gap);
    let (mut status, id) = story.maya("Where is my lamp?").await;
    story.app.drain_until_crash().await;
    story.app.crash().await;
    story.app.advance(LEASE_OVER);
    // A provider repeats what was not acknowledged, and often what was.
    for _ in 0..3 {
        let repeated = story.provider_sends(&id, "Where is my lamp?").await;
        status = status.min(repeated);
    }
    assert_eq!(status, 200, "{gap:?}: acknowledged in the end");
    story.app.drain().await;
    story.app.advance(LEASE_OVER);
    story.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_any_gap_loses_nothing_and_sends_nothing_twice() {
    for gap in Gap::ALL {
        if gap == Gap::BeforeTimerCommit {
            continue;
        }
        let script = Script::of([Line::Say("It left yesterday."), Line::Say("It left yesterday.")]);
        let mut story = Story::with(script).await;
        play(&mut story, gap).await;
        assert_eq!(story.said(|by| by == Author::Contact).await.len(), 1, "{gap:?}: stored once");
        assert_eq!(story.said(|by| by == Author::Ai).await.len(), 1, "{gap:?}: answered once");
        assert_eq!(story.world.received(), ["It left yesterday."], "{gap:?}: sent once");
        assert_eq!(story.owner().await, Owner::Ai, "{gap:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f6_a_crash_around_a_send_without_a_key_leaves_an_unknown_outcome_never_a_second_text() {
    for gap in [Gap::AfterAttemptOpened, Gap::AfterSend] {
        let script = Script::of([Line::Say("It left yesterday.")]);
        let mut story = Story::with_world(script, World::default(), &[]).await;
        play(&mut story, gap).await;
        assert!(story.world.received().len() <= 1, "{gap:?}: {:?}", story.world.received());
        assert_eq!(story.said(|by| by == Author::Ai).await[0].delivery, Delivery::Unknown, "{gap:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_that_was_interrupted_fires_once() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    story.crash_at(Gap::BeforeTimerCommit);
    story.app.advance(TimeDelta::seconds(61));
    story.app.drain_until_crash().await;
    story.app.crash().await;
    story.app.drain().await;
    let again =
        story.lines().await.iter().filter(|line| matches!(line, baton::handoff::event::Entry::NotifiedAgain)).count();
    assert_eq!(again, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f23_a_turn_that_keeps_killing_the_process_is_given_to_people() {
    let mut story = Story::with(Script::of([])).await;
    story.maya("Where is my lamp?").await;
    for _ in 0..4 {
        story.crash_at(Gap::AfterTurnClaim);
        story.app.drain_until_crash().await;
        story.app.crash().await;
        story.app.advance(LEASE_OVER);
    }
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue);
    assert_eq!(story.world.received().len(), 1, "the customer is told once");
}
