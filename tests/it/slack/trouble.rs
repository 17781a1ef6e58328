//! What goes wrong on the way to Slack and back.

use baton::clock::Clock as _;
use baton::fail::Gap;
use baton::handoff::{Author, Owner};
use baton::sandbox::slack::{Trouble, signed};
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::Scene;
use super::scene::{INES, SECRET, SUPPORT};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_slack_signed_is_believed() {
    let scene = Scene::new().await;
    let body = json!({"type": "url_verification", "challenge": "a word"}).to_string().into_bytes();
    let (status, answer) = scene.slack_posts("application/json", body.clone()).await;
    assert_eq!((status, answer.as_str()), (200, "a word"));
    let now = scene.story.app.clock.now().timestamp();
    for (secret, at) in [("another secret", now), (SECRET, now - 301), (SECRET, now + 301)] {
        let mut request = scene.story.app.http.post(scene.story.app.url("/hooks/slack"));
        for (name, value) in signed(secret, at, &body) {
            request = request.header(name, value);
        }
        assert_eq!(request.body(body.clone()).send().await.expect("an answer").status().as_u16(), 403);
    }
    let unsigned = scene.story.app.http.post(scene.story.app.url("/hooks/slack")).body(body);
    assert_eq!(unsigned.send().await.expect("an answer").status().as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_told_three_times_is_sent_once_and_a_retry_alone_counts() {
    let (scene, card) = Scene::handed_off().await;
    let before = scene.story.world.received().len();
    let event = scene.slack.writes(INES, SUPPORT, Some(&card.ts), "One moment");
    for _ in 0..3 {
        assert_eq!(scene.slack_sends(&event).await, 200);
    }
    scene.settle().await;
    assert_eq!(scene.slack_sends(&event).await, 200, "later once more");
    scene.settle().await;
    assert_eq!(scene.story.world.received().len(), before + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f22_our_own_posts_come_back_and_are_nobodys_words() {
    let (scene, card) = Scene::handed_off().await;
    scene.story.takes_over(scene.story.omar.id).await;
    scene.story.writes(scene.story.omar.id, "It left yesterday.").await;
    scene.settle().await;
    let before = scene.story.world.received().len();
    for post in scene.slack.posts() {
        let echo = scene.slack.echo(SUPPORT, &post.ts).expect("a post");
        assert_eq!(scene.slack_sends(&echo).await, 200);
    }
    scene.settle().await;
    assert_eq!(scene.story.world.received().len(), before);
    assert_eq!(scene.thread(&card).iter().filter(|line| line.contains("yesterday")).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_is_no_agent_is_told_and_sends_nothing() {
    let (scene, card) = Scene::handed_off().await;
    let before = scene.story.world.received().len();
    scene.slack.person("U0GUEST", "Guest", "ines@example.com");
    scene.slack.change_person("U0GUEST", "is_restricted", true.into());
    scene.slack.person("U0NEW", "Nora", "nora@example.com");
    scene.writes("U0GUEST", &card, "Hello from a guest").await;
    scene.writes("U0NEW", &card, "Hello from Nora").await;
    scene.presses("U0NEW", &card, "Take").await;
    scene.settle().await;
    assert_eq!(scene.story.world.received().len(), before);
    assert_eq!(scene.story.owner().await, Owner::Queue);
    let told = scene.slack.whispers();
    assert!(told.iter().any(|(to, words)| to == "U0GUEST" && words.contains("members of the team")), "{told:?}");
    assert!(told.iter().any(|(to, words)| to == "U0NEW" && words.contains("nora@example.com")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limited_room_is_left_alone_as_long_as_slack_asks_and_nothing_is_lost() {
    let mut scene = Scene::new().await;
    scene.slack.trouble(Trouble::Limited("chat.postMessage", 30));
    scene.story.maya("I want a human").await;
    scene.settle().await;
    assert!(scene.slack.cards().is_empty());
    let asked = scene.slack.calls().len();
    scene.story.app.advance(TimeDelta::seconds(20));
    scene.settle().await;
    assert_eq!(scene.slack.calls().len(), asked, "nobody asks before the time");
    scene.story.app.advance(TimeDelta::seconds(11));
    scene.settle().await;
    assert_eq!(scene.slack.cards().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_whose_answer_was_lost_is_found_and_not_made_twice() {
    let mut scene = Scene::new().await;
    scene.slack.trouble(Trouble::Unheard("chat.postMessage"));
    scene.story.maya("I want a human").await;
    scene.settle().await;
    scene.story.app.advance(TimeDelta::minutes(2));
    scene.settle().await;
    let card = scene.card();
    scene.slack.trouble(Trouble::Unheard("chat.postMessage"));
    scene.story.maya("Are you there?").await;
    scene.settle().await;
    scene.story.app.advance(TimeDelta::minutes(2));
    scene.settle().await;
    let asked = scene.thread(&card).iter().filter(|line| line.contains("Are you there?")).count();
    assert_eq!(asked, 1, "{:?}", scene.thread(&card));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_between_a_post_and_its_record_posts_nothing_twice() {
    let mut scene = Scene::new().await;
    for pass in 0..6 {
        scene.story.maya(if pass == 0 { "I want a human" } else { "And another thing" }).await;
        scene.story.app.advance(TimeDelta::seconds(2));
        scene.story.app.drain().await;
        scene.story.crash_at(Gap::AfterTeamPost);
        let stopped = scene.relay().step(Uuid::from_u128(2)).await;
        assert!(stopped.is_err(), "the process died in pass {pass}");
        scene.story.app.crash().await;
        scene.story.app.advance(TimeDelta::minutes(3));
        scene.settle().await;
    }
    let card = scene.card();
    let more = scene.thread(&card).iter().filter(|line| line.contains("And another thing")).count();
    assert_eq!(more, 5, "{:?}", scene.thread(&card));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_does_not_reach_the_customer_is_told_in_the_thread() {
    let (mut scene, card) = Scene::handed_off().await;
    let refused = baton_adapters::contract::DeliveryError::refused("the number is not in use");
    scene.story.world.trouble([refused]);
    scene.writes(INES, &card, "It is on its way").await;
    let thread = scene.thread(&card);
    assert!(thread.iter().any(|line| line.contains("the number is not in use")), "{thread:?}");
    let told = thread.iter().filter(|line| line.contains("not in use")).count();
    scene.story.maya("Hello?").await;
    scene.settle().await;
    assert_eq!(told, scene.thread(&card).iter().filter(|line| line.contains("not in use")).count());
    assert_eq!(scene.story.said(|by| matches!(by, Author::Agent(_))).await.len(), 1);
}
