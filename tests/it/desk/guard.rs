//! The sweep finds what nobody looks after, and puts it right.

use baton::handoff::effect::Timer;
use baton::handoff::{AgentId, Owner};
use baton::store::rounds::{Lack, unguarded};
use baton::store::{Tx, conversations, timers};
use uuid::Uuid;

use super::Story;
use crate::support::{Line, Script};

async fn handed_off() -> Story {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    assert_eq!(lacks(&story).await, [], "what the desk does needs no repair");
    story
}

async fn lacks(story: &Story) -> Vec<Lack> {
    unguarded(story.app.desk().store.reader(), 10).await.expect("a sweep").into_values().collect()
}

async fn begin(story: &Story) -> Tx {
    story.app.desk().store.begin().await.expect("a transaction")
}

async fn is_found_and_repaired(story: &Story, lack: Lack) {
    assert_eq!(lacks(story).await, [lack]);
    assert_eq!(story.app.desk().guard().await.expect("a sweep"), 1);
    assert_eq!(lacks(story).await, [], "{lack:?} is put right");
    story.app.drain().await;
    assert_eq!(lacks(story).await, []);
    assert_eq!(story.app.desk().guard().await.expect("a sweep"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_without_a_clock_or_a_notification_gets_them_again() {
    let story = handed_off().await;
    for (timer, lack) in [(Timer::Attend, Lack::Clock), (Timer::Renotify, Lack::Notification)] {
        let tx = begin(&story).await;
        timers::cancel(&*tx, story.id().await, timer).await.expect("gone");
        tx.commit().await.expect("committed");
        is_found_and_repaired(&story, lack).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_whose_owner_never_was_goes_to_the_queue() {
    let story = handed_off().await;
    let before = story.record().await;
    let mut after = before.clone();
    after.core.owner = Owner::Agent(AgentId(Uuid::from_u128(404)));
    let tx = begin(&story).await;
    conversations::save(&*tx, &before, &after).await.expect("saved");
    tx.commit().await.expect("committed");
    is_found_and_repaired(&story, Lack::Owner).await;
    assert_eq!(story.owner().await, Owner::Queue);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_nobody_was_told_of_is_announced() {
    let story = handed_off().await;
    let before = story.record().await;
    let mut after = before.clone();
    after.core.handoff = None;
    let tx = begin(&story).await;
    conversations::save(&*tx, &before, &after).await.expect("saved");
    tx.commit().await.expect("committed");
    is_found_and_repaired(&story, Lack::Handoff).await;
    assert!(story.record().await.core.handoff.is_some_and(|handoff| !handoff.acknowledged));
}
