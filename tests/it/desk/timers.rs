//! Nobody is left waiting.

use baton::handoff::event::Entry;
use baton::handoff::{Owner, Status};
use chrono::TimeDelta;

use super::Story;
use crate::support::{Line, Script};

fn told_again(lines: &[Entry]) -> usize {
    lines.iter().filter(|line| matches!(line, Entry::NotifiedAgain)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_is_announced_again_until_somebody_says_they_saw_it() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    assert_eq!(told_again(&story.lines().await), 0);
    story.app.advance(TimeDelta::seconds(61));
    story.app.drain().await;
    assert_eq!(told_again(&story.lines().await), 1);
    story.app.advance(TimeDelta::seconds(121));
    story.app.drain().await;
    assert_eq!(told_again(&story.lines().await), 2, "each wait is twice as long");

    story.app.desk().acknowledge(story.id().await, story.omar.id).await.expect("noticed");
    story.app.advance(TimeDelta::hours(2));
    story.app.drain().await;
    assert_eq!(told_again(&story.lines().await), 2);
    assert_eq!(story.owner().await, Owner::Queue, "seeing is not taking");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snooze_ends_by_itself_or_when_the_customer_writes() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    story.takes_over(story.ines.id).await;
    let until = baton::clock::Clock::now(&*story.app.clock) + TimeDelta::hours(1);
    let id = story.id().await;
    story.app.desk().snooze(id, story.ines.id, until).await.expect("snoozed");
    story.app.advance(TimeDelta::minutes(61));
    story.app.drain().await;
    assert_eq!(story.record().await.core.status, Status::Open);

    let until = baton::clock::Clock::now(&*story.app.clock) + TimeDelta::hours(1);
    story.app.desk().snooze(id, story.ines.id, until).await.expect("snoozed");
    story.maya("One more thing").await;
    let record = story.record().await;
    assert_eq!(record.core.status, Status::Open);
    assert_eq!(record.core.owner, Owner::Agent(story.ines.id), "it comes back to the same person");
}
