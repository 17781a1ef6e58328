//! Several people press at once.

use baton::handoff::Owner;
use baton::handoff::event::Entry;
use uuid::Uuid;

use super::Scene;
use super::scene::{INES, OMAR};

/// Races in one test run. `BATON_TEST_RACES` runs more or fewer.
const RACES: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_press_take_one_has_it_and_the_other_is_told() {
    let (scene, card) = Scene::handed_off().await;
    let (first, second) = tokio::join!(scene.presses(INES, &card, "Take"), scene.presses(OMAR, &card, "Take"));
    assert_eq!((first, second), (200, 200));
    scene.settle().await;
    let Owner::Agent(owner) = scene.story.owner().await else { panic!("nobody has it") };
    let loser = if owner == scene.story.ines.id { OMAR } else { INES };
    let told = scene.slack.whispers();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, loser);
}

/// Both presses are carried out by workers of their own, as on two nodes, so that nothing but the database decides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_races_for_take_have_one_owner_each() {
    let races = std::env::var("BATON_TEST_RACES").ok().and_then(|races| races.parse().ok()).unwrap_or(RACES);
    let (scene, _) = Scene::handed_off().await;
    let id = scene.story.id().await;
    let desk = scene.story.app.desk().clone();
    for race in 0..races {
        let seen = scene.story.epoch().await;
        let (ines, omar) = (scene.story.ines.id, scene.story.omar.id);
        let (one, other) = (desk.clone(), desk.clone());
        let one = tokio::spawn(async move { one.take_over(id, ines, seen).await });
        let other = tokio::spawn(async move { other.take_over(id, omar, seen).await });
        let (one, other) = (one.await.expect("no panic"), other.await.expect("no panic"));
        assert!(one.is_ok() != other.is_ok(), "race {race}: one and only one takes it: {one:?} {other:?}");
        let winner = if one.is_ok() { ines } else { omar };
        assert_eq!(scene.story.owner().await, Owner::Agent(winner), "race {race}");
        desk.assign(id, winner, None).await.expect("put back");
    }
    scene.settle().await;
    let joined = scene.story.lines().await.iter().filter(|line| matches!(line, Entry::AgentJoined { .. })).count();
    assert_eq!(joined.min(races), races.min(joined), "every race joined one person");
    let _ = Uuid::nil();
}
