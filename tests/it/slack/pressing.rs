//! Several people press at once.

use baton::delivery::TeamRelay;
use baton::handoff::{Epoch, Owner};
use baton::sandbox::slack::Post;
use baton_adapters::contract::team::{TeamAct, TeamButton, TeamEvent, ThreadRef};
use uuid::Uuid;

use super::Scene;
use super::scene::{INES, OMAR, SUPPORT};

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

/// Half of the races are two presses in Slack, half a press in Slack against a click in the inbox. Relays and inbox work at the
/// same time, as on two nodes, so that nothing but the database decides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_races_for_take_have_one_owner_each_and_tell_the_other() {
    let races = std::env::var("BATON_TEST_RACES").ok().and_then(|races| races.parse().ok()).unwrap_or(RACES);
    let (scene, card) = Scene::handed_off().await;
    let (id, desk) = (scene.story.id().await, scene.story.app.desk().clone());
    let (ines, omar) = (scene.story.ines.id, scene.story.omar.id);
    let texts = scene.story.world.received().len();
    let mut told_before = 0;
    for race in 0..races {
        let epoch = scene.story.epoch().await;
        press(&scene, &card, INES, race, epoch).await;
        let clicked = if race % 2 == 0 {
            press(&scene, &card, OMAR, race, epoch).await;
            let (one, other) = (scene.relay(), scene.relay());
            let one = tokio::spawn(async move { acts(&one, 11).await });
            acts(&other, 12).await;
            one.await.expect("no panic");
            None
        } else {
            let (relay, inbox) = (scene.relay(), desk.clone());
            let pressed = tokio::spawn(async move { acts(&relay, 11).await });
            let clicked = inbox.take_over(id, omar, epoch).await;
            pressed.await.expect("no panic");
            Some(clicked)
        };
        let Owner::Agent(winner) = scene.story.owner().await else { panic!("race {race}: nobody has it") };
        let told: Vec<String> = scene.slack.whispers().into_iter().skip(told_before).map(|(to, _)| to).collect();
        told_before += told.len();
        match clicked {
            None => assert_eq!(told, [if winner == ines { OMAR } else { INES }], "race {race}"),
            Some(Ok(_)) => assert_eq!((winner, told), (omar, vec![INES.to_owned()]), "race {race}"),
            Some(Err(_)) => assert_eq!((winner, told), (ines, Vec::new()), "race {race}"),
        }
        desk.assign(id, winner, None).await.expect("put back");
    }
    assert_eq!(scene.story.joined().await, races, "every race made one owner");
    assert_eq!(scene.story.world.received().len(), texts, "the customer was told nothing");
}

async fn press(scene: &Scene, card: &Post, person: &str, race: usize, epoch: Epoch) {
    let reference = format!("{}:{}", scene.story.id().await, epoch.0);
    let act = TeamAct::Pressed { button: TeamButton::Take, reference };
    let thread = ThreadRef { place: SUPPORT.into(), root: card.ts.clone() };
    let event = TeamEvent { provider_id: format!("press-{race}-{person}"), thread, member: person.into(), act };
    scene.story.app.desk().team_did(scene.channel, event).await.expect("stored");
}

/// Carries out what waits, until nothing does.
async fn acts(relay: &TeamRelay, worker: u128) {
    while relay.act_due(Uuid::from_u128(worker)).await.expect("a step") {}
}
