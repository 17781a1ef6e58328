//! Customers who write to the app: directly, or by mentioning it in a channel.

use baton::handoff::Owner;

use super::Scene;
use super::scene::INES;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_message_is_answered_by_the_ai_and_by_people() {
    let scene = Scene::new().await;
    let hello = scene.slack.writes("U0MAYA", "D0MAYA", None, "When do you deliver?");
    assert_eq!(scene.slack_sends(&hello).await, 200);
    assert_eq!(scene.slack_sends(&hello).await, 200);
    scene.settle().await;
    let posts = scene.slack.posts();
    let answers: Vec<&str> =
        posts.iter().filter(|post| post.user == "U0BATON").map(|post| post.text.as_str()).collect();
    assert_eq!(answers, ["We deliver in two days."]);
    let ask = scene.slack.writes("U0MAYA", "D0MAYA", None, "I want a human");
    assert_eq!(scene.slack_sends(&ask).await, 200);
    scene.settle().await;
    assert_eq!(scene.story.owner().await, Owner::Queue);
    let card = scene.card();
    scene.writes(INES, &card, "Hello, here is Ines").await;
    let last = scene.slack.posts().into_iter().rfind(|post| post.channel == "D0MAYA").expect("an answer");
    assert_eq!((last.text.as_str(), last.username.as_deref()), ("Hello, here is Ines", Some("Ines")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_is_answered_in_its_thread() {
    let scene = Scene::new().await;
    scene.slack.channel("C0SHARED", "shop-and-us");
    let mention = scene.slack.writes("U0MAYA", "C0SHARED", None, "<@U0BATON> when do you deliver?");
    assert_eq!(scene.slack_sends(&mention).await, 200);
    let talk = scene.slack.writes("U0MAYA", "C0SHARED", None, "lunch?");
    assert_eq!(scene.slack_sends(&talk).await, 200);
    scene.settle().await;
    let root = scene.slack.posts().into_iter().find(|post| post.text.contains("deliver")).expect("the mention").ts;
    let thread = scene.slack.replies("C0SHARED", &root);
    assert_eq!(thread.len(), 1, "{thread:?}");
    assert_eq!(thread[0].text, "We deliver in two days.");
}
