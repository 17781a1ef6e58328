//! Who may speak.

use std::sync::Arc;

use baton::desk::DeskError;
use baton::handoff::event::Entry;
use baton::handoff::{Author, Owner, Rejection};
use uuid::Uuid;

use super::Story;
use crate::support::{Line, Script};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_no_ai_message_follows_a_takeover_in_the_middle_of_a_turn() {
    let script = Script::of([Line::SayWhenLetGo("Too late.")]);
    let mut story = Story::with(script.clone()).await;
    story.maya("Where is my lamp?").await;
    story.app.advance(chrono::TimeDelta::seconds(1));

    let desk = story.app.desk().clone();
    let turn = tokio::spawn(async move { desk.run_due_turn(Uuid::from_u128(9)).await });
    script.began.notified().await;
    story.takes_over(story.ines.id).await;
    story.maya("Hello?").await;
    story.maya("Are you there?").await;
    story.maya("Please").await;
    script.go_on.notify_one();
    turn.await.expect("no panic").expect("the turn ended");
    story.app.drain().await;

    assert_eq!(story.owner().await, Owner::Agent(story.ines.id));
    assert!(story.said(|by| by == Author::Ai).await.is_empty(), "the AI's answer was thrown away");
    assert_eq!(story.world.received().len(), 1, "only the notice that Ines joined: {:?}", story.world.received());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ai_answer_that_waits_to_be_sent_is_discarded_when_a_person_takes_over() {
    let mut story = Story::with(Script::of([Line::Say("It left yesterday.")])).await;
    story.maya("Where is my lamp?").await;
    story.app.advance(chrono::TimeDelta::seconds(1));
    story.app.desk().run_due_turn(Uuid::from_u128(9)).await.expect("a turn");
    story.takes_over(story.ines.id).await;
    story.app.drain().await;

    assert!(!story.world.received().iter().any(|text| text.contains("yesterday")));
    let discarded = story.said(|by| by == Author::Ai).await;
    assert_eq!(discarded[0].delivery, baton::store::timeline::Delivery::Discarded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_writes_takes_ownership_in_the_same_step() {
    let mut story = Story::with(Script::of([Line::Say("It left yesterday.")])).await;
    story.maya("Where is my lamp?").await;
    story.app.drain().await;
    story.writes(story.omar.id, "I can see it on the map.").await;
    assert_eq!(story.owner().await, Owner::Agent(story.omar.id));
    let joined = story.lines().await.iter().any(|line| matches!(line, Entry::AgentJoined { .. }));
    assert!(joined, "the timeline says that Omar joined");
    story.app.drain().await;
    assert_eq!(story.world.received(), ["It left yesterday.", "I can see it on the map."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f2_of_two_people_who_claim_at_once_one_wins_and_the_other_is_told() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    let (id, epoch) = (story.id().await, story.epoch().await);
    let (ines, omar) = (story.ines.id, story.omar.id);
    let desk = story.app.desk();
    let (first, second) = tokio::join!(desk.take_over(id, ines, epoch), desk.take_over(id, omar, epoch));
    let losers = [&first, &second]
        .into_iter()
        .filter(|outcome| matches!(outcome, Err(DeskError::Rejected(Rejection::TakenByOther { .. }))))
        .count();
    assert_eq!(losers, 1, "{first:?} {second:?}");
    assert_eq!(story.epoch().await.0, epoch.0 + 1, "ownership moved once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f7_a_burst_of_messages_gets_one_answer_that_has_read_all_of_them() {
    let script = Script::of([Line::Say("Two to four days.")]);
    let mut story = Story::with(script.clone()).await;
    for text in ["Hello", "how long does delivery take", "to Norway"] {
        story.maya(text).await;
    }
    story.app.drain().await;
    assert_eq!(story.world.received(), ["Two to four days."]);
    let asked = script.asked.lock().expect("no panic");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].history.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f7_a_message_during_a_turn_makes_the_ai_think_again_instead_of_answering_twice() {
    let script = Script::of([Line::SayWhenLetGo("First thought."), Line::Say("Second thought.")]);
    let mut story = Story::with(script.clone()).await;
    story.maya("Where is my lamp?").await;
    story.app.advance(chrono::TimeDelta::seconds(1));
    let desk = story.app.desk().clone();
    let turn = tokio::spawn(async move { desk.run_due_turn(Uuid::from_u128(9)).await });
    script.began.notified().await;
    story.maya("The brass one").await;
    script.go_on.notify_one();
    turn.await.expect("no panic").expect("the turn ended");
    story.app.drain().await;
    assert_eq!(story.world.received(), ["Second thought."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f8_after_a_hand_back_the_ai_answers_and_knows_what_people_did() {
    let script = Script::of([Line::HandOff, Line::Say("Ines has sent a new one.")]);
    let mut story = Story::with(script.clone()).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    story.takes_over(story.ines.id).await;
    story.writes(story.ines.id, "I have sent you a new one.").await;
    let desk = story.app.desk();
    desk.hand_back(story.id().await, story.ines.id, "Order 20318").await.expect("given back");
    story.app.drain().await;
    assert_eq!(script.asked.lock().expect("no panic").len(), 1, "nothing was asked since, so the AI stays silent");

    story.maya("When will it be here?").await;
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Ai);
    let asked = script.asked.lock().expect("no panic");
    let digest = asked[1].human_stretch_digest.as_deref().unwrap_or_default();
    assert!(digest.contains("sent you a new one") && digest.contains("Order 20318"), "{digest}");
    assert_eq!(story.world.received().last().map(String::as_str), Some("Ines has sent a new one."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f10_a_hand_back_into_nothing_is_refused_with_a_reason() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    story.app.drain().await;
    let refused = story.app.desk().hand_back(story.id().await, story.ines.id, "").await;
    assert!(matches!(&refused, Err(DeskError::Invalid(why)) if why.contains("Autopilot")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_autopilot_off_every_message_goes_to_people_at_once() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    assert_eq!(story.owner().await, Owner::Queue);
    story.app.drain().await;
    assert_eq!(story.world.received().len(), 1, "one notice, no answer of the AI");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f23_an_ai_that_breaks_down_is_slow_or_gone_hands_off_and_says_so() {
    for (line, settings) in
        [(Line::Panic, vec![]), (Line::Down, vec![]), (Line::Hang, vec![("turn_deadline_ms", "50")])]
    {
        let script: Arc<Script> = Script::of([line]);
        let mut story = Story::with_world(script, crate::support::World::idempotent(), &settings).await;
        story.maya("Where is my lamp?").await;
        story.app.drain().await;
        assert_eq!(story.owner().await, Owner::Queue);
        assert_eq!(story.world.received().len(), 1, "the customer is told once: {:?}", story.world.received());
        let reason = story.record().await.handoff_reason;
        assert_eq!(reason, Some(baton::handoff::policy::Reason::AiUnavailable));
    }
}
