//! Messages that did not reach the customer.

use baton_adapters::contract::DeliveryError;

use crate::desk::Story;
use crate::support::{Browser, Script};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_shows_its_reason_and_is_tried_again() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    story.app.drain().await;
    let path = format!("/inbox/conversations/{}", story.record().await.number.0);
    let ines = Browser::sign_in(&story.app, &story.ines).await;
    story.world.trouble([DeliveryError::refused("the number is not in <service>")]);
    let message = story.writes(story.ines.id, "On it.").await;
    story.app.drain().await;

    let page = ines.get(&path).await;
    page.must_say("Not delivered").must_say("the number is not in <service>");
    assert!(!page.html.contains("<service>"), "a provider's words are text");
    let retry = format!("/conversations/{}/messages/{message}/retry", story.record().await.number.0);
    let done = ines.send(page.form(&retry)).await;
    assert!(done.location().starts_with(&path));
    ines.follow(&done).await.must_say("It will be sent again.").must_say("Queued");
    story.app.drain().await;
    assert_eq!(story.world.received().last().map(String::as_str), Some("On it."));
    let page = ines.get(&path).await;
    assert!(!page.says("Not delivered") && !page.html.contains(&retry), "nothing is left to retry");
    let again = ines.post(&retry, &[]).await;
    ines.follow(&again).await.must_say("This message is not waiting to be tried again.");
}
